# broom's generics: rows of coefficients, one row a fit, fitted values beside the data.

#' @rdname model-methods
#' @export
tidy.fe_reg <- function(x, conf.int = FALSE, conf.level = 0.95, vcov = NULL, constant = NULL, ...) {
  check_dots(..., passed = "coef_rename")
  check_flag(conf.int, "conf.int")
  out <- coefficient_table(x, fit_covariance(x, vcov))
  if (!is.null(constant)) out <- rbind(out, fe_constant(x, constant, vcov))
  with_limits(out, conf.int, conf.level)
}

#' @rdname model-methods
#' @export
augment.fe_reg <- function(x, ...) {
  check_dots(...)
  out <- sample_data(x)
  out$.fitted <- stats::fitted(x)
  out$.resid <- x$residuals
  out
}

#' @rdname model-methods
#' @export
glance.fe_reg <- function(x, ...) {
  check_dots(..., passed = "gof_map")
  wald <- wald_test(x, x$covariance)
  data.frame(
    r.squared = x$r2[["r2"]], adj.r.squared = x$r2[["adjusted"]],
    within.r.squared = x$r2[["within"]], within.r.squared.xtreg = xtreg_within(x),
    sigma = stats::sigma(x),
    statistic = wald$statistic, p.value = wald$p.value, df = wald$df1,
    logLik = as.numeric(stats::logLik(x)),
    AIC = stats::AIC(x), BIC = stats::BIC(x), deviance = x$rss, df.residual = x$dof$residual,
    nobs = x$sample$n,
    n.units = unit_count(x)$n %||% NA_integer_, vcov.type = covariance_label(x$covariance)
  )
}
