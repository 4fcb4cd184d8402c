# threshold_test() against the package pdR's ptm() on Hansen's (1999) panel of 565 firms and 14
# years, which pdR has (1.9.5): the same single threshold by quantiles, seconds a candidate and a
# draw; then what Hansen published, by his own sums in plain R; size and power of the bootstrap.
library(ccdpanel)
data("invest", package = "pdR")
cells <- array(as.matrix(invest), c(15, 565, 4))
before <- function(k) as.vector(cells[1:14, , k])
d <- data.frame(
  firm = rep(1:565, each = 14), year = rep(1974:1987, 565), i = as.vector(cells[2:15, , 1]),
  q = before(2), cash = before(3), debt = before(4)
)
fit <- fe_reg(
  i ~ cash + q + I(q^2) + I(q^3) + debt + I(q * debt) | firm, d, panel = c("firm", "year"),
  vcov = "HC1"
)
seconds <- function(call) system.time(call())[[3]]

# Seconds: ptm() with 40 quantiles and 2 draws of each test, all values and 300 draws here.
if (!identical(Sys.getenv("CCDPANEL_BENCH_PEERS"), "no")) {
  controls <- with(d, cbind(q, q^2, q^3, debt, q * debt))
  theirs <- seconds(function() {
    utils::capture.output(pdR::ptm(
      as.matrix(d$i), as.matrix(d$cash), controls, as.matrix(d$debt), c(2, 2, 2),
      c(0.05, 0.05, 0.05), 40, 0.95, 14, 565
    ))
  })
  cat(sprintf("ptm(), three thresholds, 40 quantiles, 2 draws: %.1f s\n", theirs))
}
ours <- seconds(function() {
  found <<- threshold_test(fit, ~debt, "cash", n = 3, boot = 300, seed = 1, progress = FALSE)
})
cat(sprintf("threshold_test(), three thresholds, all %d values, 300 draws: %.1f s\n",
  found$settings$candidates, ours
))
print(found)

# Hansen's sums: within-transformed rows less the last time of each firm, quantiles from 1 to 99
# percent of the distinct values in steps of a quarter. He published .0157 and .5362.
within <- function(v) v - ave(v, d$firm)
kept <- d$year < 1987
hansen <- function(at, rows) {
  regime <- findInterval(d$debt, sort(at), left.open = TRUE)
  x <- with(d, cbind(q, q^2, q^3, debt, q * debt, cash * outer(regime, unique(regime), `==`)))
  sum(lm.fit(apply(x, 2, within)[rows, ], within(d$i)[rows])$residuals^2)
}
values <- sort(unique(d$debt))
values <- values[floor(seq(0.01, 0.99, by = 1 / 400) * length(values))]
for (rows in list(kept, rep(TRUE, nrow(d)))) {
  first <- vapply(values, hansen, 0, rows = rows)
  one <- values[which.min(first)]
  second <- vapply(values, function(g) hansen(unique(c(one, g)), rows), 0)
  cat(sprintf(
    "%s: thresholds %.4f and %.4f, F %.2f and %.2f\n",
    if (all(rows)) "All rows" else "Less one time of each firm (Hansen)", one,
    values[which.min(second)], (hansen(numeric(), rows) / min(first) - 1) * 565 * 13,
    (min(first) / min(second) - 1) * 565 * 13
  ))
}

# Shares of p below 5 percent, of 200 panels of 50 units and 10 times, 99 draws each.
rejects <- function(effect) {
  mean(vapply(1:200, function(seed) {
    set.seed(seed)
    s <- data.frame(id = rep(1:50, each = 10), year = rep(1:10, 50), q = rnorm(500))
    s$x <- rnorm(500) + 0.5 * s$q
    s$y <- rnorm(50)[s$id] + s$x * (1 + effect * (s$q > 0)) +
      rnorm(500) * (1 + 0.5 * (s$id %% 2)) + rnorm(50)[s$id] * s$year / 20
    linear <- fe_reg(y ~ x | id, s, panel = c("id", "year"))
    test <- threshold_test(linear, ~q, trim = 0.05, boot = 99, seed = seed, progress = FALSE)
    test$tests$p.value <= 0.05
  }, NA))
}
for (effect in c(0, 0.2, 0.4)) {
  cat(sprintf("effect %.1f: %.3f rejected at 5 percent\n", effect, rejects(effect)))
}
