test_that("all queries of a fit see one state, and the connection is as it was", {
  con <- postgres()
  table <- stored(con, state_capital)
  other <- connect_postgres(postgres_server())
  on.exit(DBI::dbDisconnect(other), add = TRUE, after = FALSE)
  local <- fe_reg(log(output) ~ unemployment | region, state_capital, vcov = "HC1")
  old <- options(ccdpanel.remote_log = function(sql) {
    if (grepl("first", sql)) DBI::dbExecute(other, "DELETE FROM firm_data.firms WHERE year = 1970")
  })
  on.exit(options(old), add = TRUE)
  fit <- fe_reg(log(output) ~ unemployment | region, table, vcov = "HC1", remote = "cells")
  expect_same_fit(fit, local)
  options(old)
  expect_equal(DBI::dbGetQuery(con, "SHOW transaction_isolation")[[1]], "read committed")
  expect_equal(DBI::dbGetQuery(con, "SHOW enable_partitionwise_aggregate")[[1]], "off")
  expect_equal(DBI::dbGetQuery(con, "SHOW jit_inline_above_cost")[[1]], "500000")
  # The covariance by other clusters is of a later state, which has fewer rows.
  expect_error(vcov(fit, ~state), class = "ccdpanel_error_changed")
  DBI::dbExecute(con, "INSERT INTO firms SELECT * FROM firms WHERE year = 1971")
  expect_error(vcov(fit, ~division), class = "ccdpanel_error_changed")
  expect_equal(DBI::dbGetQuery(con, "SELECT 1 AS one")$one, 1)
})

test_that("a transaction of the user's is left as it was, whatever happens within", {
  con <- postgres()
  table <- stored(con, state_capital)
  DBI::dbBegin(con)
  DBI::dbExecute(con, "DELETE FROM firms WHERE year = 1970")
  fit <- fe_reg(log(output) ~ unemployment | region, table, vcov = "HC1", remote = "cells")
  expect_same_fit(
    fit, fe_reg(log(output) ~ unemployment | region, subset(state_capital, year > 1970), "HC1")
  )
  broken <- dplyr::mutate(table, z = dbplyr::sql("1 / (year - year)"))
  expect_error(fe_reg(output ~ z, broken, remote = "cells"), class = "ccdpanel_error_engine")
  # A second look at the table sees what the transaction has done in between.
  DBI::dbExecute(con, "DELETE FROM firms WHERE year = 1971")
  expect_equal(nobs(fe_reg(log(output) ~ unemployment | region, table, remote = "cells")), 720)
  DBI::dbRollback(con)
  expect_equal(nobs(fe_reg(log(output) ~ unemployment | region, table, remote = "cells")), 816)
})

test_that("a table that has changed is asked again, whoever changed it and how", {
  file <- tempfile(fileext = ".sqlite")
  skip_without_database()
  con <- DBI::dbConnect(RSQLite::SQLite(), file)
  other <- DBI::dbConnect(RSQLite::SQLite(), file)
  on.exit({
    DBI::dbDisconnect(con)
    DBI::dbDisconnect(other)
    unlink(file)
  })
  changes <- list(
    list(con, "UPDATE firms SET output = output + year WHERE year > 1975"),
    list(other, "UPDATE firms SET output = output + year WHERE year > 1980"),
    list(con, "DELETE FROM firms WHERE year = 1971"),
    list(other, "DELETE FROM firms WHERE year = 1972"),
    list(con, "ALTER TABLE firms RENAME COLUMN water TO sea")
  )
  asked <- function(con) {
    fit <- fe_reg(output ~ unemployment | region, dplyr::tbl(con, "firms"), remote = "cells")
    local <- fe_reg(output ~ unemployment | region, DBI::dbReadTable(con, "firms"))
    expect_equal(coef(fit), coef(local), tolerance = 1e-10)
    nrow(fit$remote$queries)
  }
  stored(con, state_capital)
  expect_equal(asked(con), 4)
  for (change in changes) {
    expect_equal(asked(con), 0)
    DBI::dbExecute(change[[1]], change[[2]])
    expect_equal(asked(con), 4)
  }
  # Here cells come with their products.
  one <- postgres()
  two <- connect_postgres(postgres_server())
  on.exit(DBI::dbDisconnect(two), add = TRUE, after = FALSE)
  stored(one, state_capital)
  expect_equal(asked(one), 3)
  for (by in list(one, two)) {
    expect_equal(asked(one), 0)
    DBI::dbExecute(by, "UPDATE firm_data.firms SET output = output + year WHERE year > 1975")
    expect_equal(asked(one), 3)
  }
  # Another table of the same name.
  DBI::dbExecute(one, "CREATE TABLE public.firms AS SELECT * FROM firms WHERE year > 1980")
  on.exit(DBI::dbExecute(one, "DROP TABLE public.firms"), add = TRUE, after = FALSE)
  expect_equal(asked(one), 3)
  expect_equal(asked(one), 0)
  DBI::dbExecute(one, "SET search_path = public")
  expect_equal(asked(one), 3)
})

