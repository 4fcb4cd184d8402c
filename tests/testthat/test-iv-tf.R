# Table 3 of Lee, McCrary, Moreira and Porter (2022): critical values at roots of F of 2.0, 2.1,
# ..., 10.3
tf_table <- c(
  18.66, 9.74, 7.37, 6.18, 5.43, 4.92, 4.54, 4.25, 4.01, 3.82, 3.65, 3.51, 3.39, 3.29, 3.19, 3.11,
  3.03, 2.97, 2.91, 2.85, 2.80, 2.75,
  2.71, 2.67, 2.63, 2.60, 2.57, 2.54, 2.51, 2.48, 2.46, 2.43, 2.41, 2.39, 2.37, 2.35, 2.33, 2.32,
  2.30, 2.29, 2.27, 2.26, 2.24, 2.23,
  2.22, 2.21, 2.20, 2.19, 2.17, 2.16, 2.16, 2.15, 2.14, 2.13, 2.12, 2.11, 2.10, 2.10, 2.09, 2.08,
  2.08, 2.07, 2.06, 2.06, 2.05, 2.04,
  2.04, 2.03, 2.03, 2.02, 2.02, 2.01, 2.01, 2.00, 2.00, 1.99, 1.99, 1.99, 1.98, 1.98, 1.97, 1.97,
  1.97, 1.96
)

test_that("the paper's table, which rounds up", {
  computed <- tf_critical(seq(2, 10.3, by = .1)^2)
  # at 10.3 the paper prints 1.96 for 1.95996
  expect_equal(ceiling(computed * 100) / 100, tf_table)
})

test_that("where the curve begins and ends", {
  expect_identical(tf_critical(c(0, 3.84)), c(Inf, Inf))
  expect_equal(tf_critical(c(104.68, 1e6)), rep(stats::qnorm(.975), 2))
  expect_gt(tf_critical(104.6), stats::qnorm(.975))
  expect_equal(max(tf_known$root_f)^2, 104.67, tolerance = 1e-4)
  expect_true(all(diff(tf_known$critical) < 0))
})

test_that("the test has its size in the worst case, by integration over f", {
  # t = f (f - f0) / f0 where the errors are perfectly correlated
  size <- function(f0) {
    f <- seq(f0 - 9, f0 + 9, length.out = 400001)
    rejected <- abs(f * (f - f0) / f0) > tf_critical(f^2)
    sum(stats::dnorm(f - f0)[rejected]) * (f[2] - f[1])
  }
  at <- vapply(c(.5, 1, 2, 4, 8), size, 0)
  expect_equal(at, rep(.05, 5), tolerance = 1e-4)
  expect_true(all(vapply(c(9, 12, 30), size, 0) < .05))
})
