test_that(
  paste0(
    "a matrix, or a function that makes one, is taken as it is, with the fit's own ",
    "degrees of freedom"
  ),
  {
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id, d, vcov = ~firm)
  v <- matrix(c(4, 1, 1, 9), 2, dimnames = rep(list(c("x", "a")), 2))
  expect_equal(summary(fit, vcov = v)$coefficients[, "Std. Error"], c(x = 2, a = 3))
  expect_identical(vcov(fit, v[2:1, 2:1]), v)
  expect_identical(vcov(fit, unname(v)), v)
  expect_identical(vcov(fit, function(fit) v), v)
  expect_equal(confint(fit, vcov = v)[, 2] - coef(fit), stats::qt(.975, 11) * c(x = 2, a = 3))
})

test_that("a matrix of other coefficients is refused", {
  fit <- fe_reg(y ~ x + a | id, made_panel())
  for (bad in list(diag(3), matrix("1", 2, 2), matrix(1, 2, 3))) {
    expect_error(vcov(fit, bad), "one of 2 coefficients", class = "ccdpanel_error_vcov")
  }
})
