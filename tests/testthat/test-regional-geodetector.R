detected <- function(d, factors = c("a", "x"), ...) {
  geodetector(d, "y", factors, panel = c("unit", "year"), ...)
}

detector_panel <- function() {
  with_seed(2, data.frame(
    unit = rep(sprintf("u%02d", 1:20), 2), year = rep(2020:2021, each = 20),
    a = rep(sample(letters[1:3], 20, TRUE), 2), x = round(rnorm(40), 2), y = rnorm(40)
  ))
}

test_that("each period is by itself, whatever the order of rows", {
  d <- detector_panel()
  g <- detected(d, draws = 39, seed = 1)
  expect_equal(g$year, rep(2020:2021, each = 2))
  expect_equal(detected(d[sample.int(40), ], draws = 39, seed = 1), g)
  second <- d[d$year == 2021, ]
  expect_equal(g$q[3], summary(lm(y ~ a, second))$r.squared, tolerance = 1e-12)
  code <- cut(second$x, c(-Inf, quantile(second$x, 1:4 / 5), Inf))
  expect_equal(g$q[4], summary(lm(second$y ~ code))$r.squared, tolerance = 1e-12)
})

test_that("units of measurement change nothing", {
  d <- detector_panel()
  g <- detected(d, draws = 19, seed = 1)
  large <- detected(transform(d, y = y * 1e200, x = x * 1e-100), draws = 19, seed = 1)
  kept <- c("q", "adjusted", "statistic", "p.value", "p_permutation", "strata")
  expect_equal(as.data.frame(large)[kept], as.data.frame(g)[kept], tolerance = 1e-10)
  expect_equal(summary(large)$strata$mean, summary(g)$strata$mean * 1e200, tolerance = 1e-10)
})

test_that("rows with missing values are left out for all factors, and counted", {
  d <- detector_panel()
  d$x[3] <- NA
  d$y[30] <- NA
  expect_message(g <- detected(d, draws = 0), "2 rows of 40 left out")
  expect_equal(g$units, c(19, 19, 19, 19))
  first <- d[d$year == 2020 & !is.na(d$x), ]
  expect_equal(g$q[1], summary(lm(y ~ a, first))$r.squared, tolerance = 1e-12)
  d$x <- NA_real_
  expect_error(detected(d), class = "ccdpanel_error_empty")
})

test_that("pooled permutations need the same periods of all units", {
  d <- detector_panel()[-1, ]
  expect_message(g <- detected(d, pooled = TRUE), "1 unit lacks some of the periods")
  expect_null(g$p_permutation)
  expect_error(detected(d, pooled = TRUE, draws = 9), class = "ccdpanel_error_draws")
  expect_equal(detected(d, pooled = TRUE, draws = 0)$units, c(39, 39))
  expect_equal(detected(d, draws = 9, seed = 1)$units, c(19, 19, 20, 20))
})

test_that("what cannot be detected is an error that says so", {
  d <- detector_panel()
  expect_error(detected(transform(d, y = 1e8 + 0 * y)), class = "ccdpanel_error_values")
  expect_error(detected(d, "y"), class = "ccdpanel_error_column")
  expect_error(detected(d, c("a", "a")), class = "ccdpanel_error_column")
  expect_error(detected(d, "unit"), class = "ccdpanel_error_column")
  expect_error(detected(d, "nowhere"), class = "ccdpanel_error_column")
  expect_error(detected(d[d$unit %in% c("u01", "u02"), ]), class = "ccdpanel_error_values")
  expect_message(g <- detected(transform(d, a = "one"), "a", draws = 9, seed = 1), "One stratum")
  expect_equal(g$q, c(0, 0))
  expect_equal(g$p_permutation, c(NA_real_, NA_real_))
})

test_that("many strata of few units are said", {
  d <- detector_panel()
  d$b <- rep(1:5, 8)
  expect_message(detected(d, c("x", "b"), draws = 0), "so many strata together that q is up to")
})

test_that("a coupling's D is explained by what was kept with it", {
  cc <- coupling(state_index())
  g <- geodetector(cc, factors = "region", draws = 0)
  last <- as.data.frame(cc)[cc$year == 1986, ]
  expect_equal(g$q[g$year == 1986], summary(lm(D ~ region, last))$r.squared, tolerance = 1e-12)
})

test_that("an indicator of the index is no factor to be proud of, which is said", {
  idx <- composite_index(
    state_capital, state_sheet(), c("state", "year"), keep = c("region", "water", "private_capital")
  )
  cc <- coupling(idx)
  expect_message(
    geodetector(cc, factors = c("region", "water"), draws = 0), "by construction: water"
  )
  expect_no_message(
    geodetector(cc, factors = "private_capital", draws = 0), class = "ccdpanel_message_own_parts"
  )
})

# t.test() refuses two samples that are constant; the mean of seven thirds is no third in doubles.
test_that("strata of equal values have no variance, of rounding either", {
  d <- data.frame(
    id = 1:18, year = 1, s = rep(c("a", "b", "c"), c(7, 6, 5)),
    y = rep(c(1 / 3, .1, .7), c(7, 6, 5))
  )
  d$y[18] <- .9
  x <- summary(geodetector(d, "y", "s", panel = c("id", "year"), draws = 0))
  expect_identical(x$strata$sd[1:2], c(0, 0))
  expect_equal(x$strata$sd[3], sd(d$y[14:18]), tolerance = 1e-12)
  expect_true(is.na(x$risk$t[1]) && is.na(x$risk$p.value[1]))
  expect_equal(x$risk$p.value[2], t.test(d$y[14:18], mu = 1 / 3)$p.value, tolerance = 1e-9)
})
