test_that("a key of two uses is one, and a variable of two uses is summed once", {
  con <- sqlite()
  table <- stored(con, state_capital)
  fit <- fe_reg(
    log(output) ~ log(highways) + factor(year) + log(highways):factor(year) | state + year, table,
    vcov = ~ state + year, remote = "cells"
  ) |> suppressMessages()
  sql <- fit$remote$queries$sql
  expect_true(any(grepl("GROUP BY `.ccd_k1`, `.ccd_k2`$", sql)))
  expect_false(any(grepl(".ccd_v3|.ccd_k3", sql)))
})

test_that("an offset is taken off the dependent variable", {
  con <- sqlite()
  expect_same_reg(con, state_capital, log(output) ~ unemployment + offset(log(water)) +
    offset(0.5 * log(highways)) | region, vcov = "HC1")
})

test_that("a condition that the engine cannot say is none of a wrong type", {
  con <- sqlite()
  d <- data.frame(y = sin(1:20), x = cos(1:20), kind = rep(c("a", "b"), 10))
  table <- stored(con, d)
  for (subset in list(~ grepl("a", kind), ~ nchar(kind) > 0, ~ endsWith(kind, "a"))) {
    expect_error(
      fe_reg(y ~ x, table, subset = subset), class = "ccdpanel_error_remote_term"
    )
    expect_s3_class(fe_reg(y ~ x, d, subset = subset), "fe_reg")
  }
  expect_error(fe_reg(y ~ x, table, subset = ~ x + 1), class = "ccdpanel_error_subset")
})
