panel <- c("unit", "year")

test_that("densities are stats::density() by the rule's bandwidth, and integrate to one", {
  d <- regional_toy(40, 3)
  at <- regional_values(d, "y", panel, NULL, NULL)
  found <- kernel_densities(at, c(2001, 2003), c("SJ", "nrd0"), 512, NULL)
  y <- d$y[d$year == 2003]
  own <- found[found$time == 2003 & found$rule == "SJ", ]
  expect_equal(own$width[1], stats::bw.SJ(at$y[, 3]))
  for (rule in bandwidth_rules) {
    expect_equal(width_of(1e60 * y, rule, NULL) / 1e60, width_of(y, rule, NULL))
  }
  direct <- vapply(own$x, function(x) mean(dnorm(x, y, own$width[1])), 0)
  expect_equal(own$density, direct, tolerance = 1e-13)
  expect_equal(sum(diff(own$x) * (own$density[-1] + own$density[-nrow(own)]) / 2), 1,
    tolerance = 5e-3)
})

test_that("a narrow distribution beside a wide one keeps its peak, its height and its area", {
  d <- rbind(
    data.frame(unit = 1:30, year = 1, y = 0.1 + 0.002 * qnorm(ppoints(30))),
    data.frame(unit = 1:30, year = 2, y = ppoints(30))
  )
  found <- kernel_densities(
    regional_values(d, "y", panel, NULL, NULL), c(1, 2), c("SJ", "nrd0"), 512, NULL
  )
  expect_equal(unique(found[c("rule", "time", "peaks")])$peaks, rep(1, 4))
  narrow <- found[found$time == 1 & found$rule == "nrd0", ]
  area <- sum(diff(narrow$x) * (narrow$density[-1] + narrow$density[-nrow(narrow)]) / 2)
  expect_equal(area, 1, tolerance = 5e-3)
  y <- d$y[d$year == 1]
  top <- optimize(function(x) mean(dnorm(x, y, narrow$width[1])), c(0.09, 0.11), maximum = TRUE)
  expect_equal(max(narrow$density), top$objective, tolerance = 1e-3)
})

test_that("many values are summed by a Fourier transform, and count the same peaks", {
  v <- sort(c(qnorm(ppoints(2e5)), 8 + qnorm(ppoints(1e5))))
  x <- seq(-5, 13, length.out = 400)
  expect_equal(kernel_sum(x, v, 0.3), {
    # Two normal distributions, each widened by the kernel
    (2 * dnorm(x, 0, sqrt(1.09)) + dnorm(x, 8, sqrt(1.09))) / 3
  }, tolerance = 1e-3)
  expect_equal(peaks_of(kernel_sum(x, v, 0.3)), 2)
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
