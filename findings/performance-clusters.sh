#!/bin/sh
# performance 0.19.0 with fixest 0.14.2: variance inflation factors change with the fit's standard
# errors.
#
# check_collinearity() takes correlations of coefficients out of the covariance that the fit carries.
# Under iid errors these are correlations of the regressors; under clusters they are not, and the
# factor of a regressor that is independent of all others, 1 by definition, is anything. Nothing
# says so. Seen: of three regressors, two correlated at .9 and one independent, whose values and
# errors go together within clusters.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(insight = "1.7.0", fixest = "0.14.2", performance = "0.19.0")
suppressPackageStartupMessages({
  library(fixest)
  library(performance)
})
setFixest_nthreads(1)
set.seed(1)
n <- 400
d <- data.frame(id = rep(1:40, each = 10), g = rep(1:8, each = 50))
common <- rnorm(8)
d$a <- rnorm(n)
d$b <- .9 * d$a + sqrt(1 - .81) * rnorm(n)
d$c <- rnorm(n)
d$y <- d$a + d$b + d$c + common[d$g] * (d$a + d$c) + rnorm(n)
inflation <- function(vcov) {
  fit <- feols(y ~ a + b + c | id, d, vcov = vcov)
  v <- suppressMessages(check_collinearity(fit))
  setNames(v$VIF, v$Term)
}
by_definition <- sapply(c("a", "b", "c"), function(x) {
  others <- setdiff(c("a", "b", "c"), x)
  rest <- feols(reformulate(paste(paste(others, collapse = " + "), "| id"), x), d)
  1 / (1 - fixest::r2(rest, "wr2")[[1]])
})
found <- rbind(definition = by_definition, iid = inflation("iid"), clusters = inflation(~g))
print(found, digits = 4)
seen("under iid errors they are those of the definition",
     all(abs(found["iid", ] / by_definition - 1) < .01))
seen("that of the independent regressor is 1 by definition", by_definition[["c"]] < 1.02)
seen("under clusters it is above 30", found["clusters", "c"] > 30)
R
