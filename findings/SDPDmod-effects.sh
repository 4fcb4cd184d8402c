#!/bin/sh
# SDPDmod 0.0.8: effects of a dynamic spatial panel without the transformation of Lee and Yu.
#
# SDPDm(dynamic = TRUE) keeps a covariance n * t times the square of the standard errors that it
# prints, unless LYtrans = TRUE (the default is FALSE). impactsSDPDm() draws coefficients from it,
# and the test of tau + eta + rho = 0 divides by it. Seen, with 31 regions and 12 years: the direct
# effect of x is .29 (standard error 14) where the coefficients of the same fit give .93 (.06), its
# long-term total .71 (21) for 4.18 (.91); the test does not reject, with the printed errors it is
# 341 times as large. Nothing is said. With the covariance divided by n * t effects and errors are
# right.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(SDPDmod = "0.0.8")
suppressPackageStartupMessages(library(SDPDmod))
set.seed(3)
n <- 31
years <- 32
ring <- outer(1:n, 1:n, function(i, j) abs(i - j) %in% c(1, n - 1)) / 2
dim(ring) <- c(n, n)
x <- matrix(rnorm(n * years), n)
effect <- rnorm(n)
y <- matrix(0, n, years)
for (s in 2:years) {
  y[, s] <- solve(diag(n) - .3 * ring,
                  .4 * y[, s - 1] + .1 * ring %*% y[, s - 1] + x[, s] + effect + rnorm(n))
}
d <- expand.grid(region = 1:n, year = 21:years)
d$y <- c(y[, 21:years])
d$x <- c(x[, 21:years])
d$z <- rnorm(nrow(d))
fit <- SDPDm(y ~ x + z, d, ring, c("region", "year"), dynamic = TRUE,
             tlaginfo = list(ind = NULL, tl = TRUE, stl = TRUE))
rows <- n * (length(21:years) - 1)
kept <- sqrt(diag(fit$varcov))[1:5]
print(rbind(printed = c(fit$std, rho = fit$rho.se), kept = kept))
seen("errors by the covariance that is kept are sqrt(n t) times the printed ones",
     max(abs(kept / c(fit$std, fit$rho.se) / sqrt(rows) - 1)) < 1e-8)

b <- c(fit$coefficients, fit$rho)
direct <- function(b) b[3] * mean(diag(solve(diag(n) - b[5] * ring)))
total <- function(b) b[3] / (1 - b[1] - b[2] - b[5])
slope <- function(f) sapply(1:5, function(j) (f(replace(b, j, b[j] + 1e-6)) - f(b)) / 1e-6)
v <- fit$varcov[1:5, 1:5] / rows
error_of <- function(f) sqrt(drop(slope(f) %*% v %*% slope(f)))
effects <- impactsSDPDm(fit)
print(cbind(by_formula = c(direct = direct(b), long_total = total(b)),
            error = c(error_of(direct), error_of(total)),
            rbind(effects$DIRECTst.tab["x", 1:2], effects$TOTALlt.tab["x", 1:2])))
seen("the direct effect is less than half of what the coefficients give, the long-term total too",
     effects$DIRECTst.tab["x", 1] < direct(b) / 2 && effects$TOTALlt.tab["x", 1] < total(b) / 2)
seen("its error is over a hundred times as large as by the delta method",
     effects$DIRECTst.tab["x", 2] > 100 * error_of(direct))
fit$varcov <- fit$varcov / rows
mended <- impactsSDPDm(fit)$DIRECTst.tab["x", 1:2]
print(mended)
seen("with the covariance divided by n t both are right",
     abs(mended[1] - direct(b)) < .02 && abs(mended[2] / error_of(direct) - 1) < .2)
sums <- c(1, 1, 0, 0, 1)
wald <- sum(sums * b)^2 / drop(sums %*% v %*% sums)
cat("tau + eta + rho = 0:", fit$Waldt, "p", fit$pWald, "- by the printed errors", wald, "\n")
seen("the test does not reject, by the printed errors it does",
     fit$pWald > .05 && abs(wald / fit$Waldt / rows - 1) < 1e-6 && wald > 40)
R
