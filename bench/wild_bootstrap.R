# wild_bootstrap against sandwich::vcovBS(type = "wild") on Produc (816 rows, two effects, clustered
# by state): seconds a draw, whole call against whole call, same process. vcovBS draws and fits
# again, without the null; it has no faster form.
library(ccdpanel)
data("Produc", package = "plm")
fit <- fe_reg(
  log(gsp) ~ log(pcap) + log(pc) + log(emp) + unemp | state + year, Produc, vcov = ~state
)
full <- lm(log(gsp) ~ log(pcap) + log(pc) + log(emp) + unemp + state + factor(year), Produc)

seconds <- function(call) system.time(call())[[3]]
ours <- function() wild_bootstrap(fit, "log(pcap)", draws = 9999)
free <- function() wild_bootstrap(fit, "log(pcap)", draws = 9999, impose_null = FALSE)
theirs <- function() sandwich::vcovBS(full, cluster = ~state, type = "wild", R = 200)

ours()
a <- min(replicate(5, seconds(ours))) / 9999
f <- min(replicate(5, seconds(free))) / 9999
b <- min(replicate(3, seconds(theirs))) / 200
cat(sprintf("vcovBS: %.1f microseconds a draw\n", 1e6 * b))
cat(sprintf(
  paste0(
    "wild_bootstrap, null imposed, with confidence set: %.2f microseconds a draw, %.0f times as ",
    "fast (asked: 100)\n"
  ),
  1e6 * a, b / a
))
cat(sprintf(
  "wild_bootstrap, null not imposed as vcovBS: %.2f microseconds a draw, %.0f times as fast\n",
  1e6 * f, b / f
))

