#!/bin/sh
# fixest 0.14.2: sunab() where every unit is treated at some time averages what collinearity leaves.
#
# Sun and Abraham's estimator takes the last cohort for comparison then, on the rows before its event.
# sunab() keeps all rows and gives all cohorts dummies; as many as are collinear are dropped (a note
# names them), each of which sets an effect to zero and moves the others, and the averages are of the
# rest. Seen, with three cohorts and an effect of exactly 1 from the event on, without noise: an
# average effect of .5, effects of 1 seven periods before the event and -.5 two before, all with
# errors of 1e-16. With the last cohort as never treated and its treated periods left out: 1.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(fixest = "0.14.2")
suppressPackageStartupMessages(library(fixest))
setFixest_nthreads(1)
d <- expand.grid(year = 1:10, id = 1:30)
d$g <- c(4, 6, 8)[(d$id - 1) %% 3 + 1]
d$y <- d$id / 10 + d$year^2 / 50 + (d$year >= d$g)
whole <- suppressMessages(feols(y ~ sunab(g, year) | id + year, d))
att <- coef(summary(whole, agg = "att"))[["ATT"]]
before <- coeftable(whole)[c("year::-7", "year::-2"), "Estimate"]
early <- d[d$year < 8, ]
early$g[early$g == 8] <- 10000
right <- coef(summary(feols(y ~ sunab(g, year) | id + year, early), agg = "att"))[["ATT"]]
print(c(att = att, before, last_cohort_compared = right))
seen("an average of .5 for effects of 1, effects before the event, 1 with the last cohort compared",
     abs(att - 0.5) < 1e-10 && abs(before[1] - 1) < 1e-10 && abs(before[2] + 0.5) < 1e-10 &&
       abs(right - 1) < 1e-10)
R
