# Obstacle degrees of a million rows and ten indicators, the whole call: against the build before,
# and against composite_index() of the same table.
library(ccdpanel)
source("tools/before.R")

setup <- quote({
  set.seed(1)
  rows <- 1e6
  indicators <- paste0("x", 1:10)
  input <- data.frame(
    unit = rep(seq_len(rows / 10), each = 10), year = rep(2011:2020, rows / 10),
    stats::setNames(as.data.frame(matrix(rexp(rows * 10), rows)), indicators)
  )
  sheet <- indicator_sheet(data.frame(
    system = rep(c("a", "b"), each = 5), dimension = rep(c("p", "q", "r", "s", "t"), each = 2),
    indicator = indicators, direction = rep(c("+", "-"), 5)
  ))
})
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
