#' Long-run effects of a dynamic panel
#'
#' What a lasting change of a regressor by one changes in the end: the sum of its coefficients over
#' all lags, over one less the sum of the dependent variable's.
#'
#' @param fit A fit of [dynamic_panel()].
#' @param vcov Covariance, as of [dynamic_panel()]'s methods; `NULL` is the fit's own.
#' @param conf.level Of the limits.
#' @param ... Not used.
#' @return A data frame: `term` (the regressor without its lags), `estimate`, `std.error`,
#'   `statistic`, `p.value`, `conf.low`, `conf.high`; attribute `persistence`, the sum of the
#'   coefficients of the dependent variable's lags. Standard errors are by the delta method. Where
#'   the sum is one or more, there is no long run: estimates are `NA`, with a warning
#'   `ccdpanel_warning_unstable`.
#' @section Formula: \deqn{\theta_x = \frac{\sum_k \beta_{x,k}}{1 - \sum_k \rho_k}.}{theta = sum of
#'   b[x, k] over k / (1 - sum of rho[k] over k).} The lags `x`, `l(x)`, `l(x, 0:2)` and the like of
#'   one variable are added up; dummies of the times and the constant are left out.
#' @section Errors: `ccdpanel_error_fit` (another fit, or one without a lag of the dependent
#'   variable), `ccdpanel_error_vcov`, `ccdpanel_error_number`.
#' @examples
#' fit <- dynamic_panel(
#'   log(output) ~ l(log(output)) + log(highways) + unemployment | state + year, state_capital,
#'   lags = c(1, 2), collapse = TRUE
#' )
#' long_run(fit)
#' @export
long_run <- function(fit, vcov = NULL, conf.level = 0.95, ...) {
  check_dots(...)
  check_required("long_run")
  call <- rlang::current_env()
  if (!inherits(fit, "dynamic_panel")) {
    abort("fit", c(
      "{.arg fit} must be a fit of {.fn dynamic_panel}, not {found(fit)}.",
      i = "Of a system {.fn multipliers} gives total effects."
    ))
  }
  check_number(conf.level, "conf.level", 0, 1, call)
  cov <- fit_covariance(fit, vcov)
  b <- fit$coefficients
  of <- lagged_variables(fit)
  own <- which(of %in% deparse1(fit$spec$parsed$response))
  if (!length(own)) {
    abort("fit", c(
      "{.arg fit} has no lag of the dependent variable: its effects are the same in the long run.",
      i = "See {.code coef(fit)}."
    ))
  }
  rho <- sum(b[own])
  terms <- setdiff(unique(of[!is.na(of)]), of[own])
  rows <- lapply(terms, function(term) {
    at <- which(of == term)
    effect <- sum(b[at]) / (1 - rho)
    slope <- 0 * b
    slope[at] <- 1 / (1 - rho)
    slope[own] <- effect / (1 - rho)
    c(effect, sqrt(combination_variance(t(slope), cov$v)))
  })
  long_run_table(terms, rows, rho, cov, conf.level)
}

long_run_table <- function(terms, rows, rho, cov, level) {
  estimate <- vapply(rows, `[`, 0, 1)
  se <- vapply(rows, `[`, 0, 2)
  if (rho >= 1) {
    warn("unstable", c(
      "The dependent variable's lags add up to {signif(rho, 4)}: there is no long run.",
      i = "Is the series one with a unit root? See {.fn unit_root}."
    ))
    estimate[] <- se[] <- NA
  }
  statistic <- estimate / se
  df <- min(cov$df)
  reach <- se * stats::qt((1 + level) / 2, df)
  structure(data.frame(
    term = terms, estimate = estimate, std.error = se, statistic = statistic,
    p.value = 2 * stats::pt(-abs(statistic), df), conf.low = estimate - reach,
    conf.high = estimate + reach
  ), persistence = rho)
}

# The variable that each coefficient is a lag of: NA of the constant and of dummies of times.
lagged_variables <- function(fit) {
  names <- names(fit$coefficients)
  terms <- lapply(net_terms(fit$spec$parsed$exogenous), without_brackets)
  of <- stats::setNames(names, names)
  for (term in terms) {
    if (!rlang::is_call(term, "l") || length(term) < 2) next
    label <- deparse1(term)
    # A matrix of lags has a column a lag: `l(x, 0:2)1`.
    lag <- startsWith(names, label) & grepl("^-?[0-9]*$", substring(names, nchar(label) + 1))
    of[lag] <- deparse1(term[[2]])
  }
  of[names %in% c("(Intercept)", fit$time_names)] <- NA
  unname(of)
}
