#!/bin/sh
# panelSUR 0.1.0: the R squared of each equation is one minus the R squared.
#
# SURest() returns the residual over the total sum of squares as "Rsquared". Seen: of an equation
# whose regressors explain 96% of the variance it is .04, of one that explains 2% it is .98: the
# worse the fit, the nearer to one. Estimates are those of plm's random effects to two decimals.
# (The functions are read from the source: they need plm, fastmatrix and nothing else.)
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(plm = "2.6-7", fastmatrix = "0.6-6")
suppressPackageStartupMessages(library(plm))
peer <- functions_of("panelSUR", "0.1.0")
set.seed(1)
units <- 31
years <- 10
d <- data.frame(id = rep(1:units, each = years), year = rep(1:years, units))
d$x1 <- rnorm(nrow(d))
d$x2 <- rnorm(nrow(d))
effect <- rnorm(units)[d$id]
shock <- rnorm(nrow(d))
d$good <- 1 + 2 * d$x1 + d$x2 + .3 * effect + .3 * shock
d$poor <- 1 + .2 * d$x1 - .1 * d$x2 + effect + shock + rnorm(nrow(d))
panel <- pdata.frame(d, index = c("id", "year"))
fit <- peer$SURest(panel, list(good ~ x1 + x2, poor ~ x1 + x2))
b <- matrix(fit$Estimate, 3, dimnames = list(NULL, c("good", "poor")))
random <- sapply(colnames(b), function(y) {
  coef(plm(reformulate(c("x1", "x2"), y), panel, model = "random", random.method = "amemiya"))
})
print(cbind(panelSUR = b, plm = random))
r2 <- sapply(colnames(b), function(y) {
  e <- d[[y]] - cbind(1, d$x1, d$x2) %*% b[, y]
  1 - sum(e^2) / sum((d[[y]] - mean(d[[y]]))^2)
})
said <- unlist(fit$Rsquared)
print(rbind(panelSUR = said, by_definition = r2))
seen("the two estimators agree", max(abs(b - random)) < .03)
seen("Rsquared is one minus the R squared", max(abs(said - (1 - r2))) < 1e-12)
seen("the equation with .96 has .04, that with .02 has .98", said[1] < .05 && said[2] > .95)
R
