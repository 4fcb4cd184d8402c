test_that("cities, prefectures and leagues with and without the word for what they are", {
  table <- city_table()
  expect_identical(nrow(table), 337L)
  expect_identical(city_row(table$name), seq_len(nrow(table)))
  expect_identical(anyDuplicated(short_city(table$name)), 0L)
  expect_identical(city_row(short_city(table$name)), seq_len(nrow(table)))
  typed <- c(
    "\u6069\u65bd\u5dde", "\u6069\u65bd", "\u9ed4\u897f\u5357", "\u9ed4\u897f\u5357\u5dde",
    "\u9ed4\u5357", "\u897f\u53cc\u7248\u7eb3", "\u5580\u4ec0", "\u9521\u6797\u90ed\u52d2",
    "\u5317\u4eac", "\u77f3 \u5bb6 \u5e84"
  )
  expect_identical(table$name[city_row(typed)], c(
    "\u6069\u65bd\u571f\u5bb6\u65cf\u82d7\u65cf\u81ea\u6cbb\u5dde",
    "\u6069\u65bd\u571f\u5bb6\u65cf\u82d7\u65cf\u81ea\u6cbb\u5dde",
    "\u9ed4\u897f\u5357\u5e03\u4f9d\u65cf\u82d7\u65cf\u81ea\u6cbb\u5dde",
    "\u9ed4\u897f\u5357\u5e03\u4f9d\u65cf\u82d7\u65cf\u81ea\u6cbb\u5dde",
    "\u9ed4\u5357\u5e03\u4f9d\u65cf\u82d7\u65cf\u81ea\u6cbb\u5dde",
    "\u897f\u53cc\u7248\u7eb3\u50a3\u65cf\u81ea\u6cbb\u5dde", "\u5580\u4ec0\u5730\u533a",
    "\u9521\u6797\u90ed\u52d2\u76df", "\u5317\u4eac\u5e02", "\u77f3\u5bb6\u5e84\u5e02"
  ))
  # nothing is guessed: old names, counties and misspellings are none
  expect_identical(city_row(c(
    "\u8944\u6a0a\u5e02", "\u6606\u5c71", "\u77f3\u5bb6\u5e84\u5e84", "", "x"
  )), rep(NA_integer_, 5))
})

test_that("a panel of cities has the table's names where it has all of them", {
  expect_identical(
    one_spelling(c("\u676d\u5dde", "\u6069\u65bd\u5dde")),
    c("\u676d\u5dde\u5e02", "\u6069\u65bd\u571f\u5bb6\u65cf\u82d7\u65cf\u81ea\u6cbb\u5dde")
  )
  expect_identical(
    one_spelling(c("\u676d\u5dde", "\u6606\u5c71\u5e02", "\u6606\u5c71", "\u676d\u5dde\u5e02")),
    c("\u676d\u5dde", "\u6606\u5c71\u5e02", "\u6606\u5c71\u5e02", "\u676d\u5dde")
  )
})
