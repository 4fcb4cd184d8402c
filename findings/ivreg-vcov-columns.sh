#!/bin/sh
# ivreg 0.6-8 with sandwich 3.0-2: errors for panels, and clustered errors adjusted for leverage.
#
# sandwich finds the residuals again as scores over the columns of model.matrix(), which for scores
# of 2SLS are the projected regressors; model.matrix() of ivreg gives those that came (AER's gives the
# projected ones). Seen: vcovPC() is 12 times the variance that its formula gives, with no message,
# and vcovCL(type = "HC3") 400 times. The same fit by AER has both right.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(ivreg = "0.6-8", sandwich = "3.0-2")
library(sandwich)
set.seed(1)
d <- expand.grid(t = 1:12, id = 1:5)
d$x <- rnorm(60) + d$id
d$m <- rnorm(60)
d$y <- d$x + rnorm(60) + d$id
d$z <- d$x + rnorm(60)
fit <- ivreg::ivreg(y ~ m + x | m + z, data = d)
x <- model.matrix(fit, "projected")
u <- residuals(fit)
bread <- solve(crossprod(x))
# Panel-corrected: the units' errors go together within each time.
sigma <- crossprod(sapply(split(u, d$id), c)) / 12
pc <- (bread %*% t(x) %*% kronecker(sigma, diag(12)) %*% x %*% bread)["x", "x"]
# HC3 by clusters: residuals over one less the leverage of the cluster.
meat <- Reduce(`+`, lapply(1:5, function(g) {
  at <- d$id == g
  tcrossprod(t(x[at, ]) %*% solve(diag(12) - x[at, ] %*% bread %*% t(x[at, ]), u[at]))
}))
cl <- (bread %*% meat %*% bread)["x", "x"]
said <- character()
of_pc <- withCallingHandlers(
  vcovPC(fit, cluster = d$id, order.by = d$t)["x", "x"],
  condition = function(x) if (inherits(x, c("message", "warning"))) said <<- conditionMessage(x)
)
of_cl <- suppressWarnings(vcovCL(fit, d$id, type = "HC3")["x", "x"])
print(rbind(vcovPC = c(sandwich = of_pc, formula = pc), vcovCL = c(of_cl, cl)))
seen("vcovPC() more than ten times the variance, without a word", of_pc > 10 * pc && !length(said))
seen("vcovCL(type = \"HC3\") more than a hundred times", of_cl > 100 * cl)
seen(
  "residuals are not scores over the columns of model.matrix()",
  !isTRUE(all.equal(rowMeans(estfun(fit) / model.matrix(fit)), u)) &&
    isTRUE(all.equal(rowMeans(estfun(fit) / x), u))
)
R
