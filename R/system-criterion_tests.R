# Tests of restrictions on a system by the criterion that it minimises.

#' @export
criterion_tests.system_reg <- function(fit, r, call) {
  likelihood <- fit$method == "sur" && fit$spec$iterate && fit$spec$sigma == "n"
  lr <- if (likelihood) likelihood_ratio(fit, r, call)
  rows <- rbind(
    if (has_criterion(fit)) restriction_row("distance", distance_statistic(fit, r), nrow(r$matrix)),
    if (likelihood) restriction_row("lr", lr$statistic, nrow(r$matrix))
  )
  list(rows = rows, reason = lr$reason)
}

has_criterion <- function(fit) {
  fit$method != "liml" && (
    is.null(fit$instruments_by) || fit$spec$variant == "gmm" && fit$method == "3sls"
  )
}

# Both minima under the S of the unrestricted fit, the restricted one computed from its own normal
# equations.
distance_statistic <- function(fit, r) {
  spec <- fit$spec
  # Of an iteration that has not settled the fit said so.
  cov <- withCallingHandlers(
    system_estimate(spec, system_design(spec), covariance_spec("iid"), rlang::current_env()),
    ccdpanel_warning_not_converged = rlang::cnd_muffle
  )$covariance$v
  gain <- cov %*% t(r$matrix) %*% scaled_solve(r$matrix %*% cov %*% t(r$matrix))
  restricted <- fit$coefficients - drop(gain %*% (r$matrix %*% fit$coefficients - r$value))
  d <- system_data(fit)
  shift <- split(
    restricted - fit$coefficients,
    factor(rep(names(fit$terms), lengths(fit$terms)), names(fit$terms))
  )
  u <- d$u - mapply(function(x, b) drop(x %*% b), d$full, shift)
  moments_criterion(fit, d, u) - moments_criterion(fit, d, d$u)
}

# (y - Ad)'(S^-1 (x) P)(y - Ad); by equation u'Z W Z'u. Residuals and instruments in units of about
# one: the statistic has none.
moments_criterion <- function(fit, d, u) {
  size <- power_of_two(sqrt(diag(fit$sigma)))
  sigma <- fit$sigma / size / rep(size, each = length(size))
  u <- u / rep(size, each = nrow(u))
  if (is.null(d$z_of)) {
    project <- system_methods[[fit$method]]$project
    fitted <- if (project) qr.fitted(scaled_qr(scaled_columns(d$full_z)$x), u) else u
    return(sum(scaled_solve(sigma) * crossprod(u, fitted)))
  }
  z <- lapply(d$z_of, spanning_columns)
  at <- rep(seq_along(z), vapply(z, ncol, 0L))
  g <- unlist(lapply(seq_along(z), function(i) crossprod(z[[i]], u[, i])))
  sum(g * scaled_solve(crossprod(do.call(cbind, z)) * sigma[at, at], g))
}

# Both maxima, or why there is none: an iteration that diverges leaves the other statistics, which
# do not need it, as they are.
likelihood_ratio <- function(fit, r, call) {
  spec <- fit$spec
  held <- fit$restrictions
  spec$restrictions <- list(
    matrix = rbind(if (length(held$value)) held$matrix, r$matrix), value = c(held$value, r$value)
  )
  restricted <- tryCatch(
    system_estimate(spec, system_design(spec, call), covariance_spec("iid"), call)$kernel,
    ccdpanel_error_singular = identity, ccdpanel_warning_not_converged = identity
  )
  reason <- if (!fit$converged) {
    "the iteration of the fit stopped before it settled"
  } else if (inherits(restricted, "error")) {
    "the iteration under the restrictions runs into a singular covariance of residuals"
  } else if (inherits(restricted, "warning")) {
    "the iteration under the restrictions stopped before it settled"
  }
  if (!is.null(reason)) {
    warn("not_computed", c(
      "The likelihood ratio is not computed: {reason}, so that there is no maximum to compare.",
      i = "The other statistics do not need it."
    ), call)
    return(list(statistic = NA_real_, reason = reason))
  }
  log_det <- function(s) as.numeric(determinant(s)$modulus)
  gap <- log_det(restricted$residual_sigma) - log_det(fit$residual_sigma)
  list(statistic = fit$dof$n * gap)
}
