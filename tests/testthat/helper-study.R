# A total effect of the shipped data, and what a mediation finds of it.
total_fit <- function(data = state_capital, ...) {
  fe_reg(
    log(output) ~ log(highways) + unemployment | state + year, data, panel = c("state", "year"),
    vcov = ~state, ...
  )
}

effect_of <- function(m, name, column = "estimate") m$effects[[column]][m$effects$effect == name]
