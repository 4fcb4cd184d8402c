test_that("fits of uneven firms on PostgreSQL are those of the rows", {
  con <- postgres()
  d <- uneven_firms()
  expect_same_uneven(con, d)
  expect_same_reg(con, d, output ~ digital * kind + factor(industry) | year, vcov = "HC1")
  d$small <- d$size - 1e8
  expect_same_reg(con, d, output ~ small + digital, vcov = "HC1")
  expect_same_reg(con, d, output ~ digital | province[year], vcov = ~city)
})

test_that("published panels on PostgreSQL give what they give in memory", {
  skip_if_not_installed("plm")
  con <- postgres()
  data("Grunfeld", "Cigar", package = "plm", envir = environment())
  fits <- expect_same_reg(
    con, state_capital, log(output) ~ log(highways) + unemployment | state + year, vcov = ~state
  )
  expect_same_covariances(fits, list("HC1", ~ region + year))
  expect_same_reg(
    con, state_capital, log(output) ~ l(unemployment, 0:2) + d(log(highways)) + (year > 1980) |
      state, panel = c("state", "year"), vcov = "HC1"
  )
  expect_same_reg(con, Grunfeld, inv ~ value + capital | firm + year, vcov = ~firm)
  expect_same_reg(con, Cigar, log(sales) ~ log(price) + log(ndi / cpi) | year, vcov = ~state)
  # A column that varies within units by a trace of what it varies in all.
  set.seed(2)
  d <- data.frame(unit = rep(1:20, each = 10), x = 1e4 * rep(1:20, each = 10) + rnorm(200))
  d$y <- d$x + rnorm(200)
  fits <- expect_same_reg(con, d, y ~ x | unit, vcov = "HC1")
  expect_true(any(grepl("OVER", fits$remote$remote$queries$sql)))
})

test_that("the real panel on PostgreSQL gives what it gives in memory", {
  con <- postgres()
  fits <- expect_same_reg(
    con, science_panel(), log(invention_grants) ~ log(rd_expenditure) + log(hightech_firms) |
      province_zh + year, vcov = ~province_zh
  )
  expect_same_covariances(fits, list("HC1", ~ region4 + year))
})

test_that("tests of instruments on PostgreSQL are those of the rows", {
  con <- postgres()
  model <- log(output) ~ unemployment | region + year |
    log(private_capital) + log(employment) ~ log(highways) + log(water) + l(unemployment)
  for (case in list(list("HC1", "2sls"), list(~state, "gmm"), list("iid", "liml"))) {
    fits <- expect_same_reg(
      con, state_capital, model, vcov = case[[1]], estimator = case[[2]],
      panel = c("state", "year")
    )
    expect_equal(weak_iv(fits$remote), weak_iv(fits$local), tolerance = 1e-10)
    expect_equal(iv_tests(fits$remote), iv_tests(fits$local), tolerance = 1e-10)
  }
})

test_that("a connection that is lost in the middle, a server that stops: errors of ours", {
  server <- postgres_server()
  con <- postgres()
  table <- stored(con, state_capital)
  refit <- function(table) fe_reg(output ~ unemployment | region, table, remote = "cells")
  other <- connect_postgres(server)
  # Behind the first query, of columns that are text, the next is one about collations.
  for (when in c("LIMIT 0", "first")) {
    con <- connect_postgres(server)
    DBI::dbExecute(con, "SET search_path = firm_data, public")
    pid <- DBI::dbGetQuery(con, "SELECT pg_backend_pid() AS pid")$pid
    old <- options(ccdpanel.remote_log = function(sql) {
      if (!grepl(when, sql)) return()
      DBI::dbExecute(other, "SELECT pg_terminate_backend($1)", params = list(pid))
      wait_until(function() {
        alive <- "SELECT pid FROM pg_stat_activity WHERE pid = $1"
        !nrow(DBI::dbGetQuery(other, alive, params = list(pid)))
      })
    })
    on.exit(options(old), add = TRUE)
    expect_error(refit(dplyr::tbl(con, "firms")), class = "ccdpanel_error_connection")
    options(old)
  }
  DBI::dbDisconnect(other)
  # A server of its own, that stops between two queries.
  brief <- start_postgres()
  there <- connect_postgres(brief)
  gone <- stored(there, state_capital)
  fit <- refit(gone)
  stop_postgres(brief)
  expect_error(vcov(fit, ~state), class = "ccdpanel_error_connection")
  expect_error(refit(gone), class = "ccdpanel_error_connection")
  expect_equal(coef(fit), coef(fe_reg(output ~ unemployment | region, state_capital)))
  try(DBI::dbDisconnect(there), silent = TRUE)
})

test_that("a role without the right to read says what it may not; to make tables it needs none", {
  con <- postgres()
  table <- stored(con, state_capital)
  DBI::dbExecute(con, "DROP ROLE IF EXISTS reader")
  DBI::dbExecute(con, "CREATE ROLE reader LOGIN")
  DBI::dbExecute(con, "REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC")
  on.exit({
    DBI::dbExecute(con, "DROP OWNED BY reader")
    DBI::dbExecute(con, "DROP ROLE reader")
    DBI::dbExecute(con, "GRANT TEMPORARY ON DATABASE postgres TO PUBLIC")
  }, add = TRUE, after = FALSE)
  DBI::dbExecute(con, "GRANT USAGE ON SCHEMA firm_data TO reader")
  theirs <- connect_postgres(postgres_server(), user = "reader")
  on.exit(DBI::dbDisconnect(theirs), add = TRUE, after = FALSE)
  DBI::dbExecute(theirs, "SET search_path = firm_data")
  firms <- dplyr::tbl(theirs, dbplyr::sql("SELECT * FROM firms"), vars = names(state_capital))
  refit <- function() fe_reg(output ~ unemployment | region, firms, vcov = "HC1", remote = "cells")
  expect_error(refit(), "permission denied", class = "ccdpanel_error_engine")
  DBI::dbExecute(con, "GRANT SELECT ON firms TO reader")
  expect_same_fit(refit(), fe_reg(output ~ unemployment | region, state_capital, vcov = "HC1"))
})

test_that("a wrong password is the driver's error, and one of another server's is ours", {
  skip_without_postgres()
  server <- start_postgres()
  on.exit(stop_postgres(server))
  con <- connect_postgres(server)
  on.exit(DBI::dbDisconnect(con), add = TRUE, after = FALSE)
  DBI::dbExecute(con, "CREATE ROLE guarded LOGIN PASSWORD 'right'")
  DBI::dbExecute(
    con, "CREATE TABLE firms AS SELECT i AS y, sin(i) AS x FROM generate_series(1, 9) i"
  )
  DBI::dbExecute(con, "GRANT SELECT ON firms TO guarded")
  writeLines(c("local all guarded scram-sha-256", "local all all trust"),
    file.path(server$data, "pg_hba.conf"))
  DBI::dbExecute(con, "SELECT pg_reload_conf()")
  wrong <- function() connect_postgres(server, user = "guarded", password = "wrong")
  wait_until(function() {
    let_in <- try(wrong(), silent = TRUE)
    if (!inherits(let_in, "try-error")) DBI::dbDisconnect(let_in)
    inherits(let_in, "try-error")
  })
  expect_error(wrong(), "password")
  for (sql in c(
    "CREATE EXTENSION postgres_fdw", paste0(
      "CREATE SERVER there FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '", server$data,
      "', dbname 'postgres')"
    ), "CREATE USER MAPPING FOR tester SERVER there OPTIONS (user 'guarded', password 'wrong')",
    "CREATE FOREIGN TABLE away (y int, x float8) SERVER there OPTIONS (table_name 'firms')"
  )) DBI::dbExecute(con, sql)
  away <- dplyr::tbl(con, dbplyr::sql("SELECT * FROM away"), vars = c("y", "x"))
  expect_error(fe_reg(y ~ x, away, remote = "cells"), "there", class = "ccdpanel_error_engine")
  DBI::dbExecute(con, "ALTER USER MAPPING FOR tester SERVER there OPTIONS (SET password 'right')")
  expect_equal(nobs(fe_reg(y ~ x, away, remote = "cells")), 9)
})

test_that("names may have quotes, spaces and Chinese letters", {
  con <- postgres()
  d <- as.data.frame(state_capital)[c("output", "unemployment", "region", "state")]
  province <- if (l10n_info()$`UTF-8`) "\u7701\u4efd" else "the province"
  names(d) <- c("a \"quoted\" y", "it's; DROP TABLE firms; --", "$1 %s", province)
  symbols <- lapply(names(d), as.name)
  formula <- eval(bquote(.(symbols[[1]]) ~ .(symbols[[2]]) | .(symbols[[3]])))
  d[[3]] <- paste0(d[[3]], " \"'\\{\u7701}")
  cluster <- eval(bquote(~ .(symbols[[4]])))
  for (v in list("HC1", cluster)) {
    expect_same_reg(con, d, formula, vcov = v)
  }
})

test_that("indicators of 1e200 have the weights and scores of their digits", {
  con <- postgres()
  d <- expand.grid(city = letters[1:8], year = 2001:2003, stringsAsFactors = FALSE)
  d$a <- (seq_len(24) * 7 %% 11 + 1) * 1e200
  d$b <- sqrt(seq_len(24))
  sheet <- data.frame(
    system = c("p", "q"), dimension = c("p", "q"), indicator = c("a", "b"), direction = "+"
  )
  table <- stored(con, d)
  for (scope in c("pooled", "period")) {
    made <- function(x) composite_index(x, sheet, c("city", "year"), scope = scope)
    there <- dplyr::collect(made(table))
    here <- made(transform(d, a = a / 1e200))
    at <- match(paste(here$city, here$year), paste(there$city, there$year))
    expect_equal(there$p[at], here$p, tolerance = 1e-12)
  }
  of <- function(x, unit) {
    unlist(as.data.frame(descriptives(x, "a"))[c("mean", "sd", "p25", "max")]) * unit
  }
  expect_equal(of(table, 1e-200), of(transform(d, a = a / 1e200), 1), tolerance = 1e-12)
  expect_error(
    composite_index(stored(con, transform(d, a = a * 1e106)), sheet, c("city", "year")),
    class = "ccdpanel_error_scale"
  )
})

test_that("infinite weights and levels of effects are errors that name them", {
  con <- postgres()
  d <- data.frame(y = sin(1:40), x = cos(1:40), u = rep(1:8, 5), w = 1)
  d$g <- rep(c(1.5, 2, 3, 4), 10)
  d$w[3] <- Inf
  d$g[c(2, 6)] <- Inf
  table <- stored(con, d)
  expect_error(
    fe_reg(y ~ x | u, table, weights = ~w, remote = "cells"), "weights.*1 row",
    class = "ccdpanel_error_infinite"
  )
  expect_error(
    fe_reg(y ~ x | g, table, remote = "cells"), "g.*2 rows", class = "ccdpanel_error_infinite"
  )
})

test_that("rows are fetched where more cells than are wanted come, in the same transaction", {
  con <- postgres()
  DBI::dbExecute(con, paste(
    "CREATE TABLE firms AS SELECT i / 2 AS firm, i % 2 AS t, sin(i) AS x, sin(i) + cos(i * i) AS y",
    "FROM generate_series(1.0, 200000) AS i"
  ))
  table <- dplyr::mutate(dplyr::tbl(con, "firms"), firm = floor(firm))
  fit <- fe_reg(y ~ x | firm, table)
  expect_identical(fit$remote$mode, "rows")
  expect_equal(coef(fit), coef(fe_reg(y ~ x | firm, table, remote = "cells")), tolerance = 1e-10)
})

# A view whose rows take their time, and a command of another process that comes while they are
# summed.
slow_firms <- function(con) {
  stored(con, state_capital)
  DBI::dbExecute(
    con, "CREATE OR REPLACE VIEW slow AS SELECT * FROM firms WHERE pg_sleep(0.003) IS NOT NULL"
  )
  dplyr::tbl(con, "slow")
}

while_it_runs <- function(server, con, command) {
  pid <- DBI::dbGetQuery(con, "SELECT pg_backend_pid() AS pid")$pid
  loop <- paste(
    "DO $do$ BEGIN LOOP PERFORM pg_stat_clear_snapshot(); PERFORM", command, "FROM",
    "pg_stat_activity WHERE pid =", pid, "AND state = 'active' AND query LIKE '%\"first\"%';",
    "EXIT WHEN FOUND; PERFORM pg_sleep(0.01); END LOOP; END $do$"
  )
  script <- tempfile(fileext = ".sql")
  writeLines(loop, script)
  system2(
    postgres_program("psql"), c("-q", "-h", server$data, "-U", "tester", "-d", "postgres", "-f",
      script), wait = FALSE, stdout = FALSE, stderr = FALSE
  )
}

test_that("a query that is cancelled, or runs out of time, ends the fit and is counted", {
  server <- postgres_server()
  con <- postgres()
  table <- slow_firms(con)
  asked <- character()
  old <- options(ccdpanel.remote_log = function(sql) asked <<- c(asked, sql))
  on.exit(options(old), add = TRUE)
  refit <- function() fe_reg(output ~ unemployment | region, table, remote = "cells")
  while_it_runs(server, con, "pg_cancel_backend(pid)")
  expect_error(refit(), "cancel", class = "ccdpanel_error_engine")
  # It was the last that was asked: nothing is tried again.
  expect_match(utils::tail(asked, 1), "first", fixed = TRUE)
  DBI::dbExecute(con, "SET statement_timeout = '100ms'")
  asked <- character()
  expect_error(refit(), "timeout", class = "ccdpanel_error_engine")
  expect_match(utils::tail(asked, 1), "first", fixed = TRUE)
  # The connection lives, and the table is there.
  DBI::dbExecute(con, "SET statement_timeout = 0")
  expect_equal(DBI::dbGetQuery(con, "SELECT count(*)::int AS n FROM firms")$n, 816)
})

test_that("a connection or a server that goes while a query runs is an error of ours", {
  server <- postgres_server()
  con <- postgres()
  slow_firms(con)
  there <- connect_postgres(server)
  DBI::dbExecute(there, "SET search_path = firm_data, public")
  fit_of <- function(con) {
    fe_reg(output ~ unemployment | region, dplyr::tbl(con, "slow"), remote = "cells")
  }
  while_it_runs(server, there, "pg_terminate_backend(pid)")
  said <- expect_error(fit_of(there), class = "ccdpanel_error_connection")
  expect_no_match(conditionMessage(said), "SAVEPOINT")
  brief <- start_postgres()
  there <- connect_postgres(brief)
  slow_firms(there)
  pid <- as.integer(readLines(file.path(brief$data, "postmaster.pid"), 1))
  system2("sh", c("-c", shQuote(sprintf("sleep 0.5; kill -QUIT %d", pid))), wait = FALSE)
  expect_error(fit_of(there), class = "ccdpanel_error_connection")
  try(DBI::dbDisconnect(there), silent = TRUE)
})

test_that("what the server cannot compute is told from what it was kept from", {
  con <- postgres()
  DBI::dbExecute(con, "BEGIN")
  DBI::dbExecute(con, "SAVEPOINT told")
  ask <- function(sql) {
    said <- tryCatch(DBI::dbGetQuery(con, sql), error = conditionMessage)
    DBI::dbExecute(con, "ROLLBACK TO SAVEPOINT told")
    said
  }
  known <- c("exp(1000::float8)", "ln(0::float8)", "1 / (SELECT 0::float8)", "'b'::text::float8")
  for (value in known) {
    expect_true(is_of_value(ask(paste("SELECT", value)), ask))
  }
  for (value in c("nothing", "1 FROM nowhere", "pg_cancel_backend(pg_backend_pid())")) {
    expect_false(is_of_value(ask(paste("SELECT", value)), ask))
  }
  DBI::dbExecute(con, "ROLLBACK")
})
