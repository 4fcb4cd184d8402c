#!/bin/sh
# dbplyr 2.3.0 with RSQLite 2.2.20: a number that comes from R into a query keeps 15 digits.
#
# Doubles need 17. Seen: filter(table, x == !!v) does not find the row from which v was read;
# filter(x <= !!v) loses it or not, depending on the side to which the 15th digit was rounded. dplyr
# on the same data frame finds all. DBI::dbQuoteLiteral() writes 15 digits too; values bound as
# parameters of a query arrive whole. Hits thresholds computed in R (quantiles, means, limits of
# winsorising) and used in the database.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(dbplyr = "2.3.0", RSQLite = "2.2.20")
suppressPackageStartupMessages(library(dplyr))
con <- DBI::dbConnect(RSQLite::SQLite(), ":memory:")
d <- data.frame(x = c(.1 + .2, 1 / 3, 2 / 3, 2))
there <- copy_to(con, d, "d")
count <- function(from, v, op) {
  nrow(collect(switch(op, "==" = filter(from, x == !!v), "<=" = filter(from, x <= !!v))))
}
found <- sapply(d$x, function(v) {
  c(equal_here = count(d, v, "=="), equal_there = count(there, v, "=="),
    up_to_here = count(d, v, "<="), up_to_there = count(there, v, "<="))
})
colnames(found) <- c(".1 + .2", "1/3", "2/3", "2")
print(found)
bound <- DBI::dbGetQuery(con, "SELECT COUNT(*) AS n FROM d WHERE x = ?", params = list(1 / 3))$n
DBI::dbDisconnect(con)
seen("rows with a value of more than 15 digits are not found again",
     identical(unname(found["equal_there", ]), c(0L, 0L, 0L, 1L)))
seen("up to 1/3 leaves out 1/3, up to 2/3 has 2/3",
     all(found["up_to_there", c("1/3", "2/3")] == c(1, 3)))
seen("as a parameter it is found", bound == 1)
R
