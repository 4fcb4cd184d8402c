#' Anderson-Rubin test and confidence set
#'
#' Inference on the endogenous regressors' coefficients that holds however weak the instruments are.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @section Statistic: With everything else partialled out, y - Y b0 is regressed on the excluded
#' instruments Z; the statistic is the F test of Z there under the fit's own covariance, with the
#' small-sample factor of [weak_iv()]: F(L1, N - L - df_a), with clusters (of [cov_dk()]: periods)
#' F(L1, G - 1), with `ssc = "none"` chi-squared over L1.
#'
#' @section Confidence set: The set of all b that the test does not reject. With \eqn{m(b) = Z'(y -
#' xb)/N}{m(b) = Z'(y - x b) / N} and S(b) the covariance of the moments, a quadratic in b, its ends
#' are the real roots of \eqn{\det S(b)\,(c/N - m(b)'S(b)^{-1}m(b)) = 0}{det S(b) (c / N -
#' m(b)'S(b)^-1 m(b)) = 0}, a polynomial of degree 2 L1, which are all found at once as eigenvalues
#' (no grid). The set need not be an interval: `shape` says which it is. It is unbounded exactly
#' when the first-stage F is below the critical value, and then covers both ends of the line; it can
#' be empty when the instruments are overidentified and the overidentifying restrictions fail.
#' @param fit A fit of [fe_reg()] with instruments; the estimator does not matter.
#' @param null Value of the endogenous regressors' coefficients under the null: one number, or one
#'   for each.
#' @param level Confidence level.
#' @param vcov A covariance as in [fe_reg()]; `NULL` is the fit's own.
#' @return A list of class `anderson_rubin`: `endogenous`, `null`, `statistic` (F), `df1`, `df2`,
#'   `p_value`, `level`, `critical` (of F), `covariance`, and with one endogenous regressor `set`, a
#'   data frame with a row a piece (`lower`, `upper`), and `shape`: `"interval"`, `"two
#'   half-lines"`, `"half-line"`, `"several pieces"`, `"empty"` or `"everything"`; or `"not
#'   computed"`, without a set, where clusters in several ways leave S(b) indefinite for some b.
#'   With several endogenous regressors both are `NULL`: the test is joint.
#' @section Errors: `ccdpanel_error_not_instrumented`, `_number`, `_singular` (moments whose
#'   covariance has no inverse, as with fewer clusters than instruments), and those of [fe_reg()]
#'   for `vcov`.
#' @references Anderson, T. W. and Rubin, H. (1949). Estimation of the parameters of a single
#'   equation in a complete system of stochastic equations. Annals of Mathematical Statistics 20(1),
#'   46-63. \doi{10.1214/aoms/1177730090}
#'
#'   Dufour, J.-M. and Taamouti, M. (2005). Projection-based statistical inference in linear
#'   structural models with possibly weak instruments. Econometrica 73(4), 1351-1365.
#'   \doi{10.1111/j.1468-0262.2005.00618.x}
#' @seealso [weak_iv()], [iv_tests()]
#' @examples
#' fit <- fe_reg(
#'   log(output) ~ unemployment | state + year |
#'     log(private_capital) ~ l(log(private_capital), 1) + l(log(highways), 1),
#'   state_capital, panel = c("state", "year"), vcov = ~state
#' )
#' anderson_rubin(fit)
#' anderson_rubin(fit, null = 0.5, vcov = "HC1")$p_value
#' @export
anderson_rubin <- function(fit, null = 0, level = 0.95, vcov = NULL, ...) {
  check_dots(...)
  check_required("anderson_rubin")
  d <- iv_data(fit, vcov)
  m <- ncol(d$x)
  check_null(null, m)
  check_number(level, "level", 0, 1)
  null <- stats::setNames(rep_len(as.double(null), m), colnames(d$x))
  l1 <- ncol(d$z)
  moments <- rubin_moments(d)
  statistic <- small_sample_f(rubin_chi2(moments, null * d$unit), l1, d)
  df2 <- f_df2(d)
  critical <- stats::qf(level, l1, df2)
  told <- m == 1 && definite_everywhere(moments)
  set <- if (told) rubin_set(moments, critical / small_sample_f(1, l1, d)) / d$unit
  structure(list(
    endogenous = colnames(d$x), null = null, statistic = statistic, df1 = l1, df2 = df2,
    p_value = stats::pf(statistic, l1, df2, lower.tail = FALSE), level = level, critical = critical,
    set = set,
    shape = if (told) set_shape(set) else if (m == 1) "not computed",
    covariance = covariance_name(d)
  ), class = "anderson_rubin")
}

check_null <- function(null, m, call = rlang::caller_env()) {
  if (is_bare_numeric(null) && length(null) %in% c(1L, m) && all(is.finite(null))) {
    return(invisible())
  }
  abort("number", c(
    paste0(
      "{.arg null} must be one number{if (m > 1) paste0(', or one for each of the ', m, ' ",
      "endogenous regressors')}, not {found(null)}."
    ),
    i = "It is the coefficient's value under the hypothesis."
  ), call)
}

# Moments of y and of each endogenous regressor with orthonormal instruments, and the covariance of
# their reduced-form residuals': of y - Y b everything follows from these.
rubin_moments <- function(d) {
  z <- qr.Q(d$qz) * sqrt(d$n)
  v <- cbind(d$y, d$x)
  mean <- crossprod(z, v) / d$n
  list(mean = mean, covariance = moment_covariance(v - z %*% mean, z, d), n = d$n, l = ncol(z))
}

# S(b) = (1, -b)' (x) I  S  (1, -b) (x) I
rubin_covariance <- function(moments, a, b = a) {
  block <- function(i, j) {
    moments$covariance[
      (i - 1) * moments$l + seq_len(moments$l), (j - 1) * moments$l + seq_len(moments$l),
      drop = FALSE
    ]
  }
  out <- 0
  for (i in seq_along(a)) for (j in seq_along(b)) out <- out + a[i] * b[j] * block(i, j)
  out
}

rubin_chi2 <- function(moments, b, call = rlang::caller_env()) {
  # The statistic is that of any multiple.
  a <- c(1, -b) / max(1, abs(b))
  mean <- moments$mean %*% a
  root <- tryCatch(chol(rubin_covariance(moments, a)), error = function(e) NULL)
  # pivots are squared sines: below this the covariance is rounding in some direction
  if (is.null(root) || min(diag(root)^2 / colSums(root^2)) < 1e-12) {
    abort_singular_moments(moments$l, call)
  }
  moments$n * sum(backsolve(root, mean, transpose = TRUE)^2)
}

abort_singular_moments <- function(instruments, call) {
  abort("singular", c(
    paste0(
      "The covariance of the {instruments} excluded instrument{?s}' moments is not positive ",
      "definite, so the test cannot be computed."
    ),
    i = paste0(
      "It needs more clusters than instruments; a covariance clustered in several ways can fail ",
      "with few clusters in either."
    )
  ), call)
}

# Is S(b) positive definite for almost every b? So it is where the covariance of all moments has no
# negative eigenvalue; where it has, as clusters in several ways can leave, S is looked at between
# the roots of det S(b).
definite_everywhere <- function(moments) {
  if (min(scaled_eigenvalues(moments$covariance)) >= -1e-10) return(TRUE)
  at <- function(b) rubin_covariance(moments, c(1, -b))
  if (!is_definite(rubin_covariance(moments, c(0, 1))) || !is_definite(at(0))) return(FALSE)
  scale <- rubin_scale(moments)
  roots <- sort(rubin_roots(moments, NULL, scale))
  if (!length(roots)) return(TRUE)
  ends <- c(roots[1] - scale, (roots[-1] + roots[-length(roots)]) / 2, max(roots) + scale)
  all(vapply(ends, function(b) is_definite(at(b)), NA))
}

# The unit in which coefficients are about one.
rubin_scale <- function(moments) {
  sqrt(
    sum(diag(rubin_covariance(moments, c(1, 0)))) / sum(diag(rubin_covariance(moments, c(0, 1))))
  )
}

# The pieces of { b : chi2(b) <= critical }, one endogenous regressor.
rubin_set <- function(moments, critical, call = rlang::caller_env()) {
  inside <- function(b) rubin_chi2(moments, b, call) <= critical
  far <- moments$n * sum(
    moments$mean[, 2] * scaled_solve(rubin_covariance(moments, c(0, 1)), moments$mean[, 2])
  ) <= critical
  scale <- rubin_scale(moments)
  at <- sort(rubin_roots(moments, critical, scale))
  if (!length(at)) return(pieces(if (far) -Inf, if (far) Inf))
  between <- c(at[1] - scale, (at[-1] + at[-length(at)]) / 2, at[length(at)] + scale)
  is_in <- c(far, vapply(between[-c(1, length(between))], inside, NA), far)
  changes <- which(is_in[-1] != is_in[-length(is_in)])
  ends <- vapply(changes, function(i) {
    polish(function(b) rubin_chi2(moments, b, call) - critical, at[i], between[i], between[i + 1])
  }, 0)
  opens <- !is_in[changes]
  pieces(c(if (far) -Inf, ends[opens]), c(ends[!opens], if (far) Inf))
}

pieces <- function(lower, upper) data.frame(lower = as.double(lower), upper = as.double(upper))

# The root near `guess` to the last digits, if the statistic changes side between the points that
# bracket it.
polish <- function(f, guess, left, right) {
  if (f(left) * f(right) >= 0) return(guess)
  stats::uniroot(f, c(left, right), tol = 1e-14 * max(abs(c(left, right))), maxiter = 200)$root
}

# All real roots of det P(b), P(b) = [S(b), m(b); m(b)', critical / n] = P0 + P1 b + P2 b^2. With b
# = b0 + scale / mu it is the ordinary eigenvalue problem of a companion matrix; mu = 0 stands for
# an infinite root. Nearly real ones are kept: who calls looks at the side of the line, so a root
# too many does no harm. Without `critical` those of det S(b).
rubin_roots <- function(moments, critical, scale) {
  border <- function(s, m, corner) if (is.null(critical)) s else rbind(cbind(s, m), c(m, corner))
  mean <- moments$mean
  cross <- rubin_covariance(moments, c(1, 0), c(0, 1))
  p2 <- border(rubin_covariance(moments, c(0, 1)), 0 * mean[, 2], 0) * scale^2
  p1 <- border(-cross - t(cross), -mean[, 2], 0) * scale
  p0 <- border(rubin_covariance(moments, c(1, 0)), mean[, 1], critical / moments$n)
  for (t0 in c(0.377, -1.618, 4.236)) {
    centre <- p0 + t0 * p1 + t0^2 * p2
    if (scaled_rcond(centre) > 1e-10) break
  }
  slope <- p1 + 2 * t0 * p2
  k <- nrow(p0)
  companion <- rbind(cbind(matrix(0, k, k), diag(k)), -scaled_solve(centre, cbind(p2, slope)))
  mu <- eigen(companion, only.values = TRUE)$values
  real <- Re(mu)[abs(Im(mu)) <= 1e-4 * Mod(mu) & Mod(mu) > 1e-9 * max(Mod(mu))]
  scale * (t0 + 1 / real)
}

set_shape <- function(set) {
  if (!nrow(set)) return("empty")
  infinite <- sum(is.infinite(c(set$lower, set$upper)))
  if (nrow(set) == 1) return(c("interval", "half-line", "everything")[infinite + 1])
  if (nrow(set) == 2 && infinite == 2) "two half-lines" else "several pieces"
}

describe_set <- function(set, digits = 4) {
  number <- function(v) short_number(v, digits)
  left <- ifelse(is.infinite(set$lower), "(", "[")
  right <- ifelse(is.infinite(set$upper), ")", "]")
  paste0(left, number(set$lower), ", ", number(set$upper), right) |> joined_by_and()
}

#' @export
print.anderson_rubin <- function(x, digits = 4, ...) {
  check_print_dots(...)
  check_shown(digits = digits)
  say(trf("Anderson-Rubin test (%s)", spoken_facts(x$covariance)))
  cat("H0: ", paste0(
    x$endogenous, " = ", vapply(x$null, format, "", digits = digits), collapse = ", "
  ), "\n", sep = "")
  name <- if (is.finite(x$df2)) {
    paste0("F(", x$df1, ", ", x$df2, ")")
  } else {
    paste0("chi-squared(", x$df1, ")/", x$df1)
  }
  cat(
    name, " = ", formatC(x$statistic, digits = digits, format = "f"), ", ", p_phrase(x$p_value),
    "\n", sep = ""
  )
  if (!is.null(x$shape)) say_set(x, digits)
  next_steps("weak_iv(fit)", "iv_tests(fit)")
  invisible(x)
}

say_set <- function(x, digits) {
  say(trf("%s%% confidence set of %s: %s", format(100 * x$level), x$endogenous, switch(x$shape,
    empty = tr("empty; the overidentifying restrictions fail"),
    `not computed` = singular_moments(),
    everything = tr("the whole line; the data say nothing of it at this level"),
    paste0(describe_set(x$set, digits), " (", tr(x$shape), ")")
  )))
}
