# emmeans: means and their contrasts.

# Linear functions of the coefficients: with effects the means are those of the regressors' part,
# whose level the effects hold; contrasts are what they always are.
#' @exportS3Method emmeans::recover_data
recover_data.fe_reg <- function(object, data = NULL, ...) {
  emmeans::recover_data(
    object$call, stats::delete.response(stats::terms(object)), na.action = NULL,
    data = data %||% sample_data(object), ...
  )
}

#' @exportS3Method emmeans::emm_basis
emm_basis.fe_reg <- function(object, trms, xlev, grid, vcov. = NULL, ...) {
  recipes <- object$recipes[intersect(c("exogenous", "endogenous"), names(object$recipes))]
  check_whole_columns(object, regressor_calls(recipes), grid, rlang::current_env())
  environment(trms) <- list2env(object$spec$scope, parent = globalenv())
  frame <- stats::model.frame(trms, grid, na.action = stats::na.pass, xlev = xlev)
  contrasts <- unlist(unname(lapply(object$recipes, `[[`, "contrasts")), recursive = FALSE)
  frame <- code_factors(frame, vapply(
    frame, function(v) is.factor(v) || is.character(v), NA
  ), contrasts)
  x <- stats::model.matrix(trms, frame)
  cov <- fit_covariance(object, vcov.)
  # Without effects to hold the rest, what was left out decides on what can be estimated.
  all <- length(object$collinear) && !length(object$effects)
  terms <- if (all) colnames(x) else names(object$coefficients)
  list(
    X = x[, terms, drop = FALSE], bhat = unname(object$coefficients[terms]),
    nbasis = if (all) estimability::nonest.basis(qr(columns_of(object, terms))) else matrix(NA),
    V = cov$v,
    # emmeans has dffun forget where it was made.
    dffun = function(k, dfargs) dfargs$of(k), dfargs = list(of = mean_df(object, cov, vcov.)),
    misc = list()
  )
}

# Degrees of freedom of the mean or contrast whose weights on the coefficients are k.
mean_df <- function(object, cov, vcov.) {
  function(k) combination_df(object, matrix(k, 1), cov, vcov.)
}

columns_of <- function(object, terms) {
  design <- model_design(object$spec)
  one <- list(`(Intercept)` = rep(1, design$sample$n))
  named <- c(one, stats::setNames(design$columns, design$names))[terms]
  bound_columns(named, design$sample$n)
}
