# parameters: its table of coefficients.

#' @exportS3Method parameters::model_parameters
model_parameters.fe_reg <- function(model, ci = 0.95, vcov = NULL, ...) {
  check_dots(..., passed = "coef_rename")
  check_number(ci, "ci", 0, 1)
  cov <- fit_covariance(model, vcov)
  table <- coefficient_table(model, cov)
  model$covariance <- cov
  limits <- unname(confint.ccd_model(model, level = ci))
  out <- data.frame(
    Parameter = table$term, Coefficient = table$estimate, SE = table$std.error, CI = ci,
    CI_low = limits[, 1], CI_high = limits[, 2],
    t = table$statistic, df_error = table$df, p = table$p.value, stringsAsFactors = FALSE
  )
  structure(out,
    class = c("parameters_model", "see_parameters_model", "data.frame"), ci = ci,
    coefficient_name = "Coefficient", zi_coefficient_name = "Log-Odds",
    verbose = FALSE, exponentiate = FALSE, model_class = class(model),
    pretty_names = stats::setNames(table$term, table$term), digits = 2, ci_digits = 2, p_digits = 3,
    footer_digits = 3, n_obs = stats::nobs(model), object_name = "model"
  )
}
