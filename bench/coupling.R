# Coupling coordination of a million rows and three systems, the whole call of a user, against plain
# R and against the CRAN package coupling (where it is installed; tools/setup.R bench installs it),
# in one process. Results are compared too: within 1e-12 of the peer's, missing scores, zeros and
# equal scores among them. Its rounding is left out: where scores are almost equal its fan is off by
# up to 1e-8 (a difference of squares), and sums below 1e-8 or so count as zero for it.
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
keys <- data.frame(unit = rep(seq_len(rows / 10), each = 10), year = rep(2011:2020, rows / 10))
systems <- names(scores)
seconds <- function(f, times = 7) {
  min(vapply(seq_len(times), function(i) system.time(f())[["elapsed"]], 0))
}
ours <- function(model, weights = NULL, u = scores) {
  suppressMessages(coupling(
    cbind(keys, u), systems, panel = names(keys), model = model, weights = weights
  ))
}

matrix_of_scores <- as.matrix(scores)
stopifnot(all.equal(ours("standard")$D, plain_coupling(matrix_of_scores)$D, tolerance = 1e-13))
data <- cbind(keys, scores)
time_of <- function(model) {
  seconds(function() coupling(data, systems, panel = names(keys), model = model))
}
time_plain <- seconds(function() plain_coupling(matrix_of_scores), 2)
time_ours <- time_of("standard")
cat(sprintf(
  "coupling, 1e6 x 3, standard: plain R %.3f s, ccdpanel %.3f s: %.1f times faster\n", time_plain,
  time_ours, time_plain / time_ours
))

gaps <- scores
gaps$a[1:1000] <- NA
gaps[1001:1010, ] <- 0
gaps$b[1011:1020] <- 0
gaps[1021:1030, ] <- 1

compare_with_peer <- function(model) {
  for (weights in list(NULL, c(.5, .3, .2))) {
    own <- ours(model, weights, gaps)
    peer <- coupling::ccd(gaps, weight = weights, method = model, threads = 2)
    stopifnot(
      identical(is.na(own$D), is.na(peer$D)), sum(is.na(own$D)) == 1000,
      max(abs(own$C - peer$C), na.rm = TRUE) < 1e-12, max(abs(own$D - peer$D), na.rm = TRUE) < 1e-12
    )
  }
  time_ours <- time_of(model)
  time_peer <- seconds(function() coupling::ccd(scores, method = model, threads = 2))
  cat(sprintf(
    paste0(
      "coupling, 1e6 x 3, %s: package coupling %.3f s, ccdpanel %.3f s, both on 2 threads: %.1f ",
      "times faster (aim: 2)\n"
    ),
    model, time_peer, time_ours, time_peer / time_ours
  ))
}

if (requireNamespace("coupling", quietly = TRUE)) {
  for (model in c("standard", "wang", "fan")) compare_with_peer(model)
} else {
  cat("The CRAN package coupling is not installed: not compared with it.\n")
}
