# insight, through which modelsummary and parameters see a model: data, formula, degrees of freedom,
# covariance.

#' @exportS3Method insight::get_data
get_data.fe_reg <- function(x, ...) sample_data(x)

# The part whose variables have slopes; effects and instruments have none. A row of new data that
# stands for the sample (the means, in marginaleffects) needs the effects' variables as well: they
# are where insight has those of other packages.
#' @exportS3Method insight::find_formula
find_formula.fe_reg <- function(x, ...) {
  parts <- list(conditional = formula(x, "linear"))
  effects <- effect_variables(x)
  if (length(effects)) {
    sum <- join_plus(lapply(effects, as.name))
    parts$cluster <- rlang::new_formula(NULL, sum, environment(parts$conditional))
  }
  structure(parts, class = c("insight_formula", "list"))
}

effect_variables <- function(fit) {
  unique(unlist(lapply(effect_expressions(fit$spec$parsed$effects), all.vars)))
}

# A formula has no word for it where effects hold the constant: performance would take the first
# regressor for one, and leave it out of variance inflation.
#' @exportS3Method insight::has_intercept
has_intercept.fe_reg <- function(x, ...) "(Intercept)" %in% names(x$coefficients)

#' @exportS3Method insight::get_df
get_df.fe_reg <- function(x, type = "wald", ...) {
  if (type == "residual") stats::df.residual(x) else min(x$covariance$df)
}

#' @exportS3Method insight::get_varcov
get_varcov.fe_reg <- function(x, vcov = NULL, vcov_args = NULL, ...) {
  # performance takes variance inflation from it, which clusters would change.
  if (is.null(vcov) && identical(environmentName(topenv(parent.frame())), "performance")) {
    vcov <- "iid"
  }
  fit_covariance(x, told_vcov(vcov, vcov_args))$v
}

# insight asks for the family of a model, which it knows of its own list of classes only.
#' @exportS3Method insight::get_predicted
get_predicted.ccd_model <- function(x, ...) {
  abort("fit", c(
    "{.pkg insight} predicts of models whose family it knows, and not of this one.",
    i = paste0(
      "Take {.code predict(fit, newdata)}; with intervals ",
      "{.code marginaleffects::predictions(fit)}."
    )
  ))
}
