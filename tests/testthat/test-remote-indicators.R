test_that("a number keeps all of its digits on its way into a query", {
  con <- sqlite()
  x <- c(1 / 3, 1e8 + 1 / 3, -2 / 7e5, 0.1 * (1 + 8 * .Machine$double.eps), 12)
  for (value in x) {
    written <- dbplyr::translate_sql_(list(kept_number(value)), con = con)
    expect_identical(DBI::dbGetQuery(con, paste("SELECT", written, "AS x"))$x, value)
  }
})
