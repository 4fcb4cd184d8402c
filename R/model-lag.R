# Lags within units, by the time column's own values: a gap in time gives a missing value, never a neighbour's.

panel_lag <- function(x, k, data, panel) {
  if (is.null(panel)) {
    abort("panel", c(
      "{.fn l} and {.fn d} need to know the panel, and {.arg panel} is not given.",
      i = "Add {.code panel = c(\"unit\", \"time\")} to the call."
    ))
  }
  if (length(k) > 1) {
    lags <- vapply(k, function(one) as.double(panel_lag(x, one, data, panel)), numeric(nrow(data)))
    return(`colnames<-`(lags, k))
  }
  check_number(k, "k")
  unit <- match(data[[panel[1]]], unique(data[[panel[1]]]))
  time <- time_index(data[[panel[2]]])
  span <- diff(range(time)) + 2 * abs(k) + 1
  key <- unit * span + time
  x[match(key - k, key)]
}

# Whole numbers (years) count as they are; anything else (quarters as text, dates) by its place among the values seen.
time_index <- function(time) {
  if (is.numeric(time) && all(time == round(time))) return(as.double(time))
  match(time, sort(unique(time)))
}
