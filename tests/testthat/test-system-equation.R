kmenta <- list(demand = consump ~ price + income, supply = consump ~ price + farmPrice + trend)

z <- ~ income + farmPrice + trend

test_that("an equation answers like a single fit: by 2SLS it is the fit of fe_reg", {
  data <- data_of("Kmenta", "systemfit")
  two <- system_reg(kmenta, data, z, method = "2sls", sigma = "geomean")
  eq <- two[["demand"]]
  single <- fe_reg(consump ~ income | 0 | price ~ farmPrice + trend, data)
  order <- names(coef(single))
  expect_equal(coef(eq)[order], coef(single), tolerance = 1e-10)
  expect_equal(vcov(eq)[order, order], vcov(single), tolerance = 1e-10)
  expect_equal(residuals(eq), residuals(single), tolerance = 1e-9)
  expect_equal(confint(eq)[order, ], confint(single), tolerance = 1e-9)
  for (f in list(
    nobs, df.residual, deviance, sigma, fitted, function(x) predict(x, data[2:5, ]),
    function(x) as.numeric(logLik(x)), function(x) x$r2
  )) {
    expect_equal(f(eq), f(single), tolerance = 1e-9)
  }
  expect_equal(
    glance(eq)[c("r.squared", "sigma", "statistic", "nobs")],
    glance(single)[c("r.squared", "sigma", "statistic", "nobs")], tolerance = 1e-9
  )
  expect_equal(weak_iv(eq)$statistic, weak_iv(single)$statistic, tolerance = 1e-9)
  expect_equal(iv_tests(eq)$statistic, iv_tests(single)$statistic, tolerance = 1e-9)
  expect_equal(model.matrix(eq)[, order], model.matrix(single)[, order])
})

test_that("in a 3SLS system it has the system's coefficients and covariances, recomputed too", {
  data <- data_of("Kmenta", "systemfit")
  three <- system_reg(kmenta, data, z)
  eq <- three[["supply"]]
  expect_equal(unname(coef(eq)), unname(coef(three)[4:7]))
  expect_equal(unname(vcov(eq)), unname(vcov(three)[4:7, 4:7]))
  expect_equal(unname(vcov(eq, "HC0")), unname(vcov(three, "HC0")[4:7, 4:7]))
  expect_equal(tidy(eq)$p.value, tidy(three)$p.value[4:7])
  expect_identical(three[["method"]], "3sls")
  expect_snapshot({
    summary(eq)
    equations(three)
  })
  expect_error(update(eq, . ~ . - trend), class = "ccdpanel_error_fit")
  expect_error(equations(fe_reg(consump ~ price, data)), class = "ccdpanel_error_fit")
})

test_that("effects, factors and lags come along; by least squares without instruments", {
  d <- made_panel()
  d$kind <- factor(d$firm %% 3)
  fit <- suppressMessages(system_reg(
    list(one = y ~ a + x + kind + l(x), two = a ~ y + z1 + z2), d, fe = ~ id + year,
    panel = c("id", "year")
  ))
  eq <- fit[["one"]]
  expect_equal(unname(fitted(eq)), unname(fitted(fit)[, "one"]), tolerance = 1e-9)
  expect_setequal(eq$instruments, c("z1", "z2"))
  expect_equal(names(fixef(fit)$one), c("id", "year"))
  sur <- system_reg(list(one = y ~ a + x, two = a ~ z1), d, method = "sur")
  expect_length(sur[["one"]]$endogenous, 0)
  expect_equal(unname(fitted(sur[["one"]])), unname(fitted(sur)[, "one"]), tolerance = 1e-10)
})

test_that("what is computed from an equation's own rows is refused where it is estimated jointly", {
  d <- two_equations(made_panel())
  eqs <- list(e1 = y1 ~ a + x, e2 = y2 ~ y1 + z1)
  z <- ~ x + z1 + z2
  of <- function(...) suppressMessages(system_reg(eqs, d, ..., fe = ~id))[["e1"]]
  tied <- of(method = "ols", restrictions = "e1_a = e2_y1")
  for (joint in list(of(z), of(method = "sur"), tied)) {
    for (asks in list(
      function() hatvalues(joint), function() fe_constant(joint),
      function() wild_bootstrap(joint, "a", draws = 99, cluster = ~firm)
    )) {
      expect_error(asks(), "jointly.*fe_reg\\(y1 ~", class = "ccdpanel_error_choice")
    }
  }
  alone <- of(z, method = "2sls", vcov = ~firm)
  single <- fe_reg(y1 ~ x | id | a ~ z1 + z2, d, vcov = ~firm)
  expect_equal(hatvalues(alone), hatvalues(single))
  expect_equal(fe_constant(alone)$estimate, fe_constant(single)$estimate)
  expect_equal(
    wild_bootstrap(alone, "a", draws = 99)$p_value, wild_bootstrap(single, "a", draws = 99)$p_value
  )
})

test_that("the summary of an equation prints R2 within both ways, and whose iteration stopped", {
  d <- made_panel()
  fit <- system_reg(list(one = y ~ x + z1, two = a ~ z1 + z2), d, fe = ~ id + year, method = "ols")
  eq <- fit[["one"]]
  alone <- fe_reg(y ~ x + z1 | id + year, d)
  expect_equal(glance(eq)$within.r.squared.xtreg, glance(alone)$within.r.squared.xtreg)
  said <- utils::capture.output(print(summary(eq)))
  number <- formatC(glance(alone)$within.r.squared.xtreg, digits = 4, format = "f")
  expect_match(paste(said, collapse = " "), paste0("or ", number, " \\(xtreg\\)"))
  eq$converged <- FALSE
  said <- utils::capture.output(print(summary(eq)))
  expect_match(said, "^Not converged", all = FALSE)
  expect_false(any(grepl("absorbed to the accuracy", said)))
})
