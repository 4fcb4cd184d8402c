# Every printed result fits a screen of 80 columns and 40 lines, and its last words say what to do
# next.

panel <- c("state", "year")

screen <- function(x) {
  old <- options(width = 80, cli.width = 80)
  on.exit(options(old))
  utils::capture.output(print(x))
}

expect_screenful <- function(x, name) {
  lines <- screen(x)
  expect_lte(max(nchar(lines, "width")), 80, label = paste("width of", name))
  expect_lte(length(lines), 40, label = paste("lines of", name))
  expect_match(
    paste(lines, collapse = "\n"), "\nNext: [^\n]+(\n      [^\n]+)?[.]$",
    label = paste("end of", name)
  )
}

test_that("results of data and indices", {
  sheet <- state_sheet()
  idx <- composite_index(state_capital, sheet, panel, keep = "region")
  cc <- coupling(idx)
  gaps <- data.frame(unit = rep(letters[1:4], each = 5), year = rep(1:5, 4), x = as.double(1:20))
  gaps$x[c(2, 8, 14)] <- NA
  u <- index_uncertainty(cc, state_capital, n = 20, seed = 1)
  results <- list(
    descriptives = descriptives(state_capital),
    by_year = descriptives(state_capital, c("output", "unemployment"), by = panel),
    correlations = correlations(state_capital),
    filled = suppressMessages(impute_gaps(gaps, c("unit", "year"))),
    imputed = suppressMessages(imputed(impute_gaps(gaps, c("unit", "year")))),
    simulated = simulate_provinces(1),
    nbs = suppressMessages(read_nbs(system.file(
      "extdata", "nbs_example.csv", package = "ccdpanel"
    ))),
    sheet = sheet,
    normalised = normalise(state_capital, sheet, panel), weights = weights(idx),
    compared = compare_weights(state_capital, sheet, panel),
    ahp = ahp(matrix(c(1, 3, 5, 1 / 3, 1, 2, 1 / 5, 1 / 2, 1), 3, byrow = TRUE)), index = idx,
    scores = scores(idx), coupling = cc, summary = summary(cc),
    regions = summary(cc, by = c("region", "year")), level = coordination_level(cc$D),
    wide = wide_table(cc, "D"), lead = lead_lag(cc),
    obstacles = obstacle_degree(state_capital, sheet, panel),
    uncertainty = u, uncertainty_summary = summary(u),
    audit = audit_coupling(gu_table5, "C", "T", "D", level = "level", unit = "year", rows = "mean")
  )
  for (name in names(results)) expect_screenful(results[[name]], name)
})

test_that("results of models", {
  fit <- fe_reg(
    log(output) ~ log(highways) + log(private_capital) + unemployment | state + year, state_capital,
    panel = panel, vcov = ~state
  )
  iv <- suppressMessages(fe_reg(
    log(output) ~ unemployment | state + year | log(private_capital) ~ l(log(private_capital), 1:2),
    state_capital, panel = panel, vcov = ~state
  ))
  equations <- list(
    output = log(output) ~ log(highways) + log(employment) + l(log(output), 1),
    jobs = log(employment) ~ log(output) + unemployment
  )
  system <- suppressMessages(system_reg(equations, state_capital, panel = panel))
  seemingly <- system_reg(
    list(
      output = log(output) ~ log(highways) + unemployment, jobs = log(employment) ~ log(highways)
    ),
    state_capital, method = "sur"
  )
  results <- list(
    covariance = cov_cr2(~state), least_squares = fit,
    driscoll_kraay = summary(fit, vcov = cov_dk()), instruments = iv,
    stages = summary(iv, first_stage = TRUE),
    constant = fe_constant(fit), first = first_stage(iv), weak = weak_iv(iv),
    exogeneity = iv_tests(iv), rubin = anderson_rubin(iv),
    wild = wild_bootstrap(fit, "unemployment", draws = 99), system = system,
    equation = system[["jobs"]],
    weak_system = weak_iv(system), tests = system_tests(system), diagonal = system_tests(seemingly),
    restriction = test_restrictions(seemingly, "output_log(highways) = jobs_log(highways)"),
    reduced = reduced_form(system),
    multipliers = suppressMessages(multipliers(system, horizon = c(0, 1))),
    bootstrap = system_bootstrap(system, n = 19, cluster = ~state, seed = 1)
  )
  for (name in names(results)) expect_screenful(results[[name]], name)
})

test_that("results of studies and tables", {
  fit <- fe_reg(
    log(output) ~ log(highways) + log(private_capital) | state + year, state_capital, panel = panel,
    vcov = ~state
  )
  groups <- by_group(fit, ~unemployment, split = "median")
  results <- list(
    controls = add_controls(fit, ~ unemployment + log(water)), groups = by_group(fit, ~region),
    split = groups, part = groups[1],
    difference = group_difference(
      groups, method = c("chow", "permutation", "stacked", "wald"), R = 19, seed = 1
    ),
    regions = group_difference(by_group(fit, ~ region == "West")),
    robustness = robustness(
      fit, Employment = list(replace = c(output = "employment")),
      "Without the West" = ~ region != "West", Clusters = list(vcov = ~ state + year)
    ),
    mediation = mediation_test(fit, ~unemployment, boot = 19, seed = 1),
    moderation = moderation_test(fit, ~unemployment), sobel = sobel_test(1, 0.2, 2, 0.3),
    u_shape = u_shape_test(update(fit, . ~ unemployment + I(unemployment^2))),
    collinearity = collinearity(fit),
    table = regression_table(fit, update(fit, . ~ . + unemployment)),
    equations = equations(system_reg(
      list(a = log(output) ~ log(highways), b = log(employment) ~ unemployment), state_capital,
      method = "sur"
    ))
  )
  if (requireNamespace("plm", quietly = TRUE)) {
    results$hausman <- hausman_test(fit)
    results$unit_root <- unit_root(
      state_capital, c("output", "unemployment"), panel, c("ips", "madwu"), lags = 1
    )
  }
  for (name in names(results)) expect_screenful(results[[name]], name)
})

test_that("tables that fit: the columns between the first and the last give way, which is said", {
  old <- options(width = 60)
  on.exit(options(old))
  wide <- wide_table(coupling(composite_index(state_capital, state_sheet(), panel)), "D")
  text <- utils::capture.output(print(wide, n = 2))
  expect_match(text[3], "^ +state +1970 .*average rank$")
  expect_true(any(grepl("not shown: .*1978", text)))
  expect_true(any(grepl("46 more rows", text)))
  # A part is plain, and prints as such.
  expect_identical(class(wide[1:2]), "data.frame")
  expect_identical(names(attributes(wide[1:2, 1:2])), c("names", "row.names", "class"))
})

test_that(
  "many groups, variables and models stay within the screen, and what is left out is said", {
  d <- transform(state_capital, a = log(water), b = log(utilities), c = log(highways))
  expect_screenful(correlations(d), "many variables")
  expect_output(print(correlations(d)), "not shown for width: .*as.matrix")
  fit <- fe_reg(log(output) ~ unemployment | state + year, d, panel = panel, vcov = ~state)
  steps <- add_controls(fit, ~ a + b + c + log(private_capital) + log(employment) + I(a^2) + I(b^2))
  expect_screenful(steps, "many models")
  groups <- by_group(fit, ~division)
  expect_screenful(group_difference(groups), "many pairs")
  expect_output(print(group_difference(groups)), "25 more")
  expect_output(print(group_difference(groups), n = Inf), "all equal")
})

test_that(
  "a table of many models or rows prints what fits, and says what it leaves out; Inf prints all", {
  d <- transform(state_capital, a = log(water), b = log(utilities), c = log(highways))
  fit <- fe_reg(log(output) ~ unemployment | state + year, d, panel = panel, vcov = ~state)
  steps <- regression_table(add_controls(
    fit, ~ a + b + c + log(private_capital) + log(employment) + I(a^2) + I(b^2)
  ), title = "Many")
  system <- system_reg(list(
    first = log(output) ~ a + b + c + unemployment, second = log(employment) ~ a + b + c,
    third = unemployment ~ a + b + c, fourth = a ~ b + c
  ), d, method = "sur")
  iv <- suppressMessages(fe_reg(
    log(output) ~ unemployment + a + b | state + year |
      log(private_capital) ~ l(log(private_capital), 1:2),
    d, panel = panel, vcov = ~state
  ))
  tables <- list(
    steps = steps, system = regression_table(system),
    wide = regression_table(a = fit, b = fit, c = system, layout = "columns"),
    stages = regression_table(iv, iv, iv, first_stage = TRUE)
  )
  for (name in names(tables)) expect_screenful(tables[[name]], name)
  text <- gsub("[ \n]+", " ", paste(screen(steps), collapse = "\n"))
  expect_match(text, "Many Dependent variable: log(output) (1) (2) (3) (4) (5)", fixed = TRUE)
  expect_match(
    text,
    paste0(
      "Not shown here: 3 coefficients (log(employment), I(a^2), I(b^2)), 3 models ((6), (7), ",
      "(8)). print(x, n = Inf) shows all"
    ),
    fixed = TRUE
  )
  all <- utils::capture.output(print(steps, n = Inf))
  for (term in setdiff(steps$term[steps$part == "coefficient"], "Constant")) {
    expect_true(any(startsWith(all, term)), label = term)
  }
  for (model in names(steps)[-(1:3)]) {
    expect_true(any(grepl(model, all, fixed = TRUE)), label = model)
  }
  # A row of the models that are shown is not empty
  expect_false(any(grepl("^I[(]", screen(steps))))
})

test_that("rounding keeps the digits that a column's largest number has room for", {
  # 4 significant digits of the largest: 1234.5678 -> 1235, 0.012345 -> 0.01234 or 0.01235,
  # 9.87654 -> 9.877
  expect_identical(signif_decimals(c(1234.5678, 1.26), 4), c(1235, 1))
  expect_identical(signif_decimals(c(0.01236, NA), 4), c(0.01236, NA))
  expect_identical(signif_decimals(c(9.87654, 0.12345), 4), c(9.877, 0.123))
  expect_identical(signif_decimals(c(0, 0), 4), c(0, 0))
})

test_that(
  paste0(
    "sheets, weights and obstacles of many indicators print a screenful, their summaries ",
    "too; Inf prints all"
  ),
  {
  set.seed(1)
  d <- cbind(
    expand.grid(year = 2011:2014, province = letters[1:9]),
    matrix(stats::runif(36 * 40, 1, 9), 36, dimnames = list(NULL, sprintf("v%02d", 1:40)))
  )
  sheet <- indicator_sheet(data.frame(
    system = rep(c("A", "B"), each = 20), dimension = rep(paste0("D", 1:20), each = 2),
    indicator = sprintf("v%02d", 1:40), direction = "+"
  ))
  where <- c("province", "year")
  weights <- indicator_weights(d, sheet, panel = where)
  index <- composite_index(d, sheet, weights, panel = where)
  results <- list(
    sheet = sheet, weights = weights, dimensions = summary(weights),
    compared = compare_weights(d, sheet, panel = where), index = summary(index),
    obstacles = obstacle_degree(d, sheet, weights, panel = where)
  )
  results$correlations <- summary(results$compared)
  results$means <- summary(results$obstacles)
  for (name in names(results)) expect_screenful(results[[name]], name)
  for (name in c("sheet", "weights", "compared")) {
    expect_output(print(results[[name]]), "more rows: print(x, n = Inf)", fixed = TRUE)
    shown <- utils::capture.output(print(results[[name]], n = Inf))
    for (indicator in sheet$indicator) {
      expect_true(any(grepl(indicator, shown, fixed = TRUE)), label = paste(name, indicator))
    }
  }
  for (name in c("dimensions", "index", "correlations", "means")) {
    expect_output(print(results[[name]]), "Next: ", fixed = TRUE)
  }
})

test_that("a model of many terms prints a screenful, its summary all of them", {
  fit <- fe_reg(
    log(output) ~ log(water) + log(employment) + factor(year) + factor(state) + unemployment,
    state_capital
  )
  terms <- names(coef(fit))
  expect_gt(length(terms), 25)
  expect_screenful(fit, "a model of many terms")
  expect_output(print(fit), paste(
    "... and", length(terms) - 20, "more coefficients: summary(x)"
  ), fixed = TRUE)
  all <- utils::capture.output(print(summary(fit)))
  for (term in terms) expect_true(any(startsWith(all, term)), label = term)
})

test_that(
  paste0(
    "factors of 32 terms, correlations of 100 variables and systems of many terms print a ",
    "screenful; Inf or the summary shows all"
  ),
  {
  set.seed(1)
  d <- as.data.frame(matrix(
    stats::rnorm(200 * 100), 200, dimnames = list(NULL, sprintf("v%03d", 1:100))
  ))
  regressors <- function(at) stats::reformulate(sprintf("v%03d", at), "v001")
  factors <- collinearity(fe_reg(regressors(2:33), d))
  expect_screenful(factors, "factors of many terms")
  expect_output(print(factors), "... and 12 more rows: print(x, n = Inf)", fixed = TRUE)
  whole <- utils::capture.output(print(factors, n = Inf))
  for (term in factors$term) expect_true(any(grepl(term, whole, fixed = TRUE)), label = term)
  shared <- d[1:40] + 10 * d$v100
  expect_screenful(collinearity(shared), "factors that are all large")
  expect_output(print(collinearity(shared)), "and 30 more", fixed = TRUE)
  r <- correlations(d)
  expect_screenful(r, "correlations of many variables")
  expect_output(print(r), "... and 75 more variables: print(x, n = Inf)", fixed = TRUE)
  expect_true(any(grepl("^\\(100\\) v100", utils::capture.output(print(r, n = Inf)))))
})

test_that(
  "systems of many terms, equations and instruments print a screenful, their summaries all of it", {
  set.seed(2)
  d <- as.data.frame(matrix(
    stats::rnorm(300 * 40), 300, dimnames = list(NULL, sprintf("x%02d", 1:40))
  ))
  side <- function(y, terms) stats::reformulate(terms, y)
  x <- sprintf("x%02d", 9:40)
  systems <- list(
    long = system_reg(list(
      first = side("x01", x), second = side("x02", x[1:3])
    ), d, method = "sur"),
    instruments = system_reg(list(
      first = side("x01", c("x02", x[1:16])), second = side("x02", c("x01", x[17:32]))
    ), d),
    many = system_reg(stats::setNames(
      lapply(1:8, function(i) side(sprintf("x%02d", i), x[1:6])), sprintf("equation_%d", 1:8)
    ), d, method = "sur")
  )
  for (name in names(systems)) {
    expect_screenful(systems[[name]], name)
    whole <- utils::capture.output(print(summary(systems[[name]])))
    for (equation in names(systems[[name]]$terms)) {
      expect_true(any(startsWith(whole, paste0(equation, " ("))), label = equation)
    }
    expect_equal(
      sum(grepl("^x[0-9]{2} ", whole)), sum(unlist(systems[[name]]$terms) != "(Intercept)"),
      label = paste("coefficients of", name)
    )
  }
  # A short equation beside a long one is shown whole.
  expect_true(all(vapply(paste0("^", x[1:3], " "), function(p) {
    sum(grepl(p, screen(systems$long))) == 2
  }, NA)))
  expect_output(print(systems$many), "more equations (equation_", fixed = TRUE)
})

test_that("many models, instruments, equations and replicates print a screenful", {
  set.seed(3)
  d <- as.data.frame(matrix(
    stats::rnorm(400 * 60), 400, dimnames = list(NULL, sprintf("v%02d", 1:60))
  ))
  d$id <- rep(1:40, each = 10)
  v <- function(at) paste(sprintf("v%02d", at), collapse = " + ")
  fit <- fe_reg(v01 ~ v02 + v03 | id, d, vcov = ~id)
  steps <- add_controls(fit, stats::as.formula(paste("~", v(4:30))))
  grid <- add_controls(fit, stats::as.formula(paste("~", v(4:12))), effects = list(~0, ~id))
  iv <- suppressMessages(fe_reg(stats::as.formula(paste(
    "v01 ~", v(10:30), "| id |", v(2:6), "~", v(31:55)
  )), d))
  equations <- lapply(stats::setNames(1:5, paste0("e", 1:5)), function(i) {
    stats::as.formula(sprintf("v%02d ~ v%02d + %s", i, i %% 5 + 1, v(6:15 + i)))
  })
  system <- system_reg(equations, d)
  boot <- system_bootstrap(system, n = 5, cluster = ~id, seed = 1)
  results <- list(
    steps = steps, grid = grid, summary = summary(steps), fits = summary(steps, "fits"),
    instruments = iv, stages = first_stage(iv), weak = weak_iv(system), bootstrap = boot
  )
  for (name in names(results)) expect_screenful(results[[name]], name)
  expect_output(print(steps), "... and 21 more: names(x)", fixed = TRUE)
  expect_output(print(results$weak), "... and 3 more (e3, e4, e5): print(x, n = Inf)", fixed = TRUE)
  expect_output(print(boot), "... and 40 more rows: print(x, n = Inf)", fixed = TRUE)
  whole <- utils::capture.output(print(boot, n = Inf), print(results$weak, n = Inf))
  for (equation in names(equations)) expect_true(any(startsWith(whole, equation)), label = equation)
  expect_true(any(grepl("< 0.0001", screen(summary(add_controls(
    fe_reg(log(output) ~ log(highways), state_capital), ~unemployment
  ))))))
})

test_that("six systems with long names and 60 filled variables print a screenful", {
  set.seed(4)
  indicators <- sprintf("x%02d", 1:60)
  d <- cbind(
    expand.grid(year = 2011:2022, province = letters[1:10]),
    matrix(stats::runif(120 * 60, 1, 9), 120, dimnames = list(NULL, indicators))
  )
  d$region <- ifelse(d$province %in% letters[1:5], "first", "second")
  sheet <- indicator_sheet(data.frame(
    system = rep(paste0("a_rather_long_name_of_a_system_", 1:6), each = 10), dimension = "D",
    indicator = indicators, direction = "+"
  ))
  where <- c("province", "year")
  index <- composite_index(d, sheet, where, keep = "region")
  coupled <- coupling(index)
  holes <- d
  holes[cbind(rep(2:119, length.out = 300), match(rep(indicators, 5), names(d)))] <- NA
  filled <- suppressMessages(impute_gaps(holes, where))
  results <- list(
    index = index, coupling = coupled, means = summary(coupled),
    both = summary(coupled, by = c("region", "year")),
    uncertainty = index_uncertainty(coupled, d, n = 5, seed = 1), filled = filled,
    cells = summary(imputed(filled))
  )
  for (name in names(results)) expect_screenful(results[[name]], name)
  # What the reader came for is there, and systems give way.
  expect_output(print(results$both), " C +T +D level.*not shown: a_rather")
})

test_that("replays and effects print what they are of, and are plain data underneath", {
  u <- index_uncertainty(
    coupling(composite_index(state_capital, state_sheet(), panel)), state_capital, n = 50, seed = 1,
    keep = TRUE
  )
  made <- replays(u)
  expect_screenful(made, "replays")
  expect_screenful(replays(u, "rank"), "replays of one measure")
  expect_output(
    print(made), "816 rows by 4 measures (infrastructure, economy, D, rank)", fixed = TRUE
  )
  expect_identical(made[, "D", 3], unclass(made)[, "D", 3])
  expect_identical(class(made[1:2, , ]), "array")
  # A screen of numbers is the first replays of the first rows.
  expect_match(screen(made)[6], paste0("^1 ", paste(
    sprintf("%.4f", made[1, "D", 1:3]), collapse = " "
  )))

  fit <- fe_reg(log(output) ~ unemployment | state + year, state_capital)
  system <- system_reg(
    list(first = log(output) ~ unemployment, second = log(water) ~ unemployment), state_capital,
    method = "sur", fe = ~ state + year
  )
  effects <- fixef(fit)
  results <- list(effects = effects, equations = fixef(system))
  for (name in names(results)) expect_screenful(results[[name]], name)
  highest <- effects$state[which.max(effects$state)]
  expect_output(print(effects), sprintf(
    "state +48 .*%s [(]%s[)]", format(highest, digits = 4), names(highest)
  ))
  expect_equal(sum(grepl("^ (first|second) +(state|year) ", screen(fixef(system)))), 4)
  expect_true(
    is.list(effects) && is.numeric(effects$state) && is.null(attributes(effects$state)$class)
  )
  expect_output(print(fixef(fe_reg(
    log(output) ~ unemployment, state_capital
  ))), "absorbs no effects")
})

test_that(
  "long names, six equations, 41 instruments, 60 controls and 240 indicators print a screenful", {
  set.seed(5)
  indicators <- sprintf("indicator_%03d", 1:240)
  d <- cbind(
    expand.grid(year = 2011:2016, province = letters[1:5]),
    matrix(stats::runif(30 * 240, 1, 9), 30, dimnames = list(NULL, indicators))
  )
  sheet <- indicator_sheet(data.frame(
    system = rep(paste0("S", 1:6), each = 40), dimension = "D", indicator = indicators,
    direction = "+"
  ))
  w <- as.data.frame(matrix(
    stats::rnorm(600 * 100), 600, dimnames = list(NULL, sprintf("log_variable_%03d", 1:100))
  ))
  w$id <- rep(1:60, each = 10)
  w$t <- rep(1:10, 60)
  v <- function(at) paste(sprintf("log_variable_%03d", at), collapse = " + ")
  equations <- lapply(stats::setNames(1:6, paste0("equation_", 1:6)), function(i) {
    stats::as.formula(paste(v(i), "~", v(i %% 6 + 1), "+ l(", v(i), ", 1) +", v(6 + i * 3 + 0:2)))
  })
  system <- suppressMessages(system_reg(equations, w, panel = c("id", "t")))
  iv <- suppressMessages(fe_reg(stats::as.formula(paste(
    v(1), "~", v(50:96), "| id |", v(2:3), "~", v(4:44)
  )), w))
  after <- multipliers(system, horizon = c(0:11, Inf))
  results <- list(
    normalised = normalise(d, sheet, c("province", "year")), system = system,
    equation = system[["equation_1"]], multipliers = multipliers(system), many = after,
    three = multipliers(system, horizon = 0:2),
    reduced = reduced_form(system), instruments = iv, stages = first_stage(iv),
    controls = add_controls(
      fe_reg(stats::as.formula(paste(v(1), "~", v(2), "| id")), w),
      stats::as.formula(paste("~", v(3:62)))
    )
  )
  for (name in names(results)) expect_screenful(results[[name]], name)
  said <- lapply(results, function(x) gsub("[ \n]+", " ", paste(screen(x), collapse = "\n")))
  expect_match(said$stages, "log_variable_008 and 36 more", fixed = TRUE)
  expect_match(said$normalised, "indicator_012 and 226 more")
  expect_match(said$controls, "not shown for width: .* and [0-9]+ more; see regression_table")
  # The last horizon stays, and Inf prints every one.
  expect_match(
    said$many,
    paste0(
      "Impact .* After 4 periods .* Total .* and 5 more variables, 7 more horizons: ",
      "print\\(x, n = Inf\\)"
    )
  )
  whole <- utils::capture.output(print(after, n = Inf))
  expect_equal(sum(grepl("^(Impact|After [0-9]+ period|Total)", whole)), 13)
  for (i in 1:6) expect_equal(sum(startsWith(whole, sprintf("log_variable_%03d ", i))), 13)
  expect_output(print(summary(iv)), "log_variable_044")
})

test_that("counts of a hundred thousand are written out", {
  expect_identical(with_commas(1e5), "100,000")
  expect_identical(with_commas(100000L), "100,000")
  lines <- capture.output(print_fitting(data.frame(units = c(1e5, 2), x = c(1e-10, 1))))
  expect_match(lines[2], "^ +100000 ")
  expect_match(lines[2], "1e-10")
  expect_identical(whole_in_full(c(1e5, 0.5)), c(1e5, 0.5))
  expect_identical(whole_in_full(c(1e20, NA)), c(1e20, NA))
})

# Every print of a panel whose times are dates, times of day, quarters or halves of years.
test_that("results print whatever class their times have, and keys are never rounded", {
  data <- toy_panel()
  times <- list(
    as.Date(c("2001-01-01", "2002-01-01")), as.POSIXct(c("2001-01-01", "2002-01-01"), tz = "UTC"),
    c("2001Q1", "2001Q2"), factor(c("I", "II")), c(2001.5, 2002.5)
  )
  panel <- c("unit", "year")
  gaps <- replace(data, "x", replace(data$x, 3, NA))
  for (time in times) {
    data$year <- gaps$year <- rep(time, 3)
    idx <- composite_index(data, toy_sheet(), panel)
    made <- list(
      idx, summary(idx), scores(idx), scores(idx, "system"), coupling(idx), lead_lag(coupling(idx)),
      summary(coupling(idx)), wide_table(coupling(idx)), normalise(data, toy_sheet(), panel),
      obstacle_degree(data, toy_sheet(), panel), indicator_weights(data, toy_sheet(), panel),
      summary(composite_index(data, toy_sheet(), panel, scope = "period", weights = "equal"))
    )
    if (!is.character(time) && !is.factor(time)) {
      filled <- suppressMessages(impute_gaps(gaps, panel))
      made <- c(made, list(filled, imputed(filled), summary(imputed(filled))))
    }
    for (x in made) for (n in c(3, Inf)) {
      text <- utils::capture.output(print(x, n = n))
      if (is.double(time) && !is.object(time) && any(grepl("200[12]", text))) {
        expect_match(text, "200[12]\\.5", all = FALSE)
      }
      expect_gt(length(text), 1)
    }
  }
})

test_that("a number that is not nought never shows as nought, and nought has no sign", {
  expect_identical(
    fixed_text(c(0.0004, -0.0004, 0.0006, -0, 12.3456, NA), 3),
    c("4.00e-04", "-4.00e-04", "0.001", "0.000", "12.346", "NA")
  )
  # C rounds a half to the even digit.
  expect_identical(fixed_text(c(0.5, 1.5, 2.5), 0), c("5.00e-01", "2", "2"))
})

test_that("a number that rounds to nought has no sign, whatever prints it", {
  expect_identical(
    unsigned_nought(c("-0.000", "0.000", "-0.001", "-0", "-10.00", "NA")),
    c("0.000", "0.000", "-0.001", "0", "-10.00", "NA")
  )
  x <- c(-2, -1, 0, 1, 2)
  d <- data.frame(x, y = c(4, 1, 0, 1, 4 - 1e-6), z = c(1, 2, 2, 1, 3))
  expect_lt(cor(d$x, d$y), 0)
  expect_false(any(grepl("-0[.]000", capture.output(print(correlations(d))))))
  expect_false(any(grepl("-0[.]000", row_format(c(-0, 1), 4))))
})

test_that("significant digits are all written, whole numbers whole, in the shorter notation", {
  expect_identical(
    short_number(c(29.9, 33.01, 0.1, 14352.25, -15998, 9.99996, 0, -0, 100000, 0.00012, 2), 4),
    c(
      "29.90", "33.01", "0.1000", "14352", "-15998", "10.00", "0.000", "0.000", "100000",
      "0.0001200", "2.000"
    )
  )
  expect_identical(
    short_number(c(1.2e9, 1.5e-6, NA, Inf, -Inf), 4), c("1.200e+09", "1.500e-06", "", "Inf", "-Inf")
  )
  expect_identical(short_number(c(1.25, NA), 1, "NA"), c("1", "NA"))
  expect_identical(interval_text(c(29.9, NA, 1), c(33.01, 1, NA), 4), c("[29.90, 33.01]", "", ""))
})

test_that("options of R's numbers: many digits, and a comma for the decimal point", {
  fit <- fe_reg(log(output) ~ unemployment | state, state_capital)
  old <- options(digits = 22)
  on.exit(options(old))
  slope <- format(coef(fit)[[1]], digits = 15)
  expect_output(print(fit), slope, fixed = TRUE)
  expect_output(print(summary(fit)), slope, fixed = TRUE)
  options(digits = 7, OutDec = ",")
  expect_silent(shown <- utils::capture.output(print(fit)))
  expect_match(shown[grep("^unemployment", shown)], " 0,[0-9]+ +0,[0-9]+ ")
  expect_identical(with_commas(12345), "12.345")
  expect_identical(fixed_text(1234567.891, 2, big_mark()), "1.234.567,89")
})

test_that("columns that are left of a result print as the data frame that they are", {
  fit <- fe_reg(
    log(output) ~ 1 | state | log(employment) ~ log(water) + log(highways), state_capital
  )
  path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
  idx <- composite_index(state_capital, indicator_sheet(path), panel = c("state", "year"))
  results <- list(
    weights(idx), weak_iv(fit), iv_tests(fit), descriptives(state_capital, "output"),
    robustness(fe_reg(log(output) ~ unemployment | state, state_capital), late = ~ year > 1975)
  )
  shown <- function(x) utils::capture.output(print(x))
  as_plain <- function(x) structure(as.list(x), class = "data.frame", row.names = seq_len(nrow(x)))
  for (x in results) {
    expect_identical(shown(x[, 1:2]), shown(as_plain(x[, 1:2])))
    names(x)[names(x) %in% c("variable", "indicator", "test", "variant")] <- "called"
    expect_output(print(x), "called")
  }
  part <- weights(idx)[, c("indicator", "weight")]
  expect_identical(as.vector(summary(part)), as.vector(summary(as_plain(part))))
})
