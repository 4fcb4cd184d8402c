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

test_that("a regressor left out as collinear has to stay what it was, in a table as in a frame", {
  con <- sqlite()
  set.seed(2)
  d <- data.frame(id = rep(1:8, each = 6), year = rep(1:6, 8), x = rnorm(48), row = 1:48)
  d$h <- ifelse(d$year > 3, "late", "early")
  d <- d[!(d$id > 5 & d$year > 3), ]
  d$g <- ifelse(d$id > 5, "c", ifelse(d$id > 2, "b", "a"))
  d$y <- d$x + sin(d$row)
  d$far <- 1e8 + round(d$x * 1024) / 1024
  d$twice <- 2 * d$far + 3
  d$of_unit <- d$id %% 4
  new <- d[c(1:9, 30:35), ]
  new$twice[c(2, 5)] <- new$twice[c(2, 5)] + 0.5
  new$of_unit[4:6] <- c(NA, 9, 9)
  new$id[6] <- 99
  new$g[1:3] <- "c"
  new$h[3] <- "late"
  table <- stored(con, d)
  later <- stored(con, new, "later")
  broken <- function(formula, rows, left_out, tolerance = 1e-10) {
    fits <- suppressMessages(list(fe_reg(formula, table, remote = "cells"), fe_reg(formula, d)))
    p <- suppressMessages(predict(fits[[2]], new))
    expect_message(
      own <- dplyr::collect(predict(fits[[1]], newdata = later)),
      paste0(length(rows), " of 15 rows? ha(s|ve) no prediction: \"", left_out),
      class = "ccdpanel_message_unidentified"
    )
    own <- own$.fitted[match(new$row, own$row)]
    expect_identical(which(is.na(own) & !new$id == 99), setdiff(rows, 6L))
    expect_equal(own, as.vector(p), tolerance = tolerance)
    # The fit of a table on a frame, and of a frame on a table.
    expect_equal(suppressMessages(predict(fits[[1]], new)), p, tolerance = tolerance)
    own <- dplyr::collect(suppressMessages(predict(fits[[2]], newdata = later)))
    expect_equal(own$.fitted[match(new$row, own$row)], as.vector(p), tolerance = tolerance)
  }
  broken(y ~ x + of_unit | id + year, c(4L, 5L), "of_unit")
  broken(y ~ far + twice | year, c(2L, 5L), "twice")
  # Of an intercept of 1e8 a double keeps eight decimals.
  broken(y ~ far + twice, c(2L, 5L), "twice", tolerance = 1e-7)
  broken(y ~ x + g * h, 3L, "gc:hlate")
  broken(y ~ far + twice | id[x], c(2L, 5L), "twice")
  # Nothing is said of a table where all is as it was.
  fit <- suppressMessages(fe_reg(y ~ far + twice | id, table, remote = "cells"))
  expect_no_message(predict(fit, newdata = table))
})

test_that("a row of a table whose regressor is infinite has no prediction, which is said", {
  con <- sqlite()
  d <- data.frame(id = rep(1:4, 5), x = c(0, 0, 1:18), z = c(0, sin(1:19)))
  d$y <- cos(1:20) + d$x
  table <- stored(con, d)
  fit <- fe_reg(y ~ log(x) + I(1 / z) | id, table, subset = ~ x > 0 & z != 0, remote = "cells")
  local <- fe_reg(y ~ log(x) + I(1 / z) | id, d, subset = ~ x > 0 & z != 0)
  expect_message(
    own <- predict(local, d), "1 of 20 rows have no prediction: infinite values",
    class = "ccdpanel_message_infinite"
  )
  expect_message(
    p <- dplyr::collect(predict(fit, newdata = table)),
    "2 of 20 rows have no prediction: `log(x)` and `1/z` are infinite", fixed = TRUE,
    class = "ccdpanel_message_infinite"
  )
  p <- p$.fitted[match(d$y, p$y)]
  expect_identical(is.na(p), !is.finite(own))
  expect_equal(p[-(1:2)], own[-(1:2)], tolerance = 1e-12)
  # Where it is not chosen it is of no account.
  fit <- fe_reg(y ~ ifelse(x > 0, log(x), -1) | id, table, remote = "cells")
  own <- fe_reg(y ~ ifelse(x > 0, log(x), -1) | id, d)
  expect_equal(unname(coef(fit)), unname(coef(own)), tolerance = 1e-12)
  expect_no_message(p <- dplyr::collect(predict(fit, newdata = table)))
  expect_equal(p$.fitted[match(d$y, p$y)], predict(own, d), tolerance = 1e-12)
})
