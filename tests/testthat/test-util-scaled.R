test_that("a solution is that of the matrix with its units taken out, to every bit", {
  set.seed(1)
  a <- crossprod(matrix(rnorm(40), 10))
  b <- rnorm(4)
  # Powers of two round nothing: the same problem in other units has the same digits.
  unit <- 2^c(60, 0, -50, 200)
  expect_identical(scaled_solve(a * outer(unit, unit), unit * b), scaled_solve(a, b) / unit)
  expect_equal(scaled_solve(a, b), solve(a, b), tolerance = 1e-12)
  expect_equal(scaled_solve(a), solve(a), tolerance = 1e-12)
  expect_error(solve(a * outer(unit, unit)), "singular")
})

test_that("matrices that are not symmetric are balanced by rows and columns", {
  a <- matrix(c(2, 1, 0, 1, 3, 1, 0, 2, 4), 3)
  row <- 2^c(80, 0, -30)
  column <- 2^c(-40, 10, 0)
  expect_equal(
    scaled_solve(a * outer(row, column)), solve(a) / outer(column, row), tolerance = 1e-14
  )
})

test_that("what is singular stays so in every unit", {
  x <- cbind(1:5, 2 * (1:5), c(1, 0, 2, 0, 3))
  a <- crossprod(x)
  unit <- 10^c(8, -9, 0)
  expect_lt(scaled_rcond(a * outer(unit, unit)), 1e-15)
  expect_error(scaled_solve(a * outer(unit, unit)))
  values <- scaled_eigenvalues(a * outer(unit, unit))
  expect_lt(min(values) / max(values), 1e-14)
})

test_that("definite is what has positive eigenvalues beyond rounding, in every unit", {
  unit <- outer(10^c(8, -9), 10^c(8, -9))
  expect_true(is_definite(matrix(c(2, 1, 1, 2), 2) * unit))
  expect_false(is_definite(matrix(c(1, 2, 2, 1), 2) * unit))
  expect_false(is_definite(matrix(1, 2, 2) * unit))
  expect_false(is_definite(diag(c(1, 0))))
  expect_false(is_definite(diag(c(1, NaN))))
})
