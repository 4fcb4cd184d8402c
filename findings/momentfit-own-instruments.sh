#!/bin/sh
# momentfit 1.0: a system of equations with instruments of its own for each equation, under "iid".
#
# The estimator is the full-information one whose weights are the inverse of S[ij] Z[i]'Z[j] / n,
# with S the covariance of the errors. Seen: J is negative (-2.53, p = 1; by formula .45), and the
# standard errors of the second equation are half of those by formula, without a warning. The object
# of weights keeps the Cholesky root of S, and where the instruments differ the root is used as if
# it were S. Where they are the same and are given as two equal formulas, the estimates are others
# than with one formula for both (.32 for .48). The errors by vcov(sandwich = TRUE) of the same fit
# are right.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(momentfit = "1.0")
suppressPackageStartupMessages(library(momentfit))
set.seed(1)
n <- 200
d <- data.frame(z1 = rnorm(n), z2 = rnorm(n), z3 = rnorm(n), w = rnorm(n))
u <- rnorm(n)
v <- 3 * (.6 * u + rnorm(n))
d$x <- d$z1 + .5 * d$z2 + .3 * d$z3 + u + rnorm(n)
d$y1 <- 1 + d$x + .5 * d$w + u
d$y2 <- 2 - d$x + .3 * d$w + v

by_formula <- function(equations, instruments, root = FALSE) {
  x <- lapply(equations, model.matrix, d)
  z <- lapply(instruments, model.matrix, d)
  y <- lapply(equations, function(f) model.response(model.frame(f, d)))
  stage <- function(x, z, y) lm.fit(qr.fitted(qr(z), x), y)$coefficients
  e <- mapply(function(x, z, y) y - x %*% stage(x, z, y), x, z, y)
  s <- crossprod(e) / n
  if (root) {
    s <- chol(s)
    s[2, 1] <- s[1, 2]
  }
  of <- rep(1:2, sapply(z, ncol))
  weights <- solve(crossprod(cbind(z[[1]], z[[2]])) / n * s[of, of])
  zx <- as.matrix(Matrix::bdiag(Map(crossprod, z, x))) / n
  zy <- unlist(Map(crossprod, z, y)) / n
  bread <- solve(t(zx) %*% weights %*% zx)
  b <- drop(bread %*% t(zx) %*% weights %*% zy)
  m <- zy - zx %*% b
  list(b = b, se = sqrt(diag(bread) / n), j = n * drop(t(m) %*% weights %*% m))
}
fit_of <- function(equations, instruments, vcov = "iid") {
  gmmFit(sysMomentModel(equations, instruments, vcov = vcov, data = d), initW = "tsls")
}
errors <- function(fit, ...) suppressWarnings(sqrt(diag(vcov(fit, ...))))
j_of <- function(fit) specTest(fit)@test[[1]]

equations <- list(a = y1 ~ x + w, b = y2 ~ x + w)
own <- list(~ z1 + z2 + z3 + w, ~ z1 + z2 + w)
fit <- fit_of(equations, own)
formula <- by_formula(equations, own)
print(rbind(estimate = unlist(coef(fit)), formula = formula$b))
print(rbind(error = errors(fit), sandwich = errors(fit, sandwich = TRUE), formula = formula$se))
cat("J", j_of(fit), "- by formula", formula$j, "- MDS", j_of(fit_of(equations, own, "MDS")), "\n")
seen("J is negative", j_of(fit) < -2 && formula$j > 0)
root <- by_formula(equations, own, root = TRUE)
seen("errors are those of the formula with the root of the covariance in its place",
     all(abs(errors(fit) / root$se - 1) < .001))
seen("errors of the second equation are half of the formula's",
     all(abs(errors(fit)[4:6] / formula$se[4:6] - .485) < .02))
seen("by the sandwich they are the formula's",
     all(abs(errors(fit, sandwich = TRUE) / formula$se - 1) < .01))

equations$b <- y2 ~ x
same <- ~ z1 + z2 + z3 + w
one <- fit_of(equations, same)
two <- fit_of(equations, list(same, same))
formula <- by_formula(equations, list(same, same))
print(rbind(one_formula = unlist(coef(one)), two_formulas = unlist(coef(two)), formula = formula$b))
print(rbind(one_formula = errors(one), two_formulas = errors(two), formula = formula$se))
seen("the same instruments given once: the formula's estimates",
     max(abs(unlist(coef(one)) - formula$b)) < 1e-6)
seen("given twice: a coefficient of .32 in the place of .48, and its error is not a number",
     abs(coef(two)[[1]][["w"]] - .321) < .001 && is.nan(errors(two)[[3]]))
R
