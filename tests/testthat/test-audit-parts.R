test_that("a table with parts is one whose rows are coefficients and statistics", {
  expect_true(has_parts(cui_table8))
  expect_false(has_parts(cui_table4))
  expect_false(has_parts(transform(cui_table8, part = "other")))
  expect_identical(noted_thresholds(cui_table8), c(.1, .05, .01))
  expect_null(noted_thresholds(gu_table7))
  expect_identical(mediation_rows("IV", cui_table10), c(total = 1L, a = 2L, b = 4L, direct = 3L))
  expect_identical(mediation_rows(c(total = 1), cui_table10), c(total = 1))
})
