#!/bin/sh
# coupling 0.1: ccd() outside the range of the coupling coordination degree.
#
# Scores belong in [0, 1] and weights sum to one; then C and D lie in [0, 1], and the named levels of
# coordination (0 to .1, ..., .9 to 1) apply. Seen: weights (2, 3) are used as they are, D = 2.05;
# a score of 1.3 is accepted, D = 1.01; no message. Of a unit whose scores are all 0, C is 0 by the
# methods "standard" and "wang" and 1 by "fan": the same unit is wholly uncoupled and wholly coupled.
. "$(dirname "$0")/run.sh"
export PKG_CXXFLAGS=-std=gnu++17 # the sources need it, and R before 4.3 does not set it
in_r <<'R'
pinned(coupling = "0.1")
library(coupling)
weighted <- ccd(cbind(.9, .8), weight = c(2, 3))
above <- ccd(cbind(1.3, .8))
cat("weights (2, 3): D", weighted$D, "- score 1.3: D", above$D, "\n")
seen("D above one", weighted$D > 2 && above$D > 1)
nothing <- rbind(c(0, 0, 0), c(.6, .4, .2))
c_of <- vapply(c("standard", "wang", "fan"), function(m) ccd(nothing, method = m)$C[1], 0)
print(c_of)
seen("C of zeros is 0, 0 and 1", identical(unname(c_of), c(0, 0, 1)))
R
