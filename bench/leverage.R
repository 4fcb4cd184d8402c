# Covariances that need every row's leverage (HC3), beside fixest's, and how they grow with rows.
library(ccdpanel)
fixest::setFixest_nthreads(2)

made <- function(n, ids, firms) {
  set.seed(1)
  d <- data.frame(id = sample.int(ids, n, TRUE), firm = sample.int(firms, n, TRUE))
  d$x1 <- stats::rnorm(n)
  d$x2 <- stats::rnorm(n)
  d$y <- d$x1 + d$x2 + d$id %% 5 + d$firm %% 3 + stats::rnorm(n)
  d
}

seconds <- function(call) system.time(call())[["elapsed"]]

# fixest's takes a minute and more beyond the smallest.
designs <- list(
  list(1e5, 1e4, 100, peer = TRUE), list(3e5, 3e4, 100, peer = FALSE),
  list(1e6, 1e5, 100, peer = FALSE)
)
for (design in designs) {
  d <- made(design[[1]], design[[2]], design[[3]])
  fit <- suppressMessages(fe_reg(y ~ x1 + x2 | id + firm, d))
  ours <- seconds(function() value <<- stats::vcov(fit, "HC3"))
  cat(sprintf("HC3, %.0e rows; %.0e x %d: %.2f s", design[[1]], design[[2]], design[[3]], ours))
  if (design$peer) {
    peer <- fixest::feols(y ~ x1 + x2 | id + firm, d, notes = FALSE)
    theirs <- seconds(function() other <<- stats::vcov(peer, "HC3"))
    apart <- max(abs(sqrt(diag(value) / diag(other)) - 1))
    cat(sprintf(", feols %.2f s: %.1f times as fast; apart %.0e", theirs, theirs / ours, apart))
  }
  cat("\n")
}
