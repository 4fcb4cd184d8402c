# Variants that are the baseline once more.

# Variants whose sample, terms and covariance are those of the baseline check nothing: why, by name,
# said once.
unchanged_variants <- function(fit, made, variants) {
  same <- vapply(made[-1], function(m) !inherits(m, "condition") && same_estimates(fit, m$fit), NA)
  why <- vapply(variants[same], unchanged_reason, "", fit = fit)
  if (length(why)) {
    shown <- utils::head(why, 5)
    more <- length(why) - length(shown)
    inform("unchanged", c(
      "!" = paste0(
        "{length(why)} variant{?s} {?is/are} the baseline once more and {?is/are} not counted as ",
        "{?a check/checks}:"
      ),
      stats::setNames(paste0(
        "{names(shown)[", seq_along(shown), "]}: {shown[", seq_along(shown), "]}"
      ), rep("*", length(shown))),
      if (more) c(" " = "... and {more} more: {.code attr(x, \"unchanged\")}")
    ))
  }
  why
}

same_estimates <- function(fit, new) {
  near <- function(a, b) isTRUE(all.equal(a, b, tolerance = 1e-12, check.attributes = FALSE))
  fit$sample$n == new$sample$n && length(fit$coefficients) == length(new$coefficients) &&
    near(fit$coefficients, new$coefficients) && near(fit$covariance$v, new$covariance$v)
}

unchanged_reason <- function(v, fit) {
  reasons <- c(
    replace = "the other columns have the same values", formula = "the same terms are estimated",
    effects = "the effects are those of the fit", subset = "no row is left out",
    period = "the sample has no other times", data = "the data give the same numbers",
    winsorise = "no value of the sample is beyond the percentiles",
    vcov = "the covariance is that of the fit", weights = "the weights are those of the fit",
    estimator = "the estimator gives the same numbers", fit = "it is the same fit"
  )
  paste(reasons[intersect(names(reasons), names(v))], collapse = ", ")
}
