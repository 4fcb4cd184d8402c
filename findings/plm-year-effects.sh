#!/bin/sh
# plm 2.6-7 (with collapse 2.1.8): fixef(effect = "time") of a two-way model gives effects to the wrong years where the
# first unit lacks the first years.
#
# Seen, on Grunfeld without the first three years of the first firm: slopes are right, and so are the
# time effects of a one-way model; the time effects of the two-way model are those of other years:
# they carry names in one order and values in another. The effect of a unit with gaps is wrong as
# well. The panel is valid and connected; lm() with dummies is the reference.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(collapse = "2.1.8", plm = "2.6-7")
suppressPackageStartupMessages(library(plm))
data("Grunfeld", package = "plm")
short <- Grunfeld[-(1:3), ]
fit <- plm(inv ~ value + capital, short, index = c("firm", "year"), effect = "twoways",
           model = "within")
dummies <- lm(inv ~ value + capital + factor(firm) + factor(year), short)
seen("slopes agree", max(abs(coef(fit) - coef(dummies)[c("value", "capital")])) < 1e-10)

years <- sort(unique(short$year))
of_lm <- c(0, coef(dummies)[paste0("factor(year)", years[-1])])
of_plm <- fixef(fit, effect = "time")[as.character(years)]
apart <- rbind(dummies = of_lm - of_lm[1], plm = of_plm - of_plm[1])
print(round(apart[, 1:6], 2))
seen("differences between years are off by more than 20", max(abs(apart[1, ] - apart[2, ])) > 20)

one_way <- plm(inv ~ value + capital, short, index = c("firm", "year"), effect = "time",
               model = "within")
level <- lm(inv ~ value + capital + factor(year) - 1, short)
seen("in the one-way model they are right",
     max(abs(fixef(one_way)[as.character(years)] -
               coef(level)[paste0("factor(year)", years)])) < 1e-8)
R
