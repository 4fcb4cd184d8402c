test_that("the table of parameters", {
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id, d, vcov = cov_cr2(~firm))
  se <- sqrt(diag(vcov(fit)))
  skip_if_not_installed("parameters")
  table <- parameters::model_parameters(fit)
  expect_identical(table$Parameter, c("x", "a"))
  expect_equal(table$SE, unname(se), tolerance = 1e-12)
  expect_equal(unname(cbind(table$CI_low, table$CI_high)), unname(confint(fit)), tolerance = 1e-12)
  expect_equal(table$p, tidy(fit)$p.value, tolerance = 1e-12)
  expect_output(print(table), "Parameter")
  expect_equal(
    parameters::model_parameters(fit, vcov = "HC1")$SE, unname(sqrt(diag(vcov(fit, "HC1")))),
    tolerance = 1e-12
  )
})

test_that("errors, p-values, limits and statistics alone are those of the covariance asked for", {
  skip_if_not_installed("parameters")
  d <- made_panel()
  system <- system_reg(list(a = y ~ x + z1, b = a ~ x + z2), d)
  for (fit in list(fe_reg(y ~ x + a | id, d, vcov = ~firm), system)) {
    b <- unname(coef(fit))
    for (asked in list(NULL, "HC0", ~year)) {
      v <- vcov(fit, asked)
      se <- unname(sqrt(diag(v)))
      df <- if (is.null(asked)) fit$covariance$df else update(fit, vcov = asked)$covariance$df
      expect_identical(parameters::standard_error(fit, vcov = asked)$Parameter, names(coef(fit)))
      expect_equal(parameters::standard_error(fit, vcov = asked)$SE, se, tolerance = 1e-12)
      expect_equal(
        parameters::p_value(fit, vcov = asked)$p, 2 * pt(-abs(b / se), df), tolerance = 1e-12
      )
      limits <- parameters::ci(fit, ci = c(0.9, 0.5), vcov = asked)
      expect_equal(
        limits$CI_high, c(b + qt(0.95, df) * se, b + qt(0.75, df) * se), tolerance = 1e-12
      )
    }
    expect_equal(
      insight::get_statistic(fit)$Statistic, b / unname(sqrt(diag(vcov(fit)))), tolerance = 1e-12
    )
    expect_equal(
      parameters::p_value(fit, vcov = "vcovCL", vcov_args = list(cluster = ~year)),
      parameters::p_value(fit, vcov = ~year)
    )
    expect_error(
      parameters::p_value(fit, vcov = "HC0", vcov_args = list(type = "HC3")),
      class = "ccdpanel_error_vcov"
    )
    expect_error(parameters::ci(fit, method = "normal"), class = "ccdpanel_error_argument")
    expect_s3_class(parameters::model_parameters(fit), "parameters_model")
  }
  expect_identical(insight::find_statistic(system), "z-statistic")
})
