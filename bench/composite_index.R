# Composite indices of a million rows and ten indicators, the whole call: against the build before,
# and against COINr's weighted mean of the same normalised table, where it is installed.
library(ccdpanel)
source("tools/before.R")

setup <- million_rows("+")
made <- race_before(
  "composite_index(), 1e6 x 10", setup,
  quote(composite_index(input, sheet, panel = c("unit", "year"))),
  quote(list(result$a, result$b)), 5, times = 5
)
if (requireNamespace("COINr", quietly = TRUE)) {
  eval(setup)
  z <- as.data.frame(lapply(input[indicators], function(x) (x - min(x)) / diff(range(x))))
  weight <- weights(composite_index(input, sheet, panel = c("unit", "year")))$weight
  theirs <- min(vapply(1:3, function(i) {
    system.time(lapply(list(1:5, 6:10), function(j) {
      COINr::Aggregate(z[j], f_ag = "a_amean", f_ag_para = list(w = weight[j]))
    }))[["elapsed"]]
  }, 0))
  cat(sprintf(
    paste0(
      "COINr::Aggregate() of the table normalised and weighted before: %.3f s: ",
      "%.1f times (aim: 15)\n"
    ),
    theirs, theirs / made$now$seconds
  ))
}
