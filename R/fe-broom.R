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
augment.fe_reg <- function(x, data = NULL, newdata = NULL, ...) {
  check_dots(...)
  if (!is.null(newdata)) {
    check_one_of_two(data, rlang::current_env())
    newdata <- read_columns(newdata, "newdata")
    newdata$.fitted <- stats::predict(x, newdata)
    return(newdata)
  }
  out <- if (is.null(data)) sample_data(x) else rows_of_sample(x, data, rlang::current_env())
  out$.fitted <- stats::fitted(x)
  out$.resid <- x$residuals
  out
}

check_one_of_two <- function(data, call) {
  if (is.null(data)) return(invisible())
  abort("conflict", c(
    "{.arg data} and {.arg newdata} are both given.",
    i = paste0(
      "{.arg data} is what the model was fitted to, with more columns perhaps; {.arg newdata} are ",
      "other rows."
    )
  ), call)
}

# Of the data that the model was fitted to, as the user has them now, the rows of the sample.
rows_of_sample <- function(fit, data, call) {
  n <- nrow(sample_data(fit))
  data <- read_columns(data, call = call)
  rows <- fit$sample$rows
  all <- nrow(as.data.frame(fit$spec$data))
  if (nrow(data) == all) return(if (is.null(rows)) data else data[rows, , drop = FALSE])
  abort("rows", c(
    "{.arg data} must have the {all} row{?s} that the model was fitted to, not {nrow(data)}.",
    i = "For other rows use {.arg newdata}; without either the sample's {n} row{?s} are taken."
  ), call)
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
