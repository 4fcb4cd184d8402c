# Obstacle degrees of a million rows and ten indicators, the whole call: against the build before,
# and against composite_index() of the same table.
library(ccdpanel)
source("tools/before.R")

setup <- million_rows(rep(c("+", "-"), 5))
made <- race_before(
  "obstacle_degree(), 1e6 x 10", setup,
  quote(obstacle_degree(input, sheet, panel = c("unit", "year"))),
  quote(list(result$obstacle[1:1e5], result$rank[1:1e5])), 100, times = c(1, 4)
)
eval(setup)
index <- min(vapply(1:5, function(i) {
  system.time(composite_index(input, sheet, panel = c("unit", "year")))[["elapsed"]]
}, 0))
cat(sprintf(
  "composite_index() of the same: %.3f s, obstacle_degree() takes %.1f times that (aim: 3)\n",
  index, made$now$seconds / index
))
