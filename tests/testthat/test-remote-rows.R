test_that("rows come in chunks, and only the columns of the model", {
  con <- sqlite()
  table <- stored(con, state_capital)
  chunks <- ccdpanel:::fetch_chunks(con, "SELECT state, year, output FROM firms")
  parts <- chunks$all[[1]]
  chunks$all <- list(lapply(parts, `[`, 1:300), lapply(parts, `[`, 301:816))
  joined <- ccdpanel:::join_chunks(chunks, c("state", "year", "output"))
  expect_identical(joined, as.data.frame(dplyr::collect(dplyr::select(table, state, year, output))))
  fit <- fe_reg(log(output) ~ l(unemployment) | state, table, panel = c("state", "year"),
    vcov = ~region, remote = "rows")
  expect_setequal(names(fit$spec$data), c("output", "unemployment", "state", "year", "region"))
  local <- fe_reg(log(output) ~ l(unemployment) | state, as.data.frame(dplyr::collect(table)),
    panel = c("state", "year"), vcov = ~region)
  expect_same_fit(fit, local)
})
