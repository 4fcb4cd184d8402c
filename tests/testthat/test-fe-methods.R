test_that("deviance, sigma and the likelihood are those of lm with dummies, weights included", {
  d <- made_panel()
  for (weights in list(NULL, d$w)) {
    d$v <- weights %||% 1
    fit <- fe_reg(y ~ x + a | id, d, weights = if (!is.null(weights)) ~v)
    full <- stats::lm(y ~ x + a + factor(id), d, weights = v)
    expect_equal(deviance(fit), deviance(full), tolerance = 1e-9)
    expect_equal(sigma(fit), sigma(full), tolerance = 1e-9)
    expect_equal(as.numeric(logLik(fit)), as.numeric(logLik(full)), tolerance = 1e-9)
    expect_equal(c(AIC(fit), BIC(fit)), c(AIC(full), BIC(full)), tolerance = 1e-9)
  }
})

test_that("leverages are those of the dummies, and another covariance is computed from the data", {
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id, d)
  full <- stats::lm(y ~ x + a + factor(id), d)
  expect_equal(hatvalues(fit), unname(stats::hatvalues(full)), tolerance = 1e-9)
  expect_equal(fit_covariance(fit, "HC1")$v, fe_reg(y ~ x + a | id, d, vcov = "HC1")$covariance$v)
  expect_identical(fit_covariance(fit), fit$covariance)
})
