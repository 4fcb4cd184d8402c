value <- function(fit, test, ...) {
  t <- iv_tests(fit, ...)
  t$statistic[t$test == test]
}

test_that("Sargan and Durbin-Wu-Hausman, by regressions on the residuals", {
  d <- made_panel()
  fit <- fe_reg(y ~ x | 0 | a ~ z1 + z2, d)
  d$r <- residuals(fit)
  n <- nrow(d)
  expect_equal(
    value(fit, "sargan"), n * summary(stats::lm(r ~ x + z1 + z2, d))$r.squared, tolerance = 1e-9
  )
  # Durbin: n times the share of the least squares residual sum of squares that the first-stage
  # residual explains
  d$v <- stats::lm(a ~ x + z1 + z2, d)$residuals
  restricted <- stats::lm(y ~ x + a, d)
  expect_equal(
    value(fit, "durbin_wu_hausman"),
    n * (1 - stats::deviance(stats::lm(y ~ x + a + v, d)) / stats::deviance(restricted)),
    tolerance = 1e-8
  )
  expect_true(is.na(value(fe_reg(y ~ x | 0 | a ~ z1, d), "sargan")))
})

test_that("Hansen's J: two-step GMM written out on demeaned data, with effects", {
  d <- made_panel(units = 15)
  within <- function(v) {
    stats::residuals(stats::lm(v ~ x + factor(id), cbind(v = v, d[c("x", "id")])))
  }
  z <- cbind(within(d$z1), within(d$z2))
  a <- within(d$a)
  y <- within(d$y)
  gmm <- function(s) {
    drop(solve(t(a) %*% z %*% solve(s, t(z) %*% a), t(a) %*% z %*% solve(s, t(z) %*% y)))
  }
  u <- y - a * gmm(crossprod(z))
  criterion <- function(s) {
    g <- t(z) %*% (y - a * gmm(s))
    drop(t(g) %*% solve(s, g))
  }
  fit <- fe_reg(y ~ x | id | a ~ z1 + z2, d, vcov = "HC1")
  expect_equal(value(fit, "hansen_j"), criterion(crossprod(z * u)), tolerance = 1e-8)
  expect_equal(
    value(fit, "hansen_j", vcov = ~firm), criterion(crossprod(rowsum(z * u, d$firm))),
    tolerance = 1e-8
  )
})

test_that("the C statistic of endogeneity has the size of a chi-squared under the null", {
  p <- vapply(1:200, function(seed) {
    set.seed(seed)
    d <- data.frame(z1 = stats::rnorm(150), z2 = stats::rnorm(150), u = stats::rnorm(150))
    d$a <- d$z1 + d$z2 + stats::rnorm(150)
    d$y <- d$a + d$u * (1 + abs(d$z1))
    t <- iv_tests(fe_reg(y ~ 1 | 0 | a ~ z1 + z2, d, vcov = "HC1"))
    t$p_value[t$test == "endogeneity_c"]
  }, 0)
  # 200 draws: a binomial band of three standard deviations about 10 percent
  expect_lt(abs(mean(p < .1) - .1), 3 * sqrt(.1 * .9 / 200))
})

test_that("misuse, and print", {
  d <- made_panel()
  expect_error(iv_tests(fe_reg(y ~ x, d)), class = "ccdpanel_error_not_instrumented")
  expect_output(print(iv_tests(fe_reg(y ~ x | 0 | a ~ z1, d))), "just identified")
})

test_that(
  paste0(
    "LIML and Fuller: J and the likelihood ratio on Klein's consumption equation, as Stata's ",
    "ivreg2 prints them"
  ),
  {
  k <- klein()
  liml <- suppressMessages(fe_reg(klein_consumption, k, estimator = "liml"))
  expect_equal(value(liml, "sargan"), 6.988283547097687, tolerance = 1e-6)
  expect_equal(value(liml, "anderson_rubin_lr"), 8.497199940843133, tolerance = 1e-6)
  fuller <- suppressMessages(fe_reg(klein_consumption, k, estimator = "fuller", vcov = "HC0"))
  expect_equal(value(fuller, "hansen_j"), 5.142024790277888, tolerance = 1e-6)
  expect_equal(value(fuller, "anderson_rubin_lr"), 8.497199940843133, tolerance = 1e-6)
})

test_that(
  paste0(
    "Hansen's J of a GMM fit is the criterion at its own coefficients, its weight from ",
    "two-stage least squares"
  ),
  {
  d <- made_panel()
  fit <- fe_reg(y ~ x | 0 | a ~ z1 + z2, d, estimator = "gmm", vcov = ~firm)
  first <- fe_reg(y ~ x | 0 | a ~ z1 + z2, d)
  z <- cbind(1, d$x, d$z1, d$z2)
  g <- crossprod(z, residuals(fit))
  s <- crossprod(rowsum(z * residuals(first), d$firm))
  expect_equal(value(fit, "hansen_j"), drop(crossprod(g, solve(s, g))), tolerance = 1e-9)
})

test_that("an instrument that is nearly the endogenous regressor costs no digits of the tests", {
  d <- made_panel()
  within <- function(v) stats::residuals(stats::lm(v ~ x, data.frame(v = v, x = d$x)))
  for (size in c(1e-3, 1e-7)) {
    d$near <- d$a + size * d$z1
    fit <- fe_reg(y ~ x | 0 | a ~ near + z2, d, vcov = "HC1")
    # The same instruments and regressor: what the first stage leaves is that of z1.
    a <- within(d$a)
    z <- cbind(within(d$near), within(d$z2))
    rest <- qr.resid(qr(cbind(z[, 1] / sqrt(sum(z[, 1]^2)), z[, 2])), within(d$z1))
    u <- qr.resid(qr(a), within(d$y))
    augmented <- qr.resid(qr(cbind(a, rest)), within(d$y))
    expect_equal(
      value(fit, "durbin_wu_hausman"), nrow(d) * (sum(u^2) - sum(augmented^2)) / sum(u^2),
      tolerance = 1e-4
    )
    expect_false(is.na(value(fit, "endogeneity_c")))
  }
})

test_that("moments that cannot be weighed are said as such", {
  fit <- fe_reg(y ~ 1 | 0 | e ~ z1 + z2 + z3 + z4, few_both_ways(), vcov = ~ id + t)
  tests <- iv_tests(fit)
  expect_true(all(is.na(tests$statistic[tests$test %in% c("hansen_j", "endogeneity_c")])))
  expect_output(print(tests), "hansen_j          moments singular")
})

test_that("beside slopes alone a constant takes out means far from zero", {
  set.seed(8)
  d <- data.frame(
    id = rep(1:6, each = 20), t = rnorm(120), z1 = rnorm(120), z2 = rnorm(120), x = rnorm(120)
  )
  d$a <- d$z1 + d$z2 + rnorm(120)
  d$y <- d$a + d$x + rnorm(120)
  # Multiples of 2^-20 are the same beside 1e8.
  at <- c("z1", "z2", "a", "y")
  d[at] <- lapply(d[at], function(v) round(v * 2^20) / 2^20)
  far <- d
  far[at] <- lapply(d[at], `+`, 1e8)
  fits <- lapply(list(d, far), function(d) fe_reg(y ~ x | id[[t]] | a ~ z1 + z2, d))
  tests <- lapply(fits, iv_tests)
  expect_equal(tests[[2]]$statistic, tests[[1]]$statistic, tolerance = 1e-12)
  weak <- lapply(fits, function(fit) weak_iv(fit)$statistic)
  expect_equal(weak[[2]], weak[[1]], tolerance = 1e-12)
})
