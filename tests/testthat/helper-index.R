# A panel and a sheet small enough to check on paper, and the formulas of the books in plain R.
toy_panel <- function() {
  data.frame(
    unit = rep(c("a", "b", "c"), each = 2), year = rep(2001:2002, 3),
    zone = rep(c("n", "n", "s"), each = 2),
    x = c(1, 2, 3, 4, 5, 9), y = c(10, 40, 20, 30, 50, 60), v = c(2, 8, 4, 6, 0, 1),
    w = c(5, 3, 4, 1, 2, 6)
  )
}

toy_sheet <- function(...) {
  indicator_sheet(data.frame(
    system = c("one", "one", "two", "two"), dimension = c("d1", "d2", "d3", "d3"),
    indicator = c("x", "y", "v", "w"),
    direction = c("+", "-", "+", "-"), ...
  ))
}

plain_min_max <- function(x, direction) {
  z <- (x - min(x)) / (max(x) - min(x))
  if (direction == "-") 1 - z else z
}

plain_entropy <- function(z) {
  p <- z / sum(z)
  -sum(ifelse(p > 0, p * log(p), 0)) / log(length(z))
}

plain_entropy_weights <- function(data, sheet) {
  d <- vapply(seq_len(nrow(sheet)), function(j) {
    1 - plain_entropy(plain_min_max(data[[sheet$indicator[j]]], sheet$direction[j]))
  }, 0)
  d / ave(d, sheet$system, FUN = sum)
}

state_sheet <- function() {
  indicator_sheet(system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel"))
}

# An index of the states, and data that it is joined to.
states <- function() {
  list(
    index = composite_index(state_capital, state_sheet(), c("state", "year")),
    data = state_capital[c("state", "year", "output")]
  )
}
