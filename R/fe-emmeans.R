# emmeans: means and their contrasts.

# Linear functions of the coefficients; beside effects with the constant that is the effects' mean
# over the sample, without which the level of the means would be that of a coding.
#' @exportS3Method emmeans::recover_data
recover_data.fe_reg <- function(object, data = NULL, ...) {
  check_no_lags(object, rlang::current_env())
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
  level <- if (length(object$effects)) with_constant(object, vcov., cov, rlang::current_env())
  b <- level$coefficients %||% object$coefficients
  terms <- if (all) colnames(x) else names(b)
  list(
    X = x[, terms, drop = FALSE], bhat = unname(b[terms]),
    nbasis = if (all) estimability::nonest.basis(qr(columns_of(object, terms))) else matrix(NA),
    V = level$v %||% cov$v,
    # emmeans has dffun forget where it was made.
    dffun = function(k, dfargs) dfargs$of(k), dfargs = list(of = mean_df(object, cov, vcov.)),
    misc = list()
  )
}

# A grid of means has no rows before.
check_no_lags <- function(fit, call) {
  expr <- linear_part(fit$spec$parsed)
  used <- setdiff(intersect(c("l", "d"), all.names(expr)), all.vars(expr))
  if (!length(used)) return(invisible())
  abort("panel", c(
    "Means on a grid have no rows before, of which {.fn {used}} in the formula could be taken.",
    i = "Make the lags columns of {.arg data} before the fit."
  ), call)
}

# Degrees of freedom of the mean or contrast whose weights on the coefficients are k.
mean_df <- function(object, cov, vcov.) {
  count <- length(object$coefficients)
  # The constant is that of the effects' mean, and not what slopes times nought have.
  constant <- if (length(object$effects)) match("(Intercept)", names(object$coefficients), 0L)
  function(k) {
    k <- utils::tail(c(k), count)
    k[constant] <- 0
    combination_df(object, matrix(k, 1), cov, vcov.)
  }
}

columns_of <- function(object, terms) {
  design <- model_design(object$spec)
  one <- list(`(Intercept)` = rep(1, design$sample$n))
  named <- c(one, stats::setNames(design$columns, design$names))[terms]
  bound_columns(named, design$sample$n)
}
