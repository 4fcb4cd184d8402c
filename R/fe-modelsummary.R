# modelsummary: statistics that it does not know it prints with all their digits.

#' @exportS3Method modelsummary::glance_custom
glance_custom.fe_reg <- function(x, ...) {
  within <- xtreg_within(x)
  if (!is.na(within)) data.frame(within.r.squared.xtreg = sprintf("%.3f", within))
}
