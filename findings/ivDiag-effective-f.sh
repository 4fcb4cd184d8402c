#!/bin/sh
# ivDiag 1.0.6: the effective F with two instruments.
#
# The effective F statistic of Montiel Olea and Pflueger weighs the instruments by their moments
# after controls and constant are taken out. eff_F() takes the moments of the raw instruments
# (within the fixed effects, if there are any). Seen: 4.6 for 18.6, and with 10 added to the one
# instrument or the other, which changes no first stage, 1.3 or 29. Within fixed effects it is 14.3
# for 17.6, by the control. With one instrument it is that of the formula, and with several from
# which constant and control are taken out before.
# (The functions are read from the source: they need lfe and nothing else.)
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(lfe = "3.1.1")
suppressPackageStartupMessages(library(lfe))
peer <- functions_of("ivDiag", "1.0.6")
set.seed(5)
n <- 310
d <- data.frame(region = rep(1:31, each = 10), w = rnorm(n))
d$z1 <- 3 + d$w + rnorm(n)
d$z2 <- d$w + 3 * rnorm(n)
u <- rnorm(n)
d$x <- .05 * d$z1 + .13 * d$z2 + d$w + 1.5 * u + rnorm(n)
d$y <- d$x + d$w + u + rnorm(n)
instruments <- c("z1", "z2")
by_formula <- function(d, names, effects = FALSE) {
  other <- if (effects) model.matrix(~ factor(region) + w, d) else model.matrix(~ w, d)
  out <- function(v) as.matrix(lm.fit(other, as.matrix(v))$residuals)
  z <- out(d[names])
  x <- out(d$x)
  q <- crossprod(z)
  slope <- solve(q, crossprod(z, x))
  v <- solve(q) %*% crossprod(z * c(x - z %*% slope)) %*% solve(q) *
    n / (n - ncol(other) - ncol(z))
  drop(t(slope) %*% q %*% slope) / sum(diag(v %*% q))
}
f_of <- function(d, names = instruments, ...) peer$eff_F(d, "y", "x", names, "w", ...)
shifted <- c(given = f_of(d), "z1 + 10" = f_of(transform(d, z1 = z1 + 10)),
             "z2 + 10" = f_of(transform(d, z2 = z2 + 10)), formula = by_formula(d, instruments))
print(shifted)
print(within <- c(effects = f_of(d, FE = "region"), formula = by_formula(d, instruments, TRUE)))
print(one <- c(one = f_of(d, "z1"), formula = by_formula(d, "z1")))
free <- d
free[instruments] <- lm.fit(model.matrix(~ w, d), as.matrix(d[instruments]))$residuals
cat("controls taken out before:", f_of(free), "\n")
apart <- function(a, b) abs(a / b - 1)
seen("the statistic is a quarter of the formula's", apart(shifted[["given"]], 4.557) < .001 &&
       apart(shifted[["formula"]], 18.557) < .001)
seen("a constant added to an instrument gives 1.3 or 29",
     apart(shifted[["z1 + 10"]], 1.345) < .001 && apart(shifted[["z2 + 10"]], 29.136) < .001)
seen("within effects it is off by a sixth", apart(within[[1]], within[[2]]) > .15)
seen("with one instrument it is the formula's", apart(one[[1]], one[[2]]) < 1e-3)
seen("and with instruments that are orthogonal to the controls",
     apart(f_of(free), shifted[["formula"]]) < 1e-4)
R
