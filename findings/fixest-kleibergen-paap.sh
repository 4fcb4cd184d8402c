#!/bin/sh
# fixest 0.14.2: fitstat(~ kpr) of a model with covariance "iid" is too small by the square root of
# the number of observations.
#
# With one endogenous regressor and one instrument the rank statistic under homoskedasticity is the
# Wald statistic of the instrument in the first stage: N R2 / (1 - R2), R2 partial. Seen: that
# divided by sqrt(N). The code inverts the Cholesky root of the variance of the statistic, which is
# 1 / N, in the place of the variance. Here an instrument with F = 106 on 500 observations is
# reported with 4.75 and p = .03. Under a robust covariance the value is the Wald statistic, so that
# the two lie apart by a factor that grows with the sample.
#
# fitstat(~ cd), Cragg and Donald's statistic, equals the first-stage F in this case. Seen: with
# effects, F times a factor, since the degrees of freedom of the effects are not subtracted: two
# lines of the same print disagree.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(fixest = "0.14.2")
suppressPackageStartupMessages(library(fixest))
set.seed(2)
n <- 500
d <- data.frame(f = rep(1:50, 10), z = rnorm(n), w = rnorm(n), u = rnorm(n))
d$x <- .6 * d$z + .3 * d$w + d$u + rnorm(n)
d$y <- d$x + d$u

fit <- feols(y ~ 1 | x ~ z, d)
r2 <- summary(lm(x ~ z, d))$r.squared
wald <- n * r2 / (1 - r2)
kp <- fitstat(fit, "kpr")[["kpr"]]$stat
cat("no effects: N R2 / (1 - R2)", wald, "- reported", kp, "- ratio", wald / kp,
    "- sqrt(N)", sqrt(n), "\n")
seen("kpr under iid is the Wald statistic divided by sqrt(N)", abs(wald / kp / sqrt(n) - 1) < 1e-8)

within <- feols(y ~ 1 | f | x ~ z, d, vcov = "iid")
f <- fitstat(within, "ivf1")[[1]]$stat
cd <- as.numeric(fitstat(within, "cd")[["cd"]])
by_hand <- summary(lm(x ~ z + factor(f), d))$coefficients["z", "t value"]^2
cat("50 effects: first-stage F", f, "- by dummies", by_hand, "- cd", cd, "\n")
seen("the first-stage F is that of the dummies", abs(f / by_hand - 1) < 1e-8)
seen("cd is a tenth larger than the F it equals by definition", abs(cd / f - 1.1069) < 1e-3)
R
