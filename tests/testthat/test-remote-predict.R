test_that("predictions are a column of the table, the same as in memory", {
  con <- sqlite()
  d <- as.data.frame(state_capital)
  d$kind <- ifelse(d$unemployment > 6, "high", ifelse(d$unemployment > 4, "middle", "low"))
  table <- stored(con, d)
  same <- function(formula, ...) {
    remote <- suppressMessages(fe_reg(formula, table, ..., remote = "cells"))
    local <- suppressMessages(fe_reg(formula, d, ...))
    own <- suppressMessages(predict(local, d))
    at <- function(p) {
      p <- as.data.frame(dplyr::collect(p))
      p$.fitted[match(paste(d$state, d$year), paste(p$state, p$year))]
    }
    lazy <- predict(remote, newdata = table)
    expect_s3_class(lazy, "tbl_lazy")
    expect_equal(at(lazy), own, tolerance = 1e-11)
    expect_equal(at(predict(local, newdata = table)), own, tolerance = 1e-11)
    expect_equal(suppressMessages(predict(remote, d)), own, tolerance = 1e-11)
  }
  same(log(output) ~ log(highways) + kind | state + year)
  same(log(output) ~ log(highways) * kind + factor(year))
  same(log(output) ~ log(highways) + (unemployment > 5) | state[year])
  same(log(output) ~ l(log(highways), 1:2) | state, panel = c("state", "year"))
  same(log(output) ~ unemployment + offset(log(highways)) | state^kind)
  names(d)[names(d) == "kind"] <- "a \"kind\""
  table <- stored(con, d)
  same(log(output) ~ unemployment + `a "kind"` | region)
})

test_that("levels and effects keep all digits on their way", {
  d <- data.frame(u = rep(1:6, 10), v = rep(1 / 3 + (0:5) / 7, 10), x = sin(1:60))
  d$far <- 1e8 + cos(1:60)
  d$y <- d$x + d$v + 0.07 * cos(1:60) + sin((1:60)^2)
  con <- sqlite()
  table <- stored(con, d)
  for (formula in list(y ~ x | v, y ~ x + factor(v), y ~ x + far | u)) {
    remote <- fe_reg(formula, table, remote = "cells")
    found <- as.data.frame(dplyr::collect(predict(remote, newdata = table)))
    own <- predict(fe_reg(formula, d), d)
    # Of 1e8 a double keeps eight decimals.
    expect_lt(max(abs(found$.fitted[match(d$y, found$y)] - own)), 2e-8)
    expect_false(anyNA(found$.fitted))
  }
})

test_that("levels that the sample has not, and levels apart, have no prediction", {
  con <- sqlite()
  d <- data.frame(
    a = c(1, 1, 2, 2, 3, 3, 4, 4), b = c(1, 2, 1, 2, 3, 4, 3, 4), x = (1:8)^2, y = sqrt(1:8)
  )
  new <- data.frame(a = c(1, 1, 9), b = c(2, 3, 1), x = 1:3)
  fit <- fe_reg(y ~ x | a + b, stored(con, d), remote = "cells")
  lazy <- dplyr::collect(predict(fit, newdata = stored(con, new, "later")))
  lazy <- lazy$.fitted[match(new$x, lazy$x)]
  expect_identical(is.na(lazy), c(FALSE, TRUE, TRUE))
  expect_equal(lazy, suppressMessages(predict(fe_reg(y ~ x | a + b, d), new)))
})

test_that("a column of the table's that is called like the prediction is an error", {
  con <- sqlite()
  d <- uneven_firms(300)
  fit <- suppressMessages(fe_reg(output ~ digital, d))
  system <- suppressMessages(system_reg(list(a = output ~ digital, b = both ~ digital), d,
    method = "ols"))
  d$.fitted <- 1
  d$.fitted_b <- 2
  table <- stored(con, d)
  expect_error(predict(fit, table), class = "ccdpanel_error_name")
  expect_error(predict(system, table), ".fitted_b", class = "ccdpanel_error_name")
})

test_that("sums of three effects that the sample does not identify are missing, as of the frame", {
  con <- sqlite()
  set.seed(4)
  d <- data.frame(
    a = sample(12, 150, TRUE), b = sample(9, 150, TRUE), c = sample(8, 150, TRUE), x = rnorm(150),
    z = rnorm(150), y = rnorm(150), row = 1:150
  )
  d$c <- ifelse(d$a > 6, d$c, d$c + 10)
  table <- stored(con, d)
  for (formula in list(y ~ x | a + b + c, y ~ x | a[z] + c)) {
    fit <- suppressMessages(fe_reg(formula, table, subset = ~ row < 70, remote = "cells"))
    whole <- suppressMessages(fe_reg(formula, d, subset = ~ row < 70))
    ours <- as.data.frame(dplyr::collect(predict(fit, newdata = table)))
    expected <- suppressMessages(predict(whole, newdata = d))
    expect_equal(ours$.fitted[order(ours$row)], as.vector(expected), tolerance = 1e-9)
    expect_true(anyNA(expected[70:150]))
  }
})
