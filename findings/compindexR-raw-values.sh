#!/bin/sh
# compindexR 0.1.4: weights of scaled indicators, applied to the raw ones.
#
# calc_compindex() scales the indicators (min-max or standardisation), optimises their weights, and
# returns a composite index with ranks. Seen: the index is the weighted sum of the values that were
# given. With income in yuan beside years of schooling its order is that of income; in 10,000 yuan
# it is another (Kendall's tau .39) though the scaled indicators and all weights are the same.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(compindexR = "0.1.4")
suppressPackageStartupMessages(library(compindexR))
set.seed(2)
n <- 31
level <- rnorm(n)
d <- data.frame(income = exp(10.5 + .4 * (.7 * level + rnorm(n))),
                schooling = 9 + .5 * level + rnorm(n),
                green = 40 + 5 * (.4 * level + rnorm(n)),
                beds = 6 + .3 * level + rnorm(n))
index_of <- function(d) calc_compindex(d, si_diff = .2)
yuan <- index_of(d)
ten_thousand <- index_of(transform(d, income = income / 1e4))
weights <- yuan$weights_all$w0[[1]]
seen("weights are the same in both units",
     max(abs(weights - ten_thousand$weights_all$w0[[1]])) < 1e-8 && all(weights > .1))
scaled <- as.matrix(yuan$x_all$x0) %*% weights
print(head(data.frame(yuan = yuan$ci$ranks, ten_thousand = ten_thousand$ci$ranks,
                      income = rank(-d$income), scaled = rank(-scaled))))
tau <- function(a, b) cor(a, b, method = "kendall")
seen("in yuan the ranks are those of income", all(yuan$ci$ranks == rank(-d$income)))
seen("in 10,000 yuan they are others", tau(yuan$ci$ranks, ten_thousand$ci$ranks) < .4)
seen("neither are those of the scaled indicators by these weights",
     tau(yuan$ci$ranks, rank(-scaled)) < .6 && tau(ten_thousand$ci$ranks, rank(-scaled)) < .8)
R
