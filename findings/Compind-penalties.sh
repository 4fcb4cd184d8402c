#!/bin/sh
# Compind 3.7: arguments without effect, and means taken from other indicators.
#
# ci_ampi(penalty = "POS"), for indices of poverty and the like, adds the penalty for unbalanced
# indicators by the help. Seen: it gives the numbers of "NEG", which subtracts it (the argument is
# overwritten by the table of penalties): 95.4 for 96.9.
#
# ci_mean_min() standardises each indicator. Seen: the means are recycled down the rows, so that an
# indicator has the mean of another taken off: indices from 87 to 12,820 where they are from 85 to
# 111, and others for other orders of the rows.
#
# ci_smaa_constr(low_w = ) bounds the weights of indicators from below. Seen: weights are divided by
# their sum over the draws, not over the indicators. With the first of three indicators at .9 or
# more of the weight the mean ranks are those without bounds (Kendall's tau .99), where they must be
# nearly the ranks of the first indicator (tau .5 with what is returned).
# (The functions are read from the source, which needs 15 packages: these need smaa or nothing.)
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(smaa = "0.3-4")
peer <- functions_of("Compind", "3.7")
for (name in c("smaa.values", "smaa.ranks")) assign(name, getExportedValue("smaa", name), peer)
set.seed(1)
n <- 31
d <- data.frame(id = 1:n, a = runif(n, 50, 100), b = runif(n), c = runif(n, 1000, 2000))
indicators <- 2:4

ampi <- function(penalty) {
  peer$ci_ampi(d, indicators, colMeans(d[indicators]), rep(2020, n), rep("POS", 3), penalty)
}
z <- as.matrix(ampi("POS")$ci_norm[[1]])
penalty <- rowMeans((z - rowMeans(z))^2) / rowMeans(z)
both <- data.frame(POS = ampi("POS")$ci_ampi_est[[1]], NEG = ampi("NEG")$ci_ampi_est[[1]],
                   plus = rowMeans(z) + penalty, minus = rowMeans(z) - penalty)
print(head(both, 3))
seen("POS and NEG are one, the mean less the penalty",
     identical(both$POS, both$NEG) && max(abs(both$POS - both$minus)) < .001 &&
       max(both$plus - both$POS) > 5)

mean_min <- function(rows) peer$ci_mean_min(d[rows, ], indicators, alpha = .5, beta = .5)[[1]]
scores <- 100 + 10 * scale(d[indicators])
m <- rowMeans(scores)
formula <- m - .5 * (sqrt((m - apply(scores, 1, min))^2 + .5^2) - .5)
given <- mean_min(1:n)
turned <- rev(mean_min(n:1))
print(rbind(formula = range(formula), given = range(given)))
seen("values over 10,000 for an index around 100", max(given) > 1e4 && max(formula) < 120)
seen("the same regions in another order have other indices", max(abs(given - turned)) > 1000)

one <- d
one[indicators] <- lapply(d[indicators], function(v) (v - min(v)) / diff(range(v)))
set.seed(1)
mean_rank <- function(...) {
  peer$ci_smaa_constr(one, indicators, 1000, paste(one$id), ...)$ci_smaa_constr_average_rank[, 1]
}
free <- mean_rank()
bound <- mean_rank(low_w = c(.9, .02, .02))
weights <- replicate(1000, c(.9, .02, .02) + .06 * prop.table(rexp(3)))
by_formula <- rowMeans(apply(-as.matrix(one[indicators]) %*% weights, 2, rank))
print(tau <- c(free = cor(bound, free, method = "kendall"),
               first_indicator = cor(bound, rank(-one$a), method = "kendall"),
               formula_and_first = cor(by_formula, rank(-one$a), method = "kendall")))
seen("with the first indicator at .9 the ranks are those without bounds",
     tau[["free"]] > .95 && tau[["first_indicator"]] < .6 && tau[["formula_and_first"]] > .9)
R
