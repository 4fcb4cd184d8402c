#!/bin/sh
# COINr 1.1.14: weights of get_PCA() in Aggregate() give scores far outside the indicators' range.
#
# The weights are the loadings of the first component as prcomp() returns them: of arbitrary sign,
# of both signs within a group, and not summing to one. The weighted mean divides by their sum, and
# where that is near zero the "mean" explodes. Seen, on the example that the package ships, with all
# indicators brought to 0-100: scores of one group from -2685 to 382, no warning. By definition an
# average of values in [0, 100] lies in [0, 100].
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(COINr = "1.1.14")
suppressPackageStartupMessages(library(COINr))
coin <- build_example_coin(quietly = TRUE, up_to = "new_coin")
coin <- qNormalise(coin, dset = "Raw", f_n = "n_minmax", f_n_para = list(l_u = c(0, 100)))
coin <- suppressWarnings(get_PCA(coin, dset = "Normalised", Level = 1, weights_to = "pca",
                                 out2 = "coin"))
warned <- FALSE
coin <- withCallingHandlers(
  Aggregate(coin, dset = "Normalised", f_ag = "a_amean", w = "pca"),
  warning = function(w) warned <<- TRUE
)
weights <- coin$Meta$Weights$pca
group <- coin$Meta$Ind$iCode[coin$Meta$Ind$Parent %in% "SusEcFin"]
print(round(setNames(weights$Weight[match(group, weights$iCode)], group), 3))
sums <- sum(weights$Weight[match(group, weights$iCode)])
scores <- get_dset(coin, "Aggregated")$SusEcFin
cat("sum of the weights", sums, "- scores from", min(scores), "to", max(scores), "\n")
seen("weights of both signs", any(weights$Weight[weights$Level == 1] < 0))
seen("a mean of values in 0-100 is below -2000 and above 300, without a warning",
     min(scores) < -2000 && max(scores) > 300 && !warned)
R
