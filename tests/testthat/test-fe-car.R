test_that("car's tests and delta method use the fit's covariance", {
  skip_if_not_installed("car")
  fit <- fe_reg(y ~ x + a | id, made_panel(), vcov = ~firm)
  test <- car::linearHypothesis(fit, "x = 2", test = "F")
  f <- (coef(fit)[["x"]] - 2)^2 / vcov(fit)["x", "x"]
  expect_equal(test$F[2], f, tolerance = 1e-9)
  groups <- length(unique(made_panel()$firm))
  expect_equal(test$`Pr(>F)`[2], stats::pf(f, 1, groups - 1, lower.tail = FALSE), tolerance = 1e-9)
  expect_equal(
    car::linearHypothesis(fit, "x = 2", test = "F", error.df = 7)$`Pr(>F)`[2],
    stats::pf(f, 1, 7, lower.tail = FALSE), tolerance = 1e-9
  )
  b <- coef(fit)
  gradient <- c(1 / b[["a"]], -b[["x"]] / b[["a"]]^2)
  expect_equal(
    car::deltaMethod(fit, "x / a")$SE, sqrt(drop(gradient %*% vcov(fit) %*% gradient)),
    tolerance = 1e-9
  )
})
