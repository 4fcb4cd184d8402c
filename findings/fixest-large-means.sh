#!/bin/sh
# fixest 0.14.2: without fixed effects a regressor whose mean is far from zero has another
# coefficient, without a message.
#
# feols() without effects solves the normal equations of the columns as they are, the constant's
# beside them. Their condition is the square of mean over spread: of a mean of 1e6 spreads it takes
# twelve digits. Seen: the same regression with a whole number added to a regressor (all sums are
# exact in doubles), beside lm(), which has the same slope or says that there is none, and beside
# feols() itself with an effect that has one level.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(fixest = "0.14.2")
suppressPackageStartupMessages(library(fixest))
setFixest_nthreads(1)
set.seed(9)
grid <- function(x) round(1024 * x) / 1024
d <- data.frame(x = grid(rnorm(120)), z = grid(rnorm(120)), one = 1)
d$y <- d$x + d$z + grid(rnorm(120))
table <- t(vapply(c(0, 1e4, 1e6, 1e8), function(m) {
  moved <- transform(d, x = x + m)
  fit <- feols(y ~ x + z, moved)
  within <- feols(y ~ x + z | one, moved)
  c(
    added = m, feols = coef(fit)[["x"]], se = se(fit)[["x"]],
    lm = coef(stats::lm(y ~ x + z, moved))[["x"]], one_level = coef(within)[["x"]],
    left_out = length(fit$collin.var)
  )
}, numeric(6)))
print(table, digits = 6)
off <- abs(table[, "feols"] / table[1, "feols"] - 1)
seen("1e6 spreads from zero the fourth digit is another", off[3] > 1e-4)
seen("1e8 spreads from zero nothing is left of the coefficient", off[4] > 0.5)
seen("and nothing is left out", all(table[, "left_out"] == 0))
seen("lm() has the slope at 1e6", abs(table[3, "lm"] / table[1, "lm"] - 1) < 1e-8)
seen("feols() has it beside an effect of one level",
  all(abs(table[, "one_level"] / table[1, "one_level"] - 1) < 1e-8))
R
