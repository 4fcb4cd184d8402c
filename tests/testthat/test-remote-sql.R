test_that("a query is of quoted names and translated expressions only", {
  con <- sqlite()
  source <- list2env(list(con = con, words = new.env()))
  sql <- ccdpanel:::sql_select(
    source, "t", list(`a"b` = quote(sum(`x y`, na.rm = TRUE)), c = quote(c)),
    where = quote(s == "it's"), keys = "select"
  )
  expect_identical(gsub("\\s+", " ", sql), paste(
    "SELECT `select`, SUM(`x y`) AS `a\"b`, `c` FROM t WHERE `s` = 'it''s' GROUP BY `select`"
  ))
})
