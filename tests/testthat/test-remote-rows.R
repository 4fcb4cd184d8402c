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

expect_fewer_rows <- function(con) {
  d <- uneven_firms()
  table <- stored(con, d)
  local <- as.data.frame(dplyr::collect(table))
  refit <- function(f, data, ...) suppressMessages(fe_reg(f, data, ..., vcov = "HC3"))
  inside <- ~ year > 2003 & kind != "state"
  for (f in list(output ~ digital + kind | province + industry, output ~ size + w)) {
    made <- refit(f, table, subset = inside, remote = "rows")
    expect_same_fit(made, refit(f, local, subset = inside))
    count <- sum(local$year > 2003 & local$kind != "state", na.rm = TRUE)
    expect_equal(nrow(made$spec$data), count)
    expect_equal(made$remote$fetched, count)
  }
  # Rows outside are looked at by a basis, and by what the database cannot say.
  all <- nrow(local)
  for (f in list(output ~ poly(w, 2) | year, output ~ scale(w) | year)) {
    made <- refit(f, table, subset = inside, remote = "rows")
    expect_equal(nrow(made$spec$data), all)
    expect_same_fit(made, refit(f, local, subset = inside))
  }
  made <- refit(output ~ w, table, subset = ~ nchar(kind) > 5, remote = "rows")
  expect_equal(nrow(made$spec$data), all)
  expect_equal(
    made$sample$counts, refit(output ~ w, local, subset = ~ nchar(kind) > 5)$sample$counts
  )
  # By a lag too: the first year inside has the year before.
  table <- stored(con, state_capital)
  local <- as.data.frame(dplyr::collect(table))
  lagged <- function(data, ...) refit(
    log(output) ~ l(unemployment) | state, data, subset = ~ year > 1980,
    panel = c("state", "year"), ...
  )
  expect_same_fit(lagged(table, remote = "rows"), lagged(local))
}

test_that("rows outside the subset are not fetched where nothing looks at them", {
  con <- sqlite()
  expect_fewer_rows(con)
})

test_that("nor are they from PostgreSQL", {
  con <- postgres()
  expect_fewer_rows(con)
})
