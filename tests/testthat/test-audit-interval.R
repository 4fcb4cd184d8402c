read <- function(x, rounding = "round", digits = NULL, scale = 1) {
  table <- data.frame(v = x, stringsAsFactors = FALSE)
  call <- rlang::current_env()
  ccdpanel:::read_printed(
    table, "v", "v", ccdpanel:::reading(rounding, digits, scale, table, call), call
  )
}

test_that("strings keep their digits: half a unit of the last place either way", {
  x <- read(c("0.17", "0.170", "3", "-1.2", ".5", "2e-3"))
  expect_equal(x$lower, c(.165, .1695, 2.5, -1.25, .45, .0015))
  expect_equal(x$upper, c(.175, .1705, 3.5, -1.15, .55, .0025))
  expect_equal(x$digits, c(2, 3, 0, 1, 1, 3))
})

test_that("truncated print stands for what lies beyond it, away from zero", {
  x <- read(c("0.17", "-0.17", "0.0"), rounding = "truncate")
  expect_equal(x$lower, c(.17, -.18, -.1))
  expect_equal(x$upper, c(.18, -.17, .1))
})

test_that("numbers take the most decimals of their column, or those that are given", {
  expect_equal(read(c(.17, .123))$upper, c(.1705, .1235))
  expect_equal(read(c(.1, .2))$upper, c(.15, .25))
  expect_equal(read(c(.1, .2), digits = 3)$upper, c(.1005, .2005))
  expect_equal(read(c("0.1", "0.1234"), digits = c(v = 3))$digits, c(3, 4))
  expect_equal(read(c(0.1 + 0.2, 100000))$digits, c(1, 1))
  expect_equal(read(c("0.0780", "0.17", "0.12345", "3"), digits = 3)$digits, c(3, 3, 5, 3))
})

test_that("dashes, stars, brackets, percent signs and thousands are read", {
  x <- read(c("-", "\u2014", "", NA, "n.a.", "0.38***", "(0.02)", "12.5%", "1,234", "\u22120.5"))
  expect_equal(x$value, c(NA, NA, NA, NA, NA, .38, .02, .125, 1234, -.5))
  expect_equal(x$upper[8] - x$lower[8], .001)
  expect_equal(read(c("58.3", "7%"), scale = 100)$value, c(.583, .07))
  expect_equal(read(factor(c("0.50", "0.5")))$digits, c(2, 1))
  expect_true(all(is.na(read(c(NA, NA))$lower)))
})

test_that("arithmetic on intervals, by hand", {
  i <- ccdpanel:::interval
  expect_equal(ccdpanel:::times(i(-1, 2), i(3, 4)), i(-4, 8))
  expect_equal(ccdpanel:::minus(i(1, 2), i(.5, .75)), i(.25, 1.5))
  expect_equal(ccdpanel:::scaled(i(1, 2), -2), i(-4, -2))
  expect_equal(ccdpanel:::rising(function(a, b) a * b, i(-1, 2), i(3, 4)), i(0, 8))
  expect_identical(
    ccdpanel:::overlap(i(c(0, 0, NA), c(1, 1, NA)), i(c(1, 1.1, 0), c(2, 2, 1))), c(TRUE, FALSE, NA)
  )
})

test_that("what cannot be read is refused by name", {
  expect_error(read(c("0.1", "0.3a")), class = "ccdpanel_error_printed")
  expect_error(read("3220000 0"), "row 1", class = "ccdpanel_error_printed")
  expect_error(read(c(1, Inf)), class = "ccdpanel_error_printed")
  expect_error(read(TRUE), class = "ccdpanel_error_type")
  expect_error(read("1", digits = -1), class = "ccdpanel_error_digits")
  expect_error(read("1", digits = c(other = 2)), class = "ccdpanel_error_digits")
  expect_error(read("1", rounding = "up"), class = "ccdpanel_error_choice")
  expect_error(read("1", scale = 0), class = "ccdpanel_error_number")
  expect_error(read(character()), class = "ccdpanel_error_rows")
  expect_error(audit_weights(list(1), "w"), class = "ccdpanel_error_type")
  expect_error(audit_weights(data.frame(w = "1"), c("w", "w")), class = "ccdpanel_error_column")
  expect_error(audit_weights(data.frame(w = "1"), "z"), class = "ccdpanel_error_column")
})
