# insight, through which modelsummary and parameters see a model: data, formula, degrees of freedom,
# covariance.

#' @exportS3Method insight::get_data
get_data.fe_reg <- function(x, ...) sample_data(x)

# The part whose variables have slopes: effects and instruments have none.
#' @exportS3Method insight::find_formula
find_formula.fe_reg <- function(x, ...) {
  structure(list(conditional = formula(x, "linear")), class = c("insight_formula", "list"))
}

#' @exportS3Method insight::get_df
get_df.fe_reg <- function(x, type = "wald", ...) {
  if (type == "residual") stats::df.residual(x) else min(x$covariance$df)
}

#' @exportS3Method insight::get_varcov
get_varcov.fe_reg <- function(x, vcov = NULL, vcov_args = NULL, ...) {
  clustered <- identical(vcov, "vcovCL") && inherits(vcov_args$cluster, "formula")
  fit_covariance(x, if (clustered) vcov_args$cluster else vcov)$v
}
