# What is made of the maximum: degrees of freedom, residuals, covariances.

spatial_short <- c(
  lag = "SAR", error = "SEM", durbin = "SDM", durbin_error = "SDEM", sac = "SAC"
)

# The transformed likelihood has no effects among its parameters; the direct one has all.
spatial_dof <- function(fit, nuisance) {
  e <- fit$cells$effects
  absorbed <- if (!any(e)) 0L else {
    (if (e[["unit"]]) fit$cells$n else 1L) + (if (e[["time"]]) fit$cells$t else 1L) - 1L
  }
  k <- length(fit$coefficients)
  list(
    n = fit$sample$n, k = k, absorbed = absorbed, exact = TRUE,
    residual = fit$sample$n - k - absorbed,
    parameters = k + 1L + if (fit$spec$likelihood == "direct") absorbed else nuisance
  )
}

# Residuals e of the rows of the sample, what the reduced form predicts of them, shares explained.
spatial_residuals <- function(made, d, theta) {
  cells <- made$cells
  columns <- made$columns
  u <- cells$filtered(columns$y, theta[["rho"]]) - columns$x %*% d$fit$b
  e <- cells$filtered(u, theta[["lambda"]])
  raw <- columns$raw
  # (I - rho W)^-1 = I + rho G
  apart <- matrix(u, cells$n)
  if (theta[["rho"]] != 0) apart <- apart + theta[["rho"]] * made$g %*% apart
  by_row <- function(v) replace(numeric(length(raw)), as.vector(cells$place), as.vector(v))
  effects <- any(cells$effects)
  about <- if (effects || "(Intercept)" %in% colnames(columns$x)) mean(raw) else 0
  list(
    residuals = by_row(e), reduced = by_row(raw - as.vector(apart)),
    r2 = c(
      r2 = 1 - d$fit$rss / sum((raw - about)^2), adjusted = NA_real_,
      within = if (effects) 1 - d$fit$rss / sum(columns$y^2) else NA_real_
    ),
    rss = d$fit$rss
  )
}

spatial_covariance <- function(fit, cov_spec, made, m) {
  d <- spatial_derivatives(m, made$counts, fit$theta)
  info <- if (cov_spec$type == "hessian") {
    d$information
  } else {
    spatial_information(
      made$columns, made$cells, made$links, made$counts, fit$theta, d$fit, d$sigma2, made$g
    )
  }
  k <- ncol(made$columns$x)
  kind <- spatial_models[[fit$spec$model]]
  keep <- c(seq_len(k), k + which(c(kind[["rho"]], kind[["lambda"]])), k + 3)
  none <- matrix(NA_real_, length(keep), length(keep))
  v <- tryCatch(scaled_solve(info[keep, keep]), error = function(e) none)
  n <- made$cells$n
  factor <- if (cov_spec$type == "cluster") n / (n - 1) else 1
  if (cov_spec$type == "cluster") {
    v <- factor * v %*% spatial_meat(made, fit$theta, d)[keep, keep] %*% v
  }
  own <- made$columns$nuisance + seq_along(fit$coefficients)
  v <- v[own, own, drop = FALSE]
  v <- (v + t(v)) / 2
  dimnames(v) <- list(names(fit$coefficients), names(fit$coefficients))
  lost <- !is.finite(diag(v)) | diag(v) <= 0
  v[lost, ] <- NA
  v[, lost] <- NA
  say_lost_errors(colnames(v)[lost])
  groups <- if (cov_spec$type == "cluster") n
  new_covariance(v, cov_spec, Inf, factor, groups = groups)
}

# "information", "hessian", or clusters, which are the units.
spatial_cov_spec <- function(vcov, panel, call) {
  if (rlang::is_string(vcov) && vcov %in% c("information", "hessian")) return(list(type = vcov))
  unit <- if (inherits(vcov, "formula") && length(vcov) == 2) vcov[[2]]
  if (is.name(unit) && identical(as.character(unit), panel[1])) {
    return(list(type = "cluster", clusters = stats::setNames(list(list(unit)), panel[1])))
  }
  abort("vcov", c(
    paste0(
      "{.arg vcov} of a spatial model must be {.val information}, {.val hessian} or ",
      "{.code ~{panel[1]}}, clusters of the units, not {found(vcov)}."
    ),
    i = "Errors are independent between units: other clusters would hold neighbours together."
  ), call)
}

# The covariance of the scores where errors of a unit depend on each other over time. Those of rho
# and lambda are quadratic forms e'Ge: pairs of units are uncorrelated with all others.
spatial_meat <- function(made, theta, d) {
  cells <- made$cells
  columns <- made$columns
  s2 <- d$sigma2
  lambda <- theta[["lambda"]]
  mean <- columns$x %*% d$fit$b
  e <- as.vector(cells$filtered(cells$filtered(columns$y, theta[["rho"]]) - mean, lambda))
  by_unit <- function(v) rowSums(matrix(v, cells$n))
  excess <- by_unit(e^2) - made$counts$t * s2 * (1 - made$counts$reduced / cells$n)
  forms <- list(made$g, spatial_inverse(made$links, lambda))
  if (made$counts$reduced) forms <- lapply(forms, function(g) g - rep(colMeans(g), each = cells$n))
  linear <- cbind(cells$filtered(
    cbind(columns$x, cells$within(cells$times_matrix(made$g, mean))), lambda
  ), 0)
  own <- apply(linear * e, 2, by_unit)
  k <- ncol(columns$x)
  own[, k + 1:2] <- own[, k + 1:2] + vapply(forms, diag, numeric(cells$n)) * excess
  own <- cbind(own / s2, excess / (2 * s2^2))
  pairs <- tcrossprod(matrix(e, cells$n)) / s2
  diag(pairs) <- 0
  pairs <- vapply(forms, function(g) as.vector((g + t(g)) * pairs), numeric(cells$n^2))
  meat <- crossprod(own)
  meat[k + 1:2, k + 1:2] <- meat[k + 1:2, k + 1:2] + crossprod(pairs) / 2
  meat
}

say_lost_errors <- function(names) {
  if (!length(names)) return(invisible())
  warn("negative", c(
    paste0(
      "The information is not positive definite at the maximum: the standard error of ",
      "{.val {names}} is missing."
    ),
    i = "Is the maximum at an end of the interval, or are there too few rows?"
  ))
}

#' @export
fit_covariance.spatial_reg <- function(object, vcov = NULL, call = rlang::caller_env()) {
  cov_spec <- spatial_cov_spec(vcov, object$spec$panel, call)
  if (cov_spec$type == object$covariance$type) return(object$covariance)
  kind <- spatial_models[[object$spec$model]]
  made <- hush_spatial(spatial_parts(object$spec, model_design(object$spec, call), call))
  made$g <- spatial_inverse(made$links, object$theta[["rho"]])
  spatial_covariance(object, cov_spec, made, spatial_moments(made$columns, made$cells, kind))
}

# What was said of the weights when the model was fitted.
hush_spatial <- function(expr) {
  quiet <- function(m) rlang::cnd_muffle(m)
  withCallingHandlers(expr, ccdpanel_message_dropped = quiet, ccdpanel_message_alone = quiet)
}

check_spatial_rows <- function(made, kind, call) {
  k <- ncol(made$columns$x) + kind[["rho"]] + kind[["lambda"]]
  all <- made$cells$n * made$cells$t
  if (made$counts$rows <= k) abort_too_few_rows(k, all - made$counts$rows, all, call)
}

check_spatial_fit <- function(d, top, made, call) {
  # Near such a fit the likelihood is a spike, which no search climbs to its top.
  if (d$fit$rss <= 1e-14 * sum(made$columns$y^2)) {
    warn("perfect_fit", c(
      "The fit is perfect: the residuals are rounding, and so are standard errors and tests.",
      i = "Is the dependent variable made of the regressors?"
    ), call)
  }
  if (!top$boundary) return(invisible())
  warn("boundary", c(
    paste0(
      "The likelihood is highest at an end of the interval in which the model is defined, ",
      "{paste(signif(made$links$bounds, 4), collapse = ' to ')}: standard errors do not hold there."
    ),
    i = "Are the weights dense, or is the dependent variable an average over neighbours?"
  ), call)
}

say_spatial_collinear <- function(names) {
  if (length(names)) inform("collinear", "Left out as collinear: {.val {names}}.")
}
