base_fit <- function(...) {
  fe_reg(
    log(output) ~ log(private_capital) + unemployment | state + year, state_capital,
    panel = c("state", "year"), vcov = ~state, ...
  )
}

# The row of a variant against the same fit made by hand.
expect_row <- function(x, variant, fit, term = "log(private_capital)") {
  row <- as.data.frame(x)[x$variant == variant, ]
  table <- generics::tidy(fit, conf.int = TRUE)
  table <- table[table$term == term, ]
  expect_equal(
    unlist(row[c("estimate", "std.error", "statistic", "p.value", "conf.low", "conf.high")]),
    unlist(table[c("estimate", "std.error", "statistic", "p.value", "conf.low", "conf.high")]),
    tolerance = 1e-10
  )
  expect_identical(row$nobs, nobs(fit))
}

test_that("each kind of variant is the fit made by hand", {
  winsorised <- state_capital
  winsorised$output <- suppressMessages(winsorise(state_capital$output, c(0.05, 0.95)))
  trimmed <- state_capital
  trimmed$output <- suppressMessages(winsorise(
    state_capital$output, c(0.05, 0.95), trim = TRUE, by = state_capital$year
  ))
  half <- state_capital[state_capital$year < 1980, ]
  own <- suppressMessages(fe_reg(log(output) ~ log(private_capital) | state, state_capital))
  x <- robustness(base_fit(),
    Outcome = list(replace = c(output = "employment")),
    Regressor = list(replace = c(private_capital = "highways + water")),
    Sample = ~ region != "West", Period = list(period = 1970:1979),
    Winsorised = list(winsorise = "output", probs = c(0.05, 0.95)),
    Trimmed = list(winsorise = "output", probs = c(0.05, 0.95), trim = TRUE, by_period = TRUE),
    Clusters = list(vcov = ~ state + year), Weighted = list(weights = ~employment),
    Effects = list(effects = ~state), Model = . ~ . + log(water), Data = half, Fit = own,
    Both = list(subset = ~ year > 1974, vcov = "HC1")
  )
  fit_to <- function(formula = log(output) ~ log(private_capital) + unemployment | state + year,
                     data = state_capital, vcov = ~state,
                     ...) fe_reg(formula, data, vcov = vcov, ...)
  expect_row(x, "Baseline", base_fit())
  expect_row(x, "Outcome", fit_to(
    log(employment) ~ log(private_capital) + unemployment | state + year
  ))
  expect_row(
    x, "Regressor", fit_to(log(output) ~ log(highways + water) + unemployment | state + year),
    "log(highways + water)"
  )
  expect_row(x, "Sample", fit_to(subset = ~ region != "West"))
  expect_row(x, "Period", fit_to(subset = ~ year <= 1979))
  expect_row(x, "Winsorised", fit_to(data = winsorised))
  expect_row(x, "Trimmed", suppressMessages(fit_to(data = trimmed)))
  expect_row(x, "Clusters", fit_to(vcov = ~ state + year))
  expect_row(x, "Weighted", fit_to(weights = ~employment))
  expect_row(x, "Effects", fit_to(log(output) ~ log(private_capital) + unemployment | state))
  expect_row(x, "Model", fit_to(
    log(output) ~ log(private_capital) + unemployment + log(water) | state + year
  ))
  expect_row(x, "Data", fit_to(data = half))
  expect_row(x, "Fit", own)
  expect_row(x, "Both", fit_to(subset = ~ year > 1974, vcov = "HC1"))
  expect_identical(x$changed[x$variant == "Both"], "sample, covariance")
  # 816 / 20 = 40.8: forty rows lie strictly beyond the 41st value at each end
  expect_identical(x$changed[x$variant == "Winsorised"], "extreme values (80)")
  expect_identical(x$term[x$variant == "Regressor"], "log(highways + water)")
})

test_that("estimators: 2SLS by a formula, LIML by name", {
  fit <- suppressMessages(fe_reg(
    log(output) ~ unemployment | state + year | log(private_capital) ~ l(log(private_capital), 1:2),
    state_capital, panel = c("state", "year"), vcov = ~state
  ))
  x <- robustness(
    fit, LIML = list(estimator = "liml"),
    OLS = log(output) ~ unemployment + log(private_capital) | state + year,
    term = "log(private_capital)"
  )
  expect_row(x, "LIML", suppressMessages(update(fit, estimator = "liml")))
  expect_row(x, "OLS", fe_reg(
    log(output) ~ unemployment + log(private_capital) | state + year, state_capital, vcov = ~state
  ))
})

test_that("every combination, one of each kind", {
  x <- robustness(
    base_fit(), Employment = list(replace = c(output = "employment")), West = ~ region != "West",
    South = ~ region != "South", Robust = list(vcov = "HC1"), combine = TRUE
  )
  # (none or Employment) x (none, West or South) x (none or Robust)
  expect_identical(nrow(x), 12L)
  expect_identical(x$variant[1:5], c("Baseline", "Employment", "West", "South", "Robust"))
  expect_row(x, "Employment + South + Robust", fe_reg(
    log(employment) ~ log(private_capital) + unemployment | state + year, state_capital,
    subset = ~ region != "South", vcov = "HC1"
  ))
  # A replaced column is winsorised under its new name
  two <- robustness(
    base_fit(), Employment = list(replace = c(output = "employment")),
    Winsorised = list(winsorise = "output"), combine = TRUE
  )
  d <- state_capital
  d$employment <- suppressMessages(winsorise(d$employment))
  expect_row(two, "Employment + Winsorised", fe_reg(
    log(employment) ~ log(private_capital) + unemployment | state + year, d, vcov = ~state
  ))
})

test_that("the science panel's coupling: other outcome, without municipalities, two periods", {
  d <- science_panel()
  d <- d[d$province != "Tibet", ]
  sheet <- indicator_sheet(data.frame(
    system = rep(c("science", "state"), c(3, 2)), dimension = "all",
    indicator = c(
      "patent_grants", "sci_papers", "rd_personnel", "budget_science", "budget_education"
    ),
    direction = "+"
  ))
  panel <- c("province", "year")
  d$D <- coupling(composite_index(d, sheet, panel))$D
  d$D2 <- coupling(composite_index(d, sheet, panel, weights = "equal"))$D
  fit <- fe_reg(
    D ~ log(rd_expenditure) + log(budget_total) | province + year, d, panel = panel,
    vcov = ~province
  )
  towns <- c("Beijing", "Tianjin", "Shanghai", "Chongqing")
  x <- robustness(
    fit, "Other index" = list(replace = c(D = "D2")),
    "Without municipalities" = ~ !province %in% towns, "2011-2016" = list(period = 2011:2016)
  )
  expect_identical(x$nobs, c(360L, 360L, 312L, 180L))
  expect_row(
    x, "Other index",
    fe_reg(D2 ~ log(rd_expenditure) + log(budget_total) | province + year, d, vcov = ~province),
    "log(rd_expenditure)"
  )
  expect_row(
    x, "Without municipalities",
    fe_reg(
      D ~ log(rd_expenditure) + log(budget_total) | province + year, d[!d$province %in% towns, ],
      vcov = ~province
    ),
    "log(rd_expenditure)"
  )
})

test_that("printing, summaries and lists", {
  x <- robustness(base_fit(), Sample = ~ region != "West", Robust = list(vcov = "HC1"))
  text <- capture.output(print(x))
  expect_true(any(grepl("2 of 2 variants have the baseline's sign", text)))
  expect_lt(length(text), 16)
  s <- summary(x)
  expect_equal(c(s$smallest, s$largest), range(x$estimate))
  expect_identical(capture.output(print(x, n = 1))[5], "... and 2 more: print(x, n = Inf)")
  fits <- as.list(x)
  expect_s3_class(fits, "ccd_models")
  expect_equal(coef(fits$Sample)[[1]], x$estimate[2])
  expect_identical(class(x[1:2, ]), "data.frame")
  expect_identical(generics::tidy(x), as.data.frame(x))
})

test_that("variants of a system are the systems made by hand", {
  equations <- list(
    output = log(output) ~ log(highways) + log(employment) + unemployment,
    jobs = log(employment) ~ log(output) + log(water) + log(utilities)
  )
  panel <- c("state", "year")
  fit <- system_reg(equations, state_capital, panel = panel)
  x <- robustness(
    fit, term = "jobs_log(output)", South = ~ region != "South", Early = list(period = 1970:1979),
    Robust = list(vcov = ~state), Weighted = list(weights = ~highways),
    Winsorised = list(winsorise = "output"),
    Capital = list(replace = c(output = "private_capital")), Iterated = update(fit, iterate = TRUE))
  d <- state_capital
  d$output <- suppressMessages(winsorise(d$output))
  capital <- list(
    output = log(private_capital) ~ log(highways) + log(employment) + unemployment,
    jobs = log(employment) ~ log(private_capital) + log(water) + log(utilities)
  )
  hand <- list(
    fit, system_reg(equations, subset(state_capital, region != "South")),
    system_reg(equations, subset(state_capital, year < 1980)),
    system_reg(equations, state_capital, vcov = ~state),
    system_reg(equations, state_capital, weights = ~highways), system_reg(equations, d),
    system_reg(capital, state_capital), system_reg(equations, state_capital, iterate = TRUE)
  )
  terms <- replace(rep("jobs_log(output)", 8), 7, "jobs_log(private_capital)")
  expect_identical(x$term, terms)
  expect_equal(
    x$estimate, unname(mapply(function(f, t) coef(f)[[t]], hand, terms)), tolerance = 1e-9
  )
  expect_equal(
    x$std.error, unname(mapply(function(f, t) sqrt(vcov(f)[t, t]), hand, terms)), tolerance = 1e-9
  )
  expect_output(print(x), "jobs_log(output) of a system by 3SLS", fixed = TRUE)
  expect_error(
    robustness(fit, A = list(effects = ~state)), "update", class = "ccdpanel_error_variant"
  )
  expect_error(
    robustness(fit, A = list(replace = c(price = "water"))), "price",
    class = "ccdpanel_error_column"
  )
})

test_that("no study takes one equation of a system for a fit of its own", {
  fit <- system_reg(
    list(output = log(output) ~ log(highways), jobs = log(employment) ~ log(water)), state_capital,
    method = "sur"
  )[["jobs"]]
  expect_error(
    robustness(fit, A = ~ year > 1975), "Study the system itself", class = "ccdpanel_error_fit"
  )
  expect_error(add_controls(fit, ~unemployment), "one equation", class = "ccdpanel_error_fit")
  expect_error(by_group(fit, ~region), "one equation", class = "ccdpanel_error_fit")
  expect_error(mediation_test(fit, ~unemployment), "one equation", class = "ccdpanel_error_fit")
  expect_error(moderation_test(fit, ~unemployment), "one equation", class = "ccdpanel_error_fit")
  expect_error(
    robustness(lm(mpg ~ wt, mtcars), A = ~ am == 1), "one of lm", class = "ccdpanel_error_fit"
  )
  expect_error(moderation_test(lm(mpg ~ wt, mtcars), ~hp), "fe_reg", class = "ccdpanel_error_fit")
})

test_that("wrong arguments", {
  fit <- base_fit()
  expect_error(robustness(1, A = ~ year > 1), class = "ccdpanel_error_fit")
  expect_error(robustness(fit), class = "ccdpanel_error_variant")
  expect_error(robustness(fit, ~ year > 1980), class = "ccdpanel_error_variant")
  expect_error(robustness(fit, A = 1), class = "ccdpanel_error_variant")
  expect_error(robustness(fit, A = list(cluster = ~state)), class = "ccdpanel_error_variant")
  expect_error(
    robustness(fit, A = list(replace = c(price = "water"))), "price",
    class = "ccdpanel_error_column"
  )
  expect_error(
    robustness(fit, A = list(winsorise = "price")), "price", class = "ccdpanel_error_column"
  )
  expect_error(robustness(fit, A = ~ year > 3000), class = "ccdpanel_error_refit")
  expect_error(
    robustness(fit, A = log(output) ~ unemployment | state), "has no coefficient",
    class = "ccdpanel_error_term"
  )
  expect_error(robustness(fit, A = ~ year > 1975, term = "price"), class = "ccdpanel_error_term")
  expect_error(robustness(fit, A = fit, combine = TRUE), class = "ccdpanel_error_variant")
  plain <- fe_reg(log(output) ~ unemployment | state, state_capital)
  expect_error(robustness(plain, A = list(period = 1970)), class = "ccdpanel_error_panel")
  expect_error(robustness(plain, A = list(estimator = "best")), class = "ccdpanel_error_choice")
})

test_that(
  "what is wrong with a variant is named; long names are cut in the middle; the summary prints", {
  fit <- fe_reg(
    log(output) ~ log(highways) | state + year, state_capital, panel = c("state", "year"),
    vcov = ~state
  )
  expect_error(robustness(fit), "there is no variant", class = "ccdpanel_error_variant")
  expect_error(robustness(fit, ~ year > 1975), "they have none", class = "ccdpanel_error_variant")
  expect_error(
    robustness(fit, a = list(zz = 1)), "not one with \"zz\"", class = "ccdpanel_error_variant"
  )
  expect_error(
    robustness(fit, a = list(period = 1900)), "not 1900.*1970.*1986",
    class = "ccdpanel_error_period"
  )
  variants <- lapply(1971:1985, function(y) list(period = setdiff(1970:1986, y)))
  names(variants) <- paste("all of the years of the sample but for the year", 1971:1985)
  checks <- do.call(robustness, c(list(fit), variants))
  text <- utils::capture.output(print(checks))
  expect_lte(max(nchar(text)), 80)
  expect_length(grep("[.][.].*1985 ", text), 1)
  expect_output(print(summary(checks)), "Estimates of 16 specifications.*Next: ")
  expect_identical(summary(checks)$variants, 15L)
})

test_that("a system's first slope is its term, not its constant", {
  system <- system_reg(
    list(a = log(output) ~ log(highways), b = log(employment) ~ unemployment), state_capital,
    method = "sur"
  )
  checks <- robustness(system, West = ~ region != "West")
  expect_identical(unique(checks$term), "a_log(highways)")
  expect_output(
    print(add_controls(system, ~unemployment)), "of the system's own covariance", fixed = TRUE
  )
})

test_that("a term that a formula puts in another's place is followed", {
  x <- robustness(
    base_fit(), Lagged = . ~ . - log(private_capital) + l(log(private_capital), 1),
    term = "log(private_capital)"
  )
  fit <- suppressMessages(fe_reg(
    log(output) ~ l(log(private_capital), 1) + unemployment | state + year, state_capital,
    panel = c("state", "year"), vcov = ~state
  ))
  expect_row(x, "Lagged", fit, "l(log(private_capital), 1)")
})

test_that("a condition with a dot is refused, and the formula shown that it may mean", {
  fit <- fe_reg(output ~ unemployment | state, state_capital)
  expect_warning(
    robustness(fit, a = ~ year > 1975, b = ~ . + highways), "one-sided",
    class = "ccdpanel_warning_variant"
  )
  expect_error(
    suppressWarnings(robustness(fit, b = ~ . + highways)), ". ~ . + highways", fixed = TRUE,
    class = "ccdpanel_error_variant"
  )
})

test_that("names of variants that R reads as an argument are errors", {
  fit <- base_fit()
  for (name in c("f", "fi", "fit")) {
    expect_error(
      do.call(robustness, c(list(fit), stats::setNames(list(~ year > 1975), name))),
      "another name", class = "ccdpanel_error_variant"
    )
  }
  expect_identical(robustness(fit = fit, f = ~ year > 1975)$variant, c("Baseline", "f"))
  for (name in c("term", "combine", "level")) {
    expect_error(
      do.call(robustness, c(list(fit, a = ~ year > 1975), stats::setNames(list(~ year > 1), name))),
      name, class = "ccdpanel_error_argument"
    )
  }
})

test_that("variants of a weighted fit on a part of gappy rows are those of fixest", {
  skip_if_not_installed("fixest")
  d <- gappy_panel()
  fit <- suppressMessages(fe_reg(
    y ~ x + q | state, d, weights = ~w, panel = c("state", "year"), vcov = ~state,
    subset = ~ year > 1970
  ))
  table <- suppressMessages(robustness(fit,
    ends = list(winsorise = c("x", "q"), probs = c(0.05, 0.95)),
    trimmed = list(winsorise = "q", trim = TRUE),
    yearly = list(winsorise = "q", by_period = TRUE, probs = c(0.1, 0.9)),
    seventies = list(period = 1975:1980), calm = ~ unemployment < 6,
    other = list(replace = c(q = "log(private_capital)")), more = . ~ . + e,
    years = list(effects = ~year), reweighted = list(weights = ~output),
    both = list(subset = ~ year < 1985, vcov = "HC1", effects = ~ state + year), level = 0.9
  ))
  base <- d[!is.na(d$x) & d$w > 0 & d$year > 1970, ]
  # Stata's percentiles are R's type 2.
  ends <- function(v, p) stats::quantile(v, p, type = 2)
  inside <- function(v, p) pmin(pmax(v, ends(v, p)[1]), ends(v, p)[2])
  expect_variant <- function(name, formula, data, vcov = ~state, weights = ~w) {
    hand <- fixest::feols(formula, data, weights = weights, vcov = vcov, notes = FALSE)
    expect_equal(
      unlist(table[table$variant == name, c(
        "estimate", "std.error", "statistic", "p.value", "conf.low", "conf.high", "nobs"
      )], use.names = FALSE),
      c(
        fixest::coeftable(hand)["x", ], unlist(stats::confint(hand, "x", level = 0.9)),
        stats::nobs(hand)
      ), tolerance = 1e-6, ignore_attr = TRUE, label = name
    )
  }
  formula <- y ~ x + q | state
  expect_variant("Baseline", formula, base)
  cut <- c(0.05, 0.95)
  expect_variant("ends", formula, transform(base, x = inside(x, cut), q = inside(q, cut)))
  kept <- base$q >= ends(base$q, 0.01) & base$q <= ends(base$q, 0.99)
  expect_variant("trimmed", formula, base[kept, ])
  yearly <- transform(base, q = stats::ave(q, year, FUN = function(v) inside(v, c(0.1, 0.9))))
  expect_variant("yearly", formula, yearly)
  expect_variant("seventies", formula, base[base$year %in% 1975:1980, ])
  expect_variant("calm", formula, base[base$unemployment < 6, ])
  expect_variant("other", y ~ x + log(private_capital) | state, base)
  expect_variant("more", y ~ x + q + e | state, base)
  expect_variant("years", y ~ x + q | year, base)
  expect_variant("reweighted", formula, d[!is.na(d$x) & d$year > 1970, ], weights = ~output)
  expect_variant("both", y ~ x + q | state + year, base[base$year < 1985, ], "hetero")
})
