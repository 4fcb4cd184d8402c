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
