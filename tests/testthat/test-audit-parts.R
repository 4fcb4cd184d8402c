test_that("a table with parts is one whose rows are coefficients and statistics", {
  expect_true(has_parts(cui_table8))
  expect_false(has_parts(cui_table4))
  expect_false(has_parts(transform(cui_table8, part = "other")))
  expect_identical(noted_thresholds(cui_table8), c(.1, .05, .01))
  expect_null(noted_thresholds(gu_table7))
  expect_identical(mediation_rows("IV", cui_table10), c(total = 1L, a = 2L, b = 4L, direct = 3L))
  expect_identical(mediation_rows(c(total = 1), cui_table10), c(total = 1))
})

test_that("tables whose columns are called like the arguments hand themselves over", {
  same <- function(x, y) expect_equal(as.data.frame(x), as.data.frame(y))
  same(
    audit_weights(gu_table4),
    audit_weights(gu_table4, "weight", system = "system", indicator = "indicator")
  )
  same(
    audit_descriptives(cui_table4),
    audit_descriptives(
      cui_table4, n = "N", mean = "mean", sd = "sd", min = "min", max = "max", median = "p50",
      variable = "variable"
    )
  )
  same(
    audit_coupling(gu_table5), audit_coupling(gu_table5, C = "C", T = "T", D = "D", level = "level")
  )
  expect_error(audit_weights(data.frame(x = 1)), class = "ccdpanel_error_column")
})
