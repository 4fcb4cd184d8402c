# modelsummary: a system's statistics, as those of a fit in fe-modelsummary.R.

#' @exportS3Method modelsummary::glance_custom
glance_custom.system_reg <- function(x, ...) {
  r2 <- glance.system_reg(x)$mcelroy.r.squared
  if (!is.na(r2)) data.frame(mcelroy.r.squared = sprintf("%.3f", r2))
}
