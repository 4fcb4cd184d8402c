# dynamic_panel() against plm::pgmm() with its summary, which makes the tests, in the same process:
# 140 firms and 9 years (EmplUK), 2,000 units and 10 years; two steps, corrected errors. Then
# 100,000 units by itself, with a few hundred instruments.
#
#   Rscript bench/dynamic_panel.R [units of the last, default 100000; 0: not]
library(ccdpanel)
suppressPackageStartupMessages(library(plm)) # pgmm() looks for plm() among what is attached
seconds <- function(call) system.time(call())[[3]]

simulated <- function(units, years, seed = 1) {
  set.seed(seed)
  effect <- rnorm(units)
  y <- x <- matrix(0, units, years + 5)
  y[, 1] <- 2 * effect + rnorm(units)
  x[, 1] <- rnorm(units)
  for (t in 2:(years + 5)) {
    x[, t] <- 0.5 * x[, t - 1] + 0.3 * effect + rnorm(units)
    y[, t] <- 0.5 * y[, t - 1] + 0.4 * x[, t] + effect + rnorm(units)
  }
  data.frame(
    id = rep(seq_len(units), years), year = rep(2000 + seq_len(years), each = units),
    y = as.vector(y[, -(1:5)]), x = as.vector(x[, -(1:5)])
  )
}

against <- function(d, what) {
  times <- 3
  ours <- seconds(function() for (i in seq_len(times)) {
    fit <<- suppressMessages(dynamic_panel(y ~ l(y) + x | id + year, d, gmm = ~ l(y) + x))
  }) / times
  data <- plm::pdata.frame(d, index = c("id", "year"))
  theirs <- seconds(function() {
    peer <<- plm::pgmm(
      y ~ lag(y, 1) + x | lag(y, 2:99) + lag(x, 1:99), data, effect = "twoways", model = "twosteps"
    )
    summed <<- summary(peer)
  })
  cat(sprintf(
    paste0(
      "%s, %d instruments: %.3f s, pgmm %.1f s (%.0f times); coefficients differ by ",
      "%.0e, errors %.0e\n"
    ),
    what, nrow(fit$instruments), ours, theirs, theirs / ours,
    max(abs(coef(fit)[1:2] - peer$coefficients[[2]][1:2])),
    max(abs(sqrt(diag(vcov(fit)))[1:2] - summed$coefficients[1:2, 2]))
  ))
}

data("EmplUK", package = "plm")
against(with(EmplUK, data.frame(
  id = firm, year, y = log(emp), x = log(capital)
)), "140 firms, 7 to 9 years")
against(simulated(2000, 10), "2,000 units, 10 years")

units <- as.integer(c(commandArgs(TRUE), "100000")[1])
if (units > 0) {
  d <- simulated(units, 10)
  d$z <- d$x + rnorm(nrow(d))
  spent <- seconds(function() {
    fit <<- suppressMessages(dynamic_panel(
      y ~ l(y) + x + z | id + year, d, gmm = ~ l(y) + x + z, system = TRUE
    ))
  })
  cat(sprintf(
    "%d units, 10 years, system, %d instruments: %.1f s\n", units, nrow(fit$instruments), spent
  ))
}
