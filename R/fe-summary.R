# How fits print: a header with every choice, the table, and what was left out.

#' @rdname model-methods
#' @export
print.fe_reg <- function(x, digits = usual_digits(), n = 20, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits)
  print(summary(x), digits = digits, n = n)
  invisible(x)
}

#' @rdname model-methods
#' @export
summary.fe_reg <- function(object, vcov = NULL, first_stage = FALSE, constant = NULL, ...) {
  check_dots(...)
  check_flag(first_stage, "first_stage")
  own <- object
  object$covariance <- fit_covariance(object, vcov)
  table <- coefficient_table(object, object$covariance)
  if (!is.null(constant)) table <- rbind(table, fe_constant(own, constant, vcov)[names(table)])
  structure(
    list(
      fit = object, coefficients = printed_table(table), covariance = object$covariance,
      within_xtreg = xtreg_within(object),
      instruments = if (length(object$endogenous)) instrument_statistics(own, vcov),
      constant = constant, asked = vcov,
      first_stage = if (first_stage) first_stage_columns(own, vcov)
    ),
    class = c("summary.fe_reg", "ccd_summary")
  )
}

#' @export
print.summary.fe_reg <- function(x, digits = usual_digits(), n = Inf, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits)
  fit <- x$fit
  asked <- n
  instrumented <- length(fit$endogenous) > 0
  say(paste0(estimator_title(fit), colon(), rlang::as_label(fit$spec$parsed$response)))
  say(paste0(trf("Rows: %s", with_commas(fit$sample$n)), header_effects(fit)))
  if (!is.null(fit$remote)) say(source_line(fit$remote))
  if (instrumented) {
    say(trf(
      "Endogenous: %s; instruments: %s", shown_names(fit$endogenous, n),
      shown_names(fit$instruments, n / 2)
    ))
  }
  say(errors_line(covariance_label(x$covariance), x$covariance))
  cat("\n")
  if (nrow(x$coefficients)) {
    # First stages take two lines each, and replays are a second table of the same rows.
    if (instrumented && is.finite(n)) n <- max(n - 2 * length(fit$endogenous), n / 2)
    if (!is.null(x$covariance$replays)) n <- n / 2
    print_coefficients(x$coefficients, n, digits)
  } else {
    say(tr("No coefficients."))
  }
  print_replays(fit, x$covariance, digits, n)
  if (!is.null(x$constant)) say(trf("Constant in %s's convention.", x$constant))
  cat("\n")
  say(footer(fit, x$within_xtreg, asked))
  if (instrumented) say(instrument_lines(x$instruments))
  if (length(x$first_stage)) cat("\n", stage_lines(x, digits), sep = "")
  next_steps(fit_steps(instrumented, length(x$first_stage) > 0))
  invisible(x)
}

# Where to go on from a single equation.
fit_steps <- function(instrumented, staged) {
  if (!instrumented) {
    return(c("add_controls()", "by_group()", "robustness()", "regression_table(fit)"))
  }
  c("weak_iv(fit)", "iv_tests(fit)", if (!staged) "first_stage(fit)", "regression_table(fit)")
}

estimator_title <- function(fit) {
  number <- function(v) format(v, digits = 6)
  switch(fit$estimator,
    OLS = tr("Least squares"), `2SLS` = tr("Two-stage least squares"),
    LIML = trf("Limited-information maximum likelihood (kappa %s)", number(fit$kappa[["used"]])),
    Fuller = trf(
      "Fuller's estimator (constant %s, kappa %s)", number(fit$spec$estimator$fuller),
      number(fit$kappa[["used"]])
    ),
    GMM = trf("Two-step GMM (weighted %s)", weighting_label(fit$spec$estimator$weighting))
  )
}

weighting_label <- function(cov) {
  if (cov$type == "iid") return(tr("as under iid errors"))
  if (cov$type == "cluster") {
    return(trf("by clusters of %s", joined_by_and(names(cov$clusters))))
  }
  tr("for heteroskedasticity")
}

footer <- function(fit, within_xtreg, n = Inf) {
  number <- function(v) short_number(v, 4, "NA")
  lines <- paste0(
    trf("R2 %s, adjusted %s", number(fit$r2[["r2"]]), number(fit$r2[["adjusted"]])),
    if (!is.na(fit$r2[["within"]])) trf(", within %s", number(fit$r2[["within"]])),
    if (has_xtreg_within(fit)) trf(" (reghdfe) or %s (xtreg)", number(within_xtreg)),
    trf("; residual standard error %s", number(stats::sigma(fit))), "\n"
  )
  losses <- describe_losses(fit$sample$counts, n / 2)
  if (nzchar(losses)) lines <- c(lines, paste0(trf("Left out: %s.", losses), "\n"))
  if (length(fit$collinear)) {
    lines <- c(lines, paste0(trf("Collinear: %s.", shown_names(fit$collinear, n / 2)), "\n"))
  }
  if (!fit$converged) {
    lines <- c(lines, tr("The effects were not absorbed to the accuracy asked for."))
  }
  lines
}
