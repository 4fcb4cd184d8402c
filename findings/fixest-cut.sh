#!/bin/sh
# fixest 0.14.2: a factor that a function in the formula makes of a number.
#
# Seen: feols(y ~ cut(x, breaks)) has one coefficient, that of the intervals' numbers 1, 2, 3 as a
# regressor, with no message; lm() has a dummy for each interval, and so has feols() where the factor
# is a column. interaction() of two columns of numbers likewise.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(fixest = "0.14.2")
library(fixest)
set.seed(1)
d <- data.frame(x = rnorm(100), y = rnorm(100), p = rep(1:2, 50), q = rep(1:2, each = 50))
said <- character()
fit <- withCallingHandlers(
  feols(y ~ cut(x, c(-Inf, -1, 0, 1, Inf)), d),
  condition = function(x) if (inherits(x, c("message", "warning"))) said <<- conditionMessage(x)
)
full <- lm(y ~ cut(x, c(-Inf, -1, 0, 1, Inf)), d)
d$code <- as.integer(cut(d$x, c(-Inf, -1, 0, 1, Inf)))
d$k <- cut(d$x, c(-Inf, -1, 0, 1, Inf))
print(coef(fit))
print(coef(full))
seen(
  "one coefficient, of the intervals' numbers, without a word",
  isTRUE(all.equal(unname(coef(fit)), unname(coef(lm(y ~ code, d))))) && !length(said)
)
seen(
  "as a column it has its dummies",
  isTRUE(all.equal(unname(coef(feols(y ~ k, d))), unname(coef(full))))
)
both <- coef(feols(y ~ interaction(p, q), d))
seen("interaction() of numbers: one for three", length(both) == 2)
R
