# What the estimator needs to be repeated on the same data: GMM keeps the covariance that weighs its
# moments, so that another covariance of the fit leaves the estimates alone.
estimator_spec <- function(estimator, fuller, cov_spec, spec, call) {
  if (estimator == "2sls") return(list(name = "2sls"))
  if (is.null(spec$parsed$instruments)) {
    abort("estimator", c(
      "{.arg estimator} {.val {estimator}} needs instruments; {.arg formula} has none.",
      i = paste0(
        "Write {.code y ~ x | effects | endogenous ~ instruments}, or leave {.arg estimator} out ",
        "for least squares."
      )
    ), call)
  }
  if (estimator == "gmm") {
    cov_spec <- moment_covariance_spec(cov_spec)
    check_gmm_weighting(cov_spec, call)
  }
  list(
    name = estimator, fuller = if (estimator == "fuller") fuller else 0,
    weighting = if (estimator == "gmm") cov_spec
  )
}

check_gmm_weighting <- function(cov_spec, call) {
  if (!isTRUE(meat_plan(cov_spec, list(NULL))$rows)) return(invisible())
  abort("vcov", c(
    paste0(
      "GMM weighs its moments by an iid, heteroskedasticity-robust or clustered covariance, not ",
      "by {cov_spec$type}."
    ),
    i = paste0(
      "Fit with {.code vcov = \"HC1\"} or clusters, and ask for the other covariance of the fit: ",
      "{.code summary(fit, vcov = )}."
    )
  ), call)
}

# The same for the kernel.
estimator_plan <- function(spec, design, call) {
  chosen <- spec$estimator
  if (identical(chosen$name, "gmm") && chosen$weighting$type != "iid") {
    plan <- meat_plan(
      chosen$weighting, cluster_factors(chosen$weighting$clusters, spec, design$sample, call)
    )
    # Where rows stand for others, moments of single rows are summed elsewhere, and the step taken
    # after the kernel.
    alone <- !is.null(design$remote) && any(vapply(plan$clusters, is.null, NA))
    return(list(name = if (alone) "" else "gmm", clusters = plan$clusters, sign = plan$sign))
  }
  if (!chosen$name %in% c("liml", "fuller")) return(list(name = ""))
  absorbed <- degrees_of_freedom(design$sample$n, 0L, design$factors)$absorbed
  # The kernel counts its own rows.
  beyond <- design_rows(design) - design$sample$n
  list(name = "k_class", fuller = chosen$fuller, absorbed = absorbed + design$constant + beyond)
}

estimator_label <- function(spec) {
  if (is.null(spec$parsed$instruments)) return("OLS")
  c(`2sls` = "2SLS", liml = "LIML", fuller = "Fuller", gmm = "GMM")[[spec$estimator$name]]
}
