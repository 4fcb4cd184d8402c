# Bytes of a file with texts of the same length put in the place of others, as a Chinese Windows
# wrote them before Stata 14.
swapped <- function(path, texts) {
  bytes <- readBin(path, "raw", file.size(path))
  for (from in names(texts)) {
    old <- charToRaw(from)
    new <- iconv(texts[[from]], "UTF-8", "GBK", toRaw = TRUE)[[1]]
    stopifnot(length(old) == length(new))
    for (at in which(bytes == old[1])) {
      span <- at + seq_along(old) - 1
      if (max(span) <= length(bytes) && identical(bytes[span], old)) bytes[span] <- new
    }
  }
  writeBin(bytes, path)
  path
}

panel_in_stata <- function(version) {
  data <- data.frame(
    prov = c("AAAA", "AAAA", "BBBBBB", "BBBBBB"), year = c(2011, 2012, 2011, 2012),
    gdp = c(1.5, 2, NA, 4)
  )
  data$zone <- haven::labelled(c(1, 1, 2, 2), c(CCCC = 1, DDDD = 2))
  attr(data$gdp, "label") <- "EEEEEEEEEEEE(FFFF)"
  path <- tempfile(fileext = ".dta")
  haven::write_dta(data, path, version = version)
  path
}

test_that("Stata of version 13 and older: GBK is found in the bytes", {
  skip_if_not_installed("haven")
  texts <- list(
    AAAA = "\u5317\u4eac", BBBBBB = "\u5185\u8499\u53e4", CCCC = "\u4e1c\u90e8",
    DDDD = "\u897f\u90e8", EEEEEEEEEEEE = "\u5730\u533a\u751f\u4ea7\u603b\u503c",
    FFFF = "\u4ebf\u5143"
  )
  for (version in c(8, 12, 13)) {
    x <- suppressMessages(read_panel(swapped(panel_in_stata(version), texts)))
    expect_identical(x$province, rep(c("Beijing", "Inner Mongolia"), each = 2))
    expect_identical(x$zone, rep(c("\u4e1c\u90e8", "\u897f\u90e8"), each = 2))
    expect_identical(as.vector(x$gdp), c(1.5, 2, NA, 4))
    expect_identical(attr(x, "indicators")$label, "\u5730\u533a\u751f\u4ea7\u603b\u503c")
    expect_identical(attr(x, "indicators")$unit, "\u4ebf\u5143")
  }
})

test_that("labels of codes, and missing values by their letters", {
  skip_if_not_installed("haven")
  data <- data.frame(
    id = haven::labelled(
      c(11L, 11L, 12L, 12L), stats::setNames(11:12, c("\u5317\u4eac\u5e02", "\u5929\u6d25\u5e02")),
      label = "\u7701\u4efd"
    ),
    year = c(2011, 2012, 2011, 2012), x = c(haven::tagged_na("a"), 1, NA, 2)
  )
  for (format in c("dta", "sav")) {
    if (format == "sav") data$x[1] <- NA
    path <- tempfile(fileext = paste0(".", format))
    if (format == "dta") haven::write_dta(data, path) else haven::write_sav(data, path)
    x <- suppressMessages(read_panel(path))
    expect_identical(x$province, rep(c("Beijing", "Tianjin"), each = 2))
    expect_identical(as.vector(x$x), c(NA, 1, NA, 2))
    texts <- attr(x, "missing")$text
    expect_setequal(texts, if (format == "dta") c(".a", "") else "")
  }
})

test_that("what is no such file is refused", {
  skip_if_not_installed("haven")
  path <- tempfile(fileext = ".dta")
  writeBin(c(charToRaw("<stata_dta><header><release>118</release>"), as.raw(1:30)), path)
  expect_error(read_panel(path), class = "ccdpanel_error_file")
})

test_that("a number whose label says that it is missing is a missing code", {
  # As a name of an argument it would be what the locale can write.
  labels <- stats::setNames(99999, "\u7f3a\u5931")
  x <- structure(c(5, 99999, 7, 99999), labels = labels, class = "haven_labelled")
  cells <- stat_cells(x)
  expect_identical(cells$number, c(5, NA, 7, NA))
  expect_identical(cells$text, c("5", "\u7f3a\u5931", "7", "\u7f3a\u5931"))
  other <- structure(c(5, 1, 7, 8), labels = c("low" = 1), class = "haven_labelled")
  expect_identical(stat_cells(other)$number, c(5, 1, 7, 8))
})

test_that("dates and labelled texts of SPSS and SAS are words, in all their formats", {
  skip_if_not_installed("haven")
  data <- data.frame(
    province = c("Beijing", "Tianjin"), year = 2015, when = as.Date(c("2015-03-01", NA)),
    GDP = c(1, 2)
  )
  data$zone <- haven::labelled(c("E", "W"), c(East = "E", West = "W"))
  writers <- list(
    sav = function(x, to) haven::write_sav(x, to),
    zsav = function(x, to) haven::write_sav(x, to, compress = "zsav"),
    xpt = function(x, to) haven::write_xpt(x[names(x) != "zone"], to)
  )
  for (format in names(writers)) {
    path <- tempfile(fileext = paste0(".", format))
    writers[[format]](data, path)
    x <- suppressMessages(read_panel(path))
    expect_identical(x$when, c("2015-03-01", NA))
    expect_identical(as.vector(x$GDP), c(1, 2))
    if (format != "xpt") expect_identical(x$zone, c("East", "West"))
  }
})

test_that("values that SPSS declares missing are counted under their codes and labels", {
  skip_if_not_installed("haven")
  path <- tempfile(fileext = ".sav")
  haven::write_sav(data.frame(
    firm = c("a", "a", "b"), year = c(2019, 2020, 2019),
    income = haven::labelled_spss(c(1, -9, 3), c(nothing = -9), na_values = -9),
    score = haven::labelled_spss(c(98, 5, 99), na_range = c(98, 99))
  ), path)
  panel <- suppressMessages(read_panel(path))
  expect_identical(as.vector(panel$income), c(1, NA, 3))
  expect_identical(as.vector(panel$score), c(NA, 5, NA))
  counted <- attr(panel, "missing")
  expect_setequal(
    counted$text, c("user-missing -9 (nothing)", "user-missing 98", "user-missing 99")
  )
  expect_identical(counted$cells, c(1L, 1L, 1L))
})
