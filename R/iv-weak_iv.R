#' Are the instruments weak?
#'
#' Every statistic that a referee asks for, under the fit's own covariance, as a data frame.
#'
#' @section Statistics: With the exogenous regressors and effects partialled out, Y the m endogenous
#' regressors, Z the L1 excluded instruments, L all instruments, df_a the effects' degrees of
#' freedom (with clusters: of the effects that are not nested in them, as in [fe_reg()]):
#' * `first_stage_f`: F test of Z in the first stage of each endogenous regressor; `partial_r2`: its
#'   R2.
#' * `sw_f`: Sanderson and Windmeijer's conditional F, each endogenous regressor given the others.
#' * `cragg_donald_f`: smallest eigenvalue of \eqn{\hat\Sigma_v^{-1/2} Y'P_Z Y \hat\Sigma_v^{-1/2} /
#'   L_1}{Sv^-1/2 Y'PzY Sv^-1/2 / L1}, \eqn{\hat\Sigma_v}{Sv} with divisor N - L - df_a.
#' * `kp_lm`, `kp_wald_f`: Kleibergen and Paap's rk statistic of the hypothesis that the rank of the
#'   first-stage coefficients is m - 1, from the singular value decomposition of \eqn{(Z'Z)^{1/2}
#'   \hat\Pi (Y'Y)^{-1/2}}{(Z'Z)^1/2 Pi (Y'Y)^-1/2}; LM with residuals under the null, no factor;
#'   Wald F = chi2 / N * (N - L - df_a) / L1, with clusters chi2 / (N - 1) * (N - L - df_a) *
#'   (G - 1) / G / L1; periods are the clusters of [cov_dk()]. With one endogenous regressor it is
#'   the robust F of the excluded instruments.
#' * `effective_f`: Montiel Olea and Pflueger's effective F (one endogenous regressor), with the
#'   small-sample factor of `first_stage_f`, which it equals where there is one instrument, and with
#'   the TSLS critical values of a Nagar bias of at most 5, 10, 20 or 30 percent of the worst case.
#'   That of ivDiag 1.0.6 changes with a constant that is added to one of several instruments.
#'
#' * `tf`: of one endogenous regressor with one instrument, the absolute t ratio under the fit's
#'   covariance and the 5 percent critical value that the first-stage F allows it (Lee and
#'   co-authors): infinite up to an F of 3.84, 1.96 from 104.67. The same is said by the standard
#'   error times critical / 1.96; the p-value uses it. The critical values are computed from the
#'   procedure's definition; rounded up, they are those of the paper's table.
#'
#' Stock and Yogo's critical values belong to the fit's estimator: size and bias of two-stage least
#' squares (also shown for GMM), size of LIML, relative bias of Fuller's with constant one (with
#' another constant there are none, and `tf` is not of Fuller's estimator at all).
#'
#' Moments have no leverages: under `"HC2"` and `"HC3"` these tests are those of `"HC1"`, under
#' [cov_cr2()] and [cov_cr3()] those of the clusters, and so are [iv_tests()] and
#' [anderson_rubin()]. A covariance clustered in several ways is taken as it stands. Where it is not
#' positive definite, the statistics that weigh by it are `NA`; so are first-stage F and
#' Kleibergen-Paap where there are no more clusters than the statistic has degrees of freedom, with
#' which `kp_lm` would be the number of clusters, whatever the data are. The covariance of
#' coefficients has its negative eigenvalues set to zero; [first_stage()] then has the F of these
#' tests, not the Wald statistic of that covariance, which depends on coefficients that are not
#' tested.
#'
#' fixest's own Kleibergen-Paap statistic differs from these. The values here agree with those that
#' FixedEffectModels.jl checks against Stata on plm's `Cigar` data (robust, `sales ~ 1 | 0 | price ~
#' pimin`: 23160.0635).
#' @param fit A fit of [fe_reg()] with instruments, or of [system_reg()]: the same for each of its
#'   equations, with a column `equation` first.
#' @param vcov A covariance as in [fe_reg()]; `NULL` is the fit's own.
#' @param ... Nothing: an argument of any other name is an error.
#' @return A data frame of class `weak_iv`: `test`, `endogenous` (`NA` for statistics of all),
#'   `statistic`, `df1`, `df2`, `p_value`, `critical` (10 percent maximal size of Stock and Yogo for
#'   the Cragg-Donald and Kleibergen-Paap F, which were tabulated for the former, 5 percent bias for
#'   Fuller's estimator; tau = 10 percent for the effective F; of |t| for `tf`). `attr(,
#'   "critical")` has all critical values. Statistics that weigh moments by a covariance that is not
#'   positive definite (more moments than clusters, clusters in several ways) are `NA`.
#' @section Errors: `ccdpanel_error_not_instrumented`, and those of [fe_reg()] for `vcov`.
#' @references Kleibergen, F. and Paap, R. (2006). Generalized reduced rank tests using the singular
#'   value decomposition. Journal of Econometrics 133(1), 97-126.
#'   \doi{10.1016/j.jeconom.2005.02.011}
#'
#'   Sanderson, E. and Windmeijer, F. (2016). A weak instrument F-test in linear IV models with
#'   multiple endogenous variables. Journal of Econometrics 190(2), 212-221.
#'   \doi{10.1016/j.jeconom.2015.06.004}
#'
#'   Montiel Olea, J. L. and Pflueger, C. (2013). A robust test for weak instruments. Journal of
#'   Business & Economic Statistics 31(3), 358-369. \doi{10.1080/00401706.2013.806694}
#'
#'   Lee, D. S., McCrary, J., Moreira, M. J. and Porter, J. (2022). Valid t-ratio inference for IV.
#'   American Economic Review 112(10), 3260-3290. \doi{10.1257/aer.20211063}
#'
#'   Stock, J. H. and Yogo, M. (2005). Testing for weak instruments in linear IV regression. In
#'   Identification and Inference for Econometric Models, Cambridge University Press, 80-108.
#' @examples
#' fit <- fe_reg(
#'   log(output) ~ unemployment | state + year |
#'     log(private_capital) ~ l(log(private_capital), 1) + l(log(highways), 1),
#'   state_capital, panel = c("state", "year"), vcov = ~state
#' )
#' weak_iv(fit)
#' @export
weak_iv <- function(fit, vcov = NULL, ...) {
  check_required("weak_iv", "fit")
  UseMethod("weak_iv")
}

#' @export
weak_iv.default <- function(fit, vcov = NULL, ...) check_instrumented(fit, rlang::current_env())

#' @export
weak_iv.fe_reg <- function(fit, vcov = NULL, ...) {
  check_dots(...)
  d <- iv_data(fit, vcov)
  m <- ncol(d$x)
  one <- function(test, statistic, df1, df2, p, endogenous = NA_character_, critical = NA_real_) {
    list(
      test = test, endogenous = endogenous, statistic = statistic, df1 = as.double(df1),
      df2 = as.double(df2), p_value = as.double(p), critical = critical
    )
  }
  f_row <- function(test, f, q, endogenous) {
    one(test, f, q, f_df2(d), stats::pf(f, q, f_df2(d), lower.tail = FALSE), endogenous)
  }
  l1 <- ncol(d$z)
  first <- lapply(seq_len(m), function(j) {
    f_row("first_stage_f", first_stage_f(d$x[, j], l1, d), l1, colnames(d$x)[j])
  })
  partial <- lapply(seq_len(m), function(j) {
    one("partial_r2", partial_r2(d$x[, j], d), NA, NA, NA, colnames(d$x)[j])
  })
  sw <- if (m > 1) {
    lapply(seq_len(m), function(j) {
      f_row("sw_f", sanderson_windmeijer(d, j), l1 - m + 1, colnames(d$x)[j])
    })
  }
  sy <- stock_yogo(m, l1, fit$estimator, fit$spec$estimator$fuller %||% 1)
  lm <- rank_test(d, lm = TRUE)
  wald <- rank_test(d, lm = FALSE)
  effective <- if (m == 1) effective_f(d)
  tf <- if (m == 1 && l1 == 1 && fit$estimator != "Fuller") tf_row(fit, first[[1]]$statistic, vcov)
  out <- listed_rows(c(first, partial, sw, list(
    one("cragg_donald_f", cragg_donald(d), l1, d$iid_dof, NA, critical = sy$critical[1]),
    one("kp_lm", lm$statistic, lm$df, Inf, stats::pchisq(lm$statistic, lm$df, lower.tail = FALSE)),
    one(
      "kp_wald_f", small_sample_f(wald$statistic, l1, d), l1, f_df2(d), NA,
      critical = sy$critical[1]
    )
  ), if (m == 1) list(one(
    "effective_f", effective$statistic, effective$df, Inf, NA,
    critical = effective$critical$critical[2]
  )), if (!is.null(tf)) {
    list(one("tf", tf$statistic, 1, tf$df, tf$p, colnames(d$x), tf$critical))
  }))
  structure(out,
    class = c("weak_iv", "data.frame"), critical = rbind(sy, effective$critical),
    covariance = covariance_name(d)
  )
}

# Rows that are lists of the same names as a data frame.
listed_rows <- function(rows) {
  names <- names(rows[[1]])
  columns <- lapply(stats::setNames(names, names), function(name) {
    unlist(lapply(rows, `[[`, name), use.names = FALSE)
  })
  structure(columns, class = "data.frame", row.names = .set_row_names(length(rows)))
}

covariance_name <- function(d) {
  if (d$cov$type == "cluster") {
    paste("clustered by", paste(names(d$cov$clusters), collapse = " and "))
  } else {
    d$cov$type
  }
}

# The tF procedure: |t| of the endogenous regressor against the critical value that the first
# stage's F allows; the p-value is that of t with the standard error enlarged in the same
# proportion.
tf_row <- function(fit, f, vcov) {
  cov <- fit_covariance(fit, vcov)
  t <- abs(fit$coefficients[[fit$endogenous]]) / sqrt(cov$v[fit$endogenous, fit$endogenous])
  critical <- tf_critical(f)
  list(
    statistic = t, critical = critical, df = Inf,
    p = 2 * stats::pnorm(-t * stats::qnorm(.975) / critical)
  )
}

# Wald statistic of all coefficients of v on the instruments, covariance divided by n.
instrument_wald <- function(v, d) {
  if (lacks_clusters(d, ncol(d$z))) return(NA_real_)
  pi <- qr.coef(d$qz, v)
  bread <- scaled_solve(crossprod(d$z) / d$n)
  s <- moment_covariance(cbind(v - d$z %*% pi), d$z, d)
  drop(d$n * crossprod(pi, solve_or_na(bread %*% s %*% bread, pi)))
}

first_stage_f <- function(v, q, d) small_sample_f(instrument_wald(v, d), q, d)

partial_r2 <- function(v, d) 1 - sum(qr.resid(d$qz, v)^2) / sum(v^2)

# Endogenous regressor j less its two-stage least squares fit on the others: what the instruments
# still say of it.
sanderson_windmeijer <- function(d, j) {
  others <- d$x[, -j, drop = FALSE]
  fitted <- qr(qr.fitted(d$qz, others), tol = 1e-13)
  rest <- d$x[, j] - others %*% qr.coef(fitted, d$x[, j])
  first_stage_f(drop(rest), ncol(d$z) - ncol(d$x) + 1, d)
}

cragg_donald <- function(d) {
  root <- chol(crossprod(qr.resid(d$qz, d$span)) / d$iid_dof)
  inverse <- backsolve(root, diag(nrow(root)))
  g <- t(inverse) %*% crossprod(qr.fitted(d$qz, d$span)) %*% inverse
  min(eigen(g, symmetric = TRUE, only.values = TRUE)$values) / ncol(d$z)
}

# As many moments as clusters are weighed by nothing but themselves: the statistic is the number of
# clusters, whatever the data are, or 0 / 0 where they sum to zero. More have no inverse, but for
# rounding.
lacks_clusters <- function(d, moments) {
  d$cov$type == "cluster" && length(d$clusters) == 1 && moments >= d$groups
}

# Kleibergen and Paap: is the rank of the first-stage coefficients m - 1? In orthonormal coordinates
# theta = G pi R^-1, with G'G = Z'Z/n and R'R = Y'Y/n; the singular vectors that belong to the
# smallest singular value span what the null says is zero.
rank_test <- function(d, lm) {
  m <- ncol(d$x)
  l <- ncol(d$z)
  if (lacks_clusters(d, l - m + 1)) return(list(statistic = NA_real_, df = l - m + 1))
  g <- chol(crossprod(d$z) / d$n)
  r <- chol(crossprod(d$span) / d$n)
  r_inverse <- backsolve(r, diag(m))
  pi <- qr.coef(d$qz, d$span)
  theta <- g %*% pi %*% r_inverse
  s <- svd(theta, nu = l, nv = m)
  null_u <- s$u[, m:l, drop = FALSE]
  null_v <- s$v[, m, drop = FALSE]
  lambda <- crossprod(null_u, theta %*% null_v)
  residual <- d$span - d$z %*% if (lm) restricted_pi(s, g, r) else pi
  # vec(theta) = (R^-T (x) G) vec(pi), and sqrt(n) vec(pi) has covariance (I (x) Qzz^-1) S (I (x)
  # Qzz^-1)
  to_lambda <- kronecker(t(r_inverse %*% null_v), t(null_u) %*% t(backsolve(g, diag(l))))
  omega <- to_lambda %*% moment_covariance(residual, d$z, d) %*% t(to_lambda)
  list(statistic = drop(d$n * crossprod(lambda, solve_or_na(omega, lambda))), df = l - m + 1)
}

# First-stage coefficients of rank m - 1 nearest in the orthonormal coordinates.
restricted_pi <- function(s, g, r) {
  m <- ncol(r)
  d <- replace(s$d, m, 0)
  backsolve(g, s$u[, seq_len(m), drop = FALSE] %*% (d * t(s$v))) %*% r
}

#' @export
print.weak_iv <- function(x, digits = 4, ...) {
  check_print_dots(...)
  check_shown(digits = digits)
  whole <- has_columns(x, "test", "endogenous", "statistic", "df1", "df2", "p_value")
  if (is.null(attr(x, "critical")) || !whole) return(invisible(print(plain_result(x))))
  print_weak_iv(x, digits)
  next_steps(weak_iv_steps)
  invisible(x)
}

weak_iv_steps <- c(
  "anderson_rubin(fit)", "iv_tests(fit)", "first_stage(fit)", "regression_table(fit)"
)

print_weak_iv <- function(x, digits) {
  say(trf("Instrument strength (%s)", spoken_facts(attr(x, "covariance"))))
  cat("\n")
  shown <- as.data.frame(x)
  class(shown) <- "data.frame"
  attr(shown, "critical") <- NULL
  shown$statistic <- short_number(x$statistic, digits + 2)
  shown[c("df1", "df2")] <- lapply(shown[c("df1", "df2")], function(v) {
    ifelse(is.na(v), "", ifelse(v == round(v), sprintf("%.0f", v), short_number(v, digits)))
  })
  # As the table of Stock and Yogo, and the lines below, have them.
  shown$critical <- ifelse(is.na(x$critical), "", fixed_text(x$critical, 2))
  shown$statistic[is.na(x$statistic)] <- tr("not computed")
  shown$p_value <- ifelse(is.na(x$p_value), "", format.pval(x$p_value, digits = 3, eps = 1e-4))
  shown$endogenous <- ifelse(is.na(x$endogenous), "", x$endogenous)
  print_fitting(shown, c(
    "statistic", "critical", "p_value", "df1", "df2", "endogenous"
  ), right = FALSE)
  if (anyNA(x$statistic)) say(singular_moments())
  critical <- attr(x, "critical")
  critical <- critical[!is.na(critical$critical), ]
  if (nrow(critical)) cat("\n", tr("Critical values:"), "\n", sep = "")
  for (criterion in unique(critical$criterion)) {
    rows <- critical[critical$criterion == criterion, ]
    say(paste0(tr(criterion), colon(), paste0(
      100 * rows$level, "% ", formatC(rows$critical, digits = 2, format = "f"), collapse = ", "
    )), indent = 2, exdent = 4)
  }
}
