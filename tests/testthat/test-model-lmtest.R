test_that("lmtest's coeftest works on a fit and agrees with it", {
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id, d, vcov = ~firm)
  skip_if_not_installed("lmtest")
  test <- lmtest::coeftest(fit)
  expect_equal(unname(test[, 1:4]), unname(summary(fit)$coefficients), ignore_attr = TRUE)
})

test_that("coeftest() swallows no argument", {
  skip_if_not_installed("lmtest")
  fit <- fe_reg(log(output) ~ highways | state, state_capital)
  expect_error(lmtest::coeftest(fit, cluster = ~state), "vcov", class = "ccdpanel_error_argument")
  skip_if_not_installed("sandwich")
  expect_equal(
    lmtest::coeftest(fit, sandwich::vcovCL, cluster = ~state)[, 2],
    sqrt(sandwich::vcovCL(fit, cluster = ~state)[1, 1])
  )
})
