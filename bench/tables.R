# Tables of a million rows against the build before: units by times, means by time, descriptives.
library(ccdpanel)
source("tools/before.R")

setup <- quote({
  set.seed(1)
  input <- data.frame(
    unit = rep(seq_len(1e5), each = 10), year = rep(2011:2020, 1e5), x = rexp(1e6), y = rexp(1e6)
  )
  input$g <- rep(1:1000, 1000)
  sheet <- indicator_sheet(data.frame(
    system = c("a", "b"), dimension = "d", indicator = c("x", "y"), direction = "+"
  ))
  index <- suppressMessages(composite_index(input, sheet, panel = c("unit", "year")))
})
numbers <- quote(unlist(as.list(result)[vapply(result, is.numeric, NA)]))
race_before("wide_table(), 1e6", setup, quote(wide_table(index, "a")), numbers, 3, times = 5)
race_before("summary(index), 1e6", setup, quote(summary(index)), numbers, 3, times = 5)
race_before(
  "descriptives(), 1e6 x 3", setup, quote(descriptives(input, c("x", "y", "year"))), numbers, 5
)
race_before(
  "descriptives() by 1,000 groups", setup, quote(descriptives(input, c("x", "y"), by = "g")),
  numbers, 5
)
