panel <- c("unit", "year")

test_that("densities are stats::density() by the rule's bandwidth, and integrate to one", {
  d <- regional_toy(40, 3)
  at <- regional_values(d, "y", panel, NULL, NULL)
  found <- kernel_densities(at, c(2001, 2003), c("SJ", "nrd0"), 512, NULL)
  y <- d$y[d$year == 2003]
  own <- found[found$time == 2003 & found$rule == "SJ", ]
  expect_equal(own$width[1], stats::bw.SJ(at$y[, 3]))
  direct <- vapply(own$x[c(100, 300)], function(x) mean(dnorm(x, y, own$width[1])), 0)
  # stats::density() puts values on a grid first.
  expect_lt(max(abs(own$density[c(100, 300)] - direct)), 2e-3 * max(own$density))
  expect_equal(sum(own$density) * diff(own$x[1:2]), 1, tolerance = 5e-3)
})

test_that("peaks are counted", {
  expect_equal(peaks_of(dnorm(seq(-3, 3, 0.1))), 1)
  x <- seq(-3, 6, 0.1)
  expect_equal(peaks_of(dnorm(x) + dnorm(x, 4)), 2)
})

test_that("constant values and rules without a bandwidth are errors", {
  d <- regional_toy()
  expect_error(
    kernel_densities(regional_values(transform(d, y = 1), "y", panel, NULL, NULL), 2001, "SJ", 64,
      NULL),
    class = "ccdpanel_error_values"
  )
})
