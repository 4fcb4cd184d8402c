#' Simultaneous equations: OLS, 2SLS, SUR, 3SLS, iterated 3SLS, LIML
#'
#' Estimates equations \eqn{y_m = X_m d_m + u_m}{y_m = X_m d_m + u_m} with instruments Z common to
#' all, from cross-products.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @section Estimator: With \eqn{A = diag(P_Z X_m)}{A = blockdiag(P_Z X_m)} and S the covariance of
#' the two-stage least squares residuals (of the true regressors), \deqn{d = [A'(S^{-1} \otimes
#' I)A]^{-1} A'(S^{-1} \otimes I) y.}{d = [A'(S^-1 (x) I)A]^-1 A'(S^-1 (x) I) y.} `"3sls"` is that;
#' `iterate = TRUE` repeats it with the residuals of d until no coefficient moves by more than 1e-10
#' of its standard error (1e-13 of the largest t ratio of any combination, where rounding is more),
#' whatever the units (systemfit stops by the norm of all coefficients, at another step in other
#' units). `"2sls"` takes each equation by itself, `"w2sls"` weighs by the diagonal of S alone
#' (which differs under restrictions across equations: `"2sls"` then weighs all equations alike,
#' with one variance); `"sur"`, `"ols"` and `"wls"` are the same without projection. `"liml"` is
#' limited-information maximum likelihood equation by equation, \eqn{I - \kappa M_Z}{I - kappa M_Z}
#' in place of \eqn{P_Z}{P_Z}, kappa as in [fe_reg()] and kept in `fit$kappa`. If every equation is
#' just-identified, 3SLS equals 2SLS.
#'
#' S is divided by N (`sigma = "n"`, Stata's reg3), by \eqn{\sqrt{(N - k_i)(N - k_j)}}{sqrt((N -
#' k_i)(N - k_j))} (`"geomean"`, systemfit's default), by \eqn{N - \max(k_i, k_j)}{N - max(k_i,
#' k_j)} (`"max"`) or by \eqn{N - k_i - k_j + tr(P_i P_j)}{N - k_i - k_j + tr(P_i P_j)} with P the
#' projection on an equation's regressors (`"theil"`, unbiased for SUR), with k counting what `fe`
#' absorbs, less the restrictions within the equation. With `"n"` tests refer to the normal
#' distribution, with the others to t with N - k_i degrees of freedom. By `"max"` and `"theil"` S
#' need not be positive definite: where it weighs the equations that is an error.
#'
#' Under restrictions across equations the residuals that S comes from are those of the restricted
#' first stage, in which all equations weigh alike (as in systemfit): there an equation counts by
#' the square of its dependent variable's unit, and `"2sls"`, `"ols"` and one step of `"3sls"`,
#' `"sur"`, `"w2sls"` and `"wls"` depend on the units. With `iterate = TRUE` they do not.
#'
#' @section Identification: Without `instruments`, every regressor that is not (or is not made of) a
#' dependent variable is exogenous, lags `l(x, k)` included, and all exogenous regressors are the
#' instruments. With `instruments`, every regressor that is not among them is endogenous. An
#' equation with fewer excluded instruments than endogenous regressors (order condition) is an error
#' that names it. Where equations and `identities` together determine all endogenous variables, the
#' rank condition is checked too, before anything is estimated: the coefficients of the other
#' equations on what this one leaves out must have rank M - 1, for almost all values that they can
#' take. Otherwise the endogenous variables without an equation are named in a message, and only the
#' rank of the instruments is checked, on the data. The table is kept in `fit$identification`.
#'
#'   A regressor or instrument that is constant in the rows of the sample (a factor with one level
#'   in a subset, a number that no longer changes), and an interaction that therefore repeats
#'   another column, is left out, said and named in `fit$held` by equation. What is collinear
#'   otherwise is an error: which of such regressors is meant is the model's affair. Where
#'   regressors or instruments are not well apart, estimates are computed in orthonormal columns of
#'   the same span, and lose no more digits than least squares by QR do; those that nearly depend on
#'   others (a sine below 1e-4) are named in `fit$nearly_collinear`, and of a table in a database,
#'   below 3e-7, are an error.
#'
#' @section Instruments by equation: With a list of instruments the formula above is inconsistent
#' (the projections of one equation need not be orthogonal to the errors of another). `"3sls"` is
#' then GMM-3SLS (Wooldridge 2010): \eqn{d = [X'Z W Z'X]^{-1} X'Z W Z'y}{d = [X'Z W Z'X]^-1 X'Z W
#' Z'y}, Z block-diagonal, W the inverse of \eqn{s_{ij} Z_i'Z_j}{s_ij Z_i'Z_j}. `variant` offers
#' systemfit's other formulas for comparison with results that were computed by them.
#'
#' @param equations A named list of formulas `y ~ x`. Names become part of the coefficients' names,
#'   `equation_term`.
#' @param data A data frame, one row an observation, or a table in a database (see
#'   [remote-tables]). All equations are fitted to the rows that are complete in all of them.
#' @param instruments A one-sided formula of all instruments, common to the equations; or a list of
#'   them named by equation. Default: all exogenous regressors. Not for `"ols"`, `"wls"` and
#'   `"sur"`, which use none.
#' @param fe A one-sided formula of effects common to the equations, absorbed (`~state + year`;
#'   slopes by level as in [fe_reg()], `~state[t]`). Default: none.
#' @param method `"3sls"`, `"2sls"`, `"sur"`, `"ols"`, `"w2sls"`, `"wls"` or `"liml"`.
#' @param iterate Iterate `"3sls"`, `"sur"`, `"w2sls"` or `"wls"` to convergence?
#' @param sigma Divisor of the residual covariance: `"n"`, `"geomean"`, `"max"` or `"theil"`.
#' @param vcov `"iid"` (the estimator's own), `"HC0"` (robust, one score an observation over all
#'   equations), or a one-sided formula of cluster variables (factor G / (G - 1), reference t(G -
#'   1)).
#' @param restrictions Linear restrictions within and across equations: strings such as
#'   `"economy_infrastructure = infrastructure_economy"`, or a list of `matrix` and `value`.
#' @param weights,subset,panel,ssc,threads,replays As in [fe_reg()]; `ssc = "none"` leaves out the
#'   clusters' factor.
#' @param identities A list of formulas without error or coefficients to estimate, `list(gnp ~
#'   consumption + investment + 0.5 * x)`: they complete the system for the rank condition,
#'   [reduced_form()] and [multipliers()]; what they add that is exogenous joins the default
#'   instruments. A number may be computed or be a variable outside of `data` (`capital ~ (1 - rate)
#'   * l(capital, 1) + investment`), and `l(x, 1:2)` is the sum of both lags.
#' @param remote As in [fe_reg()]: how a table in a database is used, see [remote-tables].
#' @param variant With instruments by equation, of `"3sls"`: `"gmm"`, or `"gls"`, `"iv"`,
#'   `"schmidt"`, `"eviews"`.
#' @return An object of class `system_reg`, a list of plain data: `coefficients` (named
#'   `equation_term`), `covariance`, `residuals` (matrix, one column an equation), `sigma` (S that
#'   weighed the last step), `residual_sigma`, `iterations`, `identification`, `r2` by equation
#'   (about the mean where it holds a constant or effects), `dof`, `sample`. `fit[["economy"]]` is
#'   one equation as a fit of its own, see [equations()]. Methods as for [fe_reg()].
#' @section Errors: `ccdpanel_error_equations`, `_column`, `_name` (two columns or two coefficients
#'   of one name, such as `lh` of an equation `a_b` and `b_lh` of `a`), `_identification`,
#'   `_collinear`, `_singular` (residual covariance, or an equation that fits perfectly),
#'   `_restrictions`, `_identities`, `_choice` (a choice that the method does not know or has no use
#'   for), and those of [fe_reg()]. Messages: `ccdpanel_message_incomplete` (endogenous variables
#'   without an equation), `_common_sample` (equations that alone could use more rows), `_dependent`
#'   (a variable that is dependent in two equations).
#' @references Zellner, A. and Theil, H. (1962). Three-stage least squares: simultaneous estimation
#'   of simultaneous equations. Econometrica 30(1), 54-78. \doi{10.2307/1911287}
#'
#'   Wooldridge, J. M. (2010). Econometric Analysis of Cross Section and Panel Data, 2nd ed.,
#'   chapter 8. MIT Press.
#' @seealso [system_tests()], [test_restrictions()], [reduced_form()], [system_bootstrap()];
#'   [by_group()] and [add_controls()] for refits.
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' sheet <- indicator_sheet(path)
#' idx <- composite_index(state_capital, sheet, panel = c("state", "year"))
#' data <- merge(state_capital, idx)
#' # A demonstration of the function, not a study of public capital
#' system_reg(
#'   list(
#'     economy = economy ~ infrastructure + log(private_capital),
#'     infrastructure = infrastructure ~ economy + l(infrastructure, 1)
#'   ),
#'   data,
#'   panel = c("state", "year")
#' )
#' @export
system_reg <- function(equations, data, instruments = NULL, fe = NULL, method = "3sls",
                       iterate = FALSE, sigma = "n", vcov = "iid",
                       restrictions = NULL, weights = NULL, subset = NULL, panel = NULL,
                       ssc = "stata", threads = NULL, replays = NULL,
                       identities = NULL, variant = "gmm", remote = "auto", ...) {
  check_dots(...)
  check_required("system_reg")
  call <- rlang::current_env()
  data <- read_columns(data, remote = TRUE)
  check_choice(remote, c("auto", "cells", "rows"), "remote")
  check_system_choices(method, iterate, sigma, ssc, variant, instruments, restrictions)
  check_read_choices(method, instruments, variant, missing(variant))
  if (!is.null(panel)) {
    data <- settled_panel(data, panel)
    say_panel(panel, data)
  }
  spec <- system_spec(equations, data, instruments, fe, weights, subset, identities, call)
  spec <- c(spec, list(
    method = method, iterate = iterate, sigma = sigma, restrictions = restrictions, panel = panel,
    ssc = ssc,
    threads = thread_count(threads), variant = if (is.list(instruments)) variant else "gls"
  ))
  cov_spec <- system_covariance_spec(vcov, spec, call)
  spec$scope <- formula_scope(list(vcov), data, call, spec$scope)
  spec$replays <- replay_columns(replays, data, system_expressions(spec, rows = FALSE), call)
  spec <- settle_source(spec, cov_spec, remote, call)
  check_row_order(system_expressions(without_subset(spec)), spec, call)
  fit <- fit_system_spec(spec, cov_spec, match.call(), call, spelt = character())
  say_incomplete(fit)
  fit
}

# From a description to a fit: the second half of system_reg(), and what refits share with it.
fit_system_spec <- function(spec, cov_spec, matched, call, spelt = NULL) {
  design <- system_design(spec, call, cov_spec$clusters)
  say_losses(design$sample$counts)
  parts <- lapply(design$equations, `[[`, "part")
  say_level_spellings(design, parts, spec, cov_spec$clusters, spelt)
  say_common_sample(design$sample)
  say_constants(design$held)
  spec$sample <- kept_sample(design)
  spec$marks <- data_marks(spec, system_expressions(spec))
  spec$codings <- part_codings(parts)
  if (system_methods[[spec$method]]$project) check_equation_instruments(design, call)
  new_system_reg(matched, spec, design, system_replayed(spec, design, cov_spec, call), cov_spec)
}

system_methods <- list(
  ols = list(label = "OLS", project = FALSE, weighting = "equal"),
  wls = list(label = "WLS", project = FALSE, weighting = "diagonal"),
  sur = list(label = "SUR", project = FALSE, weighting = "full"),
  `2sls` = list(label = "2SLS", project = TRUE, weighting = "equal"),
  w2sls = list(label = "weighted 2SLS", project = TRUE, weighting = "diagonal"),
  liml = list(label = "LIML", project = TRUE, weighting = "diagonal"),
  `3sls` = list(label = "3SLS", project = TRUE, weighting = "full")
)

check_system_choices <- function(method, iterate, sigma, ssc, variant, instruments, restrictions,
                                 call = rlang::caller_env()) {
  check_choice(method, c("3sls", "2sls", "sur", "ols", "w2sls", "wls", "liml"), "method", call)
  check_choice(sigma, c("n", "geomean", "max", "theil"), "sigma", call)
  check_choice(ssc, c("stata", "none"), "ssc", call)
  check_choice(variant, c("gmm", "gls", "iv", "schmidt", "eviews"), "variant", call)
  check_flag(iterate, "iterate", call)
  if (iterate && !method %in% c("3sls", "sur", "w2sls", "wls")) {
    abort("choice", c(
      paste0(
        "{.arg iterate} applies to {.val 3sls}, {.val sur}, {.val w2sls} and {.val wls}, not ",
        "to {.val {method}}."
      ),
      i = "Equation by equation there is nothing to iterate."
    ), call)
  }
  alone <- method == "liml" || is.list(instruments) && method == "3sls" && variant != "gmm"
  if (alone && !is.null(restrictions)) {
    abort("restrictions", c(
      paste0(
        "{.arg restrictions} cannot be imposed on {if (method == 'liml') 'LIML' ",
        "else 'this variant'}."
      ),
      i = paste0(
        "Use {.val 3sls} or {.val w2sls}{if (method == 'liml') '' else ', and {.code ",
        "variant = \"gmm\"}'}."
      )
    ), call)
  }
}

# Arguments that the method has no use for.
check_read_choices <- function(method, instruments, variant, default, call = rlang::caller_env()) {
  if (!system_methods[[method]]$project && !is.null(instruments)) {
    with <- c(ols = "2sls", wls = "w2sls", sur = "3sls")[[method]]
    abort("choice", c(
      "{.arg instruments} are given, and {.code method = {.val {method}}} uses none.",
      i = "Leave them out, or estimate by {.val {with}}, which is {.val {method}} with instruments."
    ), call)
  }
  if (default || method == "3sls" && is.list(instruments)) return(invisible())
  abort("choice", c(
    paste0(
      "{.arg variant} is given ({.val {variant}}), and applies only to {.val 3sls} with ",
      "{.arg instruments} by equation."
    ),
    i = if (method != "3sls") {
      "{.code method = {.val {method}}} has one formula: leave {.arg variant} out."
    } else {
      "With common instruments all variants are one: leave {.arg variant} out, or give a list."
    }
  ), call)
}

# The estimate, its covariance widened by the replays of an index where there are any.
system_replayed <- function(spec, design, cov_spec, call) {
  carry_replays(system_estimate(spec, design, cov_spec, call), spec, function(spec) {
    design <- system_design(spec, call)
    if (all_finite(design$store)) system_estimate(spec, design, cov_spec, call)
  }, call)
}

new_system_reg <- function(call, spec, design, estimate, cov_spec) {
  kernel <- estimate$kernel
  kernel$tss <- system_totals(kernel, design, spec, estimate$terms)
  equations <- names(design$equations)
  columns <- names(design$store)
  dropped <- columns[kernel$dropped_z + 1]
  if (length(dropped)) {
    inform("collinear", "Left out of the instruments as collinear: {.val {dropped}}.")
  }
  say_replays(estimate$covariance)
  residuals <- if (is.null(design$remote)) `colnames<-`(kernel$residual, equations)
  by_equation <- function(x) `names<-`(x, equations)
  square <- function(m) `dimnames<-`(m, list(equations, equations))
  slopes <- function(z) without(columns[z + 1], "(Intercept)")
  excluded <- used_instruments(design, kernel)
  structure(list(
    coefficients = `names<-`(kernel$coef, estimate$names), covariance = estimate$covariance,
    covariance_spec = cov_spec, residuals = residuals,
    sigma = square(kernel$sigma), residual_sigma = square(kernel$residual_sigma),
    iterations = kernel$iterations,
    converged = kernel$status == 0L, method = spec$method, dof = estimate$dof,
    sample = kept_sample(design), remote = source_record(spec$data, design),
    identification = if (length(dropped)) {
      identification_table(design, spec$identities, excluded)
    } else {
      design$identification
    },
    endogenous = design$endogenous, excluded = excluded,
    instruments = slopes(which(
      seq_along(columns) %in% ((if (length(kernel$z_of)) unlist(kernel$z_of) else kernel$z) + 1L)
    ) - 1L),
    collinear = union(unlist(design$held, use.names = FALSE), dropped), held = design$held,
    nearly_collinear = kernel$apart,
    instruments_by = if (length(kernel$z_of)) by_equation(lapply(kernel$z_of, slopes)),
    kappa = if (length(kernel$kappa)) by_equation(kernel$kappa),
    tss = by_equation(kernel$tss), tss_within = by_equation(kernel$tss_within),
    constant = design$constant, certificate = kernel$certificate,
    r2 = by_equation(1 - kernel$rss / kernel$tss), rss = by_equation(kernel$rss),
    r2_within = if (length(design$factors)) by_equation(1 - kernel$rss / kernel$tss_within),
    terms = estimate$terms, restrictions = estimate$restrictions,
    effects = lapply(design$factors, `[[`, "levels"),
    slopes = lengths(lapply(design$factors, `[[`, "slopes")),
    recipes = lapply(design$equations, function(eq) part_recipe(eq$part)), spec = spec, call = call
  ), class = c("system_reg", "ccd_model"))
}

# Total sums of squares, as of a single equation: about the mean where the equation holds a
# constant, which may be a column like others, or effects do.
system_totals <- function(kernel, design, spec, terms) {
  if (design$constant || hold_constant(spec$effects)) return(kernel$tss)
  vapply(seq_along(terms), function(i) {
    y <- design$store[[response_columns(design$equations)[[i]]]]
    sum(deviations(y, design$weight, "(Intercept)" %in% terms[[i]])^2)
  }, 0)
}

# Times the root of the weights, less the mean if there is a constant.
deviations <- function(y, w, about_mean) {
  if (about_mean) y <- y - if (length(w)) sum(y / sum(w) * w) else mean(y)
  if (length(w)) y * sqrt(w) else y
}
