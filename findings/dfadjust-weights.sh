#!/bin/sh
# dfadjust 1.1.0: standard errors of a weighted regression.
#
# dfadjustSE() takes a fit of lm() and gives HC1 and HC2 errors with degrees of freedom, by clusters
# if asked. Of a fit with weights it takes the regressors times the root of the weights and the
# residuals as they are. Seen: with population as weights the errors of the slope are .045 for .076
# and, by clusters, .069 for .098, without a warning; p of the constant is .002 for .03. The same
# rows multiplied by the root of the weights and fitted without them have the right errors.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(dfadjust = "1.1.0")
library(dfadjust)
set.seed(1)
regions <- 30
d <- data.frame(region = factor(rep(1:regions, each = 10)), x = rnorm(10 * regions),
                people = exp(rnorm(10 * regions)))
d$x <- d$x + rnorm(regions)[d$region]
d$y <- d$x + rnorm(regions)[d$region] + rnorm(nrow(d))
weighted <- lm(y ~ x, d, weights = people)
root <- sqrt(d$people)
multiplied <- lm(I(root * y) ~ 0 + root + I(root * x), d)
design <- cbind(1, d$x)
score <- design * (d$people * drop(d$y - design %*% coef(weighted)))
bread <- solve(crossprod(design, d$people * design))
by_formula <- function(sums, factor) sqrt(diag(bread %*% crossprod(sums) %*% bread) * factor)
n <- nrow(d)
right <- list(rows = by_formula(score, n / (n - 2)),
              clusters = by_formula(rowsum(score, d$region),
                                    regions / (regions - 1) * (n - 1) / (n - 2)))
for (by in names(right)) {
  groups <- if (by == "clusters") d$region
  table_of <- function(fit) {
    coefficients <- dfadjustSE(fit, groups)$coefficients
    cbind(coefficients[, c("Estimate", "HC1 se", "HC2 se", "df")])
  }
  of_weights <- table_of(weighted)
  of_rows <- table_of(multiplied)
  cat("by", by, "\n")
  print(cbind(of_weights, formula_HC1 = right[[by]], multiplied_HC1 = of_rows[, "HC1 se"],
              multiplied_HC2 = of_rows[, "HC2 se"]))
  seen("estimates and degrees of freedom of the two fits agree, or nearly",
       max(abs(of_weights[, "Estimate"] - of_rows[, "Estimate"])) < 1e-10 &&
         max(abs(of_weights[, "df"] / of_rows[, "df"] - 1)) < .05)
  seen("the rows multiplied have the errors of the formula",
       max(abs(of_rows[, "HC1 se"] / right[[by]] - 1)) < 1e-10)
  seen("with weights they are less than three quarters of these",
       all(of_weights[, c("HC1 se", "HC2 se")] < .75 * of_rows[, c("HC1 se", "HC2 se")]))
}
p <- function(fit) {
  t <- dfadjustSE(fit, d$region)$coefficients[1, ]
  2 * pt(-abs(t[["Estimate"]] / t[["HC2 se"]]), t[["df"]])
}
print(c(weighted = p(weighted), multiplied = p(multiplied)))
seen("p of the constant by clusters is .002 for .03", p(weighted) < .003 && p(multiplied) > .028)
R
