#' Tests of linear restrictions on a system
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @section Statistics:
#' With b and V the coefficients and their covariance, R b = r the q restrictions:
#' * `wald`: (R b - r)'(R V R')^-1(R b - r), under `vcov`; divided by q as F where the covariance
#'   has finite degrees of freedom.
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
#' @param fit A fit of [system_reg()].
#' @param restrictions As in [system_reg()]: strings, or a list of `matrix` and `value`, on the
#'   coefficients of `fit`.
#' @param vcov Covariance of the Wald test; `NULL` is the fit's own.
#' @return A data frame of class `test_restrictions`: `test`, `statistic`, `df`, `df2`, `p_value`;
#'   attribute `not_computed`, by test, why a statistic is `NA`.
#' @section Errors: `ccdpanel_error_fit`, `ccdpanel_error_restrictions`, and those of [system_reg()]
#'   for `vcov`.
#' @references Gallant, A. R. and Jorgenson, D. W. (1979). Statistical inference for a system of
#'   simultaneous, non-linear, implicit equations in the context of instrumental variable
#'   estimation. Journal of Econometrics 11(2-3), 275-302. \doi{10.1016/0304-4076(79)90041-9}
#' @examples
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
  if (!inherits(fit, "system_reg")) {
    abort("fit", c(
      "{.arg fit} must be a fit of {.fn system_reg}, not {found(fit)}.",
      i = "For one equation use {.code car::linearHypothesis()}."
    ))
  }
  r <- parse_restrictions(restrictions, names(fit$coefficients), call)
  if (!nrow(r$matrix)) {
    abort("restrictions", c(
      "{.arg restrictions} must hold at least one.",
      i = "For instance {.code \"economy_x = infrastructure_x\"}."
    ))
  }
  cov <- fit_covariance(fit, vcov)
  likelihood <- fit$method == "sur" && fit$spec$iterate && fit$spec$sigma == "n"
  wald <- wald_restrictions(fit, r, cov, call)
  lr <- if (likelihood) likelihood_ratio(fit, r, call)
  out <- rbind(
    wald,
    if (has_criterion(fit)) restriction_row("distance", distance_statistic(fit, r), nrow(r$matrix)),
    if (likelihood) restriction_row("lr", lr$statistic, nrow(r$matrix))
  )
  structure(
    out, class = c("test_restrictions", "data.frame"), covariance = covariance_label(cov),
    restrictions = restrictions, not_computed = c(lr = lr$reason)
  )
}

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

wald_restrictions <- function(fit, r, cov, call) {
  gap <- drop(r$matrix %*% fit$coefficients) - r$value
  middle <- r$matrix %*% cov$v %*% t(r$matrix)
  sd <- sqrt(pmax(diag(middle), 0))
  known <- sd^2 <= 1e-10 * drop(r$matrix^2 %*% diag(cov$v))
  if (any(known) || qr(middle / outer(sd, sd), tol = 1e-10)$rank < nrow(middle)) {
    abort("restrictions", c(
      "The covariance of the restrictions is singular: some hold by construction.",
      i = "Leave out what the fit already imposes, or use more clusters."
    ), call)
  }
  w <- sum(gap * scaled_solve(middle, gap))
  df2 <- min(cov$df)
  q <- nrow(r$matrix)
  if (is.finite(df2)) restriction_row("wald", w / q, q, df2) else restriction_row("wald", w, q)
}

has_criterion <- function(fit) {
  fit$method != "liml" && (
    is.null(fit$instruments_by) || fit$spec$variant == "gmm" && fit$method == "3sls"
  )
}

# Both minima under the S of the unrestricted fit, the restricted one computed from its own normal
# equations.
distance_statistic <- function(fit, r) {
  spec <- fit$spec
  # Of an iteration that has not settled the fit said so.
  cov <- withCallingHandlers(
    system_estimate(spec, system_design(spec), covariance_spec("iid"), rlang::current_env()),
    ccdpanel_warning_not_converged = rlang::cnd_muffle
  )$covariance$v
  gain <- cov %*% t(r$matrix) %*% scaled_solve(r$matrix %*% cov %*% t(r$matrix))
  restricted <- fit$coefficients - drop(gain %*% (r$matrix %*% fit$coefficients - r$value))
  d <- system_data(fit)
  shift <- split(
    restricted - fit$coefficients,
    factor(rep(names(fit$terms), lengths(fit$terms)), names(fit$terms))
  )
  u <- d$u - mapply(function(x, b) drop(x %*% b), d$full, shift)
  moments_criterion(fit, d, u) - moments_criterion(fit, d, d$u)
}

# (y - Ad)'(S^-1 (x) P)(y - Ad); by equation u'Z W Z'u. Residuals and instruments in units of about
# one: the statistic has none.
moments_criterion <- function(fit, d, u) {
  size <- power_of_two(sqrt(diag(fit$sigma)))
  sigma <- fit$sigma / size / rep(size, each = length(size))
  u <- u / rep(size, each = nrow(u))
  if (is.null(d$z_of)) {
    project <- system_methods[[fit$method]]$project
    fitted <- if (project) qr.fitted(scaled_qr(scaled_columns(d$full_z)$x), u) else u
    return(sum(scaled_solve(sigma) * crossprod(u, fitted)))
  }
  z <- lapply(d$z_of, spanning_columns)
  at <- rep(seq_along(z), vapply(z, ncol, 0L))
  g <- unlist(lapply(seq_along(z), function(i) crossprod(z[[i]], u[, i])))
  sum(g * scaled_solve(crossprod(do.call(cbind, z)) * sigma[at, at], g))
}

# Both maxima, or why there is none: an iteration that diverges leaves the other statistics, which
# do not need it, as they are.
likelihood_ratio <- function(fit, r, call) {
  spec <- fit$spec
  held <- fit$restrictions
  spec$restrictions <- list(
    matrix = rbind(if (length(held$value)) held$matrix, r$matrix), value = c(held$value, r$value)
  )
  restricted <- tryCatch(
    system_estimate(spec, system_design(spec, call), covariance_spec("iid"), call)$kernel,
    ccdpanel_error_singular = identity, ccdpanel_warning_not_converged = identity
  )
  reason <- if (!fit$converged) {
    "the iteration of the fit stopped before it settled"
  } else if (inherits(restricted, "error")) {
    "the iteration under the restrictions runs into a singular covariance of residuals"
  } else if (inherits(restricted, "warning")) {
    "the iteration under the restrictions stopped before it settled"
  }
  if (!is.null(reason)) {
    warn("not_computed", c(
      "The likelihood ratio is not computed: {reason}, so that there is no maximum to compare.",
      i = "The other statistics do not need it."
    ), call)
    return(list(statistic = NA_real_, reason = reason))
  }
  log_det <- function(s) as.numeric(determinant(s)$modulus)
  gap <- log_det(restricted$residual_sigma) - log_det(fit$residual_sigma)
  list(statistic = fit$dof$n * gap)
}

#' @export
print.test_restrictions <- function(x, digits = 4, ...) {
  check_print_dots(...)
  check_shown(digits = digits)
  shown <- as.data.frame(x)
  class(shown) <- "data.frame"
  shown$statistic <- ifelse(
    is.na(x$statistic), tr("not computed"), formatC(x$statistic, digits = digits, format = "f")
  )
  shown$df2 <- ifelse(is.finite(x$df2), format(x$df2), "")
  shown$p_value <- ifelse(is.na(x$p_value), "", format.pval(x$p_value, digits = 3, eps = 1e-4))
  cat(trf("Covariance of the Wald test: %s", spoken_facts(attr(x, "covariance"))), "\n", sep = "")
  print_fitting(shown, right = FALSE)
  reason <- attr(x, "not_computed")
  if (length(reason)) say(paste0(tr("not computed"), colon(), tr(reason[["lr"]])))
  next_steps("update(fit, restrictions = ) to impose them")
  invisible(x)
}
