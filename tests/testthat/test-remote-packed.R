# Every kind of column that comes packed, with missing values.
packed_firms <- function(n = 500) {
  set.seed(8)
  d <- data.frame(
    id = seq_len(n), y = rnorm(n) * 10^sample(-300:300, n, TRUE), x = rnorm(n),
    big = floor(runif(n) * 2^52), whole = sample(.Machine$integer.max, n) - 2^30,
    yes = runif(n) < 0.5, name = sample(c("", "a", "two words", "\"quoted\"", "\\x00"), n, TRUE)
  )
  d$y[1:6] <- c(-0, 0, 5e-324, .Machine$double.xmax, Inf, NaN)
  for (name in names(d)[-1]) d[[name]][sample(7:n, 20)] <- NA
  d
}

as_columns <- function(con, table, names) {
  source <- ccdpanel:::remote_source(ccdpanel:::remote_columns(table, "data", NULL, NULL))
  prototype <- dplyr::collect(utils::head(table, 0))[names]
  source$of_user <- FALSE
  list(source = source, columns = as.data.frame(prototype))
}

test_that("columns that come packed are, bit by bit, those that come by rows", {
  con <- postgres()
  d <- packed_firms()
  DBI::dbWriteTable(con, "firms", d, field.types = c(
    id = "int", y = "float8", x = "numeric(20, 10)", big = "int8", whole = "int4", yes = "bool",
    name = "text"
  ))
  if (l10n_info()$`UTF-8`) DBI::dbExecute(con, "UPDATE firms SET name = '\u6c5f' WHERE id < 9")
  DBI::dbExecute(con, "UPDATE firms SET x = x WHERE id % 7 = 0")
  table <- dplyr::tbl(con, "firms")
  made <- as_columns(con, table, names(d))
  sql <- "SELECT * FROM firms"
  whole <- DBI::dbGetQuery(con, sql)
  for (size in c(30, 1e5)) {
    parts <- ccdpanel:::packed_parts(made$source, made$columns, NULL, 500, size)
    here <- ccdpanel:::filled_columns(parts, 500)
    expect_identical(here, whole)
    # The sign of zero and the kind of a missing value too.
    expect_identical(1 / here$y[1:2], 1 / whole$y[1:2])
    expect_identical(is.nan(here$y), is.nan(whole$y))
  }
  half <- ccdpanel:::packed_parts(made$source, made$columns, quote(id > 250), 500, 100)
  expect_identical(
    ccdpanel:::filled_columns(half, 250)$id, whole$id[whole$id > 250]
  )
  none <- ccdpanel:::packed_parts(made$source, made$columns, quote(id > 900), 0)
  expect_identical(ccdpanel:::filled_columns(none, 0), whole[0, , drop = FALSE])
})

test_that("what has no pages, or other columns, comes by rows, and texts that cannot be told too", {
  con <- postgres()
  d <- as.data.frame(state_capital)
  table <- stored(con, d)
  refit <- function(table) {
    fe_reg(output ~ unemployment | state + year, table, vcov = ~region, remote = "rows")
  }
  local <- fe_reg(output ~ unemployment | state + year, d, vcov = ~region)
  expect_packed <- function(table, packed, same = local) {
    fit <- refit(table)
    # Texts that could not be told were asked for in vain.
    queries <- fit$remote$queries
    expect_equal(any(grepl("ctid", queries$sql[!is.na(queries$rows)])), packed)
    expect_equal(coef(fit), coef(same), tolerance = 1e-12)
    expect_equal(vcov(fit), vcov(same), tolerance = 1e-10)
    expect_equal(sum(queries$rows %in% 816), 1)
  }
  expect_packed(table, TRUE)
  expect_packed(dplyr::filter(table, year > 1900), FALSE)
  DBI::dbExecute(con, "CREATE VIEW seen AS SELECT * FROM firms")
  expect_packed(dplyr::tbl(con, "seen"), FALSE)
  DBI::dbExecute(con, "CREATE TABLE above (LIKE firms)")
  DBI::dbExecute(con, "CREATE TABLE below () INHERITS (above)")
  DBI::dbExecute(con, "INSERT INTO below SELECT * FROM firms")
  expect_packed(dplyr::tbl(con, "above"), FALSE)
  DBI::dbBegin(con)
  expect_packed(table, FALSE)
  DBI::dbRollback(con)
  expect_packed(dplyr::tbl(con, DBI::Id(schema = "firm_data", table = "firms")), TRUE)
  DBI::dbExecute(con, "UPDATE firms SET region = region || chr(31) WHERE region LIKE 'S%'")
  expect_packed(table, FALSE)
})

test_that("sums of many groups come packed, and are those that come by rows", {
  least <- least_packed
  utils::assignInNamespace("least_packed", 2000, "ccdpanel")
  on.exit(utils::assignInNamespace("least_packed", least, "ccdpanel"), add = TRUE, after = FALSE)
  con <- postgres()
  set.seed(4)
  n <- 20000
  d <- data.frame(
    a = sample(c(1:60, NA), n, TRUE), b = sample(c(FALSE, TRUE), n, TRUE),
    c = sample(c(letters, "", NA), n, TRUE), big = sample(2^40 + 1:3, n, TRUE), x = rnorm(n)
  )
  d$y <- d$x + rnorm(n)
  DBI::dbWriteTable(con, "firms", d, field.types = c(
    a = "int2", b = "bool", c = "text", big = "int8", x = "float8", y = "float8"
  ))
  DBI::dbExecute(con, "ANALYZE firms")
  table <- dplyr::tbl(con, "firms")
  refit <- function(data, ...) {
    suppressMessages(fe_reg(y ~ x | a + b + c + big, data, vcov = ~c, ...))
  }
  packed <- function(fit) any(grepl("string_agg", fit$remote$queries$sql))
  fit <- refit(table, remote = "cells")
  expect_true(packed(fit))
  expect_gt(max(fit$remote$queries$rows), 5000)
  expect_same_fit(fit, refit(d))
  # A text that stands between two cannot be told: the groups come by rows then.
  d$c[7] <- "\u001f"
  DBI::dbWriteTable(con, "firms", d, overwrite = TRUE)
  DBI::dbExecute(con, "ANALYZE firms")
  expect_same_fit(refit(dplyr::tbl(con, "firms"), remote = "cells"), refit(d))
})
