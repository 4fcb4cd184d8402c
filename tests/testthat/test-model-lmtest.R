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

test_that("coefci() is confint() under every covariance, and takes lmtest's arguments", {
  skip_if_not_installed("lmtest")
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id, d, vcov = ~firm)
  for (vcov in list(NULL, "HC1", ~id, cov_cr2(~firm), cov_dk(2, c("id", "year")))) {
    expect_identical(lmtest::coefci(fit, vcov. = vcov), confint(fit, vcov = vcov))
  }
  b <- coef(fit)
  se <- sqrt(diag(vcov(fit)))
  expect_equal(
    lmtest::coefci(fit, "a", level = 0.9)[1, ], b[["a"]] + c(-1, 1) * qt(.95, 11) * se[["a"]],
    ignore_attr = TRUE
  )
  expect_equal(lmtest::coefci(fit, df = 0)[, 2], b + qnorm(.975) * se)
  expect_equal(lmtest::coefci(fit, df = 5)[, 2], b + qt(.975, 5) * se)
  expect_error(lmtest::coefci(fit, cluster = ~id), "vcov", class = "ccdpanel_error_argument")
  # The same limits for who comes by another way.
  limits <- unname(confint(fit))
  tidied <- tidy(fit, conf.int = TRUE)
  expect_equal(unname(as.matrix(tidied[c("conf.low", "conf.high")])), limits)
  skip_if_not_installed("car")
  expect_equal(unname(car::Confint(fit)[, 2:3]), limits)
  skip_if_not_installed("parameters")
  expect_equal(parameters::model_parameters(fit)$CI_low, limits[, 1])
})

test_that("coefci() of a system is confint()", {
  skip_if_not_installed("lmtest")
  fit <- system_reg(grunfeld_equations, grunfeld_wide(), method = "sur")
  expect_identical(lmtest::coefci(fit), confint(fit))
})

test_that("tests of lmtest that fit the variables again are of fits without effects alone", {
  skip_if_not_installed("lmtest")
  d <- made_panel()
  plain <- fe_reg(y ~ x + a, d)
  ols <- stats::lm(y ~ x + a, d)
  fits <- list(fe_reg(y ~ x + a | id, d), fe_reg(y ~ x | 0 | a ~ z1, d))
  dummies <- fe_reg(y ~ x + a + factor(id), d)
  tests <- c("bptest", "bgtest", "dwtest", "gqtest", "harvtest", "hmctest", "raintest", "resettest")
  for (name in tests) {
    test <- getExportedValue("lmtest", name)
    set.seed(1)
    found <- test(plain)$statistic
    set.seed(1)
    expect_equal(found, test(ols)$statistic)
    for (fit in fits) expect_error(test(fit), name, class = "ccdpanel_error_fit")
  }
  for (test in list(lmtest::jtest, lmtest::coxtest)) {
    expect_error(test(fits[[1]], fe_reg(y ~ z1 | id, d)), class = "ccdpanel_error_fit")
  }
  expect_equal(
    lmtest::dwtest(dummies)$statistic, lmtest::dwtest(y ~ x + a + factor(id), data = d)$statistic
  )
})
