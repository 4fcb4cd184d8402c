test_that("one-way: Hausman is plm's, and so are the coefficients", {
  skip_if_not_installed("plm")
  d <- data_of("Grunfeld", "plm")
  out <- hausman_test(fe_reg(inv ~ value + capital | firm, d))
  fixed <- plm::plm(inv ~ value + capital, d, model = "within")
  random <- plm::plm(inv ~ value + capital, d, model = "random")
  hand <- plm::phtest(fixed, random)
  expect_equal(out$statistic[1], unname(hand$statistic), tolerance = 1e-8)
  expect_equal(out$p.value[1], unname(hand$p.value), tolerance = 1e-8)
  # plm's vignette prints 2.3304 with 2 degrees of freedom, p .3119
  expect_equal(out$statistic[1], 2.3304, tolerance = 1e-4)
  expect_equal(attr(out, "coefficients")$random, unname(stats::coef(random)[-1]), tolerance = 1e-9)
  expect_identical(out$prefers[1], "random")
})

test_that("Mundlak's by lm and sandwich", {
  skip_if_not_installed("plm")
  skip_if_not_installed("sandwich")
  d <- data_of("Grunfeld", "plm")
  out <- hausman_test(fe_reg(inv ~ value + capital | firm, d))
  d$mv <- stats::ave(d$value, d$firm)
  d$mc <- stats::ave(d$capital, d$firm)
  hand <- stats::lm(inv ~ value + capital + mv + mc, d)
  v <- sandwich::vcovCL(hand, ~firm, type = "HC1")[c("mv", "mc"), c("mv", "mc")]
  b <- stats::coef(hand)[c("mv", "mc")]
  expect_equal(out$statistic[3], sum(b * solve(v, b)) / 2, tolerance = 1e-8)
  expect_identical(out$df2[3], 9)
  # The pooled coefficients beside the means are the within ones: Mundlak's identity
  expect_equal(
    unname(stats::coef(hand)[c("value", "capital")]), attr(out, "coefficients")$fixed,
    tolerance = 1e-8
  )
})

test_that("year effects enter both models as dummies; fixed effects are the fit's own", {
  skip_if_not_installed("plm")
  fit <- fe_reg(
    log(output) ~ log(private_capital) + unemployment | state + year, state_capital,
    panel = c("state", "year")
  )
  out <- hausman_test(fit)
  expect_equal(attr(out, "coefficients")$fixed, unname(coef(fit)), tolerance = 1e-8)
  d <- plm::pdata.frame(transform(state_capital, t = factor(year)), c("state", "year"))
  random <- plm::plm(log(output) ~ log(private_capital) + unemployment + t, d, model = "random")
  expect_equal(attr(out, "coefficients")$random, unname(stats::coef(random)[2:3]), tolerance = 1e-8)
  expect_true(is.na(out$statistic[1]))
  expect_match(out$note[1], "not positive definite")
  expect_gt(out$statistic[2], 0)
  expect_output(print(out), "not defined")
})

test_that("the tests reject where the effects go with the regressor, and not where they do not", {
  skip_if_not_installed("plm")
  set.seed(9)
  u <- rep(stats::rnorm(80), each = 6)
  d <- data.frame(id = rep(1:80, each = 6), x = stats::rnorm(480))
  d$free <- d$x + u + stats::rnorm(480)
  d$bound <- d$x + u
  d$y <- d$bound + u + stats::rnorm(480)
  expect_identical(hausman_test(fe_reg(y ~ bound | id, d))$prefers, rep("fixed", 3))
  expect_identical(hausman_test(fe_reg(free ~ x | id, d))$prefers, rep("random", 3))
})

test_that("plain tables and wrong arguments", {
  skip_if_not_installed("plm")
  fit <- fe_reg(log(output) ~ unemployment | state, state_capital)
  out <- hausman_test(fit)
  expect_identical(class(as.data.frame(out)), "data.frame")
  expect_identical(generics::tidy(out), as.data.frame(out))
  expect_lt(length(capture.output(print(out))), 14)
  expect_error(hausman_test(1), class = "ccdpanel_error_fit")
  expect_error(
    hausman_test(fe_reg(log(output) ~ unemployment | state, state_capital, weights = ~employment)),
    class = "ccdpanel_error_fit"
  )
  expect_error(
    hausman_test(fe_reg(log(output) ~ unemployment, state_capital)), class = "ccdpanel_error_unit"
  )
  expect_error(hausman_test(fit, unit = ~region), "region", class = "ccdpanel_error_unit")
  few <- data.frame(
    y = stats::rnorm(9), id = rep(1:3, each = 3), a = stats::rnorm(9), b = stats::rnorm(9),
    c = stats::rnorm(9)
  )
  expect_error(
    suppressWarnings(hausman_test(fe_reg(y ~ a + b + c | id, few))), "random",
    class = "ccdpanel_error_not_estimable"
  )
})

test_that("under one error variance the statistic is that of the auxiliary regression in plain R", {
  skip_if_not_installed("plm")
  d <- data.frame(
    y = log(state_capital$output), x1 = log(state_capital$highways),
    x2 = state_capital$unemployment, id = state_capital$state
  )
  out <- hausman_test(fe_reg(y ~ x1 + x2 | id, d))
  # Swamy and Arora's variances, from the regressions within and between units
  mean_of <- function(v) stats::ave(v, d$id)
  within <- stats::lm(I(y - mean_of(y)) ~ 0 + I(x1 - mean_of(x1)) + I(x2 - mean_of(x2)), d)
  n <- 48
  t <- 17
  s2_e <- sum(stats::resid(within)^2) / (n * t - n - 2)
  means <- stats::aggregate(d[c("y", "x1", "x2")], d["id"], mean)
  between <- stats::lm(y ~ x1 + x2, means)
  s2_1 <- t * sum(stats::resid(between)^2) / (n - 3)
  theta <- 1 - sqrt(s2_e / s2_1)
  part <- function(v) v - theta * mean_of(v)
  restricted <- stats::lm(part(y) ~ I(rep(1 - theta, n * t)) + part(x1) + part(x2) - 1, d)
  whole <- stats::lm(
    part(y) ~ I(
      rep(1 - theta, n * t)
    ) + part(x1) + part(x2) + I(x1 - mean_of(x1)) + I(x2 - mean_of(x2)) - 1,
    d
  )
  expected <- (
    sum(stats::resid(restricted)^2) - sum(stats::resid(whole)^2)
  ) / (sum(stats::resid(restricted)^2) / (n * t - 3))
  expect_equal(out$statistic[out$test == "sigmamore"], expected, tolerance = 1e-8)
})

test_that("the test is saved as it prints, and its data frames to Excel", {
  for (package in c("plm", "writexl", "readxl")) skip_if_not_installed(package)
  d <- data_of("Grunfeld", "plm")
  out <- hausman_test(fe_reg(inv ~ value + capital | firm, d))
  lines <- readLines(save_table(out, tempfile(fileext = ".md")))
  # plm's vignette: 2.3304 with 2 degrees of freedom, p .3119
  expect_match(lines, "| Hausman chi2(2) |  |  | 2.330 (0.3119) |", fixed = TRUE, all = FALSE)
  expect_match(lines, "| Mundlak F(2, 9), clustered by unit |", fixed = TRUE, all = FALSE)
  fixed <- stats::coef(plm::plm(inv ~ value + capital, d, model = "within"))
  expect_match(
    lines, paste0("| value | ", formatC(fixed[["value"]], digits = 3, format = "f"), " | "),
    fixed = TRUE, all = FALSE
  )
  expect_match(lines, "10 units, 200 rows", all = FALSE)
  path <- save_table(out, tempfile(fileext = ".xlsx"))
  expect_equal(readxl::read_excel(path, "tests")$p.value, out$p.value, tolerance = 1e-12)
  expect_equal(readxl::read_excel(path, "coefficients")$fixed, unname(fixed), tolerance = 1e-10)
  one <- hausman_test(fe_reg(
    log(output) ~ unemployment | state + year, state_capital, panel = c("state", "year")
  ))
  expect_match(
    readLines(save_table(one, tempfile(fileext = ".md"))),
    "^. unemployment . [^|]+ . [^|]+ . [^|]+ .$", all = FALSE
  )
})

test_that("the test does not depend on units of measurement", {
  skip_if_not_installed("plm")
  fit <- function(unit, of_y = 1) {
    d <- state_capital
    d$highways <- d$highways * unit
    d$output <- d$output * of_y
    hausman_test(fe_reg(output ~ highways + unemployment | state, d, panel = c("state", "year")))
  }
  right <- fit(1)
  for (unit in 10^c(-140, -20, 20, 140)) {
    expect_equal(fit(unit)$statistic, right$statistic, tolerance = 1e-6)
    expect_equal(fit(1, unit)$statistic, right$statistic, tolerance = 1e-6)
    expect_equal(
      attr(fit(1, unit), "coefficients")$fixed, unit * attr(right, "coefficients")$fixed,
      tolerance = 1e-9
    )
  }
})

test_that("what has the same mean in all units tests nothing, and is not counted", {
  skip_if_not_installed("plm")
  d <- data_of("Grunfeld", "plm")
  # Dummies of time as regressors are dummies of time as an effect
  dummies <- hausman_test(fe_reg(inv ~ value + capital + factor(year) | firm, d))
  effect <- hausman_test(fe_reg(inv ~ value + capital | firm + year, d))
  columns <- c("test", "statistic", "df1", "df2", "p.value")
  expect_equal(as.data.frame(dummies)[columns], as.data.frame(effect)[columns], tolerance = 1e-7)
  expect_equal(dummies$df1, c(2, 2, 2))
  expect_match(dummies$note[2], "test nothing")
  expect_output(print(dummies), "not counted")
  # A trend: by one error variance, the auxiliary regression, with two means beside three regressors
  out <- hausman_test(fe_reg(inv ~ value + capital + year | firm, d))
  mean_of <- function(v) stats::ave(v, d$firm)
  within <- stats::lm(inv ~ value + capital + year + factor(firm), d)
  means <- stats::aggregate(d[c("inv", "value", "capital")], d["firm"], mean)
  between <- stats::lm(inv ~ value + capital, means)
  theta <- 1 - sqrt(summary(within)$sigma^2 / (20 * summary(between)$sigma^2))
  off <- as.data.frame(lapply(d[c("inv", "value", "capital", "year")], function(v) {
    v - theta * mean_of(v)
  }))
  off$mv <- mean_of(d$value)
  off$mc <- mean_of(d$capital)
  less <- stats::lm(inv ~ value + capital + year, off)
  more <- stats::lm(inv ~ value + capital + year + mv + mc, off)
  expect_equal(
    out$statistic[2], (stats::deviance(less) - stats::deviance(more)) / summary(less)$sigma^2,
    tolerance = 1e-8
  )
  expect_equal(out$df1[2], 2)
  none <- hausman_test(fe_reg(inv ~ year | firm, d))
  expect_true(all(is.na(none$statistic)) && all(is.na(none$p.value)))
  expect_output(print(none), "same\\s+means")
})

test_that("units with one row are in the random effects, as in plm, and said", {
  skip_if_not_installed("plm")
  # Of ten firms seven keep one year; the others all.
  d <- data_of("Grunfeld", "plm")
  d <- d[d$firm <= 3 | d$year == 1934 + d$firm, ]
  d <- rbind(d, transform(data_of("Grunfeld", "plm")[61:120, ], firm = firm + 10))
  fit <- suppressMessages(fe_reg(inv ~ value + capital | firm, d))
  expect_identical(fit$sample$counts$singletons, 7L)
  out <- hausman_test(fit)
  p <- plm::pdata.frame(d, c("firm", "year"))
  fixed <- plm::plm(inv ~ value + capital, p, model = "within")
  random <- plm::plm(inv ~ value + capital, p, model = "random")
  expect_equal(
    out$statistic[1], unname(plm::phtest(fixed, random)$statistic), tolerance = 1e-8
  )
  expect_equal(attr(out, "coefficients")$random, unname(stats::coef(random)[-1]), tolerance = 1e-8)
  expect_equal(attr(out, "coefficients")$fixed, unname(coef(fit)), tolerance = 1e-10)
  expect_output(
    print(out), "13 units, 127 rows; units with one row,\\s+of\\s+random\\s+effects alone: 7"
  )
  expect_equal(out$df2[3], 12)
})
