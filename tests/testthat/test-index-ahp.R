test_that("consistent comparisons give back the weights they were made from", {
  w <- c(a = .5, b = .3, c = .2)
  x <- ahp(outer(w, w, "/"))
  expect_equal(x$weights, w)
  expect_equal(weights(x), w)
  expect_equal(x$lambda, 3)
  expect_equal(x$consistency_ratio, 0, tolerance = 1e-12)
  expect_true(x$consistent)
})

test_that("three by three, by its characteristic equation: (l - 3) l^2 = r + 1/r - 2", {
  m <- matrix(c(1, 3, 5, 1 / 3, 1, 2, 1 / 5, 1 / 2, 1), 3, byrow = TRUE)
  # With a12 a23 a31 = 3 * 2 / 5 = r: l^3 - 3 l^2 = r + 1/r - 2
  r <- 1.2
  l <- uniroot(function(l) l^3 - 3 * l^2 - (r + 1 / r - 2), c(3, 4), tol = 1e-14)$root
  x <- ahp(m)
  expect_equal(x$lambda, l, tolerance = 1e-10)
  expect_equal(x$consistency_ratio, (l - 3) / 2 / .58, tolerance = 1e-8)
  # The principal eigenvector of a 3 by 3 reciprocal matrix is the rows' geometric mean
  g <- apply(m, 1, prod)^(1 / 3)
  expect_equal(unname(x$weights), g / sum(g))
})

test_that("contradictory comparisons warn", {
  m <- matrix(c(1, 5, 1 / 5, 1 / 5, 1, 5, 5, 1 / 5, 1), 3, byrow = TRUE)
  expect_warning(x <- ahp(m), "0.1", class = "ccdpanel_warning_inconsistent")
  expect_false(x$consistent)
  expect_output(print(x), "not consistent")
})

test_that("one and two indicators are always consistent; typed reciprocals may be rounded", {
  expect_equal(unname(ahp(matrix(1))$weights), 1)
  expect_equal(unname(ahp(matrix(c(1, 1 / 4, 4, 1), 2))$weights), c(.8, .2))
  expect_true(ahp(matrix(c(1, .33, 3, 1), 2))$consistent)
})

test_that("misuse is named", {
  expect_error(ahp(matrix(1, 2, 3)), "2 by 3", class = "ccdpanel_error_comparison")
  expect_error(ahp(matrix("a")), class = "ccdpanel_error_comparison")
  expect_error(ahp(matrix(1, 16, 16)), class = "ccdpanel_error_comparison")
  expect_error(ahp(matrix(c(1, -1, -1, 1), 2)), class = "ccdpanel_error_comparison")
  expect_error(ahp(matrix(c(1, NA, 2, 1), 2)), class = "ccdpanel_error_comparison")
  expect_error(ahp(matrix(c(1, 2, 2, 1), 2)), "reciprocal", class = "ccdpanel_error_comparison")
})

test_that("the random index by size is Saaty's", {
  expected <- c(0, 0, .58, .90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
  for (n in 1:15) {
    x <- matrix(1, n, n)
    if (n > 2) x[1, 2] <- 1 / (x[2, 1] <- 1.5)
    a <- ahp(x)
    expect_identical(a$random_index, expected[n])
    expect_equal(a$consistency_ratio, if (n > 2) (a$lambda - n) / (n - 1) / expected[n] else 0)
    if (n > 2) expect_gt(a$consistency_ratio, 0)
  }
})

test_that("comparisons that are none are named with their place", {
  expect_error(
    ahp(matrix(c(1, 0, 2, 1), 2)), "not 0 in row 2, column 1", class = "ccdpanel_error_comparison"
  )
})
