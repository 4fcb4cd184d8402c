# lmtest: its table of coefficients.

# lmtest's own default takes df.residual(); the degrees of freedom belong to the covariance.
# Dots are for a function that makes the covariance.
#' @exportS3Method lmtest::coeftest
coeftest.ccd_model <- function(x, vcov. = NULL, df = NULL, ...) {
  if (!is.function(vcov.)) check_dots(..., passed = "save", also = "vcov")
  cov <- fit_covariance(x, if (is.function(vcov.)) vcov.(x, ...) else vcov.)
  default <- utils::getS3method("coeftest", "default", envir = asNamespace("lmtest"))
  save <- isTRUE(list(...)$save)
  out <- default(x, vcov. = cov$v, df = df %||% min(cov$df), save = save)
  # lmtest has one number for all coefficients; CR2's and CR3's have their own.
  if (is.null(df) && length(cov$df) > 1) out[, 4] <- 2 * stats::pt(-abs(out[, 3]), cov$df)
  out
}
