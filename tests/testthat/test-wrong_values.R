# Every argument of every exported function is given values that it cannot mean. What comes is an
# error of the package's own classes, or an answer; never another error, never a warning of others.

# The calls as they work need what makes their pictures, tests and tables.
for (package in c("DBI", "dbplyr", "dplyr", "ggplot2", "plm", "RSQLite", "spdep")) {
  skip_if_not_installed(package)
}

wrong_values <- list(
  NULL, NA, NA_character_, NaN, Inf, -1, 0, 1e300, 2.5, "nonsense", "", c("a", "b"), character(),
  numeric(), list(), list(1, "a"), c(TRUE, NA), ~nonsense, quote(x), mean, data.frame(),
  matrix(1:4, 2), as.Date("2020-01-01"), factor("a"), 1i, as.raw(1), new.env(),
  structure(2, class = "strange"), .Machine$integer.max, expression(a, b),
  `Encoding<-`("\xe5\x8c", "bytes")
)

# Generics of other packages, data sets, and what writes whole reports: tried where they are tested.
not_tried <- c(
  "tidy", "glance", "augment", "fixef", "coupling_report", "gu_tables", "cui_tables", "provinces"
)

# A call that works for each function; arguments that are not named here are tried by their names.
working_calls <- function() {
  data <- state_capital[state_capital$state %in% levels(factor(state_capital$state))[1:12], ]
  data$poor <- data$year < 1978
  data$first <- ifelse(data$region == "West", 1976, NA)
  env <- list2env(
    list(data = data, sheet = state_sheet(), panel = c("state", "year")),
    parent = asNamespace("ccdpanel")
  )
  local({
    idx <- composite_index(data, sheet, panel, keep = "region")
    cc <- coupling(idx)
    iu <- index_uncertainty(cc, data, n = 20, seed = 1, keep = TRUE, progress = FALSE)
    fit <- fe_reg(
      log(output) ~ log(highways) + unemployment | state + year, data, panel = panel, vcov = ~state
    )
    gmm <- dynamic_panel(
      unemployment ~ l(unemployment) + log(output), data, panel, lags = c(1, 2), collapse = TRUE
    )
    iv <- fe_reg(
      log(output) ~ unemployment | state + year |
        log(private_capital) ~ l(log(private_capital), 1:2),
      data, panel = panel
    )
    sys <- system_reg(list(
      a = log(output) ~ log(highways) + log(employment),
      b = log(employment) ~ log(output) + unemployment
    ), data, fe = ~state)
    dyn <- system_reg(
      list(a = log(output) ~ l(log(output), 1) + unemployment), data, fe = ~state, panel = panel,
      method = "ols"
    )
    plain <- fe_reg(log(output) ~ unemployment | state + year, data, vcov = ~state)
    grouped <- by_group(fit, ~poor)
    wide <- data.frame(
      unit = c("x", "y"), a = c(.41, .4), b = c(.3, .2), average = c(.355, .3), rank = 1:2
    )
    gaps <- data[names(data) != "first"]
    gaps$output[5] <- NA
    filled <- suppressMessages(impute_gaps(gaps, panel, "output"))
    nbs <- system.file("extdata", "nbs_example.csv", package = "ccdpanel")
    yearbook <- tempfile(fileext = ".csv")
    writeLines(c("Region,2021,2022", "Beijing,1,2", "Tianjin,3,4"), yearbook)
    typed <- data.frame(x = c("5,155", "..."))
    ws <- indicator_weights(data, sheet, panel)
    sw <- spatial_weights(c("Beijing", "Tianjin", "Hebei"))
    circle <- outer(1:12, 1:12, function(i, j) as.numeric(abs(i - j) %in% c(1, 11)))
    tw <- spatial_weights(`dimnames<-`(circle, rep(list(as.character(unique(data$state))), 2)))
    near <- spatial_reg(log(output) ~ unemployment | state + year, data, tw, "durbin")
  }, env)
  calls <- list(
    add_controls = quote(add_controls(fit, ~ log(water))),
    ahp = quote(ahp(matrix(c(1, 1/3, 3, 1), 2))),
    anderson_rubin = quote(anderson_rubin(iv, null = 0, level = .95, vcov = NULL)),
    as_listw = quote(as_listw(sw)),
    audit_coefficients = quote(audit_coefficients(
      data.frame(name = "x", b = ".5", se = ".1", mark = "***"),
      estimate = "b", std_error = "se", stars = "mark", term = "name"
    )),
    audit_coupling = quote(audit_coupling(
      data.frame(C = .9, T = .4, D = .6), C = "C", T = "T", D = "D"
    )),
    audit_descriptives = quote(audit_descriptives(
      data.frame(name = "x", n = 10, mean = .5, sd = .1, min = .2, max = .9),
      n = "n", mean = "mean", sd = "sd", min = "min", max = "max", variable = "name"
    )),
    audit_ranks = quote(audit_ranks(
      wide, values = c("a", "b"), average = "average", rank = "rank", unit = "unit"
    )),
    audit_sizes = quote(audit_sizes(
      data.frame(g = c("a", "b"), n = c(5, 5), k = c(2, 2)), size = "n", units = "k", group = "g",
      groups = c("a", "b"), total = 10,
      total_units = 4, split = "median"
    )),
    audit_weights = quote(audit_weights(data.frame(w = c(.4, .6)), weight = "w")),
    bar_chart = quote(bar_chart(wide, unit = "unit", value = "a")),
    by_group = quote(by_group(fit, ~poor)),
    coefficient_plot = quote(coefficient_plot(fit)),
    collinearity = quote(collinearity(fit)),
    combine_weights = quote(combine_weights(ws, ws)),
    compare_weights = quote(compare_weights(data, sheet, panel, methods = c("entropy", "equal"))),
    composite_index = quote(composite_index(data, sheet, panel)),
    coordination_level = quote(coordination_level(c(.2, .5))),
    correlations = quote(correlations(data, vars = c("output", "water"))),
    coupling = quote(coupling(idx)),
    coupling_degree = quote(coupling_degree(cbind(c(.2, .4), c(.3, .5)))),
    cov_conley = quote(cov_conley(~ highways + water, cutoff = 100)),
    cov_cr2 = quote(cov_cr2(~state)), cov_cr3 = quote(cov_cr3(~state)),
    cov_dk = quote(cov_dk(2)), cov_nw = quote(cov_nw(2)),
    descriptives = quote(descriptives(data, vars = "output")),
    destring = quote(destring(typed, vars = "x")),
    dynamic_panel = quote(dynamic_panel(
      unemployment ~ l(unemployment) + log(output), data, panel, lags = c(1, 2), collapse = TRUE
    )),
    equations = quote(equations(sys)), fe_constant = quote(fe_constant(fit)),
    fe_reg = quote(fe_reg(log(output) ~ unemployment | state, data)),
    first_stage = quote(first_stage(iv)),
    group_difference = quote(group_difference(grouped, method = "wald")),
    hausman_test = quote(hausman_test(fit)),
    impute_gaps = quote(impute_gaps(gaps, panel)), imputed = quote(imputed(filled)),
    index_uncertainty = quote(index_uncertainty(cc, data, n = 10, seed = 1, progress = FALSE)),
    indicator_sheet = quote(indicator_sheet(sheet)),
    indicator_weights = quote(indicator_weights(data, sheet, panel)),
    line_chart = quote(line_chart(data[data$state == data$state[1], ], "year", "output")),
    inequality = quote(inequality(cc, by = "region", boot = 9, seed = 1)),
    convergence_test = quote(convergence_test(cc)),
    density_plot = quote(density_plot(cc, time = 1970)),
    geodetector = quote(geodetector(cc, factors = "region", draws = 9, seed = 1)),
    grey_forecast = quote(grey_forecast(cc, boot = 9, seed = 1, force = TRUE)),
    transition_matrix = quote(transition_matrix(cc, boot = 9, seed = 1)),
    local_moran = quote(local_moran(cc, w = tw, draws = 19, seed = 1)),
    moran_test = quote(moran_test(cc, w = tw, draws = 19, seed = 1)),
    spatial_weights = quote(spatial_weights(c("Beijing", "Tianjin", "Hebei"))),
    iv_tests = quote(iv_tests(iv)), lead_lag = quote(lead_lag(cc)),
    long_run = quote(long_run(gmm)),
    match_province = quote(match_province("Beijing")),
    mediation_test = quote(mediation_test(
      plain, ~ log(water), boot = 20, seed = 1, progress = FALSE
    )),
    moderation_test = quote(moderation_test(plain, ~water)),
    multipliers = quote(multipliers(dyn, horizon = 2, se = FALSE)),
    normalise = quote(normalise(data, sheet, panel)),
    obstacle_degree = quote(obstacle_degree(data, sheet, panel)),
    pca_index = quote(pca_index(data, sheet, panel)),
    radar_chart = quote(radar_chart(data[data$year == 1970, ], unit = "state", value = "output")),
    read_nbs = quote(read_nbs(nbs)), read_panel = quote(read_panel(yearbook)),
    reduced_form = quote(reduced_form(sys)),
    regression_table = quote(regression_table(fit)), replays = quote(replays(iu)),
    robustness = quote(robustness(fit, a = ~ year > 1972)),
    save_table = quote(save_table(wide, file = tempfile(fileext = ".csv"))),
    scores = quote(scores(idx)), simulate_provinces = quote(simulate_provinces(1)),
    sobel_test = quote(sobel_test(.5, .1, .4, .1)),
    system_bootstrap = quote(system_bootstrap(sys, n = 20, seed = 1)),
    system_reg = quote(system_reg(list(
      a = log(output) ~ unemployment, b = log(water) ~ unemployment
    ), data, method = "sur")),
    spatial_effects = quote(spatial_effects(near)),
    spatial_reg = quote(spatial_reg(
      log(output) ~ unemployment | state + year, data, tw, panel = panel
    )),
    spatial_tests = quote(spatial_tests(near)), system_tests = quote(system_tests(sys)),
    test_restrictions = quote(test_restrictions(sys, "a_log(highways) = 0")),
    event_study = quote(event_study(fit, ~first)),
    oster_bounds = quote(oster_bounds(fit, boot = 5, seed = 1, progress = FALSE)),
    placebo_test = quote(placebo_test(fit, draws = 20, seed = 1, progress = FALSE)),
    threshold_test = quote(threshold_test(fit, ~water, boot = 20, seed = 1, progress = FALSE)),
    u_shape_test = quote(u_shape_test(update(plain, . ~ . + I(unemployment^2)))),
    unit_root = quote(unit_root(data, "output", panel, lags = 1)),
    weak_iv = quote(weak_iv(iv)), wide_table = quote(wide_table(idx, "economy")),
    wild_bootstrap = quote(wild_bootstrap(fit, "unemployment", draws = 99, seed = 1)),
    winsorise = quote(winsorise(data$output, c(.05, .95)))
  )
  list(calls = calls, env = env)
}

# What a call ends in: "fine", or a line that says what came instead.
outcome_of <- function(call, env) {
  said <- "fine"
  value <- tryCatch(
    withCallingHandlers(suppressMessages(eval(call, env)), warning = function(w) {
      if (!inherits(w, "ccdpanel_warning")) said <<- paste("warning:", conditionMessage(w))
      rlang::cnd_muffle(w)
    }),
    error = function(e) {
      if (!inherits(e, "ccdpanel_error")) said <<- paste("error:", conditionMessage(e))
    }
  )
  said
}

# Messages are made in full the first three times that they come; after that their class is enough.
quick_errors <- function(env) {
  namespace <- asNamespace("ccdpanel")
  own <- namespace$abort
  seen <- list()
  replace <- function(f) {
    unlockBinding("abort", namespace)
    assign("abort", f, namespace)
    lockBinding("abort", namespace)
  }
  replace(function(what, message, call = rlang::caller_env(), .envir = rlang::caller_env(), ...) {
    key <- paste(what, message[[1]])
    seen[[key]] <<- (seen[[key]] %||% 0) + 1
    if (seen[[key]] <= 3) own(what, message, call, .envir, ...)
    class <- c(paste0("ccdpanel_error_", what), "ccdpanel_error", "error", "condition")
    stop(structure(class = class, list(message = what, call = NULL)))
  })
  do.call(on.exit, list(as.call(list(replace, own)), add = TRUE), envir = env)
}

# What comes of all wrong values of one argument, where it is not fine.
tried <- function(call, arg, env) {
  outcome <- vapply(wrong_values, function(value) {
    quoted <- is.symbol(value)
    call[arg] <- list(if (quoted) base::call("quote", value) else value)
    outcome_of(call, env)
  }, "")
  bad <- outcome != "fine"
  label <- vapply(wrong_values, function(value) toString(deparse(value, nlines = 1)), "")
  paste0(arg, " = ", label, ": ", outcome)[bad]
}

# A call that is to work has no error, not even one of the package's.
expect_no_condition_of_error <- function(call, env, name) {
  said <- tryCatch(
    {
      suppressMessages(eval(call, env))
      ""
    },
    error = function(e) conditionMessage(e), warning = function(w) conditionMessage(w)
  )
  expect_identical(said, "", label = paste(name, "as it works"))
}

test_that("every function takes wrong values as errors of the package's own", {
  working <- working_calls()
  expect_setequal(
    setdiff(getNamespaceExports("ccdpanel"), not_tried), names(working$calls)
  )
  quick_errors(environment())
  for (name in names(working$calls)) {
    f <- get(name, asNamespace("ccdpanel"))
    call <- match.call(f, working$calls[[name]])
    expect_no_condition_of_error(call, working$env, name)
    for (arg in setdiff(names(formals(f)), c("...", "progress"))) {
      expect_identical(tried(call, arg, working$env), character(), label = paste(name, arg))
    }
  }
})

# ---- methods --------------------------------------------------------------------------------

# An object of every class that the package makes, as the working calls make them.
made_objects <- function(working) {
  objects <- list()
  keep <- function(x) {
    for (name in setdiff(class(x), c("list", "data.frame", names(objects)))) objects[[name]] <<- x
  }
  for (name in ls(working$env)) keep(working$env[[name]])
  for (call in working$calls) {
    x <- suppressMessages(suppressWarnings(eval(call, working$env)))
    keep(x)
    keep(suppressMessages(suppressWarnings(summary(x))))
    if (inherits(x, "list") && length(x)) keep(x[[1]])
  }
  keep(working$env$sys[["a"]])
  keep(summary(working$env$sys[["a"]]))
  keep(weak_iv(system_reg(
    list(a = log(output) ~ unemployment + log(private_capital), b = log(water) ~ unemployment),
    working$env$data, instruments = ~ unemployment + log(highways) + log(utilities), method = "2sls"
  )))
  keep(nlme::fixef(working$env$fit))
  objects
}

# What R itself, or another package, calls with names of its own; and internal generics.
foreign_methods <- c(
  "[", "[<-", "$<-", "[[<-", "[[", "names<-", "rbind", "merge", "dplyr_reconstruct",
  "knit_print",
  "recover_data", "emm_basis", "get_data", "get_df", "find_formula", "has_intercept", "vcovCR",
  "get_varcov",
  "get_vcov",
  "get_predict", "set_coef", "get_coef", "get_model_matrix", "glance_custom", "as_tibble",
  "linearHypothesis", "coeftest", "fit_covariance", "combination_df", "criterion_tests", "refit",
  "weak_iv"
)

# An equation of a system is no fit of its own, and a fit of rows asked no database: these say so,
# whatever else they are given.
refusing_methods <- c(
  "add_controls.system_equation", "by_group.system_equation", "by_group.spatial_reg",
  "update.system_equation",
  "vif.system_reg",
  "update.ccd_models",
  "show_query.ccd_model", "get_predicted.ccd_model"
)

# The methods of classes that the package makes: name, class, function, and a call that works.
own_methods <- function(objects) {
  namespace <- asNamespace("ccdpanel")
  table <- getNamespaceInfo(namespace, "S3methods")
  out <- lapply(seq_len(nrow(table)), function(i) {
    x <- objects[[table[i, 2]]]
    skipped <- table[i, 1] %in% foreign_methods || table[i, 3] %in% refusing_methods
    if (is.null(x) || skipped) return(NULL)
    f <- get(table[i, 3], namespace)
    needed <- list(
      add_controls.fe_reg = ~ log(water), add_controls.system_reg = ~unemployment,
      by_group.ccd_model = ~poor, add1.fe_reg = ~ log(water)
    )[table[i, 3]]
    list(
      name = table[i, 3], f = f,
      call = as.call(c(list(f, x), if (!is.null(needed[[1]])) unname(needed)))
    )
  })
  Filter(Negate(is.null), out)
}

quietly_printed <- function(code) {
  utils::capture.output(out <- code)
  out
}

test_that("no method swallows an argument that it has not", {
  working <- working_calls()
  quick_errors(environment())
  methods <- own_methods(made_objects(working))
  expect_gt(length(methods), 100)
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off(), add = TRUE)
  for (m in Filter(function(m) "..." %in% names(formals(m$f)), methods)) {
    call <- as.call(c(as.list(m$call), list(nonsense = 1)))
    said <- quietly_printed(tryCatch(
      {
        suppressMessages(suppressWarnings(eval(call, working$env)))
        "swallowed"
      },
      ccdpanel_error = function(e) "refused", error = function(e) conditionMessage(e)
    ))
    unused <- grepl("unused argument", said)
    expect_true(said == "refused" || unused, label = paste0(m$name, ": ", said))
  }
})

test_that("no function swallows an argument that it has not, or leaves it to R", {
  working <- working_calls()
  quick_errors(environment())
  # These take fits, variants and weights in their dots.
  open <- c("regression_table", "coefficient_plot", "robustness", "combine_weights")
  for (name in setdiff(names(working$calls), open)) {
    call <- working$calls[[name]]
    call$nonsense <- 1
    said <- tryCatch(
      {
        quietly_printed(suppressMessages(suppressWarnings(eval(call, working$env))))
        "swallowed"
      },
      ccdpanel_error_argument = function(e) "refused", error = function(e) conditionMessage(e)
    )
    expect_identical(said, "refused", label = name)
  }
})

test_that("methods take wrong values as errors of the package's own", {
  working <- working_calls()
  quick_errors(environment())
  methods <- own_methods(made_objects(working))
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off(), add = TRUE)
  for (m in methods) {
    quietly_printed(expect_no_condition_of_error(m$call, working$env, m$name))
    for (arg in setdiff(
      names(formals(m$f))[-1], c("...", names(formals(m$f))[2][length(m$call) > 2])
    )) {
      bad <- quietly_printed(tried(m$call, arg, working$env))
      expect_identical(bad, character(), label = paste(m$name, arg))
    }
  }
})
