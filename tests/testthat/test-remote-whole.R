test_that("what is rounded and what divisions leave has R's values", {
  con <- sqlite()
  expect_r_values(con, whole_rows(), wholes)
})

test_that("what R rounds in its own way is an error", {
  con <- sqlite()
  table <- stored(con, whole_rows())
  for (f in list(
    y ~ round(x, 1), y ~ I(x %% 0.1), y ~ I(x %/% y), y ~ I(x %% 0), y ~ findInterval(x, c(2, 1)),
    y ~ pmin(x, b = 1)
  )) {
    expect_error(fe_reg(f, table, remote = "cells"), class = "ccdpanel_error_remote_term")
  }
})
