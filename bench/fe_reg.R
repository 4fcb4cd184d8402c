# fe_reg against fixest::feols on Produc (816 rows, two effects), whole call against whole call,
# same process.
library(ccdpanel)
data("Produc", package = "plm")
f <- log(gsp) ~ log(pcap) + log(pc) + log(emp) + unemp | state + year

# Mean seconds a call; the two in turn, so that a drift of the machine's speed hits both.
race <- function(ours, theirs, rounds = 300) {
  times <- matrix(NA_real_, rounds, 2)
  for (i in seq_len(rounds)) {
    times[i, 1] <- system.time(ours())[[3]]
    times[i, 2] <- system.time(theirs())[[3]]
  }
  colMeans(times)
}

for (vcov in list("iid", ~state)) {
  ours <- function() fe_reg(f, Produc, vcov = vcov)
  theirs <- function() fixest::feols(f, Produc, vcov = vcov, notes = FALSE)
  stopifnot(max(abs(coef(ours()) - coef(theirs()))) < 1e-9)
  seconds <- race(ours, theirs)
  cat(sprintf(
    "fe_reg, Produc, vcov %-6s: %.2f ms, feols %.2f ms: %.1f times as fast (asked: 2)\n",
    deparse(vcov), 1e3 * seconds[1], 1e3 * seconds[2], seconds[2] / seconds[1]
  ))
}
