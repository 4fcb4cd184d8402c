#!/bin/sh
# GreyModel 0.1.0: fitted values and errors of GM(1,1).
#
# a, b and the forecasts are those of the textbook. Seen: the fitted values start from the second
# observation where the response starts from the first, so that they do not continue into the
# forecasts, and every error reported (MAE, MAPE, MSE, RMSE) is of another curve: here a MAPE of .30
# for .11. GM_test() compares the ratios with exp(-2) and exp(2) whatever the length; the bound of
# Deng depends on it: exp(-2 / (n + 1)) and exp(2 / (n + 1)).
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(GreyModel = "0.1.0")
library(GreyModel)

# A series that satisfies x(k) + a z(k) = b exactly, z the mean of neighbouring cumulated values.
a <- -.1
b <- 50
x <- 60
for (k in 2:8) x[k] <- (b - a * sum(x)) / (1 + a / 2)
fit <- GM(x)
cat("a", fit$a, "b", fit$b, "\n")
seen("a and b are found", abs(fit$a - a) < 1e-8 && abs(fit$b - b) < 1e-6)
response <- function(k, first) (first - fit$b / fit$a) * (1 - exp(fit$a)) * exp(-fit$a * (k - 1))
print(rbind(observed = x[2:8], textbook = response(2:8, x[1]), fitted = fit$fitted[2:8]))
textbook <- 100 * mean(abs(response(2:8, x[1]) / x[2:8] - 1))
cat("MAPE: textbook", textbook, "- reported", fit$MAPE_Grey, "\n")
seen("forecasts start from the first value",
     max(abs(fcast_grey(x, 2) - response(9:10, x[1]))) < 1e-6)
seen("fitted values start from the second",
     max(abs(fit$fitted[2:8] - response(2:8, x[2]))) < 1e-6)
seen("the error reported is more than twice that of the textbook", fit$MAPE_Grey > 2 * textbook)

steep <- c(1, 4, 20, 100, 500, 2500)
bound <- exp(c(-2, 2) / (length(steep) + 1))
ratios <- steep[-length(steep)] / steep[-1]
cat("ratios", ratios, "- bounds", bound, "-", GM_test(steep), "\n")
seen("GM_test() calls suitable what Deng's bound refuses",
     all(ratios < bound[1]) && grepl("^Data is suitable", GM_test(steep)))
R
