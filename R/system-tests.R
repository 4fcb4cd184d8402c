#' Tests of a system of equations
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @section Statistics: With U the residuals, S the covariance that weighed the last step, Z the
#' instruments, N rows, M equations and K coefficients:
#' * `hansen_sargan` (3SLS, iterated too): \eqn{\sum_{ij} s^{ij} u_i'P_Z u_j}{sum_ij s^ij u_i'Pz
#'   u_j}, chi-squared with M L - K degrees of freedom, L the number of instruments (constant and
#'   absorbed effects count in L and K alike); the instruments are exogenous.
#' * `hausman` (3SLS): (d2 - d3)'(V2 - V3)^-(d2 - d3) on the slopes, with V2 the full covariance of
#'   two-stage least squares across equations under the same S (the block-diagonal one makes the
#'   difference indefinite); degrees of freedom its rank. All equations are correctly specified, and
#'   the restrictions hold that d3 is under and d2 is not. Not with instruments by equation.
#' * `breusch_pagan` (SUR): \eqn{N \sum_{i>j} r_{ij}^2}{N sum_i>j r_ij^2} with r the correlations of
#'   the least squares residuals, equation by equation, chi-squared with M(M - 1)/2 degrees of
#'   freedom; the errors of different equations are uncorrelated. Without the fit's restrictions:
#'   in its limit the statistic does not depend on which consistent estimator the residuals come
#'   from, these need no restriction to be true, and least squares under restrictions across
#'   equations would depend on the units of the dependent variables. Stata's `sureg` takes the
#'   correlations of the S that weighed the last step, which iteration and constraints change.
#' @param fit A fit of [system_reg()] by `"3sls"` or `"sur"`.
#' @return A data frame of class `system_tests`: `test`, `statistic`, `df`, `p_value`, `null`;
#'   attribute `mcelroy_r2`, McElroy's R2 of the system (`NA` where its S is not positive definite).
#' @section Errors: `ccdpanel_error_type`, `ccdpanel_error_choice`.
#' @references Hansen, L. P. (1982). Large sample properties of generalized method of moments
#'   estimators. Econometrica 50(4), 1029-1054. \doi{10.2307/1912775}
#'
#'   Breusch, T. S. and Pagan, A. R. (1980). The Lagrange multiplier test and its applications to
#'   model specification in econometrics. Review of Economic Studies 47(1), 239-253.
#'   \doi{10.2307/2297111}
#'
#'   McElroy, M. B. (1977). Goodness of fit for seemingly unrelated regressions. Journal of
#'   Econometrics 6(3), 381-387. \doi{10.1016/0304-4076(77)90008-2}
#' @examples
#' fit <- system_reg(
#'   list(
#'     output = log(output) ~ log(highways) + unemployment,
#'     jobs = log(employment) ~ log(highways) + log(private_capital)
#'   ),
#'   state_capital, method = "sur", fe = ~state
#' )
#' system_tests(fit)
#' @export
system_tests <- function(fit, ...) {
  check_dots(...)
  check_required("system_tests")
  if (!inherits(fit, "system_reg")) {
    abort("type", c(
      "{.arg fit} must be a fit of {.fn system_reg}, not {found(fit)}.",
      i = "Single equations have {.fn iv_tests}."
    ))
  }
  if (!fit$method %in% c("3sls", "sur")) {
    abort("choice", c(
      "{.arg fit} must be by {.val 3sls} or {.val sur}, not by {.val {fit$method}}.",
      i = paste0(
        "Equation by equation there is no common weighting to test; {.fn iv_tests} ",
        "tests one equation."
      )
    ))
  }
  d <- system_data(fit)
  out <- if (fit$method == "sur") {
    list(breusch_pagan(fit, d))
  } else {
    c(list(hansen_sargan(fit, d)), if (is.null(d$z_of)) list(hausman_3sls(fit, d)))
  }
  structure(
    do.call(rbind, out), class = c("system_tests", "data.frame"), mcelroy_r2 = mcelroy_r2(fit, d)
  )
}

system_test_row <- function(test, statistic, df, null) {
  data.frame(
    test = test, statistic = if (df) statistic else NA_real_, df = df,
    p_value = if (df) stats::pchisq(statistic, df, lower.tail = FALSE) else NA_real_, null = null,
    stringsAsFactors = FALSE
  )
}

# Columns times the root of the weights: dependent variables, instruments and regressors by
# equation, demeaned; `full`: as they are, with the constant; `full_z`, `z_of`: what spans as much.
system_data <- function(fit) {
  design <- system_design(fit$spec)
  w <- design$weight
  raw <- bound_columns(design$store, length(design$store[[1]]), names(design$store))
  x <- span <- raw
  if (length(design$factors)) {
    x[] <- bind_absorb(x, design$factors, w)$columns
    raw <- span <- x
  } else if (design$constant) {
    x <- sweep(x, 2, if (length(w)) colSums(x * w) / sum(w) else colMeans(x))
    if (!is.null(design$centre)) raw <- sweep(raw, 2, design$centre, `+`)
    raw <- cbind(`(Intercept)` = 1, raw)
    span <- cbind(`(Intercept)` = 1, x)
  }
  root <- if (length(w)) sqrt(w) else 1
  response <- response_columns(design$equations)
  terms <- if (design$constant) lapply(fit$terms, setdiff, "(Intercept)") else fit$terms
  used <- function(z) intersect(z, c("(Intercept)", fit$instruments))
  z <- used(design$z)
  lead <- if (design$constant) "(Intercept)"
  pick <- function(from, names) from[, names, drop = FALSE] * root
  out <- list(
    y = pick(x, response), z = pick(x, z), full_z = pick(span, c(lead, z)),
    z_of = if (!is.null(design$z_of)) lapply(design$z_of, function(z) pick(span, c(lead, used(z)))),
    x = lapply(terms, pick, from = x), full = lapply(fit$terms, pick, from = raw),
    slopes = !grepl("_\\(Intercept\\)$", names(fit$coefficients)) | !design$constant,
    total = system_deviations(fit, design, x, response),
    n = design$sample$n, w = w
  )
  out$u <- if (is.null(design$remote)) fit$residuals * root else residuals_of(out, fit, terms)
  out
}

# Dependent variables about their means where their equations hold a constant.
system_deviations <- function(fit, design, x, response) {
  w <- design$weight
  made <- design$constant || hold_constant(fit$spec$effects)
  out <- vapply(seq_along(response), function(i) {
    deviations(x[, response[i]], w, !made && "(Intercept)" %in% fit$terms[[i]])
  }, numeric(nrow(x)))
  matrix(out, nrow(x))
}

# The residuals of rows that stand for others, which no fit keeps.
residuals_of <- function(d, fit, terms) {
  u <- vapply(seq_along(terms), function(i) {
    at <- equation_columns(fit, names(terms)[i])
    b <- fit$coefficients[at[match(terms[[i]], fit$terms[[i]])]]
    d$y[, i] - drop(d$x[[i]] %*% b)
  }, numeric(nrow(d$y)))
  `colnames<-`(u, names(terms))
}

hansen_sargan <- function(fit, d) {
  instruments <- if (is.null(d$z_of)) {
    length(d$x) * ncol(d$full_z)
  } else {
    sum(vapply(d$z_of, ncol, 0L))
  }
  df <- instruments - length(fit$coefficients) + length(fit$restrictions$value)
  system_test_row("hansen_sargan", moments_criterion(fit, d, d$u), df, "instruments are exogenous")
}

# In orthonormal combinations of each equation's regressors and residuals of about one, in which
# nothing cancels; the statistic is the same in any.
hausman_3sls <- function(fit, d) {
  qz <- scaled_qr(scaled_columns(d$z)$x)
  at <- rep(seq_along(d$x), vapply(d$x, ncol, 0L))
  size <- power_of_two(sqrt(diag(fit$sigma)))
  sigma <- fit$sigma / outer(size, size)
  own <- lapply(d$x, orthonormal_columns)
  all <- do.call(cbind, lapply(own, function(o) qr.fitted(qz, o$q)))
  cross <- crossprod(all)
  bread <- matrix(0, length(at), length(at))
  for (i in seq_along(own)) bread[at == i, at == i] <- scaled_solve(cross[at == i, at == i])
  two <- drop(bread %*% unlist(lapply(seq_along(own), function(i) {
    crossprod(all[, at == i, drop = FALSE], d$y[, i] / size[i])
  })))
  v2 <- bread %*% (cross * sigma[at, at]) %*% bread
  slopes <- fit$coefficients[d$slopes]
  three <- unlist(lapply(seq_along(own), function(i) own[[i]]$of %*% slopes[at == i] / size[i]))
  v3 <- scaled_solve(cross * scaled_solve(sigma)[at, at])
  if (length(fit$restrictions$value)) {
    r <- fit$restrictions$matrix[, d$slopes, drop = FALSE]
    for (i in seq_along(own)) {
      r[, at == i] <- r[, at == i, drop = FALSE] %*% own[[i]]$back * size[i]
    }
    v3 <- v3 - v3 %*% t(r) %*% scaled_solve(r %*% v3 %*% t(r), r %*% v3)
  }
  # In units of the two-stage standard errors, so that the rank does not depend on the regressors'
  # units.
  se <- sqrt(diag(v2))
  e <- eigen((v2 - v3) / outer(se, se), symmetric = TRUE)
  keep <- e$values > 1e-8
  z <- crossprod(e$vectors[, keep, drop = FALSE], (two - three) / se)
  system_test_row(
    "hausman", sum(z^2 / e$values[keep]), sum(keep), "all equations are correctly specified"
  )
}

# x = q of, q orthonormal; `back`: the inverse of `of`, by substitution, which needs no condition:
# beside a constant a regressor of mean 1e8 and spread 1 has one of 1e16.
orthonormal_columns <- function(x) {
  scaled <- scaled_columns(x)
  made <- qr(scaled$x, tol = 1e-13)
  at <- order(made$pivot)
  root <- qr.R(made)
  list(
    q = qr.Q(made), of = root[, at, drop = FALSE] * rep(scaled$unit, each = ncol(x)),
    back = backsolve(root, diag(ncol(x)))[at, , drop = FALSE] / scaled$unit
  )
}

# On the least squares residuals of each equation by itself, as the Lagrange multiplier test has
# them: where restrictions tie equations, those of all are weighed by their units.
breusch_pagan <- function(fit, d) {
  spec <- fit$spec
  spec[c("method", "iterate", "restrictions")] <- list("ols", FALSE, NULL)
  u <- system_estimate(
    spec, system_design(spec), covariance_spec("iid"), rlang::current_env()
  )$kernel$residual
  if (length(d$w)) u <- u * sqrt(d$w)
  u <- scaled_columns(u)$x
  s <- crossprod(u)
  r <- s / sqrt(outer(diag(s), diag(s)))
  m <- ncol(u)
  system_test_row(
    "breusch_pagan", d$n * sum(r[lower.tri(r)]^2), m * (m - 1) / 2,
    "errors of the equations are uncorrelated"
  )
}

# 1 - u'(S^-1 (x) I)u / y'(S^-1 (x) (I - 11'/n))y, S of the residuals themselves, effects counting
# as the mean; an equation without a constant has no mean taken. Not where the divisor leaves S
# indefinite.
mcelroy_r2 <- function(fit, d) {
  if (!is_definite(fit$residual_sigma)) return(NA_real_)
  s <- scaled_solve(fit$residual_sigma)
  1 - sum(s * crossprod(d$u)) / sum(s * crossprod(d$total))
}

#' @export
print.system_tests <- function(x, digits = 4, ...) {
  check_print_dots(...)
  check_shown(digits = digits)
  shown <- tests_text(x, digits, tr("just identified"))
  print_fitting(shown, "null", right = FALSE)
  if (!is.null(attr(x, "mcelroy_r2"))) {
    cat(trf(
      "McElroy R2 of the system: %s", formatC(attr(x, "mcelroy_r2"), digits = 4, format = "f")
    ), "\n", sep = "")
  }
  next_steps("test_restrictions(fit, )", "weak_iv(fit)", "regression_table(fit)")
  invisible(x)
}
