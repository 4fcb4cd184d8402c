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

test_that("the hypotheses of a system are advised as R reads them", {
  skip_if_not_installed("car")
  d <- made_panel()
  fit <- system_reg(list(one = y ~ x, two = u ~ x), d, method = "sur")
  asked <- c("one_x = two_x", "one_x = 0")
  said <- conditionMessage(expect_error(
    car::linearHypothesis(fit, asked), class = "ccdpanel_error_fit"
  ))
  said <- gsub("\\s+", " ", said)
  advised <- regmatches(said, regexpr("test_restrictions\\([^`]*\\)", said))
  expect_equal(eval(str2lang(advised)), test_restrictions(fit, asked))
})

test_that("variance inflation is of an equation, not of a system", {
  skip_if_not_installed("car")
  d <- made_panel()
  fit <- system_reg(list(one = y ~ x + a, two = u ~ x), d, method = "ols")
  expect_error(car::vif(fit), "one equation", class = "ccdpanel_error_fit")
  expect_equal(car::vif(fit[["one"]]), car::vif(stats::lm(y ~ x + a, d)))
})
