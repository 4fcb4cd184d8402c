#!/bin/sh
# plm 2.6-7: phtest() counts slopes in which fixed and random effects cannot differ.
#
# Dummies of time in a balanced panel have one mean in all units: the two estimators agree in them,
# and the difference of the covariances is rounding there. Seen: of Grunfeld's investment with
# dummies of 20 years the test has 21 degrees of freedom and p .999; of the two regressors that the
# units' means tell apart, by the auxiliary regression of Mundlak, p is .037. In panels simulated
# with random effects, so that 5% of them should be rejected, none or hardly one is.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(plm = "2.6-7")
suppressPackageStartupMessages(library(plm))
data(Grunfeld, package = "plm")
fixed <- plm(inv ~ value + capital + factor(year), Grunfeld)
random <- update(fixed, model = "random")
test <- suppressWarnings(phtest(fixed, random))
cat("Grunfeld: df", test$parameter, "chisq", test$statistic, "p", test$p.value, "\n")
# The same test in the two regressors: the form of their rows alone.
at <- c("value", "capital")
gap <- coef(fixed)[at] - coef(random)[at]
form <- drop(gap %*% solve(vcov(fixed)[at, at] - vcov(random)[at, at], gap))
right <- pchisq(form, 2, lower.tail = FALSE)
cat("of two regressors: chisq", form, "p", right, "\n")
seen("21 degrees of freedom for 2, no rejection for one at 5%",
     test$parameter == 21 && test$p.value > .99 && right < .05)
set.seed(1)
p <- replicate(100, {
  d <- data.frame(id = rep(1:60, each = 8), t = rep(1:8, 60))
  unit <- function() rep(rnorm(60), each = 8)
  d$x <- rnorm(480) + unit()
  d$y <- d$x + unit() + rnorm(480)
  one <- plm(y ~ x + factor(t), d, index = c("id", "t"))
  test <- suppressWarnings(phtest(one, update(one, model = "random")))
  c(test$p.value, pchisq(test$statistic, 1, lower.tail = FALSE))
})
cat("rejected at 5%:", mean(p[1, ] < .05), "- with one degree of freedom:", mean(p[2, ] < .05), "\n")
seen("hardly ever rejected, p below a half in few panels", mean(p[1, ] < .05) <= .02 &&
       mean(p[1, ] < .5) < .25)
R
