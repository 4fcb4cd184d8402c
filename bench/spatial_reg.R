# spatial_reg() against splm's spml() in the same process: provinces over twelve years, and a
# thousand units over twenty. Seconds are the least of a few calls, whole call against whole call;
# "off" is the largest relative distance of a slope.
#
#   Rscript bench/spatial_reg.R
library(ccdpanel)

made <- function(n, times) {
  set.seed(1)
  apart <- as.matrix(stats::dist(matrix(stats::runif(2 * n), n)))
  near <- t(apply(apart, 1, function(d) (rank(d) <= 6) * (d > 0)))
  w <- pmax(near, t(near))
  names <- sprintf("u%04d", seq_len(n))
  dimnames(w) <- list(names, names)
  w <- w / rowSums(w)
  d <- expand.grid(id = names, year = 2000 + seq_len(times), stringsAsFactors = FALSE)
  for (x in c("x1", "x2", "x3")) d[[x]] <- stats::rnorm(nrow(d))
  e <- matrix(d$x1 - d$x2 + stats::rnorm(nrow(d)), n)
  d$y <- as.vector(solve(diag(n) - 0.4 * w, e))
  list(data = d, w = w)
}

least <- function(call, times) {
  min(vapply(seq_len(times), function(i) system.time(call())[[3]], 0))
}

for (size in list(c(31, 12), c(1000, 20))) {
  m <- made(size[1], size[2])
  w <- spatial_weights(m$w)
  listw <- spdep::mat2listw(m$w, style = "W")
  for (model in c("lag", "error")) {
    ours <- least(function() {
      fit <<- spatial_reg(
        y ~ x1 + x2 + x3 | id, m$data, w, model, panel = c("id", "year"), likelihood = "direct"
      )
    }, 3)
    theirs <- least(function() {
      peer <<- splm::spml(
        y ~ x1 + x2 + x3, m$data, index = c("id", "year"), listw = listw, model = "within",
        effect = "individual", lag = model == "lag",
        spatial.error = if (model == "lag") "none" else "b"
      )
    }, if (size[1] > 100) 1 else 3)
    slopes <- c("x1", "x2", "x3")
    cat(sprintf(
      "%4d x %2d %-5s spatial_reg %6.3f s, spml %6.3f s, ratio %.1f, off %.0e\n", size[1], size[2],
      model, ours, theirs, theirs / ours, max(abs(coef(peer)[slopes] / coef(fit)[slopes] - 1))
    ))
  }
}
