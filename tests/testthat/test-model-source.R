test_that("a fit of a data frame has its rows, and records no source", {
  fit <- fe_reg(log(output) ~ unemployment | state, state_capital)
  expect_null(fit$remote)
  expect_true(ccdpanel:::has_rows(fit))
  expect_length(residuals(fit), nobs(fit))
  expect_error(
    fe_reg(output ~ year, state_capital, remote = TRUE), class = "ccdpanel_error_choice"
  )
})

test_that("how to ask a database is not read beside a data frame, and an error", {
  expect_error(
    fe_reg(output ~ year, state_capital, remote = "rows"), "data frame",
    class = "ccdpanel_error_argument"
  )
  expect_error(
    system_reg(list(output ~ year, water ~ year), state_capital, method = "ols", remote = "cells"),
    "data frame", class = "ccdpanel_error_argument"
  )
  expect_length(coef(fe_reg(output ~ year, state_capital, remote = "auto")), 2)
})
