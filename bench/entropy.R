# Entropy weights of a million rows and twenty indicators: the whole call of a user, checks
# included, against the vectorised formula in plain R on a matrix, in one process.
library(ccdpanel)

plain_entropy_weights <- function(x) {
  low <- apply(x, 2, min)
  z <- sweep(sweep(x, 2, low), 2, apply(x, 2, max) - low, "/")
  p <- sweep(z, 2, colSums(z), "/")
  terms <- p * log(p)
  terms[p == 0] <- 0
  d <- 1 + colSums(terms) / log(nrow(x))
  d / sum(d)
}

set.seed(1)
rows <- 1e6
x <- matrix(rexp(rows * 20), rows)
colnames(x) <- paste0("x", 1:20)
data <- data.frame(unit = rep(seq_len(rows / 10), each = 10), year = rep(2011:2020, rows / 10), x)
sheet <- indicator_sheet(data.frame(
  system = "s", dimension = "d", indicator = colnames(x), direction = "+"
))

seconds <- function(f) min(vapply(1:5, function(i) system.time(f())[["elapsed"]], 0))
with_plain <- function() plain_entropy_weights(x)
with_package <- function() indicator_weights(data, sheet, panel = c("unit", "year"))
stopifnot(all.equal(with_package()$weight, unname(with_plain()), tolerance = 1e-12))
plain <- seconds(with_plain)
ours <- seconds(with_package)
cat(sprintf(
  paste0(
    "entropy weights, 1e6 x 20: plain R %.3f s, ccdpanel %.3f s on %d threads: %.1f times ",
    "faster (aim: 12)\n"
  ),
  plain, ours,
  getOption("ccdpanel.threads", 2L), plain / ours
))
