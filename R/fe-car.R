# car: tests of linear hypotheses.

# With the degrees of freedom of the covariance, which clusters have fewer of than the residuals.
#' @exportS3Method car::linearHypothesis
linearHypothesis.fe_reg <- function(model, hypothesis.matrix, ..., vcov. = NULL, error.df) {
  if (!missing(error.df)) return(NextMethod())
  NextMethod(error.df = min(fit_covariance(model, vcov.)$df))
}
