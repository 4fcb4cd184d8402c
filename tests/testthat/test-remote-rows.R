in_parts <- function(con, sql, n, size = 100) {
  ccdpanel:::filled_columns(ccdpanel:::fetched_parts(con, sql, size), n)
}

test_that("rows come in chunks, and only the columns of the model", {
  con <- sqlite()
  table <- stored(con, state_capital)
  columns <- c("state", "year", "output")
  whole <- as.data.frame(dplyr::collect(dplyr::select(table, dplyr::all_of(columns))))
  sql <- "SELECT state, year, output FROM firms"
  # Whatever the engine counted, before or while it answers.
  for (n in c(816, 300, 0, 2000)) for (size in c(100, 816, 5000)) {
    expect_identical(in_parts(con, sql, n, size), whole)
  }
  expect_identical(
    in_parts(con, paste(sql, "WHERE year < 0"), 0), whole[0, , drop = FALSE]
  )
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

test_that("columns of a class and of several types come in parts as in one", {
  con <- postgres()
  d <- data.frame(
    day = as.Date("2020-01-01") + 0:9, at = as.POSIXct("2020-01-01", tz = "UTC") + 0:9,
    big = c(1:9, 2^60), yes = c(TRUE, NA), text = c("a", NA)
  )
  DBI::dbWriteTable(con, "parts", d, field.types = c(big = "bigint"), overwrite = TRUE)
  on.exit(DBI::dbRemoveTable(con, "parts"), add = TRUE, after = FALSE)
  whole <- DBI::dbGetQuery(con, "SELECT * FROM parts")
  expect_s3_class(whole$big, "integer64")
  for (size in c(3, 10)) {
    expect_identical(in_parts(con, "SELECT * FROM parts", 10, size), whole)
  }
  # A column of SQLite has a type a row.
  other <- sqlite()
  DBI::dbExecute(other, "CREATE TABLE mixed (x)")
  DBI::dbExecute(other, "INSERT INTO mixed VALUES (NULL), (NULL), (1.5), (2.5)")
  expect_equal(in_parts(other, "SELECT x FROM mixed", 4, 2)$x, c(NA, NA, 1.5, 2.5))
})

test_that("a column of `real` is fetched with the values that the database computes with", {
  con <- postgres()
  d <- data.frame(g = rep(1:6, 10), x = sin(1:60) / 3, y = cos(1:60 * 3))
  d$x <- readBin(writeBin(d$x, raw(), size = 4), "double", 60, size = 4)
  DBI::dbWriteTable(con, "firms", d, field.types = c(g = "int", x = "real", y = "float8"))
  table <- dplyr::tbl(con, "firms")
  for (from in list(table, dplyr::filter(table, g > 0))) {
    fetched <- fe_reg(y ~ x | g, from, remote = "rows")
    expect_lt(relative(coef(fetched), coef(fe_reg(y ~ x | g, d))), 1e-14)
  }
})

test_that("a column that was not fetched is said to be of the table", {
  con <- sqlite()
  fit <- fe_reg(output ~ unemployment | state, stored(con, state_capital), remote = "rows")
  expect_error(vcov(fit, ~region), "were fetched.*vcov = ~region",
    class = "ccdpanel_error_column")
})
