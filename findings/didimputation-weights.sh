#!/bin/sh
# didimputation 0.5.1: standard errors with weights.
#
# The imputation estimator is a weighted sum of the responses, and its standard error comes from
# these weights. With observation weights (wname =, such as population) those of the untreated rows
# are computed by (Z'WWZ) in the place of (Z'WZ), so that they no longer sum to the estimate. Seen:
# the estimate is right, its standard error .25 for .15; with the rows written out as often as the
# weights say, the same function gives .15.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(fixest = "0.14.2", didimputation = "0.5.1")
suppressPackageStartupMessages(library(didimputation))
set.seed(1)
units <- 60
years <- 10
d <- data.frame(id = rep(1:units, each = years), year = rep(1:years, units))
d$start <- sample(c(0, 5, 7, 9), units, TRUE)[d$id]
d$people <- (round(3 * exp(1.2 * rnorm(units))) + 1)[d$id]
d$treated <- d$start > 0 & d$year >= d$start
d$y <- rnorm(units)[d$id] + d$year / 5 + d$treated + rnorm(nrow(d))
fit_of <- function(d, ...) unlist(did_imputation(d, "y", "start", "year", "id", ...)[, 2:3])

by_formula <- function(w, between = w) {
  u <- !d$treated
  z <- model.matrix(~ factor(id) + factor(year), d)
  share <- w[!u] / sum(w[!u])
  target <- crossprod(z[!u, ], share * (between / w)[!u])
  slopes <- solve(crossprod(z[u, ] * between[u], z[u, ]), target)
  v <- replace(w / sum(w[!u]), u, -w[u] * z[u, ] %*% slopes)
  gap <- d$y - z %*% lm.wfit(z[u, ], d$y[u], w[u])$coefficients
  cohort <- interaction(d$start, d$year)
  mean_effect <- ave(v^2 * gap, cohort, FUN = sum) / ave(v^2, cohort, FUN = sum) * d$treated
  c(estimate = sum(v * d$y), std.error = sqrt(sum(rowsum(v * (gap - mean_effect), d$id)^2)))
}
print(all <- rbind(
  weights = fit_of(d, wname = "people"),
  written_out = fit_of(d[rep(seq_len(nrow(d)), d$people), ]),
  formula = by_formula(d$people),
  "formula with Z'WWZ" = by_formula(d$people, d$people^2),
  without_weights = fit_of(d),
  formula_without = by_formula(rep(1, nrow(d)))
))
seen("estimates agree", diff(range(all[1:3, 1])) < 1e-6)
seen("without weights the standard error is that of the formula",
     abs(all["without_weights", 2] / all["formula_without", 2] - 1) < 1e-6)
seen("with weights it is more than a third too large",
     all["weights", 2] / all["formula", 2] > 4 / 3)
seen("and that of the formula with the squares of the weights, whose sum is another estimate",
     abs(all["weights", 2] / all["formula with Z'WWZ", 2] - 1) < 1e-6 &&
       abs(all["formula with Z'WWZ", 1] - all["weights", 1]) > .1)
seen("with the rows written out it is that of the formula to a twentieth",
     abs(all["written_out", 2] / all["formula", 2] - 1) < .05)
R
