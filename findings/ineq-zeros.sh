#!/bin/sh
# ineq 0.2-13: Theil(parameter = 0) leaves out the zeros before it computes.
#
# The limit of x ln x at 0 is 0, so that a zero adds nothing to Theil's T, but it counts in n and in
# the mean. Seen: c(0, 1, 2) gives the index of c(1, 2), .0566, by definition .4621: someone with
# nothing makes the distribution no more unequal. Theil's L (parameter = 1) is infinite, as it should
# be.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(ineq = "0.2-13")
library(ineq)
x <- c(0, 1, 2)
share <- x[x > 0] / sum(x)
definition <- sum(share * log(length(x) * share))
cat("Theil", Theil(x), "- without the zero", Theil(x[-1]), "- definition", definition, "\n")
seen("T of the data without zeros", Theil(x) == Theil(x[-1]) && definition > 8 * Theil(x))
seen("L is infinite", is.infinite(Theil(x, parameter = 1)))
R
