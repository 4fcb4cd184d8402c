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
  expect_error(read_panel(path), class = "ccdpanel_error_year")
  rows <- sub(",[^,]*$", "", readLines(path))
  writeLines(paste0(c("LineCode", 1, 2, 1, 2), ",", rows), path)
  panel <- suppressMessages(read_panel(path))
  expect_identical(as.vector(panel$Prices), c(3, 4, 7, 8))
  expect_named(panel, c("unit", "year", "Output", "Prices"))
})
