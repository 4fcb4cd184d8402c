placebo_panel <- function(units = 8, times = 4) {
  with_seed(3, data.frame(
    unit = rep(sprintf("u%02d", seq_len(units)), each = times),
    year = rep(seq_len(times), units), x = round(rnorm(units * times), 2),
    z = rnorm(units * times), y = rnorm(units * times)
  ))
}

placebo_fit <- function(d = placebo_panel(), formula = y ~ x + z | unit + year, vcov = ~unit, ...) {
  fe_reg(formula, d, panel = c("unit", "year"), vcov = vcov, ...)
}

# Estimates and classical t of lm() with the column given.
dummies_t <- function(d, column) {
  d$x <- column
  coef(summary(lm(y ~ x + z + unit + factor(year), d)))["x", c(1, 3, 4)]
}

test_that("placebos are least squares with units' columns moved", {
  d <- placebo_panel()
  p <- placebo_test(placebo_fit(d, vcov = "iid"), "x", draws = 19, seed = 5)
  by_unit <- matrix(d$x, 4)
  peer <- with_seed(5, t(vapply(1:19, function(r) {
    dummies_t(d, as.vector(by_unit[, sample.int(8)]))
  }, numeric(3))))
  expect_equal(as.matrix(p$placebos[c("estimate", "statistic", "p.value")]), peer,
    tolerance = 1e-9, ignore_attr = TRUE
  )
  own <- dummies_t(d, d$x)
  expect_equal(
    unlist(tidy(p)[c("estimate", "statistic", "p.value")]), own, tolerance = 1e-9,
    ignore_attr = TRUE
  )
  expect_equal(p$estimate$p_estimate, (1 + sum(abs(peer[, 1]) >= abs(own[1]))) / 20)
  expect_equal(p$estimate$p_statistic, (1 + sum(abs(peer[, 2]) >= abs(own[2]))) / 20)
  expect_equal(unname(p$rejected), c(mean(peer[, 3] < 0.01), mean(peer[, 3] < 0.05), mean(
    peer[, 3] < 0.1
  )))
})

test_that("values move within periods, or among all rows", {
  d <- placebo_panel()
  p <- placebo_test(placebo_fit(d, vcov = "iid"), "x", "period", draws = 9, seed = 2)
  peer <- with_seed(2, vapply(1:9, function(r) {
    x <- d$x
    for (t in 1:4) x[d$year == t] <- x[d$year == t][sample.int(8)]
    dummies_t(d, x)[1]
  }, 0))
  expect_equal(p$placebos$estimate, unname(peer), tolerance = 1e-9)
  p <- placebo_test(placebo_fit(d, vcov = "iid"), "x", "row", draws = 9, seed = 2)
  peer <- with_seed(2, vapply(1:9, function(r) dummies_t(d, d$x[sample.int(32)])[1], 0))
  expect_equal(p$placebos$estimate, unname(peer), tolerance = 1e-9)
})

test_that("the order of rows changes nothing, the fit's errors are those of every draw", {
  d <- placebo_panel()
  p <- placebo_test(placebo_fit(d), "x", draws = 9, seed = 4)
  again <- placebo_test(placebo_fit(d[32:1, ]), "x", draws = 9, seed = 4)
  expect_equal(again$placebos, p$placebos, tolerance = 1e-9)
  moved <- d
  moved$x <- as.vector(matrix(d$x, 4)[, with_seed(4, sample.int(8))])
  expect_equal(p$placebos[1, ], tidy(placebo_fit(moved))[1, names(p$placebos)],
    tolerance = 1e-9, ignore_attr = TRUE
  )
})

test_that("units move among those of the same times, the others stay and are counted", {
  d <- placebo_panel()
  d <- d[!(d$unit == "u01" & d$year == 1) & !(d$unit %in% c("u02", "u03") & d$year == 4), ]
  expect_message(p <- placebo_test(placebo_fit(d), "x", draws = 9, seed = 1), "1 of 8 units")
  expect_equal(p$settings$stay, 1)
  blocks <- placebo_blocks(placebo_fit(d), "unit", NULL, NULL, NULL)$blocks
  expect_setequal(vapply(blocks, ncol, 0L), c(1, 2, 5))
  lone <- d[d$unit %in% c("u01", "u02"), ]
  lone$z <- NULL
  expect_error(
    placebo_test(placebo_fit(lone, y ~ x | unit), "x", draws = 9),
    class = "ccdpanel_error_values"
  )
})

test_that("weights, lags and clusters without a panel serve", {
  d <- placebo_panel()
  d$w <- seq_len(nrow(d))
  fit <- fe_reg(y ~ x | unit, d, vcov = ~unit, weights = ~w)
  p <- placebo_test(fit, draws = 5, seed = 1, time = ~year)
  moved <- as.vector(matrix(d$x, 4)[, with_seed(1, sample.int(8))])
  peer <- lm(y ~ moved + unit, d, weights = w)
  expect_equal(p$placebos$estimate[1], coef(peer)[["moved"]], tolerance = 1e-9)
  expect_error(placebo_test(fit, draws = 5), class = "ccdpanel_error_unit")
  lagged <- placebo_test(placebo_fit(d, y ~ l(x) | unit), "l(x)", draws = 5, seed = 1)
  expect_equal(lagged$settings$units, 8)
})

test_that("what cannot be moved is told", {
  d <- placebo_panel()
  d$g <- rep(c("a", "b", "c", "a"), 8)
  fit <- placebo_fit(d, y ~ x + g + I(x > 0) | unit)
  expect_error(placebo_test(fit, "gb"), class = "ccdpanel_error_term")
  expect_error(placebo_test(fit, "nothing"), class = "ccdpanel_error_term")
  expect_message(
    placebo_test(fit, "I(x > 0)TRUE", draws = 3, seed = 1), class = "ccdpanel_message_terms_beside"
  )
  expect_error(placebo_test(fit, move = "all"), class = "ccdpanel_error_choice")
  expect_error(placebo_test(fit, move = "row", time = ~year), class = "ccdpanel_error_argument")
  expect_error(placebo_test(rbind(d, d)), class = "ccdpanel_error_fit")
  twice <- fe_reg(y ~ x, rbind(d, d), vcov = "iid")
  expect_error(
    placebo_test(twice, unit = ~unit, time = ~year), class = "ccdpanel_error_unit"
  )
  iv <- fe_reg(y ~ 1 | unit | x ~ z, d, panel = c("unit", "year"))
  expect_error(placebo_test(iv), class = "ccdpanel_error_fit")
})

test_that("a placebo that the effects absorb has no estimate, and is counted", {
  d <- placebo_panel()
  d$x <- as.numeric(d$unit == "u01" & d$year > 2)
  d$once <- as.numeric(d$unit == "u02" & d$year > 2)
  fit <- placebo_fit(d, y ~ once + x | unit + year)
  expect_message(
    p <- placebo_test(fit, "x", draws = 40, seed = 1), class = "ccdpanel_message_placebo"
  )
  lost <- with_seed(1, vapply(1:40, function(r) sample.int(8)[2] == 1, NA))
  expect_equal(is.na(p$placebos$estimate), lost)
  expect_equal(p$settings$lost, sum(lost))
})

# Clusters in two ways, three by three, whose eigenvalues are cut.
test_that("draws without a standard error are counted, and none warns as the fit would", {
  d <- placebo_panel(12, 8)
  d$a <- as.integer(factor(d$unit)) %% 3
  d$b <- d$year %% 3
  p <- NULL
  for (seed in 1:20) {
    d$x <- with_seed(seed, rnorm(96))
    fit <- suppressWarnings(placebo_fit(d, y ~ x | unit + year, vcov = ~ a + b))
    expect_no_warning(p <- suppressMessages(placebo_test(fit, "x", draws = 19, seed = 5)))
    if (p$settings$blind) break
  }
  expect_gt(p$settings$blind, 0)
  expect_identical(sum(is.na(p$placebos$statistic)), p$settings$blind)
  expect_message(
    placebo_test(fit, "x", draws = 19, seed = 5), "no standard error",
    class = "ccdpanel_message_placebo"
  )
  expect_output(print(p), "without\\sa standard error")
})
