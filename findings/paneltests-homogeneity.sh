#!/bin/sh
# paneltests 1.0.6: tests in panel quantile regressions depend on the currency or do not reject.
#
# xtqsh() tests whether slopes are the same in all units. Seen: its line "Mean(OLS)" sums squared
# differences of slopes and divides by no variance: p = 1 with the response as given and 0 with it
# times 100. The statistics by quantile change with the unit as well (a bandwidth without one), and
# take variances that are T times too large: of slopes with a standard deviation of 1 among 31
# regions, that lm() rejects with p = 8e-61, the test of the median says p = .30. The bandwidths of
# Hall and Sheather and of Bofinger give the same numbers.
#
# xtcsdq() tests dependence between units. Of independent normal residuals the corrected statistic,
# standard normal by the help and rejecting on the right, has mean -24 (31 units, 10 years).
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(paneltests = "1.0.6")
library(paneltests)
panel_of <- function(spread, units = 31, years = 20) {
  set.seed(1)
  d <- data.frame(id = rep(1:units, each = years), year = rep(1:years, units))
  d$x <- rnorm(nrow(d))
  slope <- 1 + spread * rnorm(units)
  d$y <- rnorm(units)[d$id] + slope[d$id] * d$x + rnorm(nrow(d))
  d
}
test_of <- function(d, ...) xtqsh(y ~ x, d, c("id", "year"), tau = .5, ...)
row_of <- function(test) c(S = test$S, p = test$pval_S, S_ols = test$S_ols, p_ols = test$pval_S_ols)
alike <- panel_of(0)
in_units <- sapply(c("/ 100" = .01, given = 1, "* 100" = 100), function(factor) {
  row_of(test_of(transform(alike, y = factor * y)))
})
print(in_units)
f_test <- function(d) anova(lm(y ~ factor(id) + x, d), lm(y ~ factor(id) * x, d))[2, "Pr(>F)"]
cat("lm(): slopes alike, p", f_test(alike), "\n")
seen("with slopes that are alike, p of the mean is 1 or 0 by the unit of the response",
     in_units["p_ols", 1] > .999 && in_units["p_ols", 3] < 1e-10)
seen("S of the median changes more than tenfold",
     diff(range(log10(in_units["S", ]))) > 1)

apart <- panel_of(1)
tested <- row_of(test_of(apart))
print(tested)
cat("lm(): slopes apart, p", f_test(apart), "\n")
seen("slopes that differ widely are not rejected",
     f_test(apart) < 1e-30 && tested["p"] > .2)
seen("S of slopes that are alike is less than a tenth of its 30 degrees of freedom",
     in_units["S", "given"] < 3)
seen("both bandwidths are one",
     identical(test_of(apart)$S, test_of(apart, bw = "bofinger")$S))

set.seed(1)
draws <- replicate(100, {
  d <- expand.grid(year = 1:10, id = 1:31)
  test <- xtcsdq(data = d, index = c("id", "year"), quantiles = .5, mode = "residuals",
                 residuals = list(rnorm(nrow(d))))
  c(T = test$T_tau, corrected = test$Ttilde_tau)
})
print(rbind(mean = rowMeans(draws), sd = apply(draws, 1, sd)))
seen("of independent residuals the corrected statistic is around -24, never above -10",
     abs(mean(draws["corrected", ]) + 24) < 2 && max(draws["corrected", ]) < -10)
R
