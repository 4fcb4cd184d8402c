kmenta <- list(demand = consump ~ price + income, supply = consump ~ price + farmPrice + trend)

test_that("fitted, predict and residuals by equation", {
  data <- data_of("Kmenta", "systemfit")
  fit <- system_reg(kmenta, data, ~ income + farmPrice + trend)
  expect_equal(colnames(residuals(fit)), c("demand", "supply"))
  expect_equal(unname(fitted(fit) + residuals(fit)), unname(cbind(data$consump, data$consump)))
  expect_equal(unname(predict(fit, data)), unname(fitted(fit)), tolerance = 1e-12)
  expect_equal(
    unname(predict(fit, data[3:4, ])[, "supply"]), drop(cbind(1, data$price, data$farmPrice, data$trend)[3:4, ] %*% coef(fit)[4:7]),
    tolerance = 1e-12
  )
  d <- made_panel()
  absorbed <- system_reg(list(a = y ~ x), d, fe = ~id)
  expect_error(predict(absorbed, d), class = "ccdpanel_error_newdata")
})

test_that("tidy has an equation column; confint, glance and coeftest agree with the covariance", {
  data <- data_of("Kmenta", "systemfit")
  fit <- system_reg(kmenta, data, ~ income + farmPrice + trend, sigma = "geomean")
  t <- tidy(fit, conf.int = TRUE)
  expect_identical(t$equation, rep(c("demand", "supply"), c(3, 4)))
  expect_identical(t$term[4:5], c("(Intercept)", "price"))
  df <- rep(c(17, 16), c(3, 4))
  expect_equal(t$p.value, 2 * stats::pt(-abs(t$estimate / t$std.error), df), tolerance = 1e-12)
  expect_equal(t$conf.high, t$estimate + stats::qt(.975, df) * t$std.error, tolerance = 1e-12)
  expect_equal(glance(fit)$nobs, 20)
  expect_identical(formula(fit)$demand, consump ~ price + income, ignore_formula_env = TRUE)
})

test_that("a system prints every choice", {
  data <- data_of("Kmenta", "systemfit")
  withr_options(list(show.signif.stars = FALSE), environment())
  expect_snapshot({
    system_reg(kmenta, data, ~ income + farmPrice + trend)
    summary(system_reg(kmenta, data, ~ income + farmPrice + trend, method = "2sls", sigma = "geomean"), vcov = "HC0")
  })
})
