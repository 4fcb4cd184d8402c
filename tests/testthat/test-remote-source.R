test_that("queries are few, are kept, and print; no row leaves the table", {
  con <- sqlite()
  table <- stored(con, state_capital)
  seen <- character()
  old <- options(ccdpanel.remote_log = function(sql) seen <<- c(seen, sql))
  on.exit(options(old), add = TRUE)
  fit <- fe_reg(log(output) ~ unemployment | region, table, vcov = ~division, remote = "cells")
  queries <- fit$remote$queries
  expect_identical(queries$sql, seen)
  # Columns, sample, cells by region and division, cross-products by division.
  expect_equal(queries$rows, c(0, 1, 9, 9))
  expect_output(dplyr::show_query(fit), "GROUP BY", fixed = TRUE)
  # What is asked again is known.
  seen <- character()
  vcov(fit, ~division)
  summary(fit)
  expect_length(seen, 0)
  vcov(fit, ~state)
  # Cells by other clusters; the sample is known.
  expect_length(seen, 2)
  expect_error(
    dplyr::show_query(fe_reg(output ~ year, state_capital)), class = "ccdpanel_error_type"
  )
})

test_that("nothing is left in the database, and no cursor open", {
  con <- sqlite()
  table <- stored(con, state_capital)
  fe_reg(log(output) ~ unemployment | region + year, table, vcov = "HC1", remote = "cells")
  expect_identical(DBI::dbListTables(con), "firms")
  expect_warning(DBI::dbGetQuery(con, "SELECT 1"), NA)
})

test_that("a closed connection and an engine's refusal are errors of ours", {
  con <- sqlite()
  table <- stored(con, state_capital)
  fit <- fe_reg(output ~ unemployment | region, table, remote = "cells")
  DBI::dbExecute(con, "DROP TABLE firms")
  expect_error(
    fe_reg(output ~ unemployment | region, table), "no such table", class = "ccdpanel_error_engine"
  )
  other <- DBI::dbConnect(RSQLite::SQLite(), ":memory:")
  gone <- stored(other, state_capital)
  DBI::dbDisconnect(other)
  expect_error(fe_reg(output ~ unemployment, gone), class = "ccdpanel_error_connection")
  # A fit keeps its sums.
  expect_equal(vcov(fit), vcov(unserialize(serialize(fit, NULL))))
})

test_that("a table made of others is a table", {
  con <- sqlite()
  table <- dplyr::mutate(stored(con, state_capital), ratio = highways / water)
  table <- dplyr::filter(dplyr::group_by(table, region), year > 1975)
  fit <- fe_reg(output ~ ratio | state, table, remote = "cells")
  local <- transform(subset(as.data.frame(state_capital), year > 1975), ratio = highways / water)
  expect_same_fit(fit, fe_reg(output ~ ratio | state, local))
})

test_that("what does not do with tables says so", {
  con <- sqlite()
  table <- stored(con, state_capital)
  expect_error(unit_root(table, "output", c("state", "year")), class = "ccdpanel_error_needs_rows")
  expect_error(
    fe_reg(output ~ year, dbplyr::lazy_frame(output = 1, year = 2)), class = "ccdpanel_error_type"
  )
  expect_error(fe_reg(output ~ nowhere, table), class = "ccdpanel_error_column")
})

# What a fit was answered it still knows, and says of the rest that it is not there.
closed_and_open <- function(con, formula, vcov) {
  table <- stored(con, state_capital)
  fit <- fe_reg(formula, table, vcov = vcov, remote = "cells")
  list(fit = fit, before = utils::capture.output(print(fit)), table = regression_table(fit))
}

expect_still_there <- function(made) {
  fit <- made$fit
  expect_identical(utils::capture.output(print(fit)), made$before)
  expect_identical(regression_table(fit), made$table)
  expect_identical(vcov(fit), fit$covariance$v)
}

test_that("a fit of a closed connection prints and makes tables as before", {
  con <- DBI::dbConnect(RSQLite::SQLite(), ":memory:")
  formula <- log(output) ~ unemployment | state + year | log(highways) ~ log(water) + log(utilities)
  made <- closed_and_open(con, formula, ~state)
  robust <- closed_and_open(con, formula, "HC1")
  DBI::dbDisconnect(con)
  expect_still_there(made)
  expect_still_there(robust)
  again <- unserialize(serialize(made$fit, NULL))
  expect_identical(utils::capture.output(print(again)), made$before)
  # Nobody had asked for the tests of this one.
  con <- DBI::dbConnect(RSQLite::SQLite(), ":memory:")
  bare <- fe_reg(formula, stored(con, state_capital), vcov = "HC1", remote = "cells")
  DBI::dbDisconnect(con)
  expect_match(paste(utils::capture.output(print(bare)), collapse = " "), "connection is closed")
  expect_message(
    table <- regression_table(bare), "tests of instruments",
    class = "ccdpanel_message_not_computed"
  )
  expect_match(
    paste(utils::capture.output(print(table)), collapse = "\n"), "Hansen J +not computed"
  )
  expect_error(weak_iv(bare), class = "ccdpanel_error_connection")
})
