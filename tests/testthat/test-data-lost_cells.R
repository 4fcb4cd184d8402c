test_that("missing codes and lost numbers are two counts", {
  path <- csv_of(c(
    "\u5730\u533a,2015\u5e74,2016\u5e74", "\u5317\u4eac,12\u4e07,\u2026", "\u5929\u6d25,3,-",
    "\u6cb3\u5317,,5"
  ))
  error <- expect_error(read_panel(path), "row 2, column 2: 12", class = "ccdpanel_error_lost")
  expect_identical(nrow(error$lost), 1L)
  x <- quietly_read(path, lost = "allow")
  expect_identical(
    attr(x, "lost")[c("row", "column", "text")],
    data.frame(row = 2L, column = 2L, text = "12\u4e07")
  )
  missing <- attr(x, "missing")
  expect_identical(missing$cells[match(c("", "-", "\u2026"), missing$text)], c(1L, 1L, 1L))
  # a name that is no province loses its numbers, and is not guessed
  path <- csv_of(c(
    "\u5730\u533a,2015\u5e74,2016\u5e74", "\u5317\u4eac,1,2", "\u5929\u6d25,3,4", "\u6cb3\u6bd4,5,6"
  ))
  expect_error(read_panel(path), "no province:.*2 numbers", class = "ccdpanel_error_lost")
  expect_identical(nrow(quietly_read(path, lost = "allow")), 4L)
})

test_that("more fields than heads: the numbers beyond are lost, as is a thousand without quotes", {
  path <- csv_of(c(
    "\u7701\u4efd,\u5e74\u4efd,GDP", "\u5317\u4eac,2015,1,234.5", "\u5929\u6d25,2015,3"
  ))
  expect_error(read_panel(path), "234.5 \\(no head\\)", class = "ccdpanel_error_lost")
  x <- quietly_read(path, lost = "allow")
  expect_identical(names(x), c("code", "province", "year", "GDP"))
  expect_identical(nrow(attr(x, "lost")), 1L)
  one <- quietly_read(csv_of(c(
    "\u7701\u4efd,\u5e74\u4efd,", "\u5317\u4eac,2015,1", "\u5929\u6d25,2015,3"
  ), "gdp.csv"))
  expect_identical(as.vector(one$gdp), c(1, 3))
  numbered <- quietly_read(csv_of(c(
    "\"\",province,year,GDP", "1,\u5317\u4eac,2015,1234.5", "2,\u5317\u4eac,2016,2"
  )))
  expect_identical(names(numbered), c("code", "province", "year", "GDP"))
})

test_that("a number in words is lost, not missing; points may be those of thousands", {
  spelt <- csv_of(c("\u5730\u533a,2015", "\u5317\u4eac,\u4e00\u767e\u4e8c\u5341", "\u5929\u6d25,2"))
  expect_error(read_panel(spelt), "\u4e00\u767e\u4e8c\u5341", class = "ccdpanel_error_lost")
  points <- csv_of(c(
    "\u5730\u533a;2015;2016", "\u5317\u4eac;1.234;2.345", "\u5929\u6d25;3.456;4.567"
  ))
  expect_error(read_panel(points), "points.*thousands", class = "ccdpanel_error_decimal")
  expect_identical(as.vector(quietly_read(points, decimal = ",")[["x"]]), c(1234, 2345, 3456, 4567))
  expect_identical(
    as.vector(quietly_read(points, decimal = ".")[["x"]]), c(1.234, 2.345, 3.456, 4.567)
  )
  quoted <- quietly_read(csv_of(c("\u5730\u533a,2015", "\u5317\u4eac,'1.5", "\u5929\u6d25,2")))
  expect_identical(as.vector(quoted[["x"]]), c(1.5, 2))
})

test_that("lost numbers are found by the letters of a workbook's columns, the first five", {
  skip_if_not_installed("readxl")
  skip_if_not_installed("writexl")
  data <- data.frame(province = c("Beijing", "Tianjin"), year = 2015)
  for (i in 1:30) data[[paste0("x", i)]] <- as.character(i)
  data[2, c("x1", "x24", "x25", "x30")] <- c("1O1", "1O2", "5..6", "7,7,7")
  data[1, c("x2", "x3", "x4")] <- "1O3"
  path <- tempfile(fileext = ".xlsx")
  writexl::write_xlsx(data, path)
  error <- expect_error(quietly_read(path), class = "ccdpanel_error_lost")
  # A is the first, Z the 26th, AA the 27th: x24 and x25 are the 26th and 27th.
  letters <- c("C", "Z", "AA", "AF", "D", "E", "F")
  expect_equal(nrow(error$lost), 7)
  said <- regmatches(
    conditionMessage(error), gregexpr("column [A-Z]+", conditionMessage(error))
  )[[1]]
  expect_length(said, 5)
  expect_true(all(said %in% paste("column", letters)))
  expect_match(conditionMessage(error), "and 2 more")
  expect_equal(sort(unique(error$lost$column)), c(3, 4, 5, 6, 26, 27, 32))
})

test_that("a name that is no province is said as one, with what is near and how many numbers", {
  flat <- function(e) gsub("\\s+", " ", conditionMessage(e))
  lines <- c("Region,2021,2022", "Beijing,1,2", "Tianjin,3,4", "Hebie,5,6", "Bejing,7,8")
  error <- expect_error(read_panel(csv_of(lines)), class = "ccdpanel_error_lost")
  expect_match(flat(error), "name that is no province")
  expect_match(flat(error), "row 5: \"Bejing\", near Beijing, with 2 numbers")
  expect_match(flat(error), "row 4: \"Hebie\", with 2 numbers")
  expect_no_match(flat(error), "no number that is understood")
  expect_named(error$lost, c("file", "sheet", "row", "column", "text"))
  # Beside lost numbers, each kind has its lines.
  lines[2] <- "Beijing,1,2..3"
  both <- expect_error(read_panel(csv_of(lines)), class = "ccdpanel_error_lost")
  expect_match(
    flat(both), "1 cell holds digits and no number that is understood: .*2..3.*\"Bejing\""
  )
  x <- quietly_read(csv_of(lines), lost = "allow")
  expect_identical(sort(unique(x$province)), c("Beijing", "Tianjin"))
  expect_identical(attr(x, "lost")$text, c(
    "2..3", "5 (Hebie)", "6 (Hebie)", "7 (Bejing)", "8 (Bejing)"
  ))
  # Braces are text.
  lines[5] <- "{Bejing},7,8"
  error <- expect_error(read_panel(csv_of(lines)), class = "ccdpanel_error_lost")
  expect_match(flat(error), "{Bejing}", fixed = TRUE)
})
