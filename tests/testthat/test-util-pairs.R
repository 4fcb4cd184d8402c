test_that("each pair comes once, and a matrix is made of what is known of them", {
  expect_identical(upper_pairs(3), cbind(c(1L, 1L, 1L, 2L, 2L, 3L), c(1L, 2L, 3L, 2L, 3L, 3L)))
  expect_identical(symmetric(c(1, 2, 4), upper_pairs(2)), matrix(c(1, 2, 2, 4), 2))
})
