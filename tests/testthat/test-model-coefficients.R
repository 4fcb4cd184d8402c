test_that("confidence limits, with another covariance too", {
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id, d)
  full <- stats::lm(y ~ x + a + factor(id), d)
  expect_equal(unname(confint(fit)), unname(confint(full, c("x", "a"))), tolerance = 1e-8)
  expect_equal(
    unname(confint(fit, "a", level = 0.9)), unname(confint(full, "a", level = 0.9)),
    tolerance = 1e-8
  )
  se <- sqrt(diag(vcov(fit, ~firm)))
  expect_equal(
    confint(fit, vcov = ~firm)[, 2], coef(fit) + stats::qt(.975, 11) * se, tolerance = 1e-12
  )
})
