# An index of a million rows merged back to its data, either first, against the build before.
library(ccdpanel)
source("tools/before.R")

setup <- quote({
  set.seed(1)
  input <- data.frame(
    unit = rep(seq_len(1e5), each = 10), year = rep(2011:2020, 1e5), x = rexp(1e6), y = rexp(1e6)
  )
  sheet <- indicator_sheet(data.frame(
    system = c("a", "b"), dimension = "d", indicator = c("x", "y"), direction = "+"
  ))
  index <- suppressMessages(composite_index(input, sheet, panel = c("unit", "year")))
  shuffled <- input[sample(1e6), ]
})
# In the order of the keys: the build before sorts them as text.
numbers <- quote(as.list(result[order(result$unit, result$year), c("x", "a")]))
race_before("merge(data, index), 1e6", setup, quote(merge(input, index)), numbers, 20)
race_before("merge(index, data)", setup, quote(merge(index, input)), numbers, 20)
race_before("merge() of shuffled data", setup, quote(merge(shuffled, index)), numbers, 20)
