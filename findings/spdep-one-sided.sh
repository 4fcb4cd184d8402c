#!/bin/sh
# spdep 1.2-7: one-sided p-values by simulation.
#
# localmoran_perm(alternative = "greater") reports two p-values side by side, one from the normal
# distribution and one from the ranks of the simulations. Seen: the second is that of the other
# tail, so that the strongest cluster has p = .02 in one column and .98 in the next, and the region
# most unlike its neighbours is "significant" for clustering.
#
# moran.mc(alternative = "greater"): the p-value counts the simulations above the observed value,
# the observed value included, over nsim + 1. Seen: the observed value is left out as soon as one
# simulation is above it: 1 simulation of 99 above gives .01, as none does; by definition .02.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(spdep = "1.2-7")
suppressPackageStartupMessages(library(spdep))
weights <- nb2listw(knn2nb(knearneigh(as.matrix(expand.grid(1:6, 1:6)), k = 12)))
set.seed(3)
x <- rnorm(36)
set.seed(1)
local <- localmoran_perm(x, weights, nsim = 9999, alternative = "greater")
top <- local[which.max(local[, "Z.Ii"]), c("Z.Ii", "Pr(z > E(Ii))", "Pr(z > E(Ii)) Sim")]
print(top)
seen("the p-value by simulation is that of the other tail",
     top[["Pr(z > E(Ii))"]] < .05 && top[["Pr(z > E(Ii)) Sim"]] > .95)

one_above <- function() {
  repeat {
    test <- moran.mc(x, weights, nsim = 99, alternative = "greater")
    if (sum(test$res[1:99] >= test$statistic) == 1) return(test)
  }
}
test <- one_above()
cat("simulations at or above the observed value: 1 of 99; p =", test$p.value, "\n")
seen("p is .01, as if no simulation were above", isTRUE(all.equal(test$p.value, .01)))
R
