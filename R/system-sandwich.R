# sandwich: scores and bread of a system, and of one of its equations, in the order of coef(). By
# the joint estimators (SUR, 3SLS, restrictions) an equation's coefficients answer to the errors of
# all equations, which the scores of that equation alone know nothing of.

# One row of scores an observation, over all equations.
#' @exportS3Method sandwich::estfun
estfun.system_reg <- function(x, ...) {
  check_dots(...)
  made <- system_influences(x, rlang::current_env())
  estimating_rows(made$influences, made$bread, x)
}

#' @exportS3Method sandwich::bread
bread.system_reg <- function(x, ...) {
  check_dots(...)
  named_bread(system_influences(x, rlang::current_env())$bread * x$sample$n, x)
}

# As of a single equation: without the variance of the errors, so that by 2SLS the scores are those
# of fe_reg().
#' @exportS3Method sandwich::estfun
estfun.system_equation <- function(x, ...) {
  check_dots(...)
  made <- equation_influences(x, rlang::current_env())
  estimating_rows(made$influences, made$bread, x)
}

#' @exportS3Method sandwich::bread
bread.system_equation <- function(x, ...) {
  check_dots(...)
  named_bread(equation_influences(x, rlang::current_env())$bread * x$sample$n, x)
}

# What each row adds to each coefficient, and the inverse of the normal equations.
system_influences <- function(fit, call) {
  check_has_rows(fit, "estfun()", call)
  system_covariance_spec("HC0", fit$spec, call)
  design <- system_design(fit$spec, call)
  asked <- system_arguments(fit$spec, design, call)
  asked$options$influences <- TRUE
  system_kernel(design, fit$spec, list(clusters = list()), asked, call)
}

equation_influences <- function(fit, call) {
  made <- system_influences(fit$system, call)
  at <- equation_columns(fit$system, fit$equation)
  list(
    influences = made$influences[, at, drop = FALSE],
    bread = made$bread[at, at, drop = FALSE] / fit$system$sigma[fit$equation, fit$equation]
  )
}

# Scores s with influences s B: where restrictions make B singular, those in its span.
estimating_rows <- function(influences, bread, fit) {
  se <- sqrt(pmax(diag(bread), 0))
  free <- se > 0
  unit <- ifelse(free, 1 / se, 0)
  e <- eigen(bread * outer(unit, unit), symmetric = TRUE)
  tied <- length((fit$system %||% fit)$restrictions$value) > 0
  kept <- e$values > (if (tied) 1e-12 * max(e$values, 0) else 0)
  half <- e$vectors[, kept, drop = FALSE] / rep(sqrt(e$values[kept]), each = length(se))
  out <- sweep(tcrossprod(sweep(influences, 2, unit, `*`) %*% half, half), 2, unit, `*`)
  dimnames(out) <- list(frame_rows(fit), names(fit$coefficients))
  out
}

named_bread <- function(bread, fit) {
  dimnames(bread) <- list(names(fit$coefficients), names(fit$coefficients))
  bread
}
