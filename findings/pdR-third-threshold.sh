#!/bin/sh
# pdR 1.9.5: ptm()'s test of a third threshold.
#
# Hansen's (1999) F of three against two thresholds compares the sums of squares of these models. In
# ptm() the null keeps one of the two thresholds: `for (j in 1:nrow(rr))` is followed by `tmp4 =
# NULL;`, which is all that is repeated. Seen, on a panel with two thresholds and no third: the
# statistic is that of three thresholds against one, 292 for 2.3, p = 0. (The rows are n (t - 1), one
# time of each unit being left out, and the factor is n t, where Hansen has n (t - 1).)
. "$(dirname "$0")/run.sh"
in_r <<'R'
pdR <- functions_of("pdR", "1.9.5")
set.seed(1)
n <- 60
t <- 6
unit <- rep(seq_len(n), each = t)
q <- rnorm(n * t)
x <- rnorm(n * t)
z <- rnorm(n * t)
y <- rnorm(n)[unit] + z + x * ((q > -0.5) - (q > 0.7)) + rnorm(n * t) / 2
pdf(NULL)
invisible(capture.output(fit <- pdR$ptm(
  as.matrix(y), as.matrix(x), as.matrix(z), as.matrix(q), c(1, 1, 19), c(0.1, 0.1, 0.1), 40, 0.95,
  t, n
)))

# Sums of squares of the same rows with thresholds at the values that ptm() found.
kept <- rep(seq_len(t), n) < t
rss <- function(at) {
  regime <- rowSums(outer(q, at, ">="))
  columns <- cbind(y, z, x * outer(regime, unique(regime), "=="))
  within <- apply(columns, 2, function(v) v - ave(v, unit))[kept, ]
  sum(lm.fit(within[, -1], within[, 1])$residuals^2)
}
second <- fit[[2]]$threshold
third <- setdiff(fit[[3]]$threshold, second)
three <- rss(c(second, third))
found <- c(
  ptm = fit[[3]]$LR, against_two = (rss(second) / three - 1) * n * t,
  against_one = (rss(max(second)) / three - 1) * n * t,
  hansen = (rss(second) / three - 1) * n * (t - 1)
)
print(found)
seen("the third test is of three thresholds against one",
     abs(found[["ptm"]] - found[["against_one"]]) < 1e-8 * found[["ptm"]])
seen("it is many times that of three against two", found[["ptm"]] > 5 * found[["hansen"]])
cat("p of ptm():", fit[[3]]$PValue, "\n")
seen("and its p is nought", fit[[3]]$PValue == 0)
R
