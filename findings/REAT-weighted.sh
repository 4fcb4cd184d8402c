#!/bin/sh
# REAT 3.0.3: weighted inequality, and the name of theil().
#
# gini(x, weighting =) sorts the values but not their weights: seen, the result depends on the order
# of the rows, and equals that of the data written out only where x happens to be sorted.
# theil(x) is the mean of ln(mean / x), Theil's L (the mean log deviation), not T.
# theil(x, weighting =) compares with the unweighted mean, and averages the weighted terms where they
# are to be added: here -.026 for .117, though no index of inequality is negative.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(REAT = "3.0.3")
suppressPackageStartupMessages(library(REAT))
x <- c(10, 40, 20)
people <- c(1, 3, 2)
written_out <- rep(x, people)
gini_of <- function(v) sum(abs(outer(v, v, "-"))) / (2 * length(v)^2 * mean(v))
by_order <- c(as_given = gini(x, weighting = people),
              sorted = gini(x[c(1, 3, 2)], weighting = people[c(1, 3, 2)]),
              definition = gini_of(written_out))
print(by_order)
seen("gini depends on the order of the rows; sorted, it is right",
     abs(by_order[[1]] - by_order[[2]]) > .005 && abs(by_order[[2]] - by_order[[3]]) < 1e-12)

mld <- mean(log(mean(written_out) / written_out))
share <- written_out / sum(written_out)
theil_t <- sum(share * log(share * length(share)))
cat("theil of the data written out", theil(written_out), "- L", mld, "- T", theil_t,
    "- with weights", theil(x, weighting = people), "\n")
seen("theil() is L", abs(theil(written_out) - mld) < 1e-12 && abs(mld - theil_t) > .005)
seen("with weights it is negative", theil(x, weighting = people) < 0)
R
