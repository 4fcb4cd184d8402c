test_that("lmtest's coeftest works on a fit and agrees with it", {
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id, d, vcov = ~firm)
  skip_if_not_installed("lmtest")
  test <- lmtest::coeftest(fit)
  expect_equal(unname(test[, 1:4]), unname(summary(fit)$coefficients), ignore_attr = TRUE)
})
