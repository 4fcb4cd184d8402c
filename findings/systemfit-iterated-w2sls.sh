#!/bin/sh
# systemfit 1.1-30: weighted two-stage least squares, iterated, with a restriction across equations.
#
# With a restriction the coefficients depend on the weights of the equations, and iteration goes on
# until both fit each other (?systemfit: iterated methods by maxiter larger than 1). Seen: WLS takes
# ten steps and ends where one more step changes nothing; W2SLS takes one whatever maxiter is, and
# one more step by hand changes the coefficients and the standard errors. There is no message.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(systemfit = "1.1-30")
suppressPackageStartupMessages(library(systemfit))
set.seed(3)
n <- 60
z <- cbind(1, rnorm(n), rnorm(n), rexp(n), rnorm(n))
u <- matrix(rnorm(2 * n), n) %*% chol(matrix(c(1, .5, .5, 2), 2))
y <- (cbind(1 + z[, 2] + .5 * z[, 3], z[, 4] + .5 * z[, 5] - 1) + u) %*%
  solve(matrix(c(1, -.4, -.3, 1), 2))
d <- data.frame(y1 = y[, 1], y2 = y[, 2], x1 = z[, 2], x2 = z[, 3], x3 = z[, 4], x4 = z[, 5])
fit <- function(method, ...) {
  systemfit(list(a = y1 ~ y2 + x1 + x2, b = y2 ~ y1 + x3), method,
    data = d, restrict.matrix = "a_y2 - b_y1 = 0", methodResidCov = "noDfCor",
    maxiter = 500, tol = 1e-14, ...
  )
}
x <- list(cbind(1, d$y2, d$x1, d$x2), cbind(1, d$y1, d$x3))
left <- list(d$y1, d$y2)
# Both coefficients of the other dependent variable are one.
joined <- matrix(0, 7, 6)
joined[cbind(1:7, c(1:5, 2, 6))] <- 1
# One more step from coefficients b; p projects on the instruments.
step <- function(b, p) {
  part <- list(b[1:4], b[5:7])
  s <- mapply(function(x, y, b) mean((y - x %*% b)^2), x, left, part)
  q <- matrix(0, 7, 7)
  q[1:4, 1:4] <- t(x[[1]]) %*% p %*% x[[1]] / s[1]
  q[5:7, 5:7] <- t(x[[2]]) %*% p %*% x[[2]] / s[2]
  v <- c(t(x[[1]]) %*% p %*% left[[1]] / s[1], t(x[[2]]) %*% p %*% left[[2]] / s[2])
  inverse <- joined %*% solve(t(joined) %*% q %*% joined) %*% t(joined)
  list(b = c(inverse %*% v), se = sqrt(diag(inverse)))
}
moved <- function(fit, p) {
  next_one <- step(coef(fit), p)
  c(
    steps = fit$iter, coefficient = max(abs(next_one$b - coef(fit))),
    error = max(abs(next_one$se / sqrt(diag(vcov(fit))) - 1))
  )
}
project <- z %*% solve(crossprod(z), t(z))
said <- character()
found <- withCallingHandlers(
  rbind(
    WLS = moved(fit("WLS"), diag(n)),
    W2SLS = moved(fit("W2SLS", inst = ~ x1 + x2 + x3 + x4), project)
  ),
  condition = function(x) if (inherits(x, c("message", "warning"))) said <<- conditionMessage(x)
)
print(found)
seen("WLS goes on to where nothing moves", found["WLS", 1] > 2 && all(found["WLS", -1] < 1e-9))
seen("W2SLS takes one step", found["W2SLS", 1] == 1 && !length(said))
seen("from which the next moves on", found["W2SLS", 2] > 1e-7 && found["W2SLS", 3] > 1e-4)
R
