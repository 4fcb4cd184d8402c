#' Which spatial model?
#'
#' Of a linear fit: is there spatial dependence in y or in the errors (Lagrange multiplier tests,
#' also robust to the other)? Of a Durbin model: does it reduce to the lag or the error model
#' (likelihood ratio and Wald tests)?
#'
#' @param fit A least-squares fit of [fe_reg()] with the effects of units, times, both or none; or a
#'   fit of [spatial_reg()] with `model = "durbin"`.
#' @param weights For a fit of [fe_reg()], the weights as in [spatial_reg()]; a spatial fit has its
#'   own.
#' @param likelihood For a fit of [fe_reg()], `"transformed"` (default) or `"direct"`, as in
#'   [spatial_reg()].
#' @param x A result of `spatial_tests()`.
#' @param digits Significant digits printed.
#' @param ... Not used.
#' @return A data frame of class `spatial_tests`: `test` (`"lm_lag"`, `"lm_error"`,
#'   `"robust_lm_lag"`, `"robust_lm_error"`, or `"lr_lag"`, `"lr_error"`, `"wald_lag"`,
#'   `"wald_error"`), `statistic` (chi-squared), `df`, `p.value`.
#' @section Formula: Scores of the likelihood at \eqn{\rho = \lambda = 0}{rho = lambda = 0} with the
#'   expected information there, and Bera and Yoon's correction for the other parameter (Anselin et
#'   al. 1996; Elhorst 2010). With `"direct"` and units' effects they are those of
#'   `splm::slmtest(model = "within")`; with `"transformed"` T - 1 stands for T, and the trace of
#'   the contrasts' W enters where times' effects are.
#'
#'   The Durbin model is the lag model where \eqn{\theta = 0}{t = 0} and the error model where
#'   \eqn{\theta + \rho\beta = 0}{t + rho b = 0} (Wald by the delta method). If neither is rejected,
#'   the LM tests tell; if both are, the Durbin model stays (Elhorst 2014).
#' @section Errors: `ccdpanel_error_fit`, `ccdpanel_error_argument`, `ccdpanel_error_needs_rows`,
#'   and those of [spatial_reg()].
#' @references Anselin, L., Bera, A. K., Florax, R. and Yoon, M. J. (1996). Simple diagnostic tests
#'   for spatial dependence. Regional Science and Urban Economics 26(1), 77-104.
#'   \doi{10.1016/0166-0462(95)02111-6}
#'
#'   Elhorst, J. P. (2010). Spatial panel data models. In: Handbook of Applied Spatial Analysis,
#'   377-407. Springer. \doi{10.1007/978-3-642-03647-7_19}
#' @seealso [spatial_reg()], [moran_test()].
#' @examples
#' at <- us_state_tiles[match(unique(state_capital$state), us_state_tiles$state), ]
#' near <- as.matrix(dist(at[c("row", "column")])) <= 1.5
#' diag(near) <- FALSE
#' dimnames(near) <- list(at$state, at$state)
#' w <- spatial_weights(near * 1, style = "W")
#' fit <- fe_reg(log(output) ~ log(private_capital) + log(employment) | state + year, state_capital)
#' spatial_tests(fit, w)
#' spatial_tests(spatial_reg(formula(fit), state_capital, w, "durbin"))
#' @export
spatial_tests <- function(fit, weights = NULL, likelihood = "transformed", ...) {
  check_dots(...)
  check_required("spatial_tests")
  call <- rlang::current_env()
  check_choice(likelihood, c("transformed", "direct"), "likelihood")
  spatial <- inherits(fit, "spatial_reg") && fit$spec$model == "durbin"
  if (spatial) {
    check_unread(
      c(weights = !is.null(weights), likelihood = !missing(likelihood)), "fit = fe_reg()", call
    )
    rows <- durbin_tests(fit, call)
  } else {
    check_tested_fit(fit, call)
    rows <- score_tests(fit, weights, likelihood, call)
  }
  rows$p.value <- stats::pchisq(rows$statistic, rows$df, lower.tail = FALSE)
  structure(
    rows, class = c("spatial_tests", "data.frame"),
    outcome = rlang::as_label(fit$spec$parsed$response),
    likelihood = if (spatial) fit$spec$likelihood else likelihood
  )
}

spatial_test_names <- c(
  lm_lag = "LM, spatial lag", lm_error = "LM, spatial error",
  robust_lm_lag = "robust LM, spatial lag", robust_lm_error = "robust LM, spatial error",
  lr_lag = "LR, Durbin against lag", lr_error = "LR, Durbin against error",
  wald_lag = "Wald, Durbin against lag", wald_error = "Wald, Durbin against error"
)

check_tested_fit <- function(fit, call) {
  linear <- inherits(fit, "fe_reg") && !length(fit$endogenous) && is.null(fit$spec$weights)
  if (!linear) {
    abort("fit", c(
      paste0(
        "{.arg fit} must be a least-squares fit of {.fn fe_reg} without weights, or a Durbin ",
        "model of {.fn spatial_reg}, not {found(fit)}."
      ),
      i = "{.code spatial_reg(model = \"durbin\")} nests the lag and the error model."
    ), call)
  }
  check_has_rows(fit, "spatial_tests()", call)
}

score_tests <- function(fit, weights, likelihood, call) {
  spec <- fit$spec
  spec$panel <- spatial_pair(spec$panel, spec$data, spec$parsed, weights)
  check_spatial_pair(spec$panel, call, "the fit")
  spec$data <- settled_panel(spec$data, spec$panel, "panel", call)
  spec[c("model", "likelihood")] <- list("sac", likelihood)
  spec["spatial"] <- list(weights)
  design <- model_design(spec, call)
  check_spatial_design(design, call)
  made <- spatial_parts(spec, design, call)
  check_spatial_rows(made, spatial_models$sac, call)
  m <- spatial_moments(made$columns, made$cells, spatial_models$sac)
  none <- c(rho = 0, lambda = 0)
  d <- spatial_derivatives(m, made$counts, none)
  info <- spatial_information(
    made$columns, made$cells, made$links, made$counts, none, d$fit, d$sigma2, made$links$w
  )
  k <- ncol(made$columns$x)
  at <- k + 1:2
  rest <- c(seq_len(k), k + 3)
  v <- info[at, at] - info[at, rest] %*% scaled_solve(info[rest, rest], info[rest, at])
  # Of each the part that the other does not tell.
  own <- d$gradient - v[1, 2] / rev(diag(v)) * rev(d$gradient)
  data.frame(
    test = c("lm_lag", "lm_error", "robust_lm_lag", "robust_lm_error"),
    statistic = c(d$gradient^2 / diag(v), own^2 / (diag(v) - v[1, 2]^2 / rev(diag(v)))), df = 1
  )
}

durbin_tests <- function(fit, call) {
  if (!length(fit$lagged)) {
    abort("fit", c(
      "{.arg fit} has no lag of a regressor: it is the lag model.",
      i = "Those of {.val {fit$collinear}} were left out as collinear."
    ), call)
  }
  b <- fit$coefficients
  v <- fit$covariance$v
  theta <- match(names(fit$lagged), names(b))
  beta <- match(fit$lagged, names(b))
  rho <- match("rho", names(b))
  q <- length(theta)
  wald <- function(gap, j) wald_statistic(j, gap, list(v = v))
  pick <- function(at) diag(length(b))[at, , drop = FALSE]
  # A regressor that is there as a lag alone has no coefficient of its own.
  own <- ifelse(is.na(beta), 0, b[beta])
  common <- pick(theta)
  known <- which(!is.na(beta))
  common[cbind(known, beta[known])] <- b[[rho]]
  common[, rho] <- own
  others <- lapply(c("lag", "error"), function(model) {
    withCallingHandlers(
      stats::update(fit, model = model), ccdpanel_message = function(m) rlang::cnd_muffle(m)
    )
  })
  lr <- 2 * (fit$log_likelihood - vapply(others, `[[`, 0, "log_likelihood"))
  data.frame(
    test = c("lr_lag", "lr_error", "wald_lag", "wald_error"),
    statistic = c(lr, wald(b[theta], pick(theta)), wald(b[theta] + b[[rho]] * own, common)), df = q
  )
}

#' @rdname spatial_tests
#' @export
print.spatial_tests <- function(x, digits = 4, ...) {
  check_print_dots(...)
  check_shown(digits = digits)
  if (!has_columns(x, "test", "statistic", "df", "p.value")) return(NextMethod())
  say(paste0(tr("Tests of spatial models"), colon(), attr(x, "outcome")))
  cat("\n")
  shown <- plain_result(x)
  shown$test <- tr(unname(spatial_test_names[x$test]))
  shown$statistic <- short_number(x$statistic, digits)
  shown$p.value <- p_text(x$p.value)
  print_fitting(shown)
  invisible(x)
}
