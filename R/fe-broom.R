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
  augmented(x, data, newdata, own = character(), call = rlang::current_env())
}

# `own`: names that the result has beside those that are made here.
augmented <- function(fit, data, newdata, own, call) {
  if (!is.null(newdata)) {
    check_one_of_two(data, call)
    newdata <- read_columns(newdata, "newdata", call = call)
    check_own_names(names(newdata), c(own, ".fitted"), call)
    newdata$.fitted <- stats::predict(fit, newdata)
    return(newdata)
  }
  out <- if (is.null(data)) sample_data(fit) else rows_of_sample(fit, data, call)
  check_own_names(names(out), c(own, ".fitted", ".resid"), call)
  out$.fitted <- stats::fitted(fit)
  out$.resid <- fit$residuals
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
  all <- nrow(as.data.frame(fit$spec$data))
  if (nrow(data) != all) {
    abort("rows", c(
      "{.arg data} must have the {all} row{?s} that the model was fitted to, not {nrow(data)}.",
      i = "For other rows use {.arg newdata}; without either the sample's {n} row{?s} are taken."
    ), call)
  }
  rows <- fit$sample$rows
  if (!is.null(rows)) data <- data[rows, , drop = FALSE]
  check_same_rows(data, fit, call)
  data
}

# Residuals go to rows by their place: what the model was fitted to tells whether these are the
# rows, and in their order.
check_same_rows <- function(data, fit, call) {
  spec <- fit$spec
  fitted <- sample_data(fit)
  needed <- intersect(all.vars(spec$parsed$response), names(fitted))
  check_columns_there(needed, data, call)
  used <- c(needed, unlist(lapply(fe_expressions(spec), all.vars)), spec$panel)
  used <- intersect(unique(used), intersect(names(fitted), names(data)))
  for (name in used) {
    other <- rows_that_differ(data[[name]], fitted[[name]])
    if (!any(other)) next
    abort("rows", c(
      paste0(
        "{.arg data} must have the rows that the model was fitted to, in their order: ",
        "{.val {name}} is another in {sum(other)} of the sample's {length(other)} row{?s}."
      ),
      i = paste0(
        "Give the data as they were for the fit, with more columns perhaps; for other rows use ",
        "{.arg newdata}."
      )
    ), call)
  }
}

check_columns_there <- function(needed, data, call) {
  absent <- setdiff(needed, names(data))
  if (!length(absent)) return(invisible())
  abort("rows", c(
    paste0(
      "{.arg data} must have the dependent variable, which tells the rows: {.val {absent}} ",
      "{?is/are} not there."
    ),
    i = "Give the data as they were for the fit, with more columns perhaps."
  ), call)
}

# Values as the model takes them: a label or a class changes none.
rows_that_differ <- function(a, b) {
  plain <- function(x) {
    if (is.null(dim(x))) x <- column_levels(x) %||% x
    as.matrix(if (is.factor(x)) as.character(x) else unclass(x))
  }
  a <- plain(a)
  b <- plain(b)
  if (!identical(dim(a), dim(b))) return(rep(TRUE, nrow(b)))
  same <- a == b | is.na(a) & is.na(b)
  rowSums(!same | is.na(same)) > 0
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
