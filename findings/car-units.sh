#!/bin/sh
# car 3.1-1 and lmtest 0.9-40: whether a joint test exists depends on the unit of a regressor.
#
# F tests are free of units: a population in persons or in millions must give the same. Both invert
# the covariance of the tested coefficients as it stands, and solve() calls it singular as soon as
# their units are six digits apart. linearHypothesis() with a heteroskedasticity-robust covariance
# does not come to that: hccm() judges (X'X)^-1 to be singular, and then the sentence that should say
# so stops for a variable that it does not find. Seen: the same F in units of 1 and of a thousand,
# in units of a million errors, each on data without any collinearity (correlation .66).
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(car = "3.1-1", lmtest = "0.9-40", sandwich = "3.0-2")
d <- mtcars
outcome <- function(test, column) tryCatch(
  format(test[2, column], digits = 10), error = function(e) conditionMessage(e)
)
in_unit <- function(unit) {
  d$weight <- d$wt / unit
  fit <- lm(mpg ~ weight + hp, d)
  both <- c("weight", "hp")
  c(
    F = outcome(car::linearHypothesis(fit, both), "F"),
    robust = outcome(car::linearHypothesis(fit, both, white.adjust = "hc1"), "F"),
    waldtest = outcome(lmtest::waldtest(fit, . ~ 1, vcov = sandwich::vcovHC), "F")
  )
}
units <- c(1, 1e3, 1e6)
tests <- vapply(units, in_unit, character(3))
colnames(tests) <- units
print(t(tests))
seen("the same F in units of 1 and of a thousand", identical(tests[, 1], tests[, 2]))
seen("in millions linearHypothesis() and waldtest() call the covariance singular",
     all(grepl("computationally singular", tests[c("F", "waldtest"), 3])))
seen("the robust test stops at a variable of its own", grepl("bads", tests["robust", 3]))
R
