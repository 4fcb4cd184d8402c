# Oracle: the same powers of a number less its mean, of which nothing is nearly a combination of the
# others; the highest power has the same coefficient and the same variance.

polynomial <- function(seed = 11) {
  set.seed(seed)
  d <- data.frame(g = sample(1:20, 800, TRUE), h = sample(1:6, 800, TRUE))
  d$k <- round(3 * rnorm(800))
  d$x <- 1e4 + d$k
  d$y <- d$k - 0.3 * d$k^2 + rnorm(800) * (1 + abs(d$k))
  d$z <- d$x + 1e-4 * rnorm(800)
  d$w <- runif(800)
  d
}

# Of the last coefficient, and of its error.
expect_last <- function(fit, of, tolerance) {
  last <- function(x) utils::tail(x, 1)
  expect_lt(abs(last(coef(fit)) / last(coef(of)) - 1), tolerance)
  expect_lt(abs(sqrt(last(diag(vcov(fit))) / last(diag(vcov(of)))) - 1), tolerance)
}

test_that("a number and its square keep their digits under every covariance", {
  con <- sqlite()
  d <- polynomial()
  table <- stored(con, d)
  for (vcov in list("iid", "HC1", ~h, ~ g + h)) {
    of <- fe_reg(y ~ k + I(k^2) | g, d, vcov = vcov)
    expect_last(fe_reg(y ~ x + I(x^2) | g, table, vcov = vcov, remote = "cells"), of, 1e-10)
    expect_last(fe_reg(y ~ x + I(x^2) | g, d, vcov = vcov), of, 1e-10)
    of <- fe_reg(y ~ k + I(k^2), d, vcov = vcov, weights = ~w)
    fit <- fe_reg(y ~ x + I(x^2), table, vcov = vcov, remote = "cells", weights = ~w)
    expect_last(fit, of, 1e-10)
  }
})

test_that("a cube beside the square is nearly a combination once more", {
  con <- sqlite()
  d <- as.data.frame(state_capital)
  d$t <- d$year - 1978
  table <- stored(con, d)
  for (vcov in list("iid", "HC1", ~state)) {
    of <- fe_reg(log(output) ~ t + I(t^2) + I(t^3) | state, d, vcov = vcov)
    # Of a cube of 8e9, at one part in 1e8 beside the others, a double has so many digits.
    fit <- fe_reg(log(output) ~ year + I(year^2) + I(year^3) | state, table, vcov = vcov,
      remote = "cells")
    expect_last(fit, of, 2e-8)
    fit <- fe_reg(log(output) ~ year + I(year^2) + I(year^3) | state, d, vcov = vcov)
    expect_last(fit, of, 2e-8)
  }
})

test_that("instruments and systems of columns that are nearly combinations are the rows'", {
  con <- sqlite()
  d <- polynomial()
  d$e <- d$z + rnorm(800)
  expect_same_reg(con, d, y ~ 1 | g | e ~ x + z, vcov = "HC1", tolerance = 1e-8)
  expect_same_reg(con, d, y ~ x + z | g, vcov = ~h, tolerance = 1e-8)
  expect_same_reg(con, d, y ~ x:factor(h) + I(x^2):factor(h) | g, vcov = "HC1", tolerance = 1e-7)
  table <- stored(con, d)
  both <- lapply(list(table, d), function(data) {
    system_reg(list(a = y ~ e + x + I(x^2), b = e ~ y + z), data, method = "3sls",
      instruments = ~ x + I(x^2) + z + w, vcov = "HC0")
  })
  expect_lt(relative(coef(both[[1]]), coef(both[[2]])), 1e-7)
  expect_lt(relative(diag(vcov(both[[1]])), diag(vcov(both[[2]]))), 1e-6)
})

test_that("an exact combination is left out, whatever the scale and the mean", {
  con <- sqlite()
  for (seed in 1:6) {
    set.seed(seed)
    d <- data.frame(far = 1e8 + rnorm(60), u = rnorm(60), g = sample(1:5, 60, TRUE))
    d$y <- d$u + rnorm(60)
    d$twice <- 2 * d$far + 3
    d$sum <- d$u / 3 + d$far
    table <- stored(con, d)
    for (formula in c(y ~ far + twice, y ~ far + twice | g, y ~ far + u + sum | g)) {
      own <- suppressMessages(fe_reg(formula, d))
      fit <- suppressMessages(fe_reg(formula, table, remote = "cells"))
      expect_identical(fit$collinear, own$collinear)
      expect_lt(relative(coef(fit)[-1], coef(own)[-1]), 1e-7)
    }
  }
})

test_that("no column leans on one that is near the rounding of its own numbers", {
  x <- cbind(1:10, (1:10) + 1e-4 * c(-1, 1), c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3))
  s <- crossprod(x)
  products <- matrix(s[cbind(c(1, 1, 1, 2, 2, 3), c(1, 2, 3, 2, 3, 3))], 1)
  lean <- leans(products, sqrt(diag(s)))
  at <- which(rowSums(lean != 0) > 0)
  expect_length(at, 1)
  expect_equal(lean[at, -at], unname(coef(lm(x[, at] ~ 0 + x[, -at]))), tolerance = 1e-6)
  # The same numbers, of which the first is rounding of what it is made of.
  huge <- 1e15 * sqrt(diag(s)) * c(1, 0, 0) + sqrt(diag(s))
  expect_identical(which(rowSums(leans(products, huge) != 0) > 0), 1L)
  expect_null(leans(products[, c(1, 3, 6), drop = FALSE], c(1, 1)))
})
