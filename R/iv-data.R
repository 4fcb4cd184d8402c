# What the tests of an instrumental-variables fit look at: endogenous regressors, excluded
# instruments and dependent variable with everything else partialled out (effects, constant,
# exogenous regressors), times the root of the weights, each in a unit of its own: the tests do not
# depend on units, and no product leaves the range of numbers. `unit`: what coefficients of x are
# multiplied by to be those of the scaled columns. `span`: orthonormal columns of what x spans, for
# the tests of all of them, which near dependence then costs no digits.

iv_data <- function(fit, vcov = NULL, call = rlang::caller_env()) {
  check_instrumented(fit, call)
  cov <- moment_covariance_spec(
    if (is.null(vcov)) fit$covariance_spec else covariance_spec(vcov, call = call)
  )
  fit <- with_values(fit, list(vcov), call)
  design <- model_design(fit$spec, call, cells = TRUE, clusters = cov$clusters)
  x <- columns_within(design)
  w <- design$weight
  if (length(w)) x <- x * sqrt(w)
  exogenous <- setdiff(
    names(fit$coefficients), c(if (design$constant) "(Intercept)", fit$endogenous)
  )
  fixed <- if (length(exogenous)) qr(x[, exogenous, drop = FALSE], tol = 1e-12)
  partial <- function(names) {
    out <- x[, names, drop = FALSE]
    if (is.null(fixed)) out else qr.resid(fixed, out)
  }
  clusters <- cluster_factors(cov$clusters, fit$spec, design$sample, call)
  plan <- meat_plan(cov, clusters)
  if (!is.null(design$remote)) check_cells_do(plan, call)
  all_instruments <- length(exogenous) + design$constant + length(fit$instruments)
  free <- if (cov$type == "cluster") {
    unnested_dof(design$factors, clusters, fit$dof$absorbed)
  } else {
    fit$dof$absorbed
  }
  y <- scaled_columns(partial("(y)"))
  endogenous <- scaled_columns(partial(fit$endogenous))
  unit <- endogenous$unit / y$unit
  z <- spanning_columns(partial(fit$instruments))
  list(
    y = y$x, x = endogenous$x, span = qr.Q(qr(endogenous$x, tol = 1e-13)), z = z, qz = qr(z),
    unit = unit,
    n = design$sample$n, cov = cov,
    clusters = clusters, plan = plan, fit = fit, design = design,
    residual_dof = design$sample$n - all_instruments - free,
    iid_dof = design$sample$n - all_instruments - fit$dof$absorbed,
    b = if (!is.null(fit$kappa)) fit$coefficients[fit$endogenous] * unit, kappa = fit$kappa,
    groups = independent_groups(cov, clusters, fit),
    stata = fit$spec$ssc == "stata"
  )
}

# Clusters, the fewest of several ways; to Driscoll and Kraay's covariance periods are what clusters
# are to others.
independent_groups <- function(cov, clusters, fit) {
  if (length(clusters)) return(min(vapply(clusters, `[[`, 0L, "levels")))
  if (cov$type != "DK") return(NULL)
  length(unique(panel_periods(cov, fit$sample, fit$spec, rlang::caller_env())$time))
}

check_instrumented <- function(fit, call) {
  if (inherits(fit, "fe_reg") && length(fit$endogenous)) return(invisible())
  abort("not_instrumented", c(
    paste0(
      "{.arg fit} must be a fit of {.fn fe_reg} with instruments, not ",
      "{if (inherits(fit, 'fe_reg')) 'one without' else found(fit)}."
    ),
    i = "Write {.code fe_reg(y ~ x | effects | endogenous ~ instruments, data)}."
  ), call)
}

# Sum of scores' cross-products, under the covariance of `d`: by row, by cluster, by several ways,
# or by a kernel.
score_sum <- function(scores, d) {
  if (isTRUE(d$plan$rows)) {
    return(kernel_meat(scores, d$cov, d$fit$sample, d$fit$spec, rlang::caller_env())$meat)
  }
  meats <- lapply(d$plan$clusters, function(cluster) {
    crossprod(if (is.null(cluster)) scores else rowsum(scores, cluster$code, reorder = FALSE))
  })
  Reduce(`+`, Map(`*`, meats, d$plan$sign))
}

# Covariance of sqrt(n) times the mean of v_i (x) z_i, columns of v slowest; iid: var(v) (x) Z'Z/n.
moment_covariance <- function(v, z, d) {
  if (d$cov$type == "iid") return(kronecker(crossprod(v) / d$n, crossprod(z) / d$n))
  if (!is.null(d$design$remote) && any(vapply(d$plan$clusters, is.null, NA))) {
    return(row_covariance(d$design$remote, v, z, d$design) / d$n)
  }
  scores <- do.call(cbind, lapply(seq_len(ncol(v)), function(j) v[, j] * z))
  score_sum(scores, d) / d$n
}

# The same by single rows where the rows of a design stand for others; v and z are combinations of
# its columns within the effects, times the root of the weights.
row_covariance <- function(remote, v, z, design) UseMethod("row_covariance")

# A chi-squared statistic with covariances that divide by n, as an F statistic with its small-sample
# factor.
small_sample_f <- function(chi2, q, d) {
  if (!d$stata) return(chi2 / q)
  if (d$cov$type %in% c("cluster", "DK")) {
    return(chi2 / (d$n - 1) * d$residual_dof * (d$groups - 1) / d$groups / q)
  }
  if (d$cov$type == "HC0") return(chi2 / q)
  chi2 / d$n * d$iid_dof / q
}

f_df2 <- function(d) {
  if (!d$stata) return(Inf)
  if (d$cov$type %in% c("cluster", "DK")) d$groups - 1 else d$iid_dof
}
