# Fits of a table in PostgreSQL against its rows fetched and fixest::feols, each in a process of its
# own, so that memory is told apart:
#
#   NOT_CRAN=true Rscript bench/remote.R [rows, 5e6]
#
# starts servers of its own in a temporary folder. The table has 8 columns, and 43,400 cells of
# province, year and industry. Peak memory is what a process took above what it had with its
# packages loaded.
library(ccdpanel)
skip_if_not_installed <- skip_on_cran <- skip_if <- function(...) invisible()
`%||%` <- rlang::`%||%`
source("tests/testthat/helper-postgres.R")

arguments <- commandArgs(trailingOnly = TRUE)
rows <- as.numeric(c(arguments, 5e6)[1])
# Expressions are compiled, as servers do where nobody says otherwise; those of the tests don't.
tuned <- c("shared_buffers=512MB", "work_mem=64MB", "jit=on")

make_firms <- function(con, rows, name = "firms", where = "true") {
  DBI::dbExecute(con, paste(
    "CREATE UNLOGGED TABLE", name, "AS SELECT * FROM (SELECT i % 31 AS province,",
    "2001 + i / 31 % 20 AS year, i / 620 % 70 AS industry, i / 7 % 331 AS city, r AS digital,",
    "1e3 + sin(i) AS size, 2 * r + sin(i * i::float8) AS output, cos(i) AS export",
    "FROM (SELECT i, random() AS r FROM generate_series(1,", sprintf("%.0f", rows), ") AS i) AS s)",
    "AS t WHERE", where
  ))
  # Else the server does it by itself, sometime in the middle of a race.
  DBI::dbExecute(con, paste("VACUUM ANALYZE", name))
}

postgres_at <- function(home) {
  sprintf("RPostgres::Postgres(), host = '%s', user = 'tester', dbname = 'postgres'", home)
}

# Seconds and peak memory (MB) of code in a process of its own.
measured <- function(engine, code, packages) {
  file <- tempfile(fileext = ".R")
  writeLines(c(
    "Sys.setenv(TZ = 'UTC')", paste0("suppressMessages(library(", packages, "))"),
    "memory <- function(what) {",
    "  line <- grep(what, readLines('/proc/self/status'), value = TRUE)",
    "  as.numeric(gsub('[^0-9]', '', line)) / 1024", "}",
    sprintf("con <- DBI::dbConnect(%s)", engine), "invisible(gc())", "before <- memory('VmRSS')",
    "seconds <- system.time({", code, "})[[3]]",
    "cat(seconds, memory('VmHWM') - before, '\\n')"
  ), file)
  said <- system2(file.path(R.home("bin"), "Rscript"), file, stdout = TRUE, stderr = FALSE)
  as.numeric(strsplit(trimws(utils::tail(said, 1)), " +")[[1]])
}

told <- function(what, ours, theirs) {
  cat(sprintf(
    "%s: %.1f s and %.0f MB; fetched %.1f s and %.0f MB: %.1f times as fast, %.0f times less\n",
    what, ours[1], ours[2], theirs[1], theirs[2], theirs[1] / ours[1], theirs[2] / ours[2]
  ))
}

ours <- function(home, lines, engine = postgres_at(home), table = "'firms'") {
  measured(engine, c(sprintf("firms <- dplyr::tbl(con, %s)", table), lines), c(
    "ccdpanel", "dplyr", "dbplyr"
  ))
}
theirs <- function(home, columns, lines, engine = postgres_at(home), table = "firms") {
  measured(engine, c(
    sprintf("d <- DBI::dbGetQuery(con, \"SELECT %s FROM %s\")", columns, table), lines
  ), "fixest")
}

server <- start_postgres(tuned)
con <- connect_postgres(server)
make_firms(con, rows)
cat(sprintf(
  "%.0f rows of 8 columns, %s, two cores\n", rows, DBI::dbGetQuery(con, "SHOW server_version")[[1]]
))
effects <- "| province + year + industry"
told(
  "fe_reg by cells, clustered", ours(server$data, sprintf(
    "fe_reg(output ~ digital + size %s, firms, vcov = ~province, remote = 'cells')", effects
  )), theirs(server$data, "output, digital, size, province, year, industry", sprintf(
    "feols(output ~ digital + size %s, d, cluster = ~province)", effects
  ))
)
right <- c("digital + size + export", "digital", "digital + size", "size + export", "export")
told(
  "five specifications", ours(server$data, sprintf(
    "fe_reg(output ~ %s %s, firms, vcov = ~province, remote = 'cells')", right, effects
  )), theirs(server$data, "output, digital, size, export, province, year, industry", sprintf(
    "feols(output ~ %s %s, d, cluster = ~province)", right, effects
  ))
)
told(
  "rows", ours(server$data,
    "fe_reg(output ~ digital + size | province + year, firms, remote = 'rows')"
  ), theirs(server$data, "output, digital, size, province, year",
    "feols(output ~ digital + size | province + year, d)"
  )
)

# Two servers with half of the provinces each, behind a third.
shards <- lapply(1:2, function(i) {
  shard <- start_postgres(tuned)
  there <- connect_postgres(shard)
  make_firms(there, rows, "half", sprintf("province %% 2 = %d", i - 1))
  DBI::dbDisconnect(there)
  shard
})
DBI::dbExecute(con, "DROP TABLE firms")
run <- function(...) invisible(DBI::dbExecute(con, paste0(...)))
run("CREATE EXTENSION postgres_fdw")
run(
  "CREATE TABLE firms (province int, year int, industry int, city int, digital float8, ",
  "size float8, output float8, export float8) PARTITION BY LIST (province)"
)
for (i in 1:2) {
  run(
    "CREATE SERVER shard", i, " FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '",
    shards[[i]]$data, "', dbname 'postgres', async_capable 'true', use_remote_estimate 'true')"
  )
  run("CREATE USER MAPPING FOR tester SERVER shard", i, " OPTIONS (user 'tester')")
  run(
    "CREATE FOREIGN TABLE firms", i, " PARTITION OF firms FOR VALUES IN (",
    paste(seq(i - 1, 30, by = 2), collapse = ", "), ") SERVER shard", i,
    " OPTIONS (schema_name 'public', table_name 'half')"
  )
}
seconds <- system.time(fit <- fe_reg(
  output ~ digital + size | province + year + industry, dplyr::tbl(con, "firms"),
  vcov = ~province, remote = "cells"
))[[3]]
cat(sprintf(
  "two shards: %.1f s, sums grouped on %d of %d\n", seconds, fit$remote$grouped, fit$remote$shards
))
DBI::dbDisconnect(con)
for (one in c(list(server), shards)) stop_postgres(one)

# A file of Parquet, read by DuckDB where its R package is installed (its build takes half an hour).
if (requireNamespace("duckdb", quietly = TRUE)) {
  file <- tempfile(fileext = ".parquet")
  con <- DBI::dbConnect(duckdb::duckdb())
  invisible(DBI::dbExecute(con, paste0(
    "COPY (SELECT i % 31 AS province, 2001 + i // 31 % 20 AS year, i // 620 % 70 AS industry, ",
    "i // 7 % 331 AS city, r AS digital, 1e3 + sin(i) AS size, 2 * r + sin(i * i::double) AS ",
    "output, cos(i) AS export FROM (SELECT i::int AS i, random() AS r FROM range(",
    sprintf("%.0f", rows), ") AS t(i))) TO '", file, "' (FORMAT PARQUET)"
  )))
  DBI::dbDisconnect(con, shutdown = TRUE)
  parquet <- sprintf("read_parquet('%s')", file)
  told(
    sprintf("DuckDB %s, Parquet", utils::packageVersion("duckdb")),
    ours(NULL, sprintf(
      "fe_reg(output ~ digital + size %s, firms, vcov = ~province, remote = 'cells')", effects
    ), "duckdb::duckdb()", sprintf("dplyr::sql(\"SELECT * FROM %s\")", parquet)),
    theirs(NULL, "output, digital, size, province, year, industry", sprintf(
      "feols(output ~ digital + size %s, d, cluster = ~province)", effects
    ), "duckdb::duckdb()", parquet)
  )
}
