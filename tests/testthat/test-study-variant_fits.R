test_that("only a column that the variant's model names is winsorised", {
  fit <- fe_reg(
    log(output) ~ log(private_capital) | state, state_capital, vcov = ~state,
    weights = ~employment
  )
  expect_error(
    robustness(fit, a = list(winsorise = "water")), "which the model does not name",
    class = "ccdpanel_error_column"
  )
  expect_warning(
    x <- robustness(fit, a = list(winsorise = "water"), b = list(vcov = "HC1")), "does not name"
  )
  expect_identical(is.na(x$estimate), c(FALSE, TRUE, FALSE))
  # In the weights, in a new formula and in the place of another it is named
  d <- state_capital
  d$employment <- suppressMessages(winsorise(d$employment, c(0.1, 0.9)))
  d$water <- suppressMessages(winsorise(d$water, c(0.1, 0.9)))
  probs <- c(0.1, 0.9)
  x <- robustness(
    fit, Weights = list(winsorise = "employment", probs = probs),
    Formula = list(formula = . ~ . + water, winsorise = "water", probs = probs),
    Place = list(replace = c(output = "water"), winsorise = "water", probs = probs)
  )
  by_lm <- function(formula, data, weights) {
    data$w <- weights
    stats::coef(stats::lm(formula, data, weights = w))[["log(private_capital)"]]
  }
  w <- state_capital$employment
  expect_equal(x$estimate[-1], c(
    by_lm(log(output) ~ log(private_capital) + state, d, d$employment),
    by_lm(log(output) ~ log(private_capital) + water + state, d, w),
    by_lm(log(water) ~ log(private_capital) + state, d, w)
  ), tolerance = 1e-8)
})

test_that("a coefficient of a factor's level is followed through a replacement", {
  fit <- fe_reg(log(output) ~ factor(region) + log(highways), state_capital)
  x <- robustness(
    fit, a = list(replace = c(output = "water")), term = "factor(region)South"
  )
  expect_equal(
    x$estimate[2],
    stats::coef(stats::lm(
      log(water) ~ factor(region) + log(highways), state_capital
    ))[["factor(region)South"]],
    tolerance = 1e-8
  )
})
