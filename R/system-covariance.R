# Covariances of a system's coefficients.

# Robust covariances weigh scores; the variants of 3SLS that are kept for comparison have none.
system_covariance_spec <- function(vcov, spec, call) {
  out <- covariance_spec(vcov, c("iid", "HC0"), call)
  compared <- spec$method == "3sls" && is.list(spec$instruments) && spec$variant != "gmm"
  if (out$type == "iid" || !compared) return(out)
  abort("vcov", c(
    paste0(
      "{.code variant = {.val {spec$variant}}} has no robust covariance with ",
      "instruments by equation."
    ),
    i = "Use {.code variant = \"gmm\"}, whose moments are valid."
  ), call)
}

#' @export
robust_covariance.system_reg <- function(x) "HC0"

#' @export
robust_covariance.system_equation <- function(x) "HC0"

system_covariance <- function(kernel, cov_spec, plan, clusters, spec, df) {
  if (cov_spec$type == "iid") {
    return(new_covariance(
      (kernel$bread + t(kernel$bread)) / 2, cov_spec, if (spec$sigma == "n") Inf else df, 1
    ))
  }
  sum <- sandwich_sum(kernel$half, kernel$meats, plan$sign, kernel$bread)
  if (cov_spec$type == "HC0") return(new_covariance(sum$v, cov_spec, Inf, 1))
  groups <- vapply(clusters, `[[`, 0L, "levels")
  stata <- spec$ssc == "stata"
  factor <- if (stata) min(groups) / (min(groups) - 1) else 1
  new_covariance(
    sum$v * factor, cov_spec, if (stata) min(groups) - 1 else Inf, factor, groups = groups,
    repaired = sum$repaired, largest = sum$largest
  )
}

# What the covariance of the equations' residuals is divided by.
system_divisor <- function(fit) {
  c(
    n = "N", geomean = "sqrt((N - k_i)(N - k_j))", max = "N - max(k_i, k_j)",
    theil = "N - k_i - k_j + tr(P_i P_j)"
  )[[fit$spec$sigma]]
}

system_covariance_label <- function(cov, divisor) {
  if (cov$type == "iid") {
    paste0("residual covariance divided by ", divisor, replay_label(cov))
  } else {
    covariance_label(cov)
  }
}
