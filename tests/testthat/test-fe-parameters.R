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
