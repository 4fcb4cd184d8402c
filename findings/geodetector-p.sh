#!/bin/sh
# geodetector 1.0-5, GD 10.9: the p-value of the q-statistic.
#
# Both take F of the strata against a noncentral F whose noncentrality is estimated from the sample,
# by sum(m^2) - sum(m sqrt(n))^2 / N of the strata's means m and sizes n: means that their sizes do
# not weigh. Where sizes differ this grows with the square of what is added to the value. Seen, on
# geodetector's own data: q of soil type .386, F of equal means p = 3e-18, permutations (999) .001;
# geodetector .363, GD .372; after adding 100 to the value, 1 and 1, for every factor. GD leaves
# strata of one unit out of q: q of two factors together is less than
# either's (.11 for .86), which no partition of strata can be.
. "$(dirname "$0")/run.sh"
in_r <<'R'
geodetector <- functions_of("geodetector", "1.0-5")
GD <- functions_of("GD", "10.9")
load(file.path(tempdir(), "geodetector", "data", "CollectData.rda"))
d <- CollectData
factors <- c("soiltype", "watershed", "elevation")
p_of <- function(d) {
  found <- geodetector$factor_detector("incidence", factors, d)
  rbind(
    geodetector = vapply(found, function(f) f[1, "p-value"], 0),
    GD = GD$gd(incidence ~ soiltype + watershed + elevation, d)$Factor$sig,
    equal_means = vapply(factors, function(f) {
      anova(lm(d$incidence ~ factor(d[[f]])))[1, "Pr(>F)"]
    }, 0)
  )
}
colnames_of <- function(p) `colnames<-`(p, factors)
own <- colnames_of(p_of(d))
moved <- colnames_of(p_of(transform(d, incidence = incidence + 100)))
print(signif(own, 3))
print(signif(moved, 3))

toy <- data.frame(
  y = c(4, 9, 0, 6, 0, 4, 2, 1), a = c(2, 1, 2, 1, 2, 2, 2, 2), b = c(1, 2, 3, 1, 1, 2, 3, 3)
)
pair <- GD$gdinteract(y ~ a + b, toy)$Interaction
print(pair)
r2 <- summary(lm(y ~ factor(paste(a, b)), toy))$r.squared
cat("R2 of the strata of both:", r2, "\n")
seen("p of soil type .363 and .372, F of equal means 3e-18", all(
  abs(own[c("geodetector", "GD"), "soiltype"] - c(0.3632, 0.3721)) < 1e-3,
  own["equal_means", ] < 1e-15
))
seen("p of 1 for every factor once 100 is added", all(
  moved[c("geodetector", "GD"), ] > 0.999,
  abs(log(moved["equal_means", ] / own["equal_means", ])) < 1e-6
))
seen("strata of both explain .11 in GD, .86 by least squares", all(
  abs(c(pair$qv12, r2) - c(0.1071, 0.8561)) < 1e-3, pair$interaction == "Weaken, nonlinear"
))
R
