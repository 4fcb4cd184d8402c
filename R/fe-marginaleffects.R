# marginaleffects: the covariance of slopes and predictions.

# Any covariance that vcov() takes; marginaleffects and modelsummary (through insight) would compute
# clustered ones with a factor that knows no effects.
#' @exportS3Method marginaleffects::get_vcov
get_vcov.fe_reg <- function(model, vcov = NULL, ...) {
  if (isFALSE(vcov)) return(NULL)
  fit_covariance(model, if (!isTRUE(vcov)) vcov)$v
}

# Coefficients by their own names: insight takes the backticks of a column such as `a b` away.
#' @exportS3Method marginaleffects::get_coef
get_coef.fe_reg <- function(model, ...) model$coefficients

#' @exportS3Method marginaleffects::set_coef
set_coef.fe_reg <- function(model, coefs, ...) {
  model$coefficients[names(coefs)] <- coefs
  model
}

# The regressors of new data, a column a coefficient.
#' @exportS3Method marginaleffects::get_model_matrix
get_model_matrix.fe_reg <- function(model, newdata, mfx = NULL) {
  newdata <- in_units_of(read_columns(as.data.frame(newdata), "newdata"), model$spec$data)
  parts <- regressors_on(
    model, newdata, model_env(model$spec$scope, newdata, model$spec$panel, TRUE)
  )
  columns <- unlist(lapply(parts, `[[`, "columns"), recursive = FALSE)
  columns[["(Intercept)"]] <- rep(1, nrow(newdata))
  names <- names(model$coefficients)
  bound_columns(columns[names], nrow(newdata), names)
}

# Derivatives of a difference of predictions by the coefficients, exact: the difference of their
# regressors. By steps of 1e-8 in the coefficients of a slope that is itself a difference over a
# small step they have four digits. A prediction with effects, and a comparison of two of their
# levels, vary by the effects as well, whose variance no covariance of coefficients has: they have
# no standard error.
exact_jacobian <- function(model, type, plan, kind, estimate, contrast_data = NULL, ...) {
  effects <- unlist(lapply(effect_expressions(model$spec$parsed$effects), all.vars))
  if (length(effects) && !effects_cancel(plan, kind, contrast_data, effects)) {
    say_effects_vary()
    b <- names(model$coefficients)
    return(matrix(NA_real_, length(estimate), length(b), dimnames = list(NULL, b)))
  }
  if (kind != "comparisons" || is.null(contrast_data)) return(NULL)
  for (side in c("hi", "lo")) {
    attr(
      contrast_data[[side]], "marginaleffects_model_matrix"
    ) <- get_model_matrix.fe_reg(model, contrast_data[[side]])
  }
  default <- utils::getFromNamespace("compute_analytic_plan_jacobian", "marginaleffects")
  default(
    spec = list(response_scale = FALSE, family = NULL), model = model, plan = plan, kind = kind,
    type = type, estimate = estimate, contrast_data = contrast_data
  )
}

# Differences of predictions have the effects in both.
effects_cancel <- function(plan, kind, contrast_data, effects) {
  keys <- vapply(plan$groups, function(g) as.character(g$fun_key %||% NA)[1], "")
  linear <- grepl("^(?:difference|dydx|dyex)(?:avg)?(?:wts)?$", keys, perl = TRUE)
  if (kind != "comparisons" || is.null(contrast_data) || !all(linear)) return(FALSE)
  all(vapply(intersect(effects, names(contrast_data$hi)), function(name) {
    identical(contrast_data$hi[[name]], contrast_data$lo[[name]])
  }, NA))
}

say_effects_vary <- function() {
  warn("standard_error", c(
    paste0(
      "Predictions with effects, and comparisons of their levels, have no standard error: the ",
      "covariance of the coefficients is without that of the effects."
    ),
    i = paste0(
      "Slopes and comparisons of regressors have. With the effects as dummies, {.code y ~ x + ",
      "factor(id)}, all have."
    )
  ))
}

# The generic is there in version 1.0 of marginaleffects, and not exported: without it derivatives
# are taken by steps.
register_jacobian <- function(...) {
  space <- asNamespace("marginaleffects")
  if (!all(vapply(
    c("get_jacobian_analytic", "compute_analytic_plan_jacobian"), exists, NA, envir = space,
    inherits = FALSE
  ))) return(invisible())
  registerS3method("get_jacobian_analytic", "fe_reg", exact_jacobian, envir = space)
}
