#!/bin/sh
# sandwich 3.1-1 on a trend with its powers: year, year^2 and year^3.
#
# The powers of a year span what those of the year less 1978 do, and the highest has the same
# coefficient and the same variance in both. lm() decomposes its columns and keeps eight digits of
# both. Seen: with a square the robust errors of sandwich are right to five digits; with a cube
# vcovHC() and vcovCL() have negative variances on the diagonal, without a word. It multiplies the inverse of the cross-products with the products of scores of the
# columns as they came, each of which has lost twice the digits that the columns share. Powers of the
# year less its mean have the errors of both.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(sandwich = "3.1-1")
library(sandwich)
set.seed(7)
d <- expand.grid(year = 1963:1992, unit = 1:46)
d$t <- d$year - 1978
d$y <- .02 * d$t - .001 * d$t^2 + rnorm(46)[d$unit] + rnorm(nrow(d)) * (1 + abs(d$t) / 10)
last <- function(v) v[[length(v)]]
off <- function(powers, centred) {
  fits <- list(lm(powers, d), lm(centred, d))
  of <- function(f) suppressWarnings(sqrt(last(f(fits[[1]])) / last(f(fits[[2]]))) - 1)
  c(coefficient = last(coef(fits[[1]])) / last(coef(fits[[2]])) - 1, classical = of(vcov),
    HC1 = of(function(m) vcovHC(m, type = "HC1")), clustered = of(function(m) vcovCL(m, ~unit)))
}
apart <- rbind(
  square = off(y ~ year + I(year^2), y ~ t + I(t^2)),
  cube = off(y ~ year + I(year^2) + I(year^3), y ~ t + I(t^2) + I(t^3))
)
print(apart)
seen("lm's own coefficient and error are those of the centred powers",
     max(abs(apart[, c("coefficient", "classical")])) < 1e-6)
seen("with a square the robust errors are right to four digits",
     max(abs(apart["square", c("HC1", "clustered")])) < 1e-4)
cube <- lm(y ~ year + I(year^2) + I(year^3), d)
print(rbind(HC1 = diag(vcovHC(cube, type = "HC1")), clustered = diag(vcovCL(cube, ~unit))))
seen("with a cube variances are negative", min(diag(vcovHC(cube, type = "HC1"))) < 0)
seen("clustered ones too", min(diag(vcovCL(cube, ~unit))) < 0)
R
