# lmtest: its table of coefficients and their limits.

# lmtest's own default takes df.residual(); the degrees of freedom belong to the covariance.
# Dots are for a function that makes the covariance.
#' @exportS3Method lmtest::coeftest
coeftest.ccd_model <- function(x, vcov. = NULL, df = NULL, ...) {
  if (!is.function(vcov.)) check_dots(..., passed = "save", also = "vcov")
  cov <- fit_covariance(x, with_dots(vcov., ...))
  default <- utils::getS3method("coeftest", "default", envir = asNamespace("lmtest"))
  save <- isTRUE(list(...)$save)
  out <- default(x, vcov. = cov$v, df = df %||% min(cov$df), save = save)
  # lmtest has one number for all coefficients; CR2's and CR3's have their own.
  if (is.null(df) && length(cov$df) > 1) out[, 4] <- 2 * stats::pt(-abs(out[, 3]), cov$df)
  out
}

# confint() with lmtest's arguments.
#' @exportS3Method lmtest::coefci
coefci.ccd_model <- function(x, parm = NULL, level = 0.95, vcov. = NULL, df = NULL, ...) {
  if (!is.function(vcov.)) check_dots(..., also = "vcov")
  check_number(level, "level", 0, 1)
  cov <- fit_covariance(x, with_dots(vcov., ...))
  if (!is.null(df)) {
    check_number(df, "df", 0)
    cov$df <- if (df > 0) df else Inf # lmtest's zero stands for the normal distribution
  }
  limits <- coefficient_limits(x, cov, level)
  if (is.null(parm)) limits else limits[check_parm(parm, rownames(limits)), , drop = FALSE]
}

# A function that makes a covariance, with what stands in the dots for it.
with_dots <- function(vcov., ...) {
  if (is.function(vcov.)) function(fit) vcov.(fit, ...) else vcov.
}

# lmtest's tests of residuals and of form fit the variables by least squares themselves, which is
# the model without its effects and instruments. `asking`: the function that asks for the variables.
check_not_retold <- function(fit, asking) {
  if (is_plain_regression(fit) || !identical(environmentName(environment(asking)), "lmtest")) {
    return(invisible())
  }
  tests <- c(
    "bptest", "bgtest", "coxtest", "dwtest", "gqtest", "harvtest", "hmctest", "jtest", "petest",
    "raintest", "resettest"
  )
  space <- asNamespace("lmtest")
  test <- Find(function(name) identical(asking, get0(name, space)), tests)
  if (!is.null(test)) abort_retold(fit, paste0("lmtest::", test), NULL)
}

is_plain_regression <- function(fit) {
  !length(fit$effects) && !length(fit$endogenous) && inherits(fit, "fe_reg")
}

# What other packages do not know of a fit.
unknown_parts <- function(fit) {
  if (inherits(fit, "spatial_reg")) {
    "neighbours"
  } else if (!inherits(fit, "fe_reg")) {
    "equations"
  } else if (length(fit$effects)) {
    "effects"
  } else {
    "instruments"
  }
}

abort_retold <- function(fit, f, call, way = NULL) {
  what <- unknown_parts(fit)
  abort("fit", c(
    "{.fn {f}} fits the variables again by least squares, and knows nothing of the fit's {what}.",
    i = way %||% if (what == "effects") {
      "It takes a fit with the effects as dummies: {.code fe_reg(y ~ x + factor(id), data)}."
    } else {
      "Its result would be that of another model."
    }
  ), call)
}
