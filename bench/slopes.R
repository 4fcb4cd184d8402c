# fe_reg against fixest::feols with slopes by level: whole call against whole call, same process,
# two threads.
#
#   Rscript bench/slopes.R [design ...] (default: all but hard_wide, which takes feols minutes;
#   names below)
#
# Seconds are the least of a few calls, the two packages in turn. "apart" is the largest distance
# between the two coefficients.
library(ccdpanel)
fixest::setFixest_nthreads(2)

with_outcome <- function(d) {
  n <- nrow(d)
  d$z <- stats::rnorm(n)
  d$x1 <- stats::rnorm(n) + d$z * (d$id %% 7) / 7
  d$x2 <- stats::rnorm(n)
  d$y <- d$x1 + d$x2 + d$z * (d$id %% 11) / 11 + d$firm %% 5 + stats::rnorm(n)
  d
}

balanced <- function(n, periods) {
  with_outcome(data.frame(
    id = rep(seq_len(n / periods), each = periods), firm = rep(seq_len(periods), n / periods)
  ))
}
easy <- function(n, ids, firms) {
  with_outcome(data.frame(id = sample.int(ids, n, TRUE), firm = sample.int(firms, n, TRUE)))
}
low_mobility <- function(n, ids, firms) {
  id <- (seq_len(n) - 1L) %% ids + 1L
  with_outcome(data.frame(id = id, firm = as.integer(pmin(pmax(round(
    id / ids * firms + stats::rnorm(n, 0, 1.2)
  ), 1), firms))))
}

designs <- list(
  one = list("one effect, 5e4[z]", y ~ x1 + x2 | id[z], function() balanced(1e6, 20), 4),
  trends = list(
    "5e4[t] + 20 years", y ~ x1 + x2 | id[firm] + firm, function() balanced(1e6, 20), 4
  ),
  easy = list("1e5[z] + 1e3", y ~ x1 + x2 | id[z] + firm, function() easy(1e6, 1e5, 1e3), 4),
  hard = list(
    "hard 3e4[z] + 3e3", y ~ x1 + x2 | id[z] + firm, function() low_mobility(1e6, 3e4L, 3e3L), 1
  ),
  hard_wide = list(
    "hard 1e5[z] + 1e4", y ~ x1 + x2 | id[z] + firm, function() low_mobility(1e6, 1e5L, 1e4L), 1
  )
)

race_design <- function(name) {
  set.seed(20)
  design <- designs[[name]]
  d <- design[[3]]()
  seconds <- matrix(0, 2, design[[4]])
  for (i in seq_len(design[[4]])) {
    seconds[1, i] <- system.time(ours <- suppressMessages(fe_reg(design[[2]], d)))[["elapsed"]]
    seconds[2, i] <- system.time(
      theirs <- fixest::feols(design[[2]], d, notes = FALSE, warn = FALSE)
    )[["elapsed"]]
  }
  least <- apply(seconds, 1, min)
  apart <- max(abs(stats::coef(ours) - stats::coef(theirs)[names(stats::coef(ours))]))
  cat(sprintf(
    "%-20s fe_reg %7.3f s, feols %7.3f s: %6.1f times as fast; apart %.0e, ours certified %.0e\n",
    design[[1]], least[1], least[2], least[2] / least[1], apart, ours$certificate
  ))
}

asked <- commandArgs(trailingOnly = TRUE)
for (name in if (length(asked)) asked else setdiff(names(designs), "hard_wide")) race_design(name)
