test_that("a tile for each state, no two on one square, neighbours east and west in order", {
  expect_setequal(us_state_tiles$state, c(datasets::state.name, "District of Columbia"))
  expect_identical(anyDuplicated(us_state_tiles[c("row", "column")]), 0L)
  expect_true(all(state_capital$abbreviation %in% us_state_tiles$abbreviation))
  at <- function(state, column) us_state_tiles[[column]][us_state_tiles$state == state]
  expect_lt(at("California", "column"), at("Nevada", "column"))
  expect_lt(at("Ohio", "column"), at("Pennsylvania", "column"))
  expect_lt(at("Minnesota", "row"), at("Louisiana", "row"))
})
