# The units of a panel among the effects of a fit.

# Name and number of the units: the panel's values in the sample, or the levels of the first effect.
unit_count <- function(fit) {
  unit <- fit$spec$panel[1]
  if (is.null(unit)) {
    return(if (length(fit$effects)) list(name = base_names(fit)[[1]], n = fit$effects[[1]]))
  }
  if (!is.null(fit$remote)) {
    at <- match(unit, base_names(fit))
    return(if (!is.na(at)) list(name = unit, n = fit$effects[[at]]))
  }
  values <- fit$spec$data[[unit]]
  list(name = unit, n = length(unique(
    if (is.null(fit$sample$rows)) values else values[fit$sample$rows]
  )))
}

# Is xtreg's R2 within another than reghdfe's?
has_xtreg_within <- function(fit) {
  if (length(fit$effects) < 2 && !any(fit$slopes > 0)) return(FALSE)
  has_intercept((fit$spec$parsed$effects %||% fit$spec$effects)[[unit_effect(fit)]])
}

# R2 within as xtreg has it: of the sum of squares that the units' levels alone leave of y, without
# other effects or slopes.
xtreg_within <- function(fit) {
  if (!has_xtreg_within(fit)) return(fit$r2[["within"]])
  design <- model_design(fit$spec, cells = TRUE)
  unit <- lapply(design$factors[unit_effect(fit)], `[`, c("code", "levels"))
  y <- bind_absorb(matrix(design$columns[[1]]), unit, design$weight)$columns
  1 - fit$rss / sum_of_squares(y, design$weight)
}

# The names of a fit's effects without their slopes.
base_names <- function(fit) {
  effects <- fit$spec$parsed$effects %||% fit$spec$effects
  ifelse(lengths(lapply(effects, slopes_of)) > 0, vapply(effects, effect_base, ""), names(effects))
}

# The effect that stands for the units: the panel's, else the first.
unit_effect <- function(fit) {
  named <- match(fit$spec$panel[1], base_names(fit))
  if (length(named) && !is.na(named)) named else 1L
}
