test_that("columns of text become numbers, the others stay and are said", {
  typed <- data.frame(
    province = c("\u5317\u4eac", "\u5929\u6d25", "\u6cb3\u5317"),
    a = c("5,155", "\uff11\uff12", "\u2026"), b = c("57.44%", "58%", "-"),
    year = c("2011\u5e74", "2012\u5e74", "2013\u5e74"), f = factor(c("3", "1", "2")), n = 1:3,
    text = c("x1", "y2", "z3")
  )
  attr(typed$a, "label") <- "patents"
  expect_message(x <- destring(typed), class = "ccdpanel_message_destring")
  expect_equal(x$a, c(5155, 12, NA), ignore_attr = TRUE)
  expect_identical(attr(x$a, "label"), "patents")
  expect_equal(x$b, c(.5744, .58, NA))
  expect_identical(x$year, 2011:2013)
  expect_identical(x$f, c(3, 1, 2))
  expect_identical(
    x[c("province", "n", "text")], typed[c("province", "n", "text")],
    ignore_attr = c("lost", "missing")
  )
  missing <- attr(x, "missing")
  expect_identical(
    missing, data.frame(column = c("a", "b"), text = c("\u2026", "-"), cells = c(1L, 1L)),
    ignore_attr = TRUE
  )
  expect_equal(suppressMessages(destring(typed, "b", percent = "percent"))$b, c(57.44, 58, NA))
})

test_that("lost cells are listed, and an error unless allowed", {
  typed <- data.frame(a = c("5,155", "12\u4e07", "7"))
  error <- expect_error(destring(typed), "a, row 2: 12", class = "ccdpanel_error_lost")
  expect_identical(error$lost$text, "12\u4e07")
  x <- suppressMessages(destring(typed, lost = "allow"))
  expect_identical(x$a, c(5155, NA, 7))
  expect_identical(attr(x, "lost")$row, 2L)
  expect_error(destring(data.frame(a = c("5%", "7"))), class = "ccdpanel_error_percent")
  expect_error(destring(typed, "b"), class = "ccdpanel_error_column")
  expect_error(destring(1), class = "ccdpanel_error_type")
})

test_that("a tibble stays one, and nothing to do is no mistake", {
  skip_if_not_installed("tibble")
  x <- suppressMessages(destring(tibble::tibble(a = c("1", "2"))))
  expect_s3_class(x, "tbl_df")
  expect_message(expect_identical(destring(data.frame(a = 1:2))$a, 1:2), "0 columns")
})

test_that("the error for a column of text names it", {
  data <- data.frame(u = c("a", "a", "b", "b"), t = c(1, 2, 1, 2), x = c("1,000", "2", "3", "4"))
  sheet <- data.frame(system = "s", dimension = "d", indicator = "x", direction = "+")
  expect_error(
    composite_index(data, sheet, c("u", "t")), "destring", class = "ccdpanel_error_numeric"
  )
  read <- suppressMessages(destring(data, "x"))
  expect_silent(suppressMessages(composite_index(read, sheet, c("u", "t"))))
})
