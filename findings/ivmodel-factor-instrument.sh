#!/bin/sh
# ivmodel 1.9.1: with a factor as instrument, two-stage least squares, LIML and Fuller depend on the
# order of the rows.
#
# ivmodel(Y, D, Z, X) turns a factor Z into dummies of all its levels, one too many beside the
# intercept. Seen: the projection on instruments and covariates is by a sparse QR factorisation that
# does not see the rank, so that a direction that is no instrument, chosen by the order of the rows,
# is used as one. In the same object the test of Anderson and Rubin does not depend on the order,
# and ivmodelFormula() has the right estimate from the same data.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(ivmodel = "1.9.1")
suppressPackageStartupMessages(library(ivmodel))
cat("Matrix", format(packageVersion("Matrix")), "\n")
set.seed(1)
n <- 400
quarter <- factor(sample(paste0("Q", 1:4), n, TRUE))
u <- rnorm(n)
w <- rnorm(n)
d <- c(0, .3, .6, 1)[quarter] + .3 * w + u + rnorm(n)
y <- d + u + .5 * w

estimate <- function(rows) {
  fit <- ivmodel(Y = y[rows], D = d[rows], Z = data.frame(quarter = quarter[rows]),
                 X = data.frame(w = w[rows]))
  c(ols = fit$kClass$point.est[[1]], tsls = fit$kClass$point.est[[2]],
    liml = fit$LIML$point.est[[1]], ar = fit$AR$Fstat, instruments = fit$L)
}
orders <- list(given = 1:n, reversed = n:1, by_d = order(d), by_y = order(y))
print(table <- sapply(orders, estimate))
formula <- ivmodelFormula(y ~ d + w | quarter + w, data = data.frame(y, d, w, quarter))
by_stages <- coef(lm(y ~ fitted(lm(d ~ quarter + w)) + w))[[2]]
cat("by two regressions", by_stages, "- by ivmodelFormula()", formula$kClass$point.est[[2]], "\n")
spread <- function(row) diff(range(table[row, ]))
seen("least squares, Anderson-Rubin and the number of instruments do not depend on the order",
     max(spread("ols"), spread("ar"), spread("instruments")) < 1e-8)
seen("two-stage least squares does, by more than .05", spread("tsls") > .05)
seen("and LIML", spread("liml") > .05)
seen("in the order given it is off by more than .05", abs(table["tsls", "given"] - by_stages) > .05)
seen("ivmodelFormula() has the value of two regressions",
     abs(formula$kClass$point.est[[2]] - by_stages) < 1e-8)
R
