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
  environment(trms) <- list2env(object$spec$scope, parent = globalenv())
  frame <- stats::model.frame(trms, grid, na.action = stats::na.pass, xlev = xlev)
  contrasts <- unlist(unname(lapply(object$recipes, `[[`, "contrasts")), recursive = FALSE)
  frame <- code_factors(frame, vapply(
    frame, function(v) is.factor(v) || is.character(v), NA
  ), contrasts)
  x <- stats::model.matrix(trms, frame)
  cov <- fit_covariance(object, vcov.)
  list(
    X = x[, names(object$coefficients), drop = FALSE], bhat = unname(object$coefficients),
    nbasis = matrix(NA), V = cov$v,
    dffun = function(k, dfargs) dfargs$df, dfargs = list(df = min(cov$df)), misc = list()
  )
}
