#!/bin/sh
# dbplyr 2.3.0 on PostgreSQL: as.double() rounds a double to 15 digits.
#
# It is written as CAST(x AS NUMERIC), and PostgreSQL (15 here) takes a double precision to numeric
# by its 15 decimal digits. A column that is double already comes back another number, by up to
# 5e-16 of itself: enough that a sum of deviations from a mean is not zero, that values equal before
# are joined to nothing after, and that the last two of the 17 digits which tell doubles apart are
# gone. Seen: rows of a table of doubles that as.double() changed, and none that it left to 17 digits
# except by chance. Needed beside R: PostgreSQL's initdb and pg_ctl (Debian: postgresql).
. "$(dirname "$0")/run.sh"
bin=$(dirname "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null | tail -n 1 || command -v initdb)")
server=$(mktemp -d)
[ "$(id -u)" != 0 ] || chown nobody "$server"
as_user() { if [ "$(id -u)" = 0 ]; then su nobody -s /bin/sh -c "$1"; else sh -c "$1"; fi; }
as_user "'$bin/initdb' -D '$server/data' -U finder -A trust >/dev/null"
as_user "'$bin/pg_ctl' -D '$server/data' -o \"-k '$server' -c listen_addresses=''\" -w start >/dev/null"
stop() { as_user "'$bin/pg_ctl' -D '$server/data' -m immediate stop >/dev/null"; rm -rf "$server"; }
trap stop EXIT
export FINDING_SERVER="$server"
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
