names <- c("a_x", "a_log(x)", "b_(Intercept)", "b_x")

test_that("words become rows", {
  r <- parse_restrictions(c("a_x = b_x", "2 * a_log(x) - b_(Intercept) / 4 == 3", "a_x"), names)
  expect_equal(r$matrix, rbind(c(1, 0, 0, -1), c(0, 2, -1 / 4, 0), c(1, 0, 0, 0)))
  expect_equal(r$value, c(0, 3, 0))
})

test_that("repeated restrictions are one, contradictory or strange ones an error", {
  expect_equal(nrow(parse_restrictions(c("a_x = b_x", "2 * b_x = 2 * a_x"), names)$matrix), 1)
  bad <- function(...) {
    expect_error(parse_restrictions(..., names = names), class = "ccdpanel_error_restrictions")
  }
  bad(c("a_x = 1", "a_x = 2"))
  bad("a_x = c_x")
  bad("a_x * b_x = 1")
  bad("a_x = b_x = 1")
  bad("a_x + = 2")
  bad(3)
  bad(list(matrix = diag(3)))
})

test_that("restrictions are arithmetic: nothing in them runs, and names within names do not mix", {
  bad <- function(text, piece) {
    expect_error(
      parse_restrictions(text, names), piece, fixed = TRUE, class = "ccdpanel_error_restrictions"
    )
  }
  bad("a_x + Sys.time() = 1", "Sys.time() is not of its language")
  bad("a_x = base::exp(1)", "base::exp is called")
  bad("log(a_x) = 1", "log(a_x)")
  bad("a_x <- 1", "a_x")
  bad("\"a_x\" = 1", "holds \"")
  bad("{a_x} = 1", "{")
  bad("a_x =", "nothing behind")
  bad("aa_x = 1", "aa_x, which is no coefficient")
  bad("a_x = a_x", "none is left in it")
  bad("0 * a_x = 1", "none is left in it")
  bad(NA_character_, "missing")
  short <- c("b", "x", "b1", "x.b", "2_b")
  expect_equal(
    parse_restrictions("2 * b - b1 + x.b / 4 = 3 * x", short)$matrix, rbind(c(2, -3, -1, 1 / 4, 0))
  )
  expect_equal(parse_restrictions("2_b = b", short)$matrix, rbind(c(-1, 0, 0, 0, 1)))
})

test_that("an empty restriction is said to be empty", {
  for (text in c("", "  ")) {
    expect_error(
      parse_restrictions(text, c("a", "b")), "empty", class = "ccdpanel_error_restrictions"
    )
  }
})
