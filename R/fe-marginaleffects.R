# marginaleffects: the covariance of slopes and predictions.

# Any covariance that vcov() takes; marginaleffects and modelsummary (through insight) would compute clustered ones with a factor
# that knows no effects.
#' @exportS3Method marginaleffects::get_vcov
get_vcov.fe_reg <- function(model, vcov = NULL, ...) {
  if (isFALSE(vcov)) return(NULL)
  fit_covariance(model, if (!isTRUE(vcov)) vcov)$v
}
