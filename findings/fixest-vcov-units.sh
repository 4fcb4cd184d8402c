#!/bin/sh
# fixest 0.14.2: where a covariance clustered in two ways is not positive semidefinite, standard
# errors depend on the units of the regressors.
#
# Its negative eigenvalues are replaced by 1e-16, those of the covariance as it stands, so that the
# cut falls on other directions when a regressor is measured in thousands: the standard error of
# another one, which is untouched, changes too. The eigenvalues of Cameron, Gelbach and Miller (2011)
# are these; taken relative to the classical covariance they are free of units. Seen: the same
# regression with two regressors in other units, standard errors brought back to the first ones.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(fixest = "0.14.2")
suppressPackageStartupMessages(library(fixest))
setFixest_nthreads(1)
ratios <- vapply(1:10, function(seed) {
  set.seed(seed)
  d <- data.frame(
    a = sample(5, 80, TRUE), b = sample(4, 80, TRUE), x = rnorm(80), z = rnorm(80), w = rnorm(80)
  )
  d$x <- d$x + d$a
  d$y <- d$x + rnorm(80)
  other <- transform(d, x = x * 1e-5, z = z * 1e4)
  one <- suppressMessages(se(feols(y ~ x + z + w, d, cluster = ~ a + b)))
  two <- suppressMessages(se(feols(y ~ x + z + w, other, cluster = ~ a + b)))
  two * c(1, 1e-5, 1e4, 1) / one
}, numeric(4))
print(ratios, digits = 3)
seen("standard errors of the regressor in thousands change", any(abs(ratios["z", ] - 1) > 0.5))
seen("and those of one that is untouched", any(abs(ratios["w", ] - 1) > 0.5))
seen("one is zero but for rounding", any(ratios["x", ] < 1e-6))
R
