test_that("parts of text are levels and conditions", {
  con <- sqlite()
  expect_same_parts(con)
})

test_that("parts of what is no text, or from places that are columns, are errors", {
  con <- sqlite()
  table <- stored(con, coded_rows())
  for (f in list(
    y ~ substr(year, 1, 2), y ~ x | substr(code, 0, 2), y ~ x | substr(code, 3, 2),
    y ~ x | substr(code, 1, year), y ~ startsWith(code, code), y ~ x | substr(code, 1)
  )) {
    expect_error(fe_reg(f, table, remote = "cells"), class = "ccdpanel_error_remote_term")
  }
  # A function of the user's is not R's of that name.
  substr <- function(x, a, b) x
  expect_error(
    fe_reg(y ~ x | substr(code, 1, 2), table, remote = "cells"),
    class = "ccdpanel_error_remote_term"
  )
})
