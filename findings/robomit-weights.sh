#!/bin/sh
# robomit 1.0.7: the coefficient adjusted for omitted variables, with weights and in other units.
#
# o_beta(w = ) takes coefficients and R2 from the weighted regressions, and the variances of the
# response, of the regressor and of its residuals, which stand beside them in the formula, without
# weights. Seen: integer weights give beta* = -.42, the rows repeated as often -.17, although the
# coefficients and both R2 agree. The formula with weighted variances has the second.
#
# beta* is rounded to six decimals, whatever its size. Seen: with a regressor in yuan in the place
# of millions of yuan no digit of it is left, while the coefficients beside it have all of theirs.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(robomit = "1.0.7")
suppressPackageStartupMessages(library(robomit))
set.seed(1)
n <- 300
d <- data.frame(z = rnorm(n), w = rep(c(1, 4, 12), n / 3))
d$x <- .8 * d$z + sqrt(d$w) * rnorm(n)
d$y <- .5 * d$x + d$z + d$w / 4 * rnorm(n)
adjusted <- function(data, w = NULL) {
  out <- o_beta(y = "y", x = "x", con = "z", w = w, delta = 1, R2max = .9, type = "lm", data = data)
  setNames(out$Value, out$Name)
}
weighted <- adjusted(d, "w")
repeated <- adjusted(d[rep(seq_len(n), d$w), ])
print(cbind(weighted, repeated)[c(1, 5:8), ])
regressions <- c("Uncontrolled Coefficient", "Controlled Coefficient", "Uncontrolled R-square",
                 "Controlled R-square")
seen("coefficients and R2 agree",
     max(abs(weighted[regressions] / repeated[regressions] - 1)) < 1e-10)
seen("beta* does not", abs(weighted[["beta*"]] - repeated[["beta*"]]) > .2)

by_formula <- function(w) {  # Oster's proportional selection of one, variances with weights w
  v <- function(x) sum(w * (x - sum(w * x) / sum(w))^2) / sum(w)
  r <- weighted[regressions]
  sxx <- v(d$x)
  tx <- v(residuals(lm(x ~ z, d, weights = d$w)))
  gap <- r[[1]] - r[[2]]
  rest <- (.9 - r[[4]]) * v(d$y)
  theta <- rest * (sxx - tx) - (r[[4]] - r[[3]]) * v(d$y) * tx - sxx * tx * gap^2
  root <- sqrt(theta^2 + 4 * rest * gap^2 * sxx^2 * tx)
  r[[2]] + (-theta + c(-1, 1) * root) / (2 * tx * gap * sxx)
}
near <- function(value, w) min(abs(by_formula(w) - value))
cat("both roots, weighted:", by_formula(d$w), "- without weights:", by_formula(rep(1, n)), "\n")
seen("the rows repeated are the formula with weighted variances",
     near(repeated[["beta*"]], d$w) < 1e-3)
seen("the weights are the formula with variances without weights",
     near(weighted[["beta*"]], rep(1, n)) < 1e-3)

in_yuan <- adjusted(transform(d, x = x * 1e6), "w")
print(in_yuan[c("beta*", "Controlled Coefficient")])
seen("beta* of a regressor in yuan is 0, its coefficient is not",
     in_yuan[["beta*"]] == 0 && abs(in_yuan[["Controlled Coefficient"]] / 6.032e-7 - 1) < 1e-3)
R
