#!/bin/sh
# griddy 0.1.0: markov_dynamics() counts a step from one row of a unit to its next row, whatever the
# time between them.
#
# Seen: a unit observed in years 2 and 9 adds one transition to the yearly matrix beside those of one
# year, with no message; steady_state() is computed from the mixture. Long-run shares are of no fixed
# step of time.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(griddy = "0.1.0")
suppressPackageStartupMessages(library(griddy))
d <- data.frame(region = rep(c("a", "b"), c(4, 3)), year = c(1:4, 1, 2, 9),
                class = c("low", "low", "low", "high", "low", "low", "high"))
said <- character()
m <- withCallingHandlers(
  markov_dynamics(d, region, year, state = class),
  condition = function(x) if (inherits(x, c("message", "warning"))) said <<- conditionMessage(x)
)
print(as.data.frame(m$transitions))
print(m$counts)
jump <- m$transitions$to_time - m$transitions$from_time
seen("a step of seven years is counted as one of one year, without a word",
     sum(m$counts) == 5 && 7 %in% jump && !length(said))
R
