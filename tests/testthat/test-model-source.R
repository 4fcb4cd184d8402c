test_that("a fit of a data frame has its rows, and records no source", {
  fit <- fe_reg(log(output) ~ unemployment | state, state_capital)
  expect_null(fit$remote)
  expect_true(ccdpanel:::has_rows(fit))
  expect_length(residuals(fit), nobs(fit))
  expect_error(
    fe_reg(output ~ year, state_capital, remote = TRUE), class = "ccdpanel_error_choice"
  )
})
