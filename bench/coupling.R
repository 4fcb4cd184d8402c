# Coupling coordination of a million rows and three systems, the whole call of a user, against plain R and against the CRAN package coupling
# (where it is installed), in one process.
library(ccdpanel)

plain_coupling <- function(u) {
  C <- ncol(u) * apply(u, 1, prod)^(1 / ncol(u)) / rowSums(u)
  T <- rowMeans(u)
  D <- sqrt(C * T)
  data.frame(C, T, D, level = findInterval(D, seq(.1, .9, .1), left.open = TRUE) + 1L)
}

set.seed(1)
rows <- 1e6
scores <- data.frame(a = runif(rows), b = runif(rows), c = runif(rows))
data <- cbind(unit = rep(seq_len(rows / 10), each = 10), year = rep(2011:2020, rows / 10), scores)
seconds <- function(f) min(vapply(1:5, function(i) system.time(f())[["elapsed"]], 0))
ours <- function(model = "standard") coupling(data, c("a", "b", "c"), panel = c("unit", "year"), model = model)
matrix_of_scores <- as.matrix(scores)
stopifnot(all.equal(ours()$D, plain_coupling(matrix_of_scores)$D, tolerance = 1e-13))

time_ours <- seconds(ours)
time_plain <- min(vapply(1:2, function(i) system.time(plain_coupling(matrix_of_scores))[["elapsed"]], 0))
cat(sprintf("coupling, 1e6 x 3, standard: plain R %.3f s, ccdpanel %.3f s: %.1f times faster\n", time_plain, time_ours, time_plain / time_ours))
if (requireNamespace("coupling", quietly = TRUE)) {
  for (model in c("standard", "wang", "fan")) {
    peer <- function() coupling::ccd(scores, method = model, threads = 2)
    stopifnot(all.equal(ours(model)$D, peer()$D, tolerance = 1e-12))
    time_ours <- seconds(function() ours(model))
    time_peer <- seconds(peer)
    cat(sprintf("coupling, 1e6 x 3, %s: package coupling %.3f s, ccdpanel %.3f s, both on 2 threads: %.1f times faster (aim: 2)\n", model, time_peer, time_ours, time_peer / time_ours))
  }
} else {
  cat("The CRAN package coupling is not installed: not compared with it.\n")
}
