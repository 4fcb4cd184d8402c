# clubSandwich: covariances adjusted for leverage, of what its own method takes for a model.

# It takes the regressors as they came, whatever effects and instruments the fit has.
#' @exportS3Method clubSandwich::vcovCR
vcovCR.ccd_model <- function(obj, ...) {
  if (is_plain_regression(obj)) return(NextMethod())
  abort_retold(
    obj, "clubSandwich::vcovCR", rlang::current_env(),
    way = "Effects in, it is {.code vcov(fit, cov_cr2(~cluster))}, or {.fn cov_cr3}."
  )
}
