states <- function() {
  fe_reg(log(output) ~ log(highways) | state + year, state_capital, vcov = ~state)
}

# The same models by fixest, or lm where nothing is absorbed.
by_fixest <- function(formula, cluster = ~state, data = state_capital) {
  skip_if_not_installed("fixest")
  fixest::feols(formula, data, vcov = cluster, notes = FALSE, fixef.tol = 1e-11)
}

test_that("one by one: each model is the one fitted by hand", {
  models <- add_controls(states(), ~ log(private_capital) + unemployment)
  hand <- list(
    by_fixest(log(output) ~ log(highways) | state + year),
    by_fixest(log(output) ~ log(highways) + log(private_capital) | state + year),
    by_fixest(log(output) ~ log(highways) + log(private_capital) + unemployment | state + year)
  )
  expect_s3_class(models, "ccd_models")
  expect_identical(class(models)[1], "list")
  expect_named(models, c("(1)", "(2)", "(3)"))
  for (i in 1:3) {
    expect_equal(coef(models[[i]]), coef(hand[[i]]), tolerance = 1e-9)
    expect_equal(
      sqrt(diag(vcov(models[[i]]))), sqrt(diag(vcov(hand[[i]]))), tolerance = 1e-9,
      ignore_attr = TRUE
    )
  }
  expect_identical(
    attr(models, "steps")$controls, c("none", "+ log(private_capital)", "+ unemployment")
  )
})

test_that("from the full model as from the bare one; others of its terms stay", {
  full <- fe_reg(
    log(output) ~ unemployment + log(highways) + (log(private_capital)) | state + year,
    state_capital, vcov = ~state
  )
  models <- add_controls(full, ~ log(private_capital) + unemployment)
  bare <- add_controls(states(), ~ log(private_capital) + unemployment)
  expect_equal(lapply(models, coef), lapply(bare, coef))
  kept <- add_controls(full, ~unemployment)
  expect_named(coef(kept[[1]]), c("log(highways)", "log(private_capital)"))
  expect_identical(attr(kept, "steps")$controls, c("none", "unemployment"))
})

test_that("dropping each in turn, and each alone", {
  controls <- ~ log(private_capital) + unemployment + log(water)
  dropped <- add_controls(states(), controls, steps = "drop")
  terms <- lapply(dropped, function(fit) setdiff(names(coef(fit)), "log(highways)"))
  expect_identical(unname(terms), list(
    c("log(private_capital)", "unemployment", "log(water)"), c("unemployment", "log(water)"),
    c("log(private_capital)", "log(water)"),
    c("log(private_capital)", "unemployment")
  ))
  expect_identical(attr(dropped, "steps")$controls, c(
    "all", "without log(private_capital)", "without unemployment", "without log(water)"
  ))
  single <- add_controls(states(), controls, steps = "single")
  expect_identical(lengths(lapply(single, coef), use.names = FALSE), c(1L, 2L, 2L, 2L))
  expect_equal(
    coef(single[[4]]), coef(by_fixest(log(output) ~ log(highways) + log(water) | state + year)),
    tolerance = 1e-9
  )
})

test_that("a grid of controls by effects is that of a benchmark table", {
  models <- add_controls(
    states(), ~ log(private_capital) + unemployment,
    effects = list(none = ~0, ~state, both = ~ state + year)
  )
  steps <- attr(models, "steps")
  expect_identical(steps$effects, rep(c("none", "state", "both"), each = 2))
  expect_identical(steps$controls, rep(c("none", "all"), 3))
  plain <- stats::lm(
    log(output) ~ log(highways) + log(private_capital) + unemployment, state_capital
  )
  expect_equal(coef(models[[2]]), coef(plain), tolerance = 1e-9)
  expect_equal(
    coef(models[[3]]), coef(by_fixest(log(output) ~ log(highways) | state)), tolerance = 1e-9
  )
  expect_equal(coef(models[[6]]), coef(by_fixest(
    log(output) ~ log(highways) + log(private_capital) + unemployment | state + year
  )), tolerance = 1e-9)
  expect_equal(
    sqrt(vcov(models[[4]])[1, 1]),
    sqrt(vcov(by_fixest(
      log(output) ~ log(highways) + log(private_capital) + unemployment | state
    ))[1, 1]),
    tolerance = 1e-9
  )
  expect_identical(deparse(formula(models[[1]])), "log(output) ~ log(highways)")
})

test_that("instruments stay, with effects and without", {
  fit <- fe_reg(
    log(output) ~ 1 | state + year | log(private_capital) ~ l(log(private_capital), 1),
    state_capital, panel = c("state", "year"), vcov = ~state
  ) |>
    suppressMessages()
  models <- suppressMessages(add_controls(fit, ~unemployment, effects = list(~0, ~ state + year)))
  hand <- suppressMessages(list(
    fe_reg(
      log(output) ~ 1 | 0 | log(private_capital) ~ l(log(private_capital), 1), state_capital,
      panel = c("state", "year")
    ),
    fe_reg(
      log(output) ~ unemployment | state + year | log(private_capital) ~ l(log(private_capital), 1),
      state_capital, panel = c("state", "year")
    )
  ))
  expect_equal(coef(models[[1]]), coef(hand[[1]]))
  expect_equal(coef(models[[4]]), coef(hand[[2]]))
  expect_identical(models[[4]]$estimator, "2SLS")
})

test_that(
  "a common sample by default: rows lost to a control are lost to all models, and counted", {
  d <- state_capital
  d$unemployment[c(3, 50, 51)] <- NA
  fit <- fe_reg(log(output) ~ log(highways) | state + year, d)
  expect_message(
    models <- add_controls(fit, ~unemployment), "813 rows.*816",
    class = "ccdpanel_message_common_sample"
  )
  expect_identical(vapply(models, nobs, 0L, USE.NAMES = FALSE), c(813L, 813L))
  expect_equal(coef(models[[1]]), coef(by_fixest(
    log(output) ~ log(highways) | state + year, data = d[!is.na(d$unemployment), ]
  )), tolerance = 1e-9)
  expect_no_message(own <- add_controls(fit, ~unemployment, sample = "own"))
  expect_identical(vapply(own, nobs, 0L, USE.NAMES = FALSE), c(816L, 813L))
})

test_that(
  "subsets, weights and values from outside the data go along; a fit from a file does too", {
  shift <- 2
  make <- function(power) {
    fe_reg(
      log(output) ~ I(highways^power) | state, state_capital, subset = ~ year > 1975,
      weights = ~employment
    )
  }
  path <- withr_file()
  saveRDS(make(0.5), path)
  models <- add_controls(readRDS(path), ~ I(unemployment + shift))
  hand <- by_fixest(
    log(output) ~ sqrt(highways) + unemployment | state,
    data = NULL %||% state_capital[state_capital$year > 1975, ]
  )
  weighted <- stats::lm(
    log(output) ~ sqrt(highways) + unemployment + factor(state), state_capital,
    subset = year > 1975, weights = employment
  )
  expect_equal(unname(coef(models[[2]])), unname(coef(weighted)[2:3]), tolerance = 1e-8)
  expect_identical(nobs(models[[2]]), 528L)
  expect_identical(nobs(hand), 528L)
})

test_that("wrong arguments", {
  expect_error(add_controls(1, ~a), class = "ccdpanel_error_fit")
  expect_error(add_controls(states(), "unemployment"), class = "ccdpanel_error_formula")
  expect_error(
    add_controls(states(), ~unemployment, steps = "some"), class = "ccdpanel_error_choice"
  )
  expect_error(
    add_controls(states(), ~unemployment, effects = "state"), class = "ccdpanel_error_effects"
  )
  expect_error(add_controls(states(), ~nothing), "nothing", class = "ccdpanel_error_refit")
})

test_that("a control inside a product is taken out of it, whichever way round it is written", {
  d <- transform(state_capital, y = log(output), x = log(highways), q = unemployment)
  fit <- fe_reg(y ~ x * q + offset(log(water)) | state, d, weights = ~employment)
  by_lm <- function(formula) {
    stats::coef(stats::lm(formula, d, weights = employment))[c("x", "x:q")]
  }
  models <- add_controls(fit, ~q)
  expect_equal(
    coef(models[[1]]), by_lm(y - log(water) ~ x + x:q + state), tolerance = 1e-8
  )
  expect_equal(
    coef(models[[2]])[c("x", "x:q")], by_lm(y - log(water) ~ x * q + state), tolerance = 1e-8
  )
  models <- add_controls(fit, ~ q:x)
  expect_named(coef(models[[1]]), c("x", "q"))
  expect_named(coef(models[[2]]), c("x", "q", "x:q"))
})

test_that("what is no control, or is one twice, is an error", {
  fit <- fe_reg(log(output) ~ log(highways) | state, state_capital, panel = c("state", "year"))
  for (controls in c(~ water + water, ~ water:highways + highways:water, ~ offset(water), ~1)) {
    expect_error(add_controls(fit, controls), "controls", class = "ccdpanel_error_formula")
  }
  expect_error(
    add_controls(fit, ~ I(log(output)^2)), "dependent variable", class = "ccdpanel_error_formula"
  )
  expect_s3_class(suppressMessages(add_controls(fit, ~ l(log(output), 1))), "add_controls")
})

test_that("what the models have is said in the language of the print", {
  fit <- fe_reg(log(output) ~ log(highways) | state, state_capital)
  old <- options(ccdpanel.language = "zh")
  on.exit(options(old))
  added <- attr(add_controls(fit, ~ water + utilities), "heading")
  expect_identical(added[2:3], c("(1) \u65e0", "(2) + water"))
  dropped <- attr(add_controls(fit, ~ water + utilities, steps = "drop"), "heading")
  expect_identical(dropped[2:3], c("(1) \u5168\u90e8", "(2) \u53bb\u6389water"))
})
