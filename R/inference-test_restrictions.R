#' Tests of linear restrictions on coefficients
#'
#' Are coefficients zero together, equal, or a number? Of one equation as Stata's `test` after
#' `reghdfe` and `ivreghdfe`, of a system across its equations too.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @section Statistics:
#' With b and V the coefficients and their covariance, R b = r the q restrictions:
#' * `wald`: (R b - r)'(R V R')^-1(R b - r), under `vcov`; divided by q as F where the covariance
#'   has finite degrees of freedom. Under CR2 and CR3 these are the restrictions' own, the least of
#'   theirs.
#'
#' Of a system two more:
#' * `distance`: the increase of the criterion (y - Ad)'(S^-1 (x) I)(y - Ad) when the restrictions
#'   are imposed, with the S of the unrestricted fit in both (Gallant and Jorgenson 1979). Linear
#'   systems make it equal to the Wald statistic with the estimator's own covariance at that S. Not
#'   for instruments by equation other than by GMM, nor for LIML.
#' * `lr`: N (log det S0 - log det S1), S of the residuals divided by N, restricted and not. Only
#'   for iterated SUR, which is maximum likelihood. Where the restricted iteration diverges, or one
#'   of the two stops before it settles, there is no maximum to compare: the row is `NA`, a warning
#'   says why, and `attr(, "not_computed")` keeps it.
#'
#' All are chi-squared with q degrees of freedom under the restrictions.
#' @param fit A fit of [fe_reg()] or [system_reg()].
#' @param restrictions Strings of linear equations of the coefficients, `"x = 0"`, `"x + z = 1"`,
#'   `"economy_x = infrastructure_x"`, a side that is missing being zero; or a list of `matrix` (a
#'   row a restriction, a column a coefficient) and `value` (default zero). One that repeats others
#'   is left out, so that `df` counts those that differ.
#' @param vcov Covariance of the Wald test; `NULL` is the fit's own.
#' @return A data frame of class `test_restrictions`: `test`, `statistic`, `df`, `df2`, `p_value`;
#'   attribute `not_computed`, by test, why a statistic is `NA`.
#' @section Errors: `ccdpanel_error_fit`, `ccdpanel_error_restrictions`, and those of [system_reg()]
#'   for `vcov`.
#' @references Gallant, A. R. and Jorgenson, D. W. (1979). Statistical inference for a system of
#'   simultaneous, non-linear, implicit equations in the context of instrumental variable
#'   estimation. Journal of Econometrics 11(2-3), 275-302. \doi{10.1016/0304-4076(79)90041-9}
#' @examples
#' one <- fe_reg(
#'   log(output) ~ log(highways) + log(water) + unemployment | state + year, state_capital,
#'   vcov = ~state
#' )
#' test_restrictions(one, c("log(highways) = 0", "log(water) = 0"))
#' fit <- system_reg(
#'   list(
#'     output = log(output) ~ log(highways) + unemployment,
#'     jobs = log(employment) ~ log(highways) + log(private_capital)
#'   ),
#'   state_capital, method = "sur", fe = ~state, iterate = TRUE
#' )
#' test_restrictions(fit, "output_log(highways) = jobs_log(highways)")
#' @export
test_restrictions <- function(fit, restrictions, vcov = NULL, ...) {
  check_dots(...)
  check_required("test_restrictions")
  call <- rlang::current_env()
  if (!inherits(fit, "ccd_model")) {
    abort("fit", c(
      "{.arg fit} must be a fit of {.fn fe_reg} or {.fn system_reg}, not {found(fit)}.",
      i = "Fit the model first."
    ))
  }
  r <- parse_restrictions(restrictions, names(fit$coefficients), call)
  if (!nrow(r$matrix)) {
    abort("restrictions", c(
      "{.arg restrictions} must hold at least one.",
      i = "For instance {.code \"{names(fit$coefficients)[1]} = 0\"}."
    ))
  }
  cov <- fit_covariance(fit, vcov)
  wald <- wald_restrictions(fit, r, cov, vcov, call)
  others <- criterion_tests(fit, r, call)
  structure(
    rbind(wald, others$rows),
    class = c("test_restrictions", "data.frame"), covariance = covariance_label(cov),
    restrictions = restrictions, not_computed = c(lr = others$reason)
  )
}

# What a fit tests beside Wald's: list(rows, reason why one of them is NA).
criterion_tests <- function(fit, r, call) UseMethod("criterion_tests")

#' @export
criterion_tests.default <- function(fit, r, call) NULL

restriction_row <- function(test, statistic, df, df2 = Inf) {
  p <- if (is.finite(df2)) {
    stats::pf(statistic, df, df2, lower.tail = FALSE)
  } else {
    stats::pchisq(statistic, df, lower.tail = FALSE)
  }
  data.frame(
    test = test, statistic = statistic, df = df, df2 = df2, p_value = p, stringsAsFactors = FALSE
  )
}

wald_restrictions <- function(fit, r, cov, vcov, call) {
  gap <- drop(r$matrix %*% fit$coefficients) - r$value
  check_variances(r$matrix, fit, cov, call)
  w <- wald_statistic(r$matrix, gap, cov)
  if (is.na(w)) {
    abort("restrictions", c(
      "The covariance of the restrictions is singular: some hold by construction.",
      i = "Leave out what the fit already imposes, or use more clusters."
    ), call)
  }
  df2 <- min(combination_df(fit, r$matrix, cov, vcov, call))
  q <- nrow(r$matrix)
  if (is.finite(df2)) restriction_row("wald", w / q, q, df2) else restriction_row("wald", w, q)
}

check_variances <- function(r, fit, cov, call) {
  lost <- names(fit$coefficients)[is.na(diag(cov$v)) & colSums(r != 0) > 0]
  if (!length(lost)) return(invisible())
  abort("restrictions", c(
    paste0(
      "{cli::qty(lost)}{.val {lost}} {?has/have} no standard error, and cannot be tested: ",
      "{?its variance/variances} would be negative or {?is/are} rounding."
    ),
    i = "Take another {.arg vcov}: more clusters, or clusters in one way."
  ), call)
}

# gap' (R V R')^-1 gap, NA where that is singular or missing; by the root of V where the fit has
# one.
wald_statistic <- function(r, gap, cov) {
  if (!is.null(cov$root)) return(rooted_wald(r, gap, cov$root))
  used <- colSums(r != 0) > 0
  r <- r[, used, drop = FALSE]
  cov$v <- cov$v[used, used, drop = FALSE]
  middle <- r %*% cov$v %*% t(r)
  if (anyNA(middle)) return(NA_real_)
  sd <- sqrt(pmax(diag(middle), 0))
  known <- sd^2 <= 1e-10 * drop(r^2 %*% diag(cov$v))
  if (any(known) || qr(middle / outer(sd, sd), tol = 1e-10)$rank < nrow(middle)) return(NA_real_)
  sum(gap * scaled_solve(middle, gap))
}

#' @export
print.test_restrictions <- function(x, digits = 4, ...) {
  check_print_dots(...)
  check_shown(digits = digits)
  shown <- tests_text(x, digits, tr("not computed"))
  shown$df2 <- ifelse(is.finite(x$df2), format(x$df2), "")
  cat(trf("Covariance of the Wald test: %s", spoken_facts(attr(x, "covariance"))), "\n", sep = "")
  print_fitting(shown, right = FALSE)
  reason <- attr(x, "not_computed")
  if (length(reason)) say(paste0(tr("not computed"), colon(), tr(reason[["lr"]])))
  # A fit of one equation has no restrictions to impose.
  if (!identical(x$test, "wald")) next_steps("update(fit, restrictions = ) to impose them")
  invisible(x)
}
