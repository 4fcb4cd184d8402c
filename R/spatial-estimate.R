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
  again <- function(v) cells$within(cells$lag(v))
  u <- columns$y - columns$x %*% d$fit$b
  if (theta[["rho"]] != 0) u <- u - theta[["rho"]] * again(columns$y)
  e <- u
  if (theta[["lambda"]] != 0) e <- u - theta[["lambda"]] * again(u)
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

spatial_covariance <- function(fit, type, made, m) {
  d <- spatial_derivatives(m, made$counts, fit$theta)
  info <- if (type == "hessian") {
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
  own <- made$columns$nuisance + seq_along(fit$coefficients)
  v <- v[own, own, drop = FALSE]
  v <- (v + t(v)) / 2
  dimnames(v) <- list(names(fit$coefficients), names(fit$coefficients))
  lost <- !is.finite(diag(v)) | diag(v) <= 0
  v[lost, ] <- NA
  v[, lost] <- NA
  say_lost_errors(colnames(v)[lost])
  new_covariance(v, list(type = type), Inf, 1)
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
  check_choice(vcov, c("information", "hessian"), "vcov", call)
  if (vcov == object$covariance$type) return(object$covariance)
  kind <- spatial_models[[object$spec$model]]
  made <- hush_spatial(spatial_parts(object$spec, model_design(object$spec, call), call))
  made$g <- spatial_inverse(made$links, object$theta[["rho"]])
  spatial_covariance(object, vcov, made, spatial_moments(made$columns, made$cells, kind))
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
