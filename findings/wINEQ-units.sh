#!/bin/sh
# wINEQ 1.2.3: three of its measures.
#
# SST(X, threshold = ) divides incomes by the largest and compares them with the poverty line as it
# was given. Seen: everyone is poor; the index is .988 where its definition gives .224, and another
# if income and line are given in thousands. ineq.weighted(), the table of all measures, has that
# value with its own default: there SST is .97 in the data for which SST() by default is 0.
#
# Rosenbluth() ranks from the smallest up where its definition, in the help, ranks from the largest
# down. Seen: ten equal firms .111 (1 / 10 by definition), a near monopoly .056 (1 by definition):
# the more concentrated, the smaller.
#
# Kakwani() leaves out missing incomes but not the tax rates beside them. Seen: an income that is
# missing shifts the rates of all units behind it to other units.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(wINEQ = "1.2.3")
suppressPackageStartupMessages(library(wINEQ))
income <- c(12, 15, 18, 22, 30, 41, 55, 60, 75, 90)
line <- 25
gap <- pmax(1 - income / line, 0)
poor <- income < line
concentration <- function(gap) sum(abs(outer(gap, gap, "-"))) / (2 * length(gap)^2 * mean(gap))
by_formula <- mean(poor) * mean(gap[poor]) * (1 + concentration(gap))
sst <- c(formula = by_formula, function_ = SST(income, threshold = line),
         thousands = SST(income * 1000, threshold = line * 1000),
         line_over_max = SST(income, threshold = line / max(income)))
print(sst)
seen("SST at a line is not its formula", sst["function_"] > .98 && by_formula < .23)
seen("and depends on the unit of money", sst["thousands"] > .9999)
seen("it is the formula where the line alone is divided by the largest income",
     abs(sst["line_over_max"] - by_formula) < 1e-10)
both <- c(SST = SST(income), table = ineq.weighted(income)$SST)
print(both)
seen("SST() and the table of all measures disagree about the same data",
     both["SST"] == 0 && both["table"] > .97)

definition <- function(x) 1 / (2 * sum(sort(x / sum(x), decreasing = TRUE) * seq_along(x)) - 1)
firms <- list(equal = rep(1, 10), steps = 1:10, monopoly = c(1000, rep(1e-6, 9)))
print(rosenbluth <- sapply(firms, function(x) c(wINEQ = Rosenbluth(x), definition = definition(x))))
seen("the index falls with concentration, by definition it rises",
     all(diff(rosenbluth["wINEQ", ]) < 0) && all(diff(rosenbluth["definition", ]) > 0))

rate <- c(0, 0, 0, .01, .01, .07, .07, .19, .19, .25)
kakwani <- c(complete = Kakwani(income, Tax = rate),
             one_missing = Kakwani(c(NA, income), Tax = c(.3, rate)))
print(kakwani)
seen("a missing income changes the index of the others by more than a quarter",
     kakwani[["one_missing"]] < .75 * kakwani[["complete"]])
R
