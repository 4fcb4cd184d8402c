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
