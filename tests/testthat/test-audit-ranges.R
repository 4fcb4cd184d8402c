# The range of printed values: stated, or the one that the print is on.

test_that("the range is that of shares, of percent, or none that can be told", {
  check <- function(m) audit_ranks(data.frame(m, r = rank(-m)), average = "m", rank = "r")$check[1]
  expect_identical(check(c(0.2, 0.9)), "values in [0, 1]")
  expect_identical(check(c(20, 90)), "values in [0, 100]")
  expect_identical(check(c(2, 9)), "values in their range")
  expect_identical(check(c(2000, 90)), "rank by the average")
})
