test_that("beside dummies that make a constant a column of mean 1e8 keeps its digits", {
  n <- 60
  d <- data.frame(year = rep(1:4, 15), g = rep(letters[1:5], each = 12), w = 1:3)
  # 1 / 256 parts, so that 1e8 more is exact.
  d$x <- round(256 * sin((1:n)^2)) / 256
  d$z <- d$x + round(256 * cos(1:n)) / 256
  d$y <- d$x + d$year / 4 + round(256 * cos((1:n)^3)) / 256
  far <- transform(d, x = x + 1e8, z = z + 2e8, y = y + 1e6)
  same <- function(formula, vcov, ...) {
    fit <- fe_reg(formula, far, vcov = vcov, ...)
    near <- fe_reg(formula, d, vcov = vcov, ...)
    expect_equal(coef(fit)[["x"]], coef(near)[["x"]], tolerance = 1e-10)
    expect_equal(vcov(fit)["x", "x"], vcov(near)["x", "x"], tolerance = 1e-10)
    expect_equal(fit$rss, near$rss, tolerance = 1e-9)
    expect_equal(fit$tss, sum(far$y^2 * (if (...length()) d$w else 1)))
    # The dummies' are those of the near one, and what 1e8 of x makes.
    dummies <- setdiff(names(coef(fit)), c("x", "w"))
    expect_equal(
      coef(fit)[dummies] + 1e8 * coef(fit)[["x"]] - 1e6, coef(near)[dummies], tolerance = 1e-6
    )
  }
  for (vcov in list("iid", "HC1", ~g)) {
    same(y ~ 0 + factor(year) + x, vcov)
    same(y ~ 0 + x + g + w, vcov)
    same(y ~ 0 + factor(year) | 0 | x ~ z, vcov)
    same(y ~ 0 + factor(year) + x, vcov, weights = ~w)
  }
  # Where dummies depend on a column that stands before them, one of them leaves.
  far$of_year <- 1e8 + far$year
  fit <- suppressMessages(fe_reg(y ~ 0 + of_year + factor(year), far))
  expect_equal(fitted(fit), fitted(stats::lm(y ~ factor(year), far)), ignore_attr = TRUE)
})

test_that(
  "tests of instruments beside dummies that make a constant keep digits, and bootstraps do", {
  set.seed(24)
  # 1 / 1024 parts, so that 1e8 more is exact.
  grid <- function(x) round(1024 * x) / 1024
  d <- data.frame(g = rep(letters[1:4], 20), id = rep(1:10, 8), x = grid(rnorm(80)))
  d$z <- grid(rnorm(80))
  d$v <- grid(rnorm(80))
  d$a <- d$z + d$v / 2 + grid(rnorm(80))
  d$y <- d$a + d$x + grid(rnorm(80))
  far <- transform(d, x = x + 1e8, z = z + 1e8)
  for (vcov in list("iid", "HC1", ~id)) {
    near <- fe_reg(y ~ 0 + g + x | 0 | a ~ z + v, d, vcov)
    fit <- fe_reg(y ~ 0 + g + x | 0 | a ~ z + v, far, vcov)
    expect_equal(weak_iv(fit), weak_iv(near), tolerance = 1e-11)
    expect_equal(iv_tests(fit), iv_tests(near), tolerance = 1e-11)
    expect_equal(
      anderson_rubin(fit)$statistic, anderson_rubin(near)$statistic, tolerance = 1e-11
    )
  }
  draws <- function(data, formula, parameter) {
    w <- wild_bootstrap(fe_reg(formula, data, ~id), parameter, draws = 99, seed = 1)
    unclass(w)[c("statistic", "p.value", "conf.low", "conf.high")]
  }
  same <- function(formula, parameter) {
    expect_equal(draws(far, formula, parameter), draws(d, formula, parameter), tolerance = 1e-11)
  }
  same(y ~ 0 + g + x + v, "x")
  same(y ~ 0 + g + x | 0 | a ~ z + v, "a")
  same(y ~ x | g[[v]], "x")
  # What is tested is the coefficient as it came: that of a dummy belongs to x = 0.
  d$ten <- d$x + 10
  lower <- draws(d, y ~ 0 + g + ten, "gb")
  shifted <- fe_reg(y ~ 0 + g + ten, d, ~id)
  expect_equal(
    unname(lower$statistic), summary(shifted)$coefficients["gb", "t value"], tolerance = 1e-10
  )
})
