# What single rows do to a least-squares fit: leverages, standardised residuals, and what the
# coefficients would be without a row. Effects are estimated anew without it, as in lm() with
# dummies.

#' Influence of single rows
#'
#' The diagnostics of R's linear models for least squares with absorbed effects: what
#' [stats::lm.influence()] and its like give for the model with a dummy for each level.
#'
#' @param model A least-squares fit of [fe_reg()].
#' @param ... Not used: an argument of any name is an error.
#' @section Definitions: With e the residuals, w the weights (one without), h the leverages with the
#' effects in ([stats::hatvalues()]), p the coefficients and the effects' degrees of freedom
#' together and s the residual standard error:
#' * `rstandard()` \eqn{w_i^{1/2} e_i / (s (1 - h_i)^{1/2})}{w_i^(1/2) e_i / (s (1 - h_i)^(1/2))},
#'   `rstudent()` with the s of the fit without the row;
#' * `cooks.distance()` \eqn{w_i e_i^2 h_i / (p s^2 (1 - h_i)^2)}{w_i e_i^2 h_i / (p s^2 (1 -
#'   h_i)^2)};
#' * `dfbeta()` the coefficients less those of the fit without the row, the effects estimated anew,
#'   `dfbetas()` divided by the standard errors that the fit without the row has for iid errors at
#'   the regressors of all rows;
#' * `influence()` a list of `hat`, `coefficients` (as `dfbeta()`), `sigma` (s without each row) and
#'   `wt.res` (\eqn{w_i^{1/2} e_i}{w_i^(1/2) e_i}).
#'
#' What stats computes from these without generics reads what `lm()` alone keeps: take `dffits(fit,
#' influence(fit))` (from R 4.6 on `dffits(fit)` does), and for `covratio()`, with n rows and r of
#' `rstudent()`, \eqn{((n - p - 1 + r_i^2) / (n - p))^{-p} / (1 - h_i)}{((n - p - 1 + r_i^2) / (n -
#' p))^(-p) / (1 - h_i)}. `influence.measures()`, whose marks count the columns of dummies, is an
#' error. A row with leverage one is fitted by a parameter of its own: what would be without it is
#' `NaN`.
#' @return A number a row of the sample, in the order of `residuals(fit)`; `dfbeta()` and
#'   `dfbetas()` a matrix with a column a coefficient.
#' @section Errors: `ccdpanel_error_estimator` for a fit with instruments,
#'   `ccdpanel_error_choice` for an equation that is estimated jointly with others,
#'   `ccdpanel_error_needs_rows` for a table in a database, and those of leverages.
#' @seealso [fe_reg()]; `vcov = "HC3"` and [cov_cr3()] for what rows and clusters do to standard
#'   errors.
#' @references Belsley, D. A., Kuh, E. and Welsch, R. E. (1980). Regression Diagnostics. Wiley.
#'   \doi{10.1002/0471725153}
#' @examples
#' fit <- fe_reg(log(output) ~ log(highways) + unemployment | state + year, state_capital)
#' head(sort(cooks.distance(fit), decreasing = TRUE))
#' range(rstudent(fit))
#' @name influence.fe_reg
NULL

#' @rdname influence.fe_reg
#' @importFrom stats influence
#' @export
influence.fe_reg <- function(model, ...) {
  check_dots(...)
  parts <- row_parts(model, rlang::current_env())
  list(
    hat = parts$hat, coefficients = parts$change, sigma = parts$sigma, wt.res = parts$residual
  )
}

#' @rdname influence.fe_reg
#' @importFrom stats rstandard
#' @export
rstandard.fe_reg <- function(model, ...) {
  check_dots(...)
  parts <- row_parts(model, rlang::current_env())
  parts$residual / (stats::sigma(model) * sqrt(parts$left))
}

#' @rdname influence.fe_reg
#' @importFrom stats rstudent
#' @export
rstudent.fe_reg <- function(model, ...) {
  check_dots(...)
  parts <- row_parts(model, rlang::current_env())
  parts$residual / (parts$sigma * sqrt(parts$left))
}

#' @rdname influence.fe_reg
#' @importFrom stats cooks.distance
#' @export
cooks.distance.fe_reg <- function(model, ...) {
  check_dots(...)
  parts <- row_parts(model, rlang::current_env())
  taken <- model$dof$k + model$dof$absorbed
  (parts$residual / (stats::sigma(model) * parts$left))^2 * parts$hat / taken
}

#' @rdname influence.fe_reg
#' @importFrom stats dfbeta
#' @export
dfbeta.fe_reg <- function(model, ...) {
  check_dots(...)
  row_parts(model, rlang::current_env())$change
}

#' @rdname influence.fe_reg
#' @importFrom stats dfbetas
#' @export
dfbetas.fe_reg <- function(model, ...) {
  check_dots(...)
  parts <- row_parts(model, rlang::current_env())
  parts$change / outer(parts$sigma, parts$root)
}

# stats::dffits() has methods from R 4.6 on, where this is made one.
row_dffits <- function(model, infl = stats::influence(model), res = infl$wt.res, ...) {
  check_dots(...)
  res * sqrt(infl$hat) / (infl$sigma * (1 - infl$hat))
}

# Leverages, residuals times the root of the weights, and what the fit would be without each row.
row_parts <- function(model, call) {
  check_has_rows(model, "The influence of single rows", call)
  check_alone(model, "The influence of single rows", call)
  check_without_instruments(model, "The influence of single rows", call)
  design <- model_design(model$spec, call)
  kernel <- score_kernel(model, design, call)
  hat <- fit_leverages(kernel, design, model$spec, call)
  left <- ifelse(hat > 1 - 1e-10, NaN, 1 - hat)
  residual <- kernel$residual * if (length(design$weight)) sqrt(design$weight) else 1
  influence <- tcrossprod(row_scores(kernel, design), kernel$half)
  change <- influence / left
  colnames(change) <- names(model$coefficients)
  list(
    hat = hat, left = left, residual = residual, change = change,
    sigma = sqrt(pmax(model$rss - residual^2 / left, 0) / (model$dof$residual - 1)),
    root = sqrt(diag(kernel$bread))
  )
}

check_without_instruments <- function(fit, what, call) {
  if (is.null(fit$spec$parsed$instruments)) return(invisible())
  abort("estimator", c(
    "{what} is that of least squares; the fit has instruments.",
    i = paste0(
      "{.fn hatvalues} and {.code vcov = \"HC3\"} are there for two-stage least squares; the ",
      "first stages are {.code first_stage(fit)}, least-squares fits of their own."
    )
  ), call)
}
