# system_reg against systemfit: 3SLS of two equations with seven instruments, whole call, same process; then memory.
library(ccdpanel)

made <- function(n) {
  set.seed(1)
  d <- as.data.frame(matrix(stats::rnorm(7 * n), n, dimnames = list(NULL, paste0("z", 1:7))))
  u <- stats::rnorm(n)
  v <- 0.5 * u + stats::rnorm(n)
  r1 <- d$z1 + d$z2 + d$z3 + u
  r2 <- d$z4 + d$z5 + d$z6 + d$z7 + v
  d$y1 <- (r1 + 0.3 * r2) / (1 - 0.3 * 0.5)
  d$y2 <- 0.5 * d$y1 + r2
  d
}
equations <- list(a = y1 ~ y2 + z1 + z2 + z3, b = y2 ~ y1 + z4 + z5 + z6 + z7)
instruments <- ~ z1 + z2 + z3 + z4 + z5 + z6 + z7
mean_seconds <- function(f, rounds) system.time(for (i in seq_len(rounds)) f())[[3]] / rounds

for (n in c(360, 36000, 360000)) {
  d <- made(n)
  ours <- function(...) system_reg(equations, d, instruments, ...)
  theirs <- function() systemfit::systemfit(equations, "3SLS", inst = instruments, data = d, methodResidCov = "noDfCor")
  stopifnot(max(abs(coef(ours()) - coef(theirs()))) < 1e-8)
  rounds <- c(`360` = 200, `36000` = 20, `360000` = 5)[[format(n, scientific = FALSE)]]
  fast <- mean_seconds(ours, rounds)
  slow <- mean_seconds(theirs, max(1, rounds %/% 10))
  again <- mean_seconds(function() ours(iterate = TRUE), rounds)
  cat(sprintf(
    "3SLS, %6d rows: %.2f ms, systemfit %.1f ms: %.0f times as fast (asked: %d); iterated +%.0f%%\n",
    n, 1e3 * fast, 1e3 * slow, slow / fast, c(`360` = 20L, `36000` = 60L, `360000` = 100L)[[format(n, scientific = FALSE)]],
    100 * (again / fast - 1)
  ))
}

# What a call allocates at most beside what is there already, in megabytes.
peak <- function(f) {
  before <- sum(gc(reset = TRUE)[, 2])
  f()
  sum(gc()[, 6]) - before
}
ours_mb <- peak(function() system_reg(equations, d, instruments))
theirs_mb <- peak(function() systemfit::systemfit(equations, "3SLS", inst = instruments, data = d, methodResidCov = "noDfCor"))
cat(sprintf("Memory, %d rows: %.0f MB, systemfit %.0f MB: a share of %.2f (asked: at most 0.20)\n", n, ours_mb, theirs_mb, ours_mb / theirs_mb))
