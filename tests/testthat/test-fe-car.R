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

test_that("hypotheses of regressors in different units are tested together", {
  skip_if_not_installed("car")
  d <- state_capital
  known <- function(fit, v, value = c(0, 0)) {
    gap <- coef(fit) - value
    s <- 1 / sqrt(diag(v))
    sum(gap * s * solve(v * outer(s, s), gap * s))
  }
  fit <- fe_reg(log(output) ~ highways + unemployment | state, d, vcov = ~state)
  right <- known(fit, vcov(fit))
  for (unit in 10^c(-120, -20, -6, 6, 20, 120)) {
    d$highways <- state_capital$highways * unit
    scaled <- update(fit, data = d)
    test <- car::linearHypothesis(scaled, c("highways = 0", "unemployment = 0"))
    expect_equal(test[2, "Chisq"], right)
  }
  expect_match(attr(test, "heading")[2], "highways = 0", fixed = TRUE)
  expect_equal(drop(attr(test, "value")), coef(scaled), ignore_attr = TRUE)
  expect_equal(attr(test, "vcov"), vcov(scaled), ignore_attr = TRUE)
})

test_that("linearHypothesis() takes the covariances of vcov(), and no unknown argument", {
  skip_if_not_installed("car")
  fit <- fe_reg(log(output) ~ highways + unemployment | state, state_capital)
  expect_equal(
    car::linearHypothesis(fit, "unemployment = 0", vcov. = ~state)[2, "Chisq"],
    coef(fit)[["unemployment"]]^2 / vcov(fit, ~state)[2, 2]
  )
  argument <- "ccdpanel_error_argument"
  expect_error(car::linearHypothesis(fit, "unemployment = 0", cluster = ~state), class = argument)
  restrictions <- "ccdpanel_error_restrictions"
  expect_error(car::linearHypothesis(fit, "nope = 0"), class = restrictions)
  expect_error(car::linearHypothesis(fit, c(1, 0, 0)), class = restrictions)
  expect_error(
    car::linearHypothesis(fit, c("unemployment = 0", "2 * unemployment = 0")), class = restrictions
  )
})

test_that("one hypothesis has its own degrees of freedom under CR2: clubSandwich's Wald test", {
  skip_if_not_installed("car")
  skip_if_not_installed("clubSandwich")
  d <- state_capital
  fit <- fe_reg(
    log(output) ~ log(highways) + log(private_capital) | state, d, vcov = cov_cr2(~state)
  )
  dummies <- lm(log(output) ~ 0 + log(highways) + log(private_capital) + factor(state), d)
  peer <- clubSandwich::Wald_test(
    dummies, cbind(matrix(c(1, -1), 1), matrix(0, 1, 48)),
    clubSandwich::vcovCR(dummies, d$state, "CR2")
  )
  test <- car::linearHypothesis(fit, "log(highways) = log(private_capital)", test = "F")
  expect_equal(test$F[2], peer$Fstat, tolerance = 1e-8)
  expect_equal(test$Res.Df[2], peer$df_denom, tolerance = 1e-6)
  expect_equal(test$`Pr(>F)`[2], peer$p_val, tolerance = 1e-6)
})

# car's own: no `white.adjust`, and the residuals' degrees of freedom whatever the covariance.
test_that("Anova() is that of the covariance, with its degrees of freedom", {
  skip_if_not_installed("car")
  d <- with_factor()
  fit <- fe_reg(y ~ x * f + a | id, d, vcov = ~firm)
  full <- lm(y ~ x * f + a + factor(id), d)
  iid <- car::Anova(fit, test.statistic = "F", vcov. = "iid")
  peer <- car::Anova(full)
  terms <- c("x", "f", "a", "x:f")
  expect_equal(iid[terms, "F"], peer[terms, "F value"], tolerance = 1e-8)
  expect_equal(iid[terms, "Pr(>F)"], peer[terms, "Pr(>F)"], tolerance = 1e-8)
  third <- car::Anova(fit, type = "III", vcov. = "iid", test.statistic = "F")
  expect_equal(third[terms, "F"], car::Anova(full, type = 3)[terms, "F value"], tolerance = 1e-8)
  own <- car::Anova(fit, test.statistic = "F")
  f <- coef(fit)[["a"]]^2 / vcov(fit)["a", "a"]
  expect_equal(own["a", "F"], f, tolerance = 1e-8)
  expect_equal(own["a", "Pr(>F)"], pf(f, 1, 11, lower.tail = FALSE), tolerance = 1e-8)
  expect_equal(car::Anova(fit)["a", "Chisq"], f, tolerance = 1e-8)
  expect_error(car::Anova(fit, white.adjust = "hc1"), class = "ccdpanel_error_vcov")
  expect_error(car::Anova(fit, cluster = ~id), class = "ccdpanel_error_argument")
})

test_that("hypotheses are printed with the coefficients' names as they are", {
  skip_if_not_installed("car")
  fit <- suppressMessages(fe_reg(
    log(output) ~ l(unemployment, -1:2) + log(water) | state, state_capital,
    panel = c("state", "year"), vcov = ~state
  ))
  asked <- c(
    "l(unemployment, -1:2)-1 = 0", "l(unemployment, -1:2)1 - 2 * l(unemployment, -1:2)2 = 3",
    "log(water) = 1"
  )
  shown <- attr(car::linearHypothesis(fit, asked), "heading")[2:4]
  expect_identical(gsub(" ", "", shown), gsub("[ *]", "", asked))
})
