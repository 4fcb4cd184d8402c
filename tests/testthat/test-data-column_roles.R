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
