# What a fit of fe_reg() answers to, of the generics of stats.

#' @export
fit_covariance.fe_reg <- function(object, vcov = NULL, call = rlang::caller_env()) {
  cov_spec <- covariance_spec(vcov, call = call)
  object <- with_values(object, list(vcov), call)
  clusters <- c(cov_spec$clusters, object$spec$estimator$weighting$clusters)
  design <- model_design(object$spec, call, cells = TRUE, clusters = clusters)
  say_cluster_spellings(object, cov_spec, effect_expressions(object$spec$parsed$effects), design)
  fe_replayed(object$spec, design, cov_spec, call)$covariance
}

#' @export
combination_df.fe_reg <- function(object, r, cov, vcov = NULL, call = rlang::caller_env()) {
  if (identical(cov$own, "given")) return(NextMethod())
  own <- is.null(vcov) || is_given(vcov)
  cov_spec <- if (own) object$covariance_spec else covariance_spec(vcov, call = call)
  if (!isTRUE(cov_spec$type %in% c("CR2", "CR3"))) return(NextMethod())
  object <- with_values(object, list(vcov), call)
  design <- model_design(object$spec, call)
  clusters <- cluster_factors(cov_spec$clusters, object$spec, design$sample, call)
  kernel <- score_kernel(object, design, call)
  kernel$half <- r %*% kernel$half
  cluster_adjusted(kernel, cov_spec, design, clusters[[1]], call)$dof
}

#' @rdname model-methods
#' @export
deviance.fe_reg <- function(object, ...) {
  check_dots(...)
  object$rss
}

#' @rdname model-methods
#' @export
sigma.fe_reg <- function(object, ...) {
  check_dots(...)
  sqrt(object$rss / object$dof$residual)
}

#' @rdname model-methods
#' @export
logLik.fe_reg <- function(object, ...) {
  check_dots(...)
  n <- object$dof$n
  weighted <- !is.null(object$spec$weights)
  logs <- if (weighted) object$sample$log_weights %||% sum(log(stats::weights(object))) else 0
  value <- -n / 2 * (log(2 * pi) + log(object$rss / n) + 1) + logs / 2
  structure(value, df = object$dof$k + object$dof$absorbed + 1, nobs = n, class = "logLik")
}

#' @rdname model-methods
#' @export
hatvalues.fe_reg <- function(model, ...) {
  check_dots(...)
  call <- rlang::current_env()
  check_has_rows(model, "hatvalues()", call)
  check_alone(model, "Leverages", call)
  design <- model_design(model$spec, call)
  fit_leverages(score_kernel(model, design, call), design, model$spec, call)
}
