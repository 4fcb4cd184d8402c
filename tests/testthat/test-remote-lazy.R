test_that("a lazy result without what it names prints and collects as a plain table", {
  con <- sqlite()
  idx <- composite_index(stored(con, state_capital), state_sheet(), c("state", "year"))
  some <- dplyr::select(idx, state, year)
  expect_identical(class(dplyr::collect(some)), "data.frame")
  expect_output(print(some), "state")
  expect_identical(nrow(dplyr::collect(utils::head(idx, 3))), 3L)
})
