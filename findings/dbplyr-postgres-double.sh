#!/bin/sh
# dbplyr 2.3.0 on PostgreSQL: as.double() rounds a double to 15 digits.
#
# It is written as CAST(x AS NUMERIC), and PostgreSQL (15 here) takes a double precision to numeric
# by its 15 decimal digits. A column that is double already comes back another number, by up to
# 5e-15 of itself: enough that a sum of deviations from a mean is not zero, that values equal before
# are joined to nothing after, and that the last two of the 17 digits which tell doubles apart are
# gone. Seen: rows of a table of doubles that as.double() changed, and none that it left to 17 digits
# except by chance. Needed beside R: PostgreSQL's initdb and pg_ctl (Debian: postgresql).
. "$(dirname "$0")/run.sh"
. "$here/server.sh"
in_r <<'R'
pinned(dbplyr = "2.3.0", RPostgres = "1.4.10")
suppressPackageStartupMessages(library(dplyr))
con <- DBI::dbConnect(RPostgres::Postgres(), host = Sys.getenv("FINDING_SERVER"), user = "finder",
                      dbname = "postgres")
cat(DBI::dbGetQuery(con, "SHOW server_version")[[1]], "\n")
set.seed(1)
x <- exp(rnorm(1000))
DBI::dbWriteTable(con, "numbers", data.frame(x = x))
numbers <- tbl(con, "numbers")
print(dbplyr::translate_sql(as.double(x), con = con))
back <- sort(collect(numbers)$x)
cast <- sort(collect(mutate(numbers, y = as.double(x)))$y)
changed <- mean(cast != sort(x))
cat("changed by as.double():", changed, "of the rows; largest relative change",
    max(abs(cast / sort(x) - 1)), "\n")
again <- collect(summarise(filter(numbers, as.double(x) == x), n = n()))$n
cat("rows that equal themselves after it:", as.numeric(again), "of 1000\n")
seen("the column itself comes back as it was", identical(back, sort(x)))
seen("as.double() of it changes more than half of the rows", changed > 0.5)
DBI::dbDisconnect(con)
R
