# Methods for packages of marginal effects and tables: broom, emmeans, insight, parameters.

# The rows of the data that the model was fitted to.
sample_data <- function(fit) {
  data <- as.data.frame(fit$spec$data)
  if (is.null(fit$sample$rows)) data else data[fit$sample$rows, , drop = FALSE]
}

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

# Linear functions of the coefficients: with effects the means are those of the regressors' part, whose level the effects
# hold; contrasts are what they always are.
#' @exportS3Method emmeans::recover_data
recover_data.fe_reg <- function(object, data = NULL, ...) {
  emmeans::recover_data(object$call, stats::delete.response(stats::terms(object)), na.action = NULL, data = data %||% sample_data(object), ...)
}

#' @exportS3Method emmeans::emm_basis
emm_basis.fe_reg <- function(object, trms, xlev, grid, vcov. = NULL, ...) {
  environment(trms) <- list2env(object$spec$scope, parent = globalenv())
  frame <- stats::model.frame(trms, grid, na.action = stats::na.pass, xlev = xlev)
  contrasts <- unlist(unname(lapply(object$recipes, `[[`, "contrasts")), recursive = FALSE)
  frame <- code_factors(frame, vapply(frame, function(v) is.factor(v) || is.character(v), NA), contrasts)
  x <- stats::model.matrix(trms, frame)
  cov <- fit_covariance(object, vcov.)
  list(
    X = x[, names(object$coefficients), drop = FALSE], bhat = unname(object$coefficients), nbasis = matrix(NA), V = cov$v,
    dffun = function(k, dfargs) dfargs$df, dfargs = list(df = min(cov$df)), misc = list()
  )
}

#' @exportS3Method parameters::model_parameters
model_parameters.fe_reg <- function(model, ci = 0.95, vcov = NULL, ...) {
  check_number(ci, "ci", 0, 1)
  cov <- fit_covariance(model, vcov)
  table <- coefficient_table(model, cov)
  model$covariance <- cov
  limits <- unname(confint.ccd_model(model, level = ci))
  out <- data.frame(
    Parameter = table$term, Coefficient = table$estimate, SE = table$std.error, CI = ci, CI_low = limits[, 1], CI_high = limits[, 2],
    t = table$statistic, df_error = table$df, p = table$p.value, stringsAsFactors = FALSE
  )
  structure(out,
    class = c("parameters_model", "see_parameters_model", "data.frame"), ci = ci, coefficient_name = "Coefficient", zi_coefficient_name = "Log-Odds",
    verbose = FALSE, exponentiate = FALSE, model_class = class(model), pretty_names = stats::setNames(table$term, table$term), digits = 2, ci_digits = 2, p_digits = 3,
    footer_digits = 3, n_obs = stats::nobs(model), object_name = "model"
  )
}

# Any covariance that vcov() takes; marginaleffects and modelsummary (through insight) would compute clustered ones with a factor
# that knows no effects.
#' @exportS3Method marginaleffects::get_vcov
get_vcov.fe_reg <- function(model, vcov = NULL, ...) {
  if (isFALSE(vcov)) return(NULL)
  fit_covariance(model, if (!isTRUE(vcov)) vcov)$v
}

#' @exportS3Method insight::get_varcov
get_varcov.fe_reg <- function(x, vcov = NULL, vcov_args = NULL, ...) {
  clustered <- identical(vcov, "vcovCL") && inherits(vcov_args$cluster, "formula")
  fit_covariance(x, if (clustered) vcov_args$cluster else vcov)$v
}

# With the degrees of freedom of the covariance, which clusters have fewer of than the residuals.
#' @exportS3Method car::linearHypothesis
linearHypothesis.fe_reg <- function(model, hypothesis.matrix, ..., vcov. = NULL, error.df) {
  if (!missing(error.df)) return(NextMethod())
  NextMethod(error.df = min(fit_covariance(model, vcov.)$df))
}
