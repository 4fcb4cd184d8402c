#!/bin/sh
# PostgreSQL 15: the mean of doubles whose squares are no doubles is an error, though their sum is one.
#
# AVG of double precision shares its running state with the variance, so it squares deviations that
# nobody asked for: means of values of 1e160 stop with "value out of range", where SUM divided by
# COUNT, and SQLite's AVG, answer. dbplyr writes mean() as AVG. Equal values, which deviate by
# nothing, have a mean.
# Needed beside R: PostgreSQL's initdb and pg_ctl (Debian: postgresql).
. "$(dirname "$0")/run.sh"
. "$here/server.sh"
in_r <<'R'
pinned(dbplyr = "2.3.0", RPostgres = "1.4.10", RSQLite = "2.2.20")
suppressPackageStartupMessages(library(dplyr))
server <- DBI::dbConnect(RPostgres::Postgres(), host = Sys.getenv("FINDING_SERVER"),
                         user = "finder", dbname = "postgres")
embedded <- DBI::dbConnect(RSQLite::SQLite(), ":memory:")
cat(DBI::dbGetQuery(server, "SHOW server_version")[[1]], "\n")
asked <- function(con, x, ...) {
  DBI::dbWriteTable(con, "numbers", data.frame(x = x), overwrite = TRUE)
  tryCatch(collect(summarise(tbl(con, "numbers"), ...))[[1]], error = function(e) {
    sub("\n.*", "", conditionMessage(rlang::`%||%`(e$parent, e)))
  })
}
x <- c(1, 3) * 1e160
mean_of <- function(con, x) asked(con, x, m = mean(x, na.rm = TRUE))
print(mean_of(server, x))
print(mean_of(server, x / 1e10))
by_sum <- asked(server, x, m = sum(x, na.rm = TRUE) / n())
seen("the mean is an error of range", grepl("out of range", mean_of(server, x)))
seen("the sum over the count is the mean", all.equal(by_sum, 2e160))
seen("SQLite's mean is it too", all.equal(mean_of(embedded, x), 2e160))
seen("in units of 1e10 PostgreSQL has it", all.equal(mean_of(server, x / 1e10), 2e150))
seen("equal values have a mean", all.equal(mean_of(server, c(x[1], x[1])), x[1]))
DBI::dbDisconnect(server)
DBI::dbDisconnect(embedded)
R
