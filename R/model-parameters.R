# parameters and insight: tables of coefficients, and of their errors, statistics, p-values and
# limits alone, which know no class but those of their own list.

#' @exportS3Method parameters::model_parameters
model_parameters.ccd_model <- function(model, ci = 0.95, vcov = NULL, ...) {
  check_dots(..., passed = "coef_rename")
  check_number(ci, "ci", 0, 1)
  cov <- fit_covariance(model, vcov)
  table <- coefficient_table(model, cov)
  limits <- unname(coefficient_limits(model, cov, ci))
  out <- data.frame(
    Parameter = table$term, Coefficient = table$estimate, SE = table$std.error, CI = ci,
    CI_low = limits[, 1], CI_high = limits[, 2],
    t = table$statistic, df_error = table$df, p = table$p.value, stringsAsFactors = FALSE
  )
  if (all(is.infinite(cov$df))) names(out)[names(out) == "t"] <- "z"
  structure(out,
    class = c("parameters_model", "see_parameters_model", "data.frame"), ci = ci,
    coefficient_name = "Coefficient", zi_coefficient_name = "Log-Odds",
    verbose = FALSE, exponentiate = FALSE, model_class = class(model),
    pretty_names = stats::setNames(table$term, table$term), digits = 2, ci_digits = 2, p_digits = 3,
    footer_digits = 3, n_obs = stats::nobs(model), object_name = "model"
  )
}

# What these packages hand on to a method, whatever the model has.
parameter_dots <- c("component", "effects", "verbose")

#' @exportS3Method parameters::standard_error
standard_error.ccd_model <- function(model, vcov = NULL, vcov_args = NULL, ...) {
  check_dots(..., passed = parameter_dots)
  table <- parameter_table(model, vcov, vcov_args)
  data.frame(Parameter = table$term, SE = table$std.error, stringsAsFactors = FALSE)
}

#' @exportS3Method parameters::p_value
p_value.ccd_model <- function(model, vcov = NULL, vcov_args = NULL, ...) {
  check_dots(..., passed = parameter_dots)
  table <- parameter_table(model, vcov, vcov_args)
  data.frame(Parameter = table$term, p = table$p.value, stringsAsFactors = FALSE)
}

#' @exportS3Method parameters::ci
ci.ccd_model <- function(x, ci = 0.95, vcov = NULL, vcov_args = NULL, ...) {
  check_dots(..., passed = parameter_dots)
  if (is_bare_numeric(ci) && length(ci) > 1) {
    for (level in ci) check_number(level, "ci", 0, 1)
  } else {
    check_number(ci, "ci", 0, 1)
  }
  cov <- fit_covariance(x, told_vcov(vcov, vcov_args))
  do.call(rbind, lapply(ci, function(level) {
    limits <- unname(coefficient_limits(x, cov, level))
    data.frame(
      Parameter = names(x$coefficients), CI = level, CI_low = limits[, 1], CI_high = limits[, 2],
      stringsAsFactors = FALSE
    )
  }))
}

#' @exportS3Method insight::get_statistic
get_statistic.ccd_model <- function(x, ...) {
  check_dots(..., passed = parameter_dots)
  table <- coefficient_table(x, x$covariance)
  structure(
    data.frame(Parameter = table$term, Statistic = table$statistic, stringsAsFactors = FALSE),
    statistic = find_statistic.ccd_model(x)
  )
}

#' @exportS3Method insight::find_statistic
find_statistic.ccd_model <- function(x, ...) {
  check_dots(..., passed = parameter_dots)
  if (all(is.infinite(x$covariance$df))) "z-statistic" else "t-statistic"
}

parameter_table <- function(model, vcov, vcov_args) {
  coefficient_table(model, fit_covariance(model, told_vcov(vcov, vcov_args)))
}

# A covariance as these packages are told it: the clusters of "vcovCL" come beside it.
told_vcov <- function(vcov, vcov_args, call = rlang::caller_env()) {
  if (!length(vcov_args)) return(vcov)
  if (identical(vcov, "vcovCL") && inherits(vcov_args$cluster, "formula")) return(vcov_args$cluster)
  abort("vcov", c(
    "{.arg vcov_args} may hold a formula {.code cluster} beside {.code vcov = \"vcovCL\"}.",
    i = "Or give {.arg vcov} as in {.fn fe_reg}: {.code vcov = ~state}, {.code vcov = \"HC1\"}."
  ), call)
}
