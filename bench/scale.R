# How time grows with rows, for the whole way: raw indicators and a sheet to an index, its coupling,
# its obstacles, joined to the data, and a model with two effects and clustered errors.
#
#   Rscript bench/scale.R [rows ...]   (default: 1e4 1e5 1e6 1e7; the last needs 12 GiB)
#
# The slope is that of log time on log rows from one size to the next: 1 is linear, and n log n is
# 1.11, 1.08 and 1.07 here. Below a hundred thousand rows what a call costs at all hides it.
library(ccdpanel)

panel <- c("unit", "year")

made_data <- function(rows) {
  set.seed(1)
  data <- data.frame(unit = rep(seq_len(rows / 10), each = 10), year = rep(2011:2020, rows / 10))
  for (name in paste0("x", 1:6)) data[[name]] <- rexp(rows)
  data$policy <- rnorm(rows)
  data
}
sheet <- indicator_sheet(data.frame(
  system = rep(c("a", "b"), each = 3), dimension = "d", indicator = paste0("x", 1:6),
  direction = "+"
))

steps <- function(data) {
  seconds <- c()
  step <- function(name, value) {
    seconds[[name]] <<- system.time(force(value))[["elapsed"]]
    value
  }
  index <- step("composite_index", composite_index(data, sheet, panel))
  coupled <- step("coupling", coupling(index))
  step("summary", summary(coupled))
  step("wide_table", wide_table(coupled, "D"))
  joined <- step("merge", merge(data, coupled))
  step("fe_reg", fe_reg(D ~ policy | unit + year, joined, vcov = ~unit))
  c(unlist(seconds), whole = sum(unlist(seconds)))
}

asked <- as.double(commandArgs(trailingOnly = TRUE))
sizes <- if (length(asked)) asked else 10^(4:7)
invisible(steps(made_data(1e3)))  # what is loaded and compiled at the first call
times <- vapply(sizes, function(rows) {
  data <- made_data(rows)
  runs <- if (rows > 1e6) 1 else 3
  out <- do.call(pmin, lapply(seq_len(runs), function(i) suppressMessages(steps(data))))
  invisible(gc())
  out
}, steps(made_data(1e3)))
slopes <- apply(log(times), 1, diff) / diff(log(sizes))
colnames(times) <- format(sizes, scientific = TRUE)
cat("Seconds by rows, and the slope from each size to the next\n")
slopes <- matrix(slopes, ncol = nrow(times))
print(cbind(signif(times, 3), slope = apply(slopes, 2, function(s) {
  paste(formatC(s, format = "f", digits = 2), collapse = " ")
})), quote = FALSE, right = TRUE)
