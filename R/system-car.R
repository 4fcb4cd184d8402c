# car: a system has tests of its own.

#' @exportS3Method car::linearHypothesis
linearHypothesis.system_reg <- function(model, ...) {
  given <- list(...)
  asked <- deparse1(if (length(given) && is.character(given[[1]])) given[[1]] else "a_x = b_x")
  abort("fit", c(
    "{.fn linearHypothesis} takes a fit of one equation, not of a system.",
    i = "Use {.code test_restrictions(fit, {asked})}."
  ))
}

# car's own method would take the covariance of all equations for that of one.
#' @exportS3Method car::vif
vif.system_reg <- function(mod, ...) {
  abort("fit", c(
    "{.fn vif} takes a fit of one equation, not of a system.",
    i = "Use {.code car::vif(fit[[\"{names(mod$terms)[1]}\"]])}, one equation at a time."
  ))
}
