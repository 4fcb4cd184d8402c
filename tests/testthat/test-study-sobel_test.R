test_that(
  paste0(
    "a published example to every printed digit: hours of work, leadership and ",
    "well-being of 7,382 soldiers"
  ),
  {
  # The example of sobel() in the package multilevel (Bliese), data bh1996 of Bliese and Halverson
  # (1996, Journal of Applied Social Psychology 26(13)): LEAD on HRS -0.04571488 (0.003917997),
  # WBEING on LEAD beside HRS 0.48386196 (0.01242129), indirect effect -0.02211969 with standard
  # error 0.001978985. The package bda's mediation.test() prints z and p of all three tests on the
  # same data.
  out <- sobel_test(-0.04571488, 0.003917997, 0.48386196, 0.01242129)
  printed <- function(x, digits) formatC(x, digits = digits - 1, format = "e")
  expect_identical(printed(out$estimate, 7), rep("-2.211969e-02", 3))
  expect_identical(printed(out$std.error[1], 7), "1.978985e-03")
  expect_identical(printed(out$statistic, 7), c("-1.117729e+01", "-1.117391e+01", "-1.118067e+01"))
  # Half a unit in the seventh digit of each input moves p at z = -11 by up to two in the fifth.
  expect_equal(out$p.value, c(5.267356e-29, 5.471647e-29, 5.070460e-29), tolerance = 2e-5)
})

test_that("the example of UCLA's page on Stata's sgmediation: mathematics, reading and science", {
  # Printed there: math on science .66658; math on read .724807 (.0582745); residual sums of squares
  # 11746.9421 (science on math), 11743.8493 (read on math) and 10178.7606 (science on both, mean
  # square 51.6688353). The last three give b and its standard error by Frisch and Waugh.
  b <- sqrt((11746.9421 - 10178.7606) / 11743.8493)
  se_b <- sqrt(51.6688353 / 11743.8493)
  out <- sobel_test(0.724807, 0.0582745, b, se_b)
  expect_identical(out$test, c("Sobel", "Aroian", "Goodman"))
  # "approximately 40% of the total effect being mediated"
  expect_equal(out$estimate[1] / 0.66658, 0.40, tolerance = 0.01)
  # The squares of the two t ratios add up inversely: 12.44 is printed there
  expect_equal(out$statistic[1], 1 / sqrt(1 / 12.44^2 + 1 / (b / se_b)^2), tolerance = 1e-3)
})

test_that("by hand", {
  # b^2 sa^2 + a^2 sb^2 = 9 + 16 = 25, and sa^2 sb^2 = 36: Goodman's variance is negative
  out <- sobel_test(2, 3, 1, 2)
  expect_equal(out$estimate, rep(2, 3))
  expect_equal(out$std.error, c(5, sqrt(61), NA))
  expect_equal(out$statistic[1], 0.4)
  expect_equal(out$p.value[1], 2 * stats::pnorm(-0.4))
})

test_that("Cui's Table 10: total = direct + a b within its print, and the tests", {
  at <- function(m, t, column) {
    as.numeric(subset(cui_table10, part == "coefficient" & model == m & term == t)[[column]])
  }
  a <- at("(2)", "DT", "estimate")
  b <- at("(3)", "IV", "estimate")
  expect_identical(c(a, b), c(83.573, 0.0017))
  # Printed b lies in [.00165, .00175], so that a b lies in [.1379, .1463]; total less direct is
  # .1428
  gap <- at("(1)", "DT", "estimate") - at("(3)", "DT", "estimate")
  expect_equal(gap, 0.1428, tolerance = 1e-9)
  expect_true(gap > a * 0.00165 && gap < a * 0.00175)
  out <- sobel_test(a, at("(2)", "DT", "std_error"), b, at("(3)", "IV", "std_error"))
  # (a / sa) = 5.1976, (b / sb) = 8.5: z = 1 / sqrt(1 / 5.1976^2 + 1 / 8.5^2)
  expect_equal(out$statistic[1], 1 / sqrt(1 / (83.573 / 16.0792)^2 + 1 / 8.5^2))
  expect_equal(out$statistic[1], 4.434, tolerance = 1e-4)
  # The audit's own line on the table says the same
  rows <- which(cui_table10$part == "coefficient" & cui_table10$term %in% c("DT", "IV"))
  printed <- cui_table10[rows, ]
  lines <- audit_coefficients(
    printed, "estimate", "std_error", term = "term",
    mediation = c(total = 1, a = 2, b = 4, direct = 3)
  )
  expect_false(any(lines$verdict[grepl("direct", lines$check)] == "inconsistent"))
})

test_that("wrong arguments", {
  expect_error(sobel_test("a", 1, 1, 1), class = "ccdpanel_error_number")
  expect_error(sobel_test(1, -1, 1, 1), class = "ccdpanel_error_number")
  expect_error(sobel_test(1, 1, NA, 1), class = "ccdpanel_error_number")
})

test_that("interval and share follow from what is printed", {
  # a b = 2 with variance 9 + 16: 2 -+ 1.959964 * 5; of a total of 8 a quarter, beside a direct
  # effect of 6 too
  out <- sobel_test(2, 3, 1, 2, direct = 6)
  expect_equal(out$conf.low[1], 2 - 1.959964 * 5, tolerance = 1e-7)
  expect_equal(out$conf.high[1], 2 + 1.959964 * 5, tolerance = 1e-7)
  expect_equal(out$share, rep(0.25, 3))
  expect_equal(sobel_test(2, 3, 1, 2, total = 8)$share, out$share)
  expect_equal(
    sobel_test(2, 3, 1, 2, level = 0.9)$conf.high[1], 2 + 1.6448536 * 5, tolerance = 1e-7
  )
  expect_true(all(is.na(sobel_test(2, 3, 1, 2, direct = -2)$share)))
  expect_error(sobel_test(2, 3, 1, 2, direct = 6, total = 8), class = "ccdpanel_error_argument")
})

test_that("statistics are the same in every unit of measurement, or the unit is refused", {
  plain <- as.data.frame(sobel_test(0.5, 0.1, 0.3, 0.1))
  for (unit in list(c(1e-100, 1e-140), c(1e120, 1e-60), c(1e140, 1e140))) {
    found <- as.data.frame(sobel_test(0.5 * unit[1], 0.1 * unit[1], 0.3 * unit[2], 0.1 * unit[2]))
    expect_equal(found$statistic, plain$statistic, tolerance = 1e-12)
    expect_equal(found$std.error / unit[1] / unit[2], plain$std.error, tolerance = 1e-12)
  }
  expect_error(sobel_test(1e200, 1e199, 1e200, 1e199), class = "ccdpanel_error_number")
  expect_error(sobel_test(1e-200, 1e-199, 1e-200, 1e-199), class = "ccdpanel_error_number")
})

test_that("intervals of a mediation's tests have the mediation's level", {
  m <- mediation_test(total_fit(), ~ log(private_capital), boot = 0, level = 0.9)
  expect_equal(
    m$tests$conf.low, m$tests$estimate - stats::qnorm(0.95) * m$tests$std.error, tolerance = 1e-12
  )
  expect_equal(m$tests$conf.low[1], effect_of(m, "indirect", "conf.low"))
})

test_that("the help's range of z is that of the corners of what printed numbers stand for", {
  half <- c(-1, 1) * 5e-5
  corners <- expand.grid(
    a = 83.5730 + half, se_a = 16.0792 + half, b = 0.0017 + half, se_b = 0.0002 + half
  )
  z <- vapply(seq_len(nrow(corners)), function(i) {
    do.call(sobel_test, as.list(corners[i, ]))$statistic[1]
  }, 0)
  expect_equal(range(z), c(4.08, 4.75), tolerance = 1e-3)
  expect_equal(sobel_test(83.5730, 16.0792, 0.0017, 0.0002)$statistic[1], 4.434, tolerance = 1e-4)
})
