grid_of <- function(...) {
  rows <- strsplit(c(...), ",", fixed = TRUE)
  width <- max(lengths(rows))
  text <- t(vapply(rows, function(r) c(r, rep("", width - length(r))), character(width)))
  new_grid("x.csv", NA_character_, text)
}

test_that("provinces in columns turn the table", {
  tables <- sheet_tables(grid_of(
    "\u6807\u9898", "\u5e74\u4efd,\u5317\u4eac,\u5929\u6d25", "2015,1,2", "2016,3,4"
  ))
  expect_length(tables, 1)
  expect_true(tables[[1]]$turned)
  expect_identical(tables[[1]]$unit, c("\u5317\u4eac", "\u5929\u6d25"))
  expect_identical(tables[[1]]$title, "\u6807\u9898")
})

test_that("tables below each other, and folded ones beside each other, are several", {
  below <- sheet_tables(grid_of(
    "\u88681", "\u5730\u533a,2015", "\u5317\u4eac,1", "\u5929\u6d25,2", "\u88682",
    "\u5730\u533a,2015", "\u5317\u4eac,3", "\u5929\u6d25,4"
  ))
  expect_identical(lapply(below, `[[`, "title"), list("\u88681", "\u88682"))
  beside <- sheet_tables(grid_of(
    "\u5730\u533a,2015,\u5730\u533a,2015", "\u5317\u4eac,1,\u6cb3\u5317,2",
    "\u5929\u6d25,3,\u5c71\u897f,4"
  ))
  expect_identical(lapply(beside, `[[`, "unit"), list(
    c("\u5317\u4eac", "\u5929\u6d25"), c("\u6cb3\u5317", "\u5c71\u897f")
  ))
})

test_that("heads with a year, alone or beside a label", {
  years <- head_years(c(
    "2011\u5e74", "GDP2011", "GDP(2011\u5e74)", "2011\u5e74GDP", "GDP", "20110"
  ))
  expect_identical(years$year, c(2011L, 2011L, 2011L, 2011L, NA, NA))
  expect_identical(years$label, c("", "GDP", "GDP", "GDP", "GDP", "20110"))
})

test_that("rows are told apart", {
  grid <- grid_of(
    "\u5730\u533a,2015,2016", "\u5168\u56fd,1,2", "\u5317\u4eac,3,4", "\u5929\u6d25,5,6",
    "\u6cb3\u6bd4,7,8", "\u6ce8\uff1a1. \u7565", ",,"
  )
  rows <- row_kinds(
    grid, place_matrix(grid$text), matrix(head_roles(grid$text), nrow(grid$text)), 1
  )
  expect_identical(rows$kind, c("head", "aside", "place", "place", "unknown", "note", "blank"))
})

test_that("years as programs and forecasters mark them head years, not names", {
  years <- head_years(c(
    "X2011", "y2011", "2011A", "2011\u5e74(E)", "2011\u5e741-12\u6708", "\uff082011\uff09",
    "2011\u5e74\nyear", "GDP.2011",
    "2011.GDP"
  ))
  expect_identical(years$year, rep(2011L, 9))
  expect_identical(years$label, c(rep("", 7), "GDP", "GDP"))
  expect_identical(head_years(c("G2011", "2011B"))$label, c("G", "B"))
})

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

test_that("Jilin among cities without the word for city is the city, else the province's total", {
  kinds <- function(...) sheet_tables(grid_of("\u57ce\u5e02,2015", ...))[[1]][c("unit", "aside")]
  bare <- kinds("\u957f\u6625,1", "\u5409\u6797,2", "\u6c88\u9633,3")
  expect_identical(bare$unit, c("\u957f\u6625", "\u5409\u6797", "\u6c88\u9633"))
  expect_identical(one_spelling(bare$unit), c(
    "\u957f\u6625\u5e02", "\u5409\u6797\u5e02", "\u6c88\u9633\u5e02"
  ))
  expect_identical(kinds(
    "\u957f\u6625\u5e02,1", "\u5409\u6797,2", "\u6c88\u9633\u5e02,3"
  )$aside$name, "\u5409\u6797")
  expect_identical(kinds(
    "\u957f\u6625,1", "\u5409\u6797,2", "\u5409\u6797\u5e02,3", "\u6c88\u9633,3"
  )$aside$name, "\u5409\u6797")
})
