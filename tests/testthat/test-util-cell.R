test_that(
  paste0(
    "what a spreadsheet would run is guarded, signs and printed numbers are not, and ",
    "the way back is exact"
  ),
  {
  formulas <- c(
    "=1+1", "-2+3", "+cmd|' /C calc'!A0", "@SUM(1)", "\tq", "\r=1", " =1", "\uff1d1", "'=x", "''-5",
    "-1-2", "--1", "+a", "-a"
  )
  plain <- c(
    "-1", "-1.5***", "-1,234.5%", "-.034**", "+", "-", "--", "", NA, "1-2", "a=b", "'abc",
    "\u4ea7=1", "1e-5", "-1e-5", "(-0.12)"
  )
  expect_identical(guarded_cells(formulas), paste0("'", formulas))
  expect_identical(guarded_cells(plain), plain)
  expect_identical(unguarded_cells(guarded_cells(c(formulas, plain))), c(formulas, plain))
})

test_that("text is put on one line, whatever breaks it", {
  expect_identical(
    one_line(c("a\r\nb", "a\n\n\tb", "a\u2028b", "\u4ea7\n\u51fa", NA)),
    c("a b", "a b", "a b", "\u4ea7 \u51fa", NA)
  )
})

test_that("a formula that is a text is the text", {
  expect_identical(
    unguarded_cells(c("=\"007\"", "= \"a \"\"b\"\"\"", "=1+1", "'=\"12\"", "=\"a\"&\"b\"")),
    c("007", "a \"b\"", "=1+1", "=\"12\"", "=\"a\"&\"b\"")
  )
  text <- c("=\"12\"", "=\"1,234.5\"", "=\"n.a.\"")
  expect_identical(suppressMessages(destring(data.frame(x = text)))$x, c(12, 1234.5, NA))
  path <- tempfile(fileext = ".csv")
  writeLines(c(
    "province,year,x", "=\"Beijing\",=\"2011\",=\"3.5\"",
    "\"=\"\"Beijing\"\"\",2012,\"=\"\"4,125\"\"\""
  ), path)
  panel <- suppressMessages(read_panel(path))
  expect_identical(panel$year, c(2011L, 2012L))
  expect_equal(as.vector(panel$x), c(3.5, 4125))
})
