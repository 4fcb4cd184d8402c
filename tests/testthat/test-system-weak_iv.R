test_that("weak_iv of a system is that of each equation", {
  d <- made_panel()
  fit <- system_reg(list(one = y ~ a + x, two = a ~ y + z1 + z2), d, fe = ~id, vcov = ~id)
  both <- weak_iv(fit)
  single <- weak_iv(fe_reg(y ~ x | id | a ~ z1 + z2, d, vcov = ~id))
  expect_equal(both$statistic[both$equation == "one"], single$statistic, tolerance = 1e-9)
  expect_error(
    weak_iv(system_reg(list(one = y ~ x), d, method = "ols")),
    class = "ccdpanel_error_not_instrumented"
  )
})

test_that("what a print of several equations proposes can be called", {
  d <- made_panel()
  fit <- system_reg(list(one = y ~ a + x, two = a ~ y + z1 + z2), d, fe = ~id, vcov = ~id)
  text <- paste(utils::capture.output(print(weak_iv(fit))), collapse = " ")
  steps <- sub(".*Next: ", "", text)
  proposed <- regmatches(steps, gregexpr("[a-z_]+\\([^ ,]+\\)", steps))[[1]]
  expect_length(proposed, 3)
  for (step in proposed) expect_no_error(eval(str2lang(step)))
})
