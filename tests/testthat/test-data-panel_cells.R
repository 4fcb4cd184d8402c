table_of <- function(...) {
  rows <- strsplit(c(...), ",", fixed = TRUE)
  width <- max(lengths(rows))
  text <- t(vapply(rows, function(r) c(r, rep("", width - length(r))), character(width)))
  sheet_tables(new_grid("file.csv", NA_character_, text))[[1]]
}

test_that("names, units and years of columns come from all lines of their heads", {
  heads <- series_heads(table_of(
    "\u5730\u533a,\u6536\u5165\uff08\u5143\uff09,,\u4eba\u53e3",
    ",2015\u5e74,2016\u5e74,2015\u5e74", "\u5317\u4eac,1,2,3", "\u5929\u6d25,4,5,6"
  ))
  expect_identical(heads$name, c("\u6536\u5165", "\u6536\u5165", "\u4eba\u53e3"))
  expect_identical(heads$year, c(2015L, 2016L, 2015L))
  expect_identical(heads$measure, c("\u5143", "\u5143", NA))
})

test_that("the same leaf below two heads is named by both", {
  heads <- series_heads(table_of(
    "\u5730\u533a,\u5e74\u4efd,\u57ce\u9547,,\u519c\u6751,",
    ",,\u6536\u5165,\u652f\u51fa,\u6536\u5165,\u652f\u51fa", "\u5317\u4eac,2015,1,2,3,4",
    "\u5929\u6d25,2015,1,2,3,4"
  ))
  expect_identical(heads$name, c(
    "\u57ce\u9547 \u6536\u5165", "\u57ce\u9547 \u652f\u51fa", "\u519c\u6751 \u6536\u5165",
    "\u519c\u6751 \u652f\u51fa"
  ))
})

test_that("a year in one head alone is part of its name", {
  heads <- series_heads(table_of(
    "\u7701\u4efd,\u5e74\u4efd,2005\u5e74\u4e0d\u53d8\u4ef7GDP,\u4eba\u53e3",
    "\u5317\u4eac,2015,1,2", "\u5929\u6d25,2015,1,2"
  ))
  expect_identical(heads$name, c("2005\u5e74\u4e0d\u53d8\u4ef7GDP", "\u4eba\u53e3"))
})

test_that("codes with leading zeros and mostly words are words", {
  cells <- panel_cells(table_of(
    "\u7701\u4efd,\u5e74\u4efd,\u80a1\u7968,\u7c7b\u578b", "\u5317\u4eac,2015,000001,a",
    "\u5929\u6d25,2015,000002,b"
  ), NA)
  expect_length(cells$words, 2)
})
