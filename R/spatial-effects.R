#' Direct, indirect and total effects of a spatial model
#'
#' What a change of a regressor does to the unit itself, to all others, and in sum, once it has run
#' through the neighbours: the coefficients of a model with a spatial lag are not effects.
#'
#' @param fit A fit of [spatial_reg()].
#' @param vcov As in [spatial_reg()], or a matrix; `NULL` (default) is the fit's own.
#' @param x A result of `spatial_effects()`.
#' @param digits Significant digits printed.
#' @param n Regressors printed.
#' @param ... Not used.
#' @return A data frame of class `spatial_effects`: `term`, `effect` (`"direct"`, `"indirect"`,
#'   `"total"`), `estimate`, `std.error`, `statistic`, `p.value`. The attribute `covariance` is that
#'   of the estimates, in the order of the rows.
#' @section Formula: With \eqn{S_k = (I - \rho W)^{-1}(I\beta_k + W\theta_k)}{S_k = (I - rho W)^-1
#'   (I b_k + W t_k)} the matrix of the effects of regressor k in one unit on y in another (LeSage
#'   and Pace 2009), the direct effect is \eqn{n^{-1} tr S_k}{tr S_k / n}, the total \eqn{n^{-1}
#'   \iota' S_k \iota}{1'S_k 1 / n}, and the indirect, or spillover, the difference. In models
#'   without a spatial lag of y \eqn{\rho = 0}{rho = 0}: without lags of X either there is no
#'   spillover, and its standard error is missing. Traces are exact, by the eigenvalues of W.
#'
#'   Standard errors are by the delta method, with analytic derivatives, and the normal
#'   distribution. spatialreg and Stata's xsmle draw coefficients from their normal distribution
#'   instead, which agrees as the sample grows; Stata's `estat impact` of spxtregress has the delta
#'   method.
#' @section Errors: `ccdpanel_error_fit`, `ccdpanel_error_choice`, `ccdpanel_error_vcov`.
#' @references LeSage, J. and Pace, R. K. (2009). Introduction to Spatial Econometrics. CRC Press.
#'   \doi{10.1201/9781420064254}
#' @seealso [spatial_reg()].
#' @examples
#' d <- merge(data.frame(province = provinces$name[1:30]), data.frame(year = 2018:2022))
#' set.seed(1)
#' d$x <- rnorm(nrow(d))
#' d$y <- d$x + rnorm(nrow(d))
#' w <- spatial_weights(unique(d$province), "distance")
#' spatial_effects(spatial_reg(y ~ x | province + year, d, w, "durbin"))
#' @export
spatial_effects <- function(fit, vcov = NULL, ...) {
  check_dots(...)
  check_required("spatial_effects")
  call <- rlang::current_env()
  if (!inherits(fit, "spatial_reg")) {
    abort("fit", c(
      "{.arg fit} must be a fit of {.fn spatial_reg}, not {found(fit)}.",
      i = "In other models the coefficients are the effects."
    ), call)
  }
  cov <- fit_covariance(fit, vcov, call)
  b <- fit$coefficients
  base <- setdiff(names(b), c("rho", "lambda", "(Intercept)", names(fit$lagged)))
  base <- unique(c(base, fit$lagged))
  if (!length(base)) {
    abort("fit", c(
      "{.arg fit} has no regressor whose effect could spread.", i = "Add one to the formula."
    ), call)
  }
  s <- spatial_sizes(fit)
  made <- lapply(base, term_effects, fit = fit, s = s)
  jacobian <- do.call(rbind, lapply(made, `[[`, "jacobian"))
  v <- jacobian %*% cov$v %*% t(jacobian)
  rows <- data.frame(
    term = rep(base, each = 3), effect = rep(c("direct", "indirect", "total"), length(base)),
    estimate = unlist(lapply(made, `[[`, "estimate"))
  )
  # Where nothing spreads there is nothing to test.
  error <- sqrt(combination_variance(jacobian, cov$v))
  rows$std.error <- error
  rows$statistic <- rows$estimate / error
  rows$p.value <- 2 * stats::pt(-abs(rows$statistic), min(cov$df))
  structure(
    rows, class = c("spatial_effects", "data.frame"), covariance = v,
    label = covariance_label(cov), model = fit$spec$model, outcome = rlang::as_label(
      fit$spec$parsed$response
    )
  )
}

# Of A^-1 and A^-1 W the means of the diagonal and of the rows' sums, and their derivatives by rho.
spatial_sizes <- function(fit) {
  rho <- fit$theta[["rho"]]
  v <- fit$links$values
  part <- function(x) Re(sum(x)) / fit$links$n
  out <- list(
    trace = c(part(1 / (1 - rho * v)), part(v / (1 - rho * v))),
    trace_by = c(part(v / (1 - rho * v)^2), part(v^2 / (1 - rho * v)^2))
  )
  c(out, if (fit$links$constant) constant_sums(rho, fit$links$sum) else solved_sums(fit, rho))
}

constant_sums <- function(rho, c) {
  list(sum = c(1, c) / (1 - rho * c), sum_by = c(c, c^2) / (1 - rho * c)^2)
}

solved_sums <- function(fit, rho) {
  l <- fit$links
  w <- matrix(0, l$n, l$n)
  w[cbind(l$unit, l$neighbour)] <- l$weight
  a <- diag(l$n) - rho * w
  right <- solve(a, rep(1, l$n))
  left <- solve(t(a), rep(1, l$n))
  one <- w %*% right
  list(
    sum = c(sum(right), sum(one)) / l$n, sum_by = c(sum(left * one), sum(left * (w %*% one))) / l$n
  )
}

# The three effects of a regressor, and their derivatives by all coefficients.
term_effects <- function(term, fit, s) {
  b <- fit$coefficients
  at <- c(match(term, names(b)), match(names(fit$lagged)[match(term, fit$lagged)], names(b)))
  value <- ifelse(is.na(at), 0, b[at])
  rows <- rbind(s$trace, s$sum - s$trace, s$sum)
  rows[abs(rows) <= 1e-14] <- 0
  by_rho <- rbind(s$trace_by, s$sum_by - s$trace_by, s$sum_by)
  jacobian <- matrix(0, 3, length(b))
  for (j in which(!is.na(at))) jacobian[, at[j]] <- rows[, j]
  if ("rho" %in% names(b)) jacobian[, match("rho", names(b))] <- by_rho %*% value
  list(estimate = as.vector(rows %*% value), jacobian = jacobian)
}

#' @rdname spatial_effects
#' @export
print.spatial_effects <- function(x, digits = 4, n = 15, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits, least = 1)
  if (is.null(attr(x, "covariance")) || !has_columns(x, "term", "effect")) return(NextMethod())
  say(paste0(
    trf("Effects in the %s", tr(spatial_titles[[attr(x, "model")]])), colon(), attr(x, "outcome")
  ))
  cat("\n")
  terms <- unique(x$term)
  at <- x$term %in% utils::head(terms, n)
  say_columns(print_crossed(x[at, ], x$term[at], tr(x$effect[at]), digits), "x$estimate")
  cat("\n")
  say_unshown(c("regressor", length(terms) - n))
  say(paste0(
    trf("Standard errors by the delta method in brackets: %s", spoken_facts(attr(x, "label"))),
    full_stop()
  ))
  invisible(x)
}

#' @export
tidy.spatial_effects <- function(x, ...) {
  check_dots(...)
  plain_result(x)
}
