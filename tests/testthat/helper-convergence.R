# A panel that converges.

# Log values that close a share of their gap each year at a known speed.
closing <- function(units = 60, years = 15, beta = 0.05, seed = 1, noise = 0.02) {
  set.seed(seed)
  end <- 2 + rnorm(units, 0, 0.05)
  y <- matrix(NA, units, years)
  y[, 1] <- rnorm(units, 1, 0.5)
  for (t in 2:years) {
    y[, t] <- y[, t - 1] + (1 - exp(-beta)) * (2 - y[, t - 1]) + rnorm(units, 0, noise)
  }
  data.frame(
    unit = rep(sprintf("u%02d", seq_len(units)), years), year = rep(seq_len(years), each = units),
    y = exp(as.vector(y)), size = rep(runif(units), years),
    half = rep(rep(c("a", "b"), length.out = units), years)
  )
}
