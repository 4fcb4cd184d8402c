#' One equation of a system as a fit
#'
#' `fit[["economy"]]` is that equation with everything a fit of [fe_reg()] answers to: [summary()],
#' [coef()], [vcov()], [confint()], [predict()], [generics::tidy()], [weak_iv()] and the others.
#' `equations(fit)` is the list of all, which prints as one table and goes to
#' `modelsummary::modelsummary()` as one column an equation.
#'
#' @details Coefficients, covariance and residuals are the system's; the covariance between
#'   equations is in `vcov(fit)` of the system alone. Tests of instruments ([weak_iv()],
#'   [iv_tests()]) are those of the equation by two-stage least squares, since they concern its
#'   first stages. A list of systems by different methods goes to modelsummary with `shape =
#'   equation + term ~ model`: one column a method, one panel of rows an equation.
#' @param fit,x A fit of [system_reg()].
#' @param i Name of an equation. Names and positions of other elements are those of the list that
#'   the fit is.
#' @param ... Not used.
#' @return `equations()`: a named list of class [ccd_models]; `[[`: a fit of class `system_equation`
#'   and `fe_reg`.
#' @section Errors: `ccdpanel_error_fit`.
#' @examples
#' fit <- system_reg(
#'   list(
#'     output = log(output) ~ log(highways) + unemployment,
#'     jobs = log(employment) ~ log(highways) + log(private_capital)
#'   ),
#'   state_capital, method = "sur", fe = ~state
#' )
#' fit[["jobs"]]
#' equations(fit)
#' @export
equations <- function(fit, ...) {
  check_dots(...)
  check_required("equations")
  if (!inherits(fit, "system_reg")) {
    abort("fit", c(
      "{.arg fit} must be a fit of {.fn system_reg}, not {found(fit)}.",
      i = "A fit of {.fn fe_reg} is one equation."
    ))
  }
  new_models(equation_fits(fit), heading = trf("Equations of a system by %s", system_label(fit)))
}

#' @rdname equations
#' @export
`[[.system_reg` <- function(x, i, ...) {
  if (rlang::is_string(i) && i %in% names(unclass(x)$terms)) return(system_equation(x, i))
  unclass(x)[[i, ...]]
}
