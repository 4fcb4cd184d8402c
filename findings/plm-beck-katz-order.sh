#!/bin/sh
# plm 2.6-7: vcovBK() of an unbalanced panel depends on which unit comes first.
#
# The estimator of Beck and Katz has one covariance of the errors for all units, here between years,
# estimated from the residuals. Seen: where the first unit lacks the first years, the residuals of
# the others go to wrong years of that matrix: the years are taken in the order of their first
# appearance in the data, the residuals of a unit in the order of time. Giving the units other
# numbers, so that a complete one comes first, leaves the coefficients and changes the standard
# errors; only then are they those of the formula. vcovHC() is the same both times.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(plm = "2.6-7")
suppressPackageStartupMessages(library(plm))
data("Grunfeld", package = "plm")
short <- Grunfeld[-(1:5), ]
turned <- transform(short, firm = firm %% 10 + 1)

by_formula <- function(fit) {
  unit <- as.character(index(fit)[[1]])
  year <- as.character(index(fit)[[2]])
  years <- sort(unique(year))
  e <- matrix(NA, length(unique(unit)), length(years), dimnames = list(unique(unit), years))
  e[cbind(unit, year)] <- residuals(fit)
  omega <- sapply(years, function(b) sapply(years, function(a) mean(e[, a] * e[, b], na.rm = TRUE)))
  x <- model.matrix(fit)
  meat <- Reduce(`+`, lapply(unique(unit), function(i) {
    s <- unit == i
    crossprod(x[s, ], omega[year[s], year[s]] %*% x[s, ])
  }))
  bread <- solve(crossprod(x))
  sqrt(diag(bread %*% meat %*% bread))
}
fits <- lapply(list(short, turned), plm, formula = inv ~ value + capital,
               index = c("firm", "year"), model = "within")
errors <- rbind(first_short = sqrt(diag(vcovBK(fits[[1]]))),
                first_full = sqrt(diag(vcovBK(fits[[2]]))),
                formula = by_formula(fits[[1]]))
print(errors)
seen("coefficients do not depend on the numbers of the units",
     max(abs(coef(fits[[1]]) - coef(fits[[2]]))) < 1e-10)
seen("nor does vcovHC()", max(abs(vcovHC(fits[[1]]) / vcovHC(fits[[2]]) - 1)) < 1e-8)
seen("vcovBK() with a complete unit first is the formula",
     max(abs(errors["first_full", ] / errors["formula", ] - 1)) < 1e-8)
seen("vcovBK() with a short unit first is 14% too small",
     abs(errors["first_short", "capital"] / errors["formula", "capital"] - .865) < .001)
R
