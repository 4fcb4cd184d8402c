test_that("the numbers of rows that a program writes before them are no values", {
  roles <- function(...) sheet_tables(grid_of(...))[[1]]$roles
  counted <- roles(
    ",province,year,x", "1,\u5317\u4eac,2015,5", "2,\u5317\u4eac,2016,6", "3,\u5929\u6d25,2015,7"
  )
  expect_identical(counted[c("number", "values")], list(number = 1L, values = 4L))
  again <- roles(
    ",province,year,x", "1,\u5317\u4eac,2015,5", "2,\u5929\u6d25,2015,6", "1,\u5317\u4eac,2016,7"
  )
  expect_identical(again$number, 1L)
  other <- roles(
    "province,year,", "\u5317\u4eac,2015,5", "\u5317\u4eac,2016,6", "\u5929\u6d25,2015,7"
  )
  expect_identical(other$values, 3L)
})

test_that("a column of years is no time where years head the columns", {
  path <- tempfile(fileext = ".csv")
  writeLines(c(
    "Country,Subject Descriptor,2019,2020,Estimates Start After", "Peru,Output,1,2,2020",
    "Peru,Prices,3,4,2020", "Chile,Output,5,6,2021", "Chile,Prices,7,8,2020"
  ), path)
  panel <- suppressMessages(read_panel(path))
  expect_identical(as.vector(panel$Prices), c(3, 4, 7, 8))
  expect_identical(attr(panel, "aside")$name, "Estimates Start After")
  writeLines(sub("Estimates Start After", "Base", readLines(path)), path)
  expect_error(read_panel(path), class = "ccdpanel_error_year")
  rows <- sub(",[^,]*$", "", readLines(path))
  writeLines(paste0(c("LineCode", 1, 2, 1, 2), ",", rows), path)
  panel <- suppressMessages(read_panel(path))
  expect_identical(as.vector(panel$Prices), c(3, 4, 7, 8))
  expect_named(panel, c("unit", "year", "Output", "Prices"))
})

test_that("three lines of heads, codes, names and units, name a column once", {
  path <- tempfile(fileext = ".csv")
  lines <- c(
    "Prvcnm,Sgnyea,Gdp01,Rate02",
    "\u7701\u4efd\u540d\u79f0,\u7edf\u8ba1\u5e74\u5ea6,GDP,\u589e\u957f\u7387",
    "\u6ca1\u6709\u5355\u4f4d,\u6ca1\u6709\u5355\u4f4d,\u4ebf\u5143,\u6ca1\u6709\u5355\u4f4d",
    "\u5317\u4eac\u5e02,2019,10,5", "\u5929\u6d25\u5e02,2019,20,6"
  )
  writeBin(charToRaw(enc2utf8(paste0(paste(lines, collapse = "\n"), "\n"))), path)
  x <- suppressMessages(read_panel(path))
  expect_identical(as.vector(x[["\u589e\u957f\u7387"]]), c(5, 6))
  expect_identical(
    attr(x, "indicators")$unit[attr(x, "indicators")$indicator == "GDP"], "\u4ebf\u5143"
  )
})

test_that("the bracket that ends a head is no part of its unit's", {
  path <- tempfile(fileext = ".csv")
  lines <- c(
    "\u8868 3-9 GDP\u548c\u6307\u6570,,", "\u5730\u533a,GDP,\u6307\u6570(\u4e0a\u5e74=100)",
    ",2020,2020",
    "\u5317\u4eac,10,105", "\u5929\u6d25,20,106"
  )
  writeBin(charToRaw(enc2utf8(paste0(paste(lines, collapse = "\n"), "\n"))), path)
  x <- suppressMessages(read_panel(path))
  expect_identical(attr(x, "indicators")$indicator, c("GDP", "\u6307\u6570"))
  expect_identical(attr(x, "indicators")$unit[2], "\u4e0a\u5e74=100")
})

test_that("a line that translates the heads above is left out, also where a name is a unit's", {
  path <- tempfile(fileext = ".csv")
  lines <- c(
    "\u5e74\u4efd,\u7701\u4efd,\u666e\u60e0\u91d1\u878d,\u8986\u76d6\u5e7f\u5ea6",
    "Year,Prvcnm,Index,Coverage",
    "2019,\u5317\u4eac,1,3", "2019,\u5929\u6d25,2,4"
  )
  writeBin(charToRaw(enc2utf8(paste0(paste(lines, collapse = "\n"), "\n"))), path)
  x <- suppressMessages(read_panel(path))
  expect_identical(
    attr(x, "indicators")$label, c("\u666e\u60e0\u91d1\u878d", "\u8986\u76d6\u5e7f\u5ea6")
  )
  expect_identical(attr(x, "indicators")$unit, c(NA_character_, NA))
})

test_that("names in Latin letters under a merged Chinese head are no translation of it", {
  path <- tempfile(fileext = ".csv")
  lines <- c(
    "prov,year,\u7ecf\u6d4e\u53d1\u5c55,,", ",,gdp,pop,edu", "\u5317\u4eac\u5e02,2019,10,5,1",
    "\u5929\u6d25\u5e02,2019,20,6,2"
  )
  writeBin(charToRaw(enc2utf8(paste0(paste(lines, collapse = "\n"), "\n"))), path)
  x <- suppressMessages(read_panel(path))
  expect_identical(as.vector(x$gdp), c(10, 20))
  expect_identical(as.vector(x$edu), c(1, 2))
})
