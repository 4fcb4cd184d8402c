#' Tests of the instruments' exogeneity and of the regressors' endogeneity
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @section Statistics:
#' * `sargan`: N u'P_Z u / u'u of the two-stage least squares residuals (of a LIML or Fuller fit: of
#'   its own); chi-squared with L1 - m degrees of freedom.
#' * `hansen_j`: the minimised criterion of two-step GMM under the fit's own covariance (not for
#'   `"iid"`, where it is Sargan's); a LIML or Fuller fit weighs the moments by its own residuals
#'   instead of those of two-stage least squares.
#' * `anderson_rubin_lr`: of a LIML or Fuller fit, N log(kappa), the likelihood ratio of the
#'   overidentifying restrictions under iid normal errors; chi-squared with L1 - m degrees of
#'   freedom.
#' * `durbin_wu_hausman`: difference of two Sargan statistics, the restricted residual variance in
#'   both (chi-squared form of Durbin), m degrees of freedom.
#' * `endogeneity_c`: the C statistic of the same hypothesis under the fit's own covariance: with S
#'   the moment covariance of the larger set (regressors taken as exogenous), J of the larger set
#'   less J of the instruments alone. No statistic takes a small-sample factor.
#' @param fit A fit of [fe_reg()] with instruments.
#' @param vcov A covariance as in [fe_reg()]; `NULL` is the fit's own.
#' @return A data frame of class `iv_tests`: `test`, `statistic`, `df`, `p_value`, `null`.
#'   Overidentification tests of a just-identified equation are `NA` with 0 degrees of freedom; so
#'   are tests that weigh moments by a covariance that is not positive definite (more moments than
#'   clusters, clusters in several ways), with their own.
#' @references Hayashi, F. (2000). Econometrics. Princeton University Press, sections 3.5 to 3.8.
#'
#'   Baum, C. F., Schaffer, M. E. and Stillman, S. (2007). Enhanced routines for instrumental
#'   variables/GMM estimation and testing. Stata Journal 7(4), 465-506.
#' @examples
#' fit <- fe_reg(
#'   log(output) ~ unemployment | state + year |
#'     log(private_capital) ~ l(log(private_capital), 1) + l(log(highways), 1),
#'   state_capital, panel = c("state", "year"), vcov = "HC1"
#' )
#' iv_tests(fit)
#' @export
iv_tests <- function(fit, vcov = NULL, ...) {
  check_dots(...)
  check_required("iv_tests")
  d <- iv_data(fit, vcov)
  over <- ncol(d$z) - ncol(d$x)
  m <- ncol(d$x)
  row <- function(test, statistic, df, null) {
    if (df == 0) statistic <- NA_real_
    data.frame(
      test = test, statistic = statistic, df = df,
      p_value = stats::pchisq(statistic, max(df, 1), lower.tail = FALSE), null = null,
      stringsAsFactors = FALSE
    )
  }
  valid <- "instruments are exogenous"
  larger <- with_regressors(d)
  exogenous <- paste(toString(colnames(d$x)), if (m > 1) "are" else "is", "exogenous")
  out <- list(row("sargan", sargan(d, b = d$b), over, valid))
  if (d$cov$type != "iid") {
    out <- c(out, list(row("hansen_j", hansen_j(d, b = d$b), over, valid)))
  }
  if (!is.null(d$kappa)) {
    out <- c(out, list(row("anderson_rubin_lr", d$n * log(d$kappa[["likelihood"]]), over, valid)))
  }
  out <- c(out, list(row("durbin_wu_hausman", durbin_wu_hausman(d, larger), m, exogenous)))
  if (d$cov$type != "iid") {
    out <- c(out, list(row("endogeneity_c", endogeneity_c(d, larger), m, exogenous)))
  }
  structure(
    do.call(rbind, out), class = c("iv_tests", "data.frame"), covariance = covariance_name(d)
  )
}

# Of the coefficients b, or of two-stage least squares.
stage_residuals <- function(d, b = NULL) {
  if (!is.null(b)) return(d$y - d$x %*% b)
  d$y - d$span %*% qr.coef(qr(qr.fitted(d$qz, d$span), tol = 1e-13), d$y)
}

sargan <- function(d, sigma2 = NULL, b = NULL) {
  u <- stage_residuals(d, b)
  sum(qr.fitted(d$qz, u)^2) / (sigma2 %||% (sum(u^2) / d$n))
}

# Two-step: S from the residuals of two-stage least squares (or of b), then the criterion at its
# minimum.
hansen_j <- function(d, s = NULL, b = NULL) {
  s <- s %||% moment_covariance(stage_residuals(d, b), d$z, d)
  zx <- crossprod(d$z, d$span) / d$n
  zy <- crossprod(d$z, d$y) / d$n
  weighted <- solve_or_na(s, cbind(zx, zy))
  if (anyNA(weighted)) return(NA_real_)
  last <- ncol(weighted)
  b <- scaled_solve(crossprod(zx, weighted[, -last]), crossprod(zx, weighted[, last]))
  g <- zy - zx %*% b
  drop(d$n * crossprod(g, scaled_solve(s, g)))
}

# Instruments with which two-stage least squares is least squares: Z and what it leaves of X, which
# may be little.
with_regressors <- function(d) {
  d$z <- cbind(d$z, spanning_columns(without_basis(d$span, qr.Q(d$qz))))
  d$qz <- qr(d$z)
  d
}

# Both statistics with the residual variance of least squares.
durbin_wu_hausman <- function(d, larger) {
  sigma2 <- sum((d$y - d$span %*% crossprod(d$span, d$y))^2) / d$n
  sargan(larger, sigma2) - sargan(d, sigma2)
}

endogeneity_c <- function(d, larger) {
  s <- moment_covariance(stage_residuals(larger), larger$z, d)
  first <- seq_len(ncol(d$z))
  hansen_j(larger, s) - hansen_j(d, s[first, first, drop = FALSE])
}

#' @export
print.iv_tests <- function(x, digits = 4, ...) {
  check_print_dots(...)
  check_shown(digits = digits)
  if (!has_columns(x, "test", "statistic", "df", "p_value", "null")) {
    return(invisible(print(plain_result(x))))
  }
  say(trf("Tests of exogeneity (%s)", spoken_facts(attr(x, "covariance"))))
  cat("\n")
  shown <- tests_text(x, digits, tr(ifelse(x$df == 0, "just identified", "moments singular")))
  print_fitting(shown, "null", right = FALSE)
  next_steps("weak_iv(fit)", "anderson_rubin(fit)", "update(fit, ) with other instruments")
  invisible(x)
}
