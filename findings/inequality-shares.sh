#!/bin/sh
# inequality 0.2.0: shares of whole units, and indices that depend on the order of rows.
#
# iq_shares() gives a unit wholly to the part of the population in which its last member falls.
# Seen: of 31 regions with one and the same income the "Top 10%" have 12.9% and the "Top 1%" 3.2%;
# with populations as weights the top 1% have 1 to 6%, by the order of the rows. iq_palma() of the
# same package divides units: the two disagree about the share of the top 10% of the same data.
#
# iq_concentration() ranks by income and leaves ties in the order of the rows, where units of equal
# income must have one rank. Seen: health over income classes has another
# concentration index after sorting; with one class only it is up to .13 where it must be zero.
#
# The correction of Wagstaff does not depend on the unit of a bounded variable. Seen: with bounds 1
# and 5 it is two thirds of that for the same answers counted from 0 to 4.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(inequality = "0.2.0")
suppressPackageStartupMessages(library(inequality))
top <- function(x, share, ...) {
  parts <- iq_shares(x, ..., breaks = c(.4, 1 - share, 1))$shares
  parts$income_share[3]
}
alike <- rep(50, 31)
print(equal <- c(top10 = top(alike, .1), top1 = top(alike, .01)))
seen("of equal incomes the top 10% have 12.9%, the top 1% 3.2%",
     max(abs(equal - c(4, 1) / 31)) < 1e-10)
set.seed(1)
people <- round(runif(31, 300, 11000))
weighted <- range(replicate(200, top(alike, .01, weights = sample(people))))
cat("top 1% of equal incomes by the order of regions with populations:", weighted, "\n")
seen("with weights, less than 2 or more than 5%", weighted[1] < .02 && weighted[2] > .05)
income <- exp(seq(8, 11, length.out = 31))
both <- c(iq_shares = top(income, .1), iq_palma = iq_palma(income)$top10_share)
print(both)
seen("two functions of the package give the top 10% .345 and .279 of the same incomes",
     max(abs(both - c(.345, .279))) < .001)

class <- rep(1:5, each = 20)
health <- 5 + class + rnorm(100)
index <- function(rows, rank = class, ...) iq_concentration(health[rows], rank[rows], ...)$value
average <- function(rank) {
  position <- (rank(rank) - .5) / length(rank)
  2 * mean(health * position) / mean(health) - 1
}
orders <- list(given = 1:100, up = order(health), down = order(-health))
print(index_by_order <- rbind(classes = sapply(orders, index),
                              one_class = sapply(orders, index, rank = rep(1, 100))))
cat("with one rank for ties:", average(class), average(rep(1, 100)), "\n")
seen("the concentration index over classes depends on the order of rows by more than .02",
     diff(range(index_by_order["classes", ])) > .02)
seen("and with one class is not zero", max(abs(index_by_order["one_class", ])) > .1)

answer <- c(1, 1, 2, 2, 3, 3, 4, 4, 5, 5)
rank <- c(1, 3, 2, 5, 4, 7, 6, 9, 8, 10)
wagstaff <- c(from_0 = iq_concentration(answer - 1, rank, correction = "wagstaff",
                                        bounds = c(0, 4))$value,
              from_1 = iq_concentration(answer, rank, correction = "wagstaff",
                                        bounds = c(1, 5))$value)
print(wagstaff)
seen("Wagstaff's index of answers from 1 to 5 is another than that of the same from 0 to 4",
     abs(wagstaff[1] / wagstaff[2] - 1) > .3)
R
