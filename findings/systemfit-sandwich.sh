#!/bin/sh
# systemfit 1.1-30 with sandwich 3.0-2: robust errors of two-stage least squares.
#
# estfun() of a systemfit adds (X - PX) b to the residuals by default (residFit = TRUE): the scores
# are those of the second stage as if PX were the data, y - PX b in the place of y - X b. Seen: the
# estimates are those of ivreg, the standard errors by sandwich() are not, by a factor that depends
# on how endogenous the regressor is (here .71 and 1.9). estfun(residFit = FALSE) would be right, but
# sandwich() and vcovCL() do not pass it on.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(systemfit = "1.1-30", sandwich = "3.0-2", ivreg = "0.6-8")
suppressPackageStartupMessages({
  library(systemfit)
  library(sandwich)
})
errors_of <- function(effect) {
  set.seed(1)
  n <- 400
  z <- rnorm(n)
  u <- rnorm(n)
  x <- z + u + rnorm(n)
  d <- data.frame(y = 2 * x + effect * u, x, z)
  fit <- systemfit(list(e = y ~ x), "2SLS", inst = ~z, data = d)
  peer <- ivreg::ivreg(y ~ x | z, data = d)
  X <- cbind(1, x)
  P <- cbind(1, fitted(lm(x ~ z)))
  bread <- solve(crossprod(P))
  robust <- function(e) sqrt((bread %*% crossprod(P * e) %*% bread)[2, 2])
  b <- coef(peer)
  c(apart = max(abs(coef(fit) - b)), systemfit = sqrt(sandwich(fit)[2, 2]),
    ivreg = sqrt(sandwich(peer)[2, 2]), formula = robust(drop(d$y - X %*% b)),
    second_stage = robust(drop(d$y - P %*% b)))
}
print(both <- rbind(minus = errors_of(-3), plus = errors_of(3)))
seen("estimates agree", all(both[, "apart"] < 1e-10))
seen("ivreg's errors are the formula's", all(abs(both[, "ivreg"] / both[, "formula"] - 1) < 1e-8))
seen("systemfit's are those of the second stage",
     all(abs(both[, "systemfit"] / both[, "second_stage"] - 1) < 1e-8))
seen("too small in one case, too large in the other",
     both["minus", "systemfit"] < .8 * both["minus", "formula"] &&
       both["plus", "systemfit"] > 1.3 * both["plus", "formula"])
R
