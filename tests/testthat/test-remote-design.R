test_that("effects, covariances, weights and subsets are those of the rows", {
  con <- sqlite()
  d <- uneven_firms()
  expect_same_uneven(con, d)
})

test_that("a published panel gives what it gives in memory, with each number of effects", {
  con <- sqlite()
  both <- function(formula, ...) {
    expect_same_covariances(
      expect_same_reg(con, state_capital, formula, ...), list("HC1", ~ state + year)
    )
  }
  both(log(output) ~ log(highways) + unemployment, vcov = ~state)
  both(log(output) ~ log(highways) + unemployment | state, vcov = ~state)
  both(log(output) ~ log(highways) + unemployment | region + year, vcov = ~state)
  both(log(output) ~ log(highways) | state + year, weights = ~private_capital)
})

test_that("slopes by level, lags, factors, products and offsets are those of the rows", {
  con <- sqlite()
  both <- function(formula, ...) expect_same_reg(con, state_capital, formula, ...)
  both(log(output) ~ unemployment | state[year], vcov = ~state)
  both(log(output) ~ unemployment + log(highways) | region[[year]], vcov = "HC1")
  both(log(output) ~ l(unemployment, 0:2) + d(log(highways)) | state,
    panel = c("state", "year"), vcov = "HC1"
  )
  both(log(output) ~ unemployment * region + factor(year) | state, vcov = ~state)
  both(log(output) ~ unemployment:log(highways) + (year > 1980) | region, vcov = "HC1")
  both(log(output) ~ unemployment + offset(log(highways)) | state^region)
  both(log(output) ~ 0 + unemployment + region, vcov = "HC1")
})

test_that("Grunfeld's and Baltagi's panels give what they give in memory", {
  skip_if_not_installed("plm")
  con <- sqlite()
  data("Grunfeld", "Cigar", package = "plm", envir = environment())
  expect_same_reg(con, Grunfeld, inv ~ value + capital | firm + year, vcov = ~firm)
  expect_same_reg(
    con, Grunfeld, inv ~ l(inv) + value | firm, vcov = "HC1", panel = c("firm", "year")
  )
  fits <- expect_same_reg(con, Cigar, log(sales) ~ log(price) + log(ndi / cpi) | year)
  expect_same_covariances(fits, list("HC1", ~ state + year))
})

test_that("a column of mean 1e8 and spread 1 keeps its digits, the constant included", {
  con <- sqlite()
  d <- na.omit(uneven_firms())
  table <- stored(con, d)
  # The same model of a column less 1e8, which is exact; the constant follows from both.
  d$less <- d$size - 1e8
  x <- model.matrix(output ~ less + digital, d)
  own <- qr.coef(qr(x), d$output)
  u <- d$output - x %*% own
  shift <- diag(3)
  shift[1, 2] <- -1e8
  sandwich <- function(meat) {
    bread <- shift %*% solve(crossprod(x))
    bread %*% meat %*% t(bread)
  }
  n <- nrow(x)
  by <- rowsum(x * drop(u), d$city)
  groups <- nrow(by)
  expected <- list(
    iid = sandwich(crossprod(x) * sum(u^2) / (n - 3)),
    HC1 = sandwich(crossprod(x * drop(u))) * n / (n - 3),
    city = sandwich(crossprod(by)) * (n - 1) / (n - 3) * groups / (groups - 1)
  )
  for (kind in names(expected)) {
    fit <- fe_reg(output ~ size + digital, table,
      vcov = if (kind == "city") ~city else kind, remote = "cells"
    )
    expect_lt(relative(coef(fit), drop(shift %*% own)), 1e-11)
    expect_lt(relative(sqrt(diag(vcov(fit))), sqrt(diag(expected[[kind]]))), 1e-11)
  }
})

test_that("what a fit answers to needs no rows: the generics, another covariance, levels", {
  con <- sqlite()
  fits <- expect_same_reg(con, state_capital, log(output) ~ unemployment + log(highways) |
    state + year, vcov = ~state)
  remote <- fits$remote
  local <- fits$local
  expect_equal(vcov(remote, "HC1"), vcov(local, "HC1"), tolerance = 1e-10)
  expect_equal(vcov(remote, ~ state + year), vcov(local, ~ state + year), tolerance = 1e-10)
  expect_equal(confint(remote), confint(local), tolerance = 1e-10)
  expect_equal(generics::glance(remote), generics::glance(local), tolerance = 1e-10)
  expect_equal(generics::tidy(remote), generics::tidy(local), tolerance = 1e-10)
  expect_equal(nobs(remote), nobs(local))
  levels <- nlme::fixef(remote)
  expect_equal(levels$state[names(nlme::fixef(local)$state)], nlme::fixef(local)$state)
  firms <- stored(con, state_capital)
  remote <- fe_reg(log(output) ~ unemployment | state, firms, remote = "cells")
  more <- update(remote, . ~ . + log(water), vcov = "HC1")
  expect_same_fit(more, fe_reg(
    log(output) ~ unemployment + log(water) | state, state_capital, "HC1"
  ))
  weighted <- expect_same_reg(con, state_capital, log(output) ~ unemployment | state,
    weights = ~water)
  expect_equal(logLik(weighted$remote), logLik(weighted$local), tolerance = 1e-10)
})

test_that("beside a constant a column of which only the last digits differ is none, as in memory", {
  con <- sqlite()
  d <- data.frame(a = rep(0:5, 10), b = sin(1:60), w = 1 + (1:60) %% 4, g = 1:4)
  d$y <- d$b + d$a + cos((1:60)^2)
  for (base in c(1e12, 9e15)) {
    far <- transform(d, a = a + base)
    left_out <- expect_same_reg(con, far, y ~ a + b)$remote$collinear
    expect_identical(as.character(left_out), if (base > 1e15) "a" else character())
    expect_same_reg(con, far, y ~ b + a, weights = ~w)
    # Effects are taken out of integers without rounding.
    expect_length(expect_same_reg(con, far, y ~ a + b | g)$remote$collinear, 0)
  }
  # No equation of a system can have it.
  table <- stored(con, far)
  error <- function(data) {
    tryCatch(system_reg(list(one = y ~ a + b, two = b ~ y + w), data, method = "ols"),
      error = identity)
  }
  expect_s3_class(error(table), class(error(far))[1])
  expect_identical(conditionMessage(error(table)), conditionMessage(error(far)))
})

test_that("what rounding leaves of a copy of mean 1e8 is no regressor, as in memory", {
  con <- sqlite()
  d <- data.frame(
    g = rep(letters[1:5], 12), t = rep(1:12, each = 5), z = sin((1:60)^2), x = cos((1:60)^2)
  )
  d$big <- 1e8 + d$z
  d$y <- d$x + d$z + cos((1:60)^3)
  for (formula in list(
    y ~ z + x | g[big], y ~ big + z + x, y ~ big + z + x | g + t, y ~ x + I(big + x) | g[big]
  )) {
    fits <- expect_same_reg(con, d, formula)
    expect_identical(fits$remote$collinear, fits$local$collinear)
    expect_length(fits$remote$collinear, 1)
  }
  # A column less its mean is what it was, and the slopes' variable.
  expect_same_reg(con, d, y ~ x + I(big - 1e8) | g[big])
})

test_that("a number of mean 1e8 times a factor keeps its digits beside the factor's effects", {
  con <- sqlite()
  set.seed(23)
  # 1 / 1024 parts, so that 1e8 more is exact.
  grid <- function(x) round(1024 * x) / 1024
  d <- data.frame(b = rep(c("u", "v", "w"), 40), id = rep(1:12, 10), x = grid(rnorm(120)))
  d$z <- grid(rnorm(120))
  d$y <- d$x + d$z + grid(rnorm(120))
  d$p <- d$y / 2 + d$z + grid(rnorm(120))
  far <- transform(d, x = x + 1e8)
  same <- function(formula, vcov = "iid") {
    near <- fe_reg(formula, d, vcov)
    for (fit in expect_same_reg(con, far, formula, vcov = vcov)) {
      expect_equal(coef(fit), coef(near), tolerance = 1e-12)
      expect_equal(vcov(fit), vcov(near), tolerance = 1e-12, ignore_attr = TRUE)
      expect_equal(fit$rss, near$rss, tolerance = 1e-12)
    }
  }
  for (vcov in list("iid", "HC1", ~id)) {
    same(y ~ x:b | b, vcov)
    same(y ~ x:b | b + id, vcov)
    same(y ~ b:z | b | p ~ x:b, vcov)
  }
  iv <- function(data) iv_tests(fe_reg(y ~ b:z | b | p ~ x:b, data, ~id))
  expect_equal(iv(stored(con, far)), iv(d), tolerance = 1e-12, ignore_attr = TRUE)
  # Nothing is left of a copy, as without the dummies.
  expect_same_reg(con, transform(far, x8 = x, x = x - 1e8), y ~ x:b + x8:b | b)
  system <- function(data) {
    system_reg(list(one = y ~ x:b, two = p ~ z + x:b), data, fe = ~b, method = "sur", vcov = ~id)
  }
  near <- system(d)
  for (fit in list(system(far), system(stored(con, far)))) {
    expect_equal(coef(fit), coef(near), tolerance = 1e-12)
    expect_equal(vcov(fit), vcov(near), tolerance = 1e-12)
  }
})

test_that("beside slopes alone a column of mean 1e8 keeps its digits, as the constant does", {
  con <- sqlite()
  d <- data.frame(g = rep(letters[1:4], 15), t = rep(1:15, each = 4), x = sin((1:60)^2), w = 1:3)
  d$y <- d$x + .1 * d$t * match(d$g, letters) + cos(1:60)
  far <- transform(d, x = x + 1e8)
  for (vcov in list("iid", "HC1", ~g)) {
    fits <- expect_same_reg(con, far, y ~ x | g[[t]], vcov = vcov)
    # The slope is that of the column less 1e8.
    near <- fe_reg(y ~ x | g[[t]], d, vcov = vcov)
    expect_equal(coef(fits$remote)[["x"]], coef(near)[["x"]], tolerance = 1e-8)
    expect_same_reg(con, far, y ~ 1 | g[[t]] | x ~ w + t, vcov = vcov)
    expect_same_reg(con, far, y ~ x + offset(t / 9) | g[[t]], vcov = vcov, weights = ~w)
  }
})

test_that("beside dummies that make a constant a column of mean 1e8 keeps its digits", {
  con <- sqlite()
  d <- data.frame(g = rep(letters[1:4], 15), t = rep(1:15, each = 4), x = sin((1:60)^2), w = 1:3)
  d$y <- d$x + .1 * d$t * match(d$g, letters) + cos(1:60)
  d$z <- d$x + sin(1:60)
  far <- transform(d, x = 1e8 + x, z = 2e8 + z)
  for (vcov in list("iid", "HC1", ~g)) {
    expect_same_reg(con, far, y ~ 0 + g + x, vcov = vcov)
    expect_same_reg(con, far, y ~ 0 + x + factor(t) + w, vcov = vcov, weights = ~w)
    expect_same_reg(con, far, y ~ 0 + g | 0 | x ~ z, vcov = vcov)
    expect_same_reg(con, far, x ~ 0 + g + z + offset(w / 3), vcov = vcov)
  }
})
