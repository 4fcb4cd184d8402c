#!/bin/sh
# systemfit 1.1-30 with instruments that differ little, as a stock at two dates does.
#
# Two- and three-stage least squares depend on the instruments only by the space that they span: z
# and z + s e give what z and e give, whatever s is. Seen: systemfit solves the normal equations of
# the instruments as they come, so that at s = 1e-6 the third decimal of the coefficient is wrong and
# at 1e-7 the first, without a warning; a little below it stops. ivreg 0.6-8, which decomposes the
# columns themselves, keeps eight decimals throughout.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(systemfit = "1.1-30", ivreg = "0.6-8")
suppressPackageStartupMessages(library(systemfit))
set.seed(42)
n <- 400
z <- rnorm(n)
e <- rnorm(n)
u <- rnorm(n)
x <- .3 * z + .8 * e + u + rnorm(n)
d <- data.frame(y = x + 2 * u + rnorm(n), x, z, e, w = rnorm(n))
d$v <- d$y / 2 + d$w + rnorm(n)
two_stage <- function(d) {
  coef(systemfit(list(a = y ~ x), "2SLS", inst = ~ z + later, data = d))[["a_x"]]
}
three_stage <- function(d) {
  coef(systemfit(list(a = y ~ x, b = v ~ y + w), "3SLS", inst = ~ z + later + w, data = d))[["a_x"]]
}
peer <- function(d) coef(ivreg::ivreg(y ~ x | z + later, data = d))[["x"]]
quiet <- function(code) tryCatch(code, warning = function(w) stop("a warning: ", w))
apart <- function(s, fit) {
  quiet(fit(transform(d, later = z + s * e))) - fit(transform(d, later = e))
}
steps <- c(1e-2, 1e-4, 1e-6, 1e-7)
off <- data.frame(
  s = steps, systemfit_2sls = vapply(steps, apart, 0, two_stage),
  systemfit_3sls = vapply(steps, apart, 0, three_stage), ivreg = vapply(steps, apart, 0, peer)
)
print(off)
seen("the instruments span the same: ivreg says so", max(abs(off$ivreg)) < 1e-8)
seen("systemfit agrees where they differ much", abs(off$systemfit_2sls[1]) < 1e-9)
seen("the third decimal goes at 1e-6", abs(off$systemfit_2sls[3]) > 1e-4)
seen("the first two go at 1e-7", abs(off$systemfit_2sls[4]) > 1e-2)
seen("3SLS likewise", abs(off$systemfit_3sls[4]) > 1e-2)
R
