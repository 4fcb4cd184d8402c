#!/bin/sh
# plm 2.6-7: phtest() prints the absolute value of a negative quadratic form, with its p-value.
#
# The difference of the two covariances need not be positive definite in a sample; the form is then
# no chi-squared statistic and the test has no answer. Seen: a form of -102 is printed as chisq = 102,
# p = 8e-23: a strong rejection of random effects in data that are simulated with random effects.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(plm = "2.6-7")
suppressPackageStartupMessages(library(plm))
set.seed(6)
n <- 40
d <- data.frame(id = rep(1:n, each = 5), t = rep(1:5, n), x = rnorm(5 * n), z = rnorm(5 * n))
d$y <- d$x + d$z + rep(rnorm(n), each = 5) + rnorm(5 * n)
fixed <- plm(y ~ x + z, d, index = c("id", "t"))
random <- plm(y ~ x + z, d, index = c("id", "t"), model = "random")
b <- coef(fixed) - coef(random)[-1]
form <- drop(b %*% solve(vcov(fixed) - vcov(random)[-1, -1], b))
test <- phtest(fixed, random)
cat("quadratic form", form, "- phtest", test$statistic, "p", test$p.value, "\n")
seen("the statistic is the form without its sign, and rejects",
     form < 0 && abs(test$statistic + form) < 1e-8 && test$p.value < .001)
R
