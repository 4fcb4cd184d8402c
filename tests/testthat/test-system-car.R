test_that("linear hypotheses: of one equation by car, of a system by its own tests", {
  skip_if_not_installed("car")
  fit <- system_reg(kmenta, data_of("Kmenta", "systemfit"), kmenta_z)
  expect_error(
    car::linearHypothesis(fit, "demand_price = 0"), "test_restrictions.*demand_price = 0",
    class = "ccdpanel_error_fit"
  )
  one <- car::linearHypothesis(fit[["demand"]], "price = 0")
  both <- test_restrictions(fit, "demand_price = 0")
  expect_equal(one[["Chisq"]][2], both$statistic[both$test == "wald"], tolerance = 1e-10)
})
