#!/bin/sh
# fixest 0.14.2 with bit64 4.0.5: a response of class integer64.
#
# Readers of data bases and of large files make such columns by themselves. Seen: feols() takes the
# bits of the integers for doubles and returns coefficients of about 1e-323, with no message; the
# same column as a regressor is an error. The same numbers by as.numeric() give the fit.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(fixest = "0.14.2", bit64 = "4.0.5")
suppressPackageStartupMessages({
  library(fixest)
  library(bit64)
})
set.seed(1)
d <- data.frame(x = 1:20, plain = 2 * (1:20) + rpois(20, 3))
d$y <- as.integer64(d$plain)
said <- character()
fit <- withCallingHandlers(
  feols(y ~ x, d),
  condition = function(x) if (inherits(x, c("message", "warning"))) said <<- conditionMessage(x)
)
print(rbind(integer64 = coef(fit), numeric = coef(feols(plain ~ x, d))))
seen("coefficients below 1e-320, without a word", all(abs(coef(fit)) < 1e-320) && !length(said))
d$z <- as.integer64(d$x)
refused <- try(feols(plain ~ z, d), silent = TRUE)
seen("as a regressor it is an error", inherits(refused, "try-error"))
R
