names <- c("a_x", "a_log(x)", "b_(Intercept)", "b_x")

test_that("words become rows", {
  r <- parse_restrictions(c("a_x = b_x", "2 * a_log(x) - b_(Intercept) / 4 == 3", "a_x"), names)
  expect_equal(r$matrix, rbind(c(1, 0, 0, -1), c(0, 2, -1 / 4, 0), c(1, 0, 0, 0)))
  expect_equal(r$value, c(0, 3, 0))
})

test_that("repeated restrictions are one, contradictory or strange ones an error", {
  expect_equal(nrow(parse_restrictions(c("a_x = b_x", "2 * b_x = 2 * a_x"), names)$matrix), 1)
  bad <- function(...) expect_error(parse_restrictions(..., names = names), class = "ccdpanel_error_restrictions")
  bad(c("a_x = 1", "a_x = 2"))
  bad("a_x = c_x")
  bad("a_x * b_x = 1")
  bad("a_x = b_x = 1")
  bad("a_x + = 2")
  bad(3)
  bad(list(matrix = diag(3)))
})
