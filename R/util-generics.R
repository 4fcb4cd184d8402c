#' @importFrom generics tidy
#' @export
generics::tidy

#' @importFrom generics augment
#' @export
generics::augment

#' @importFrom generics glance
#' @export
generics::glance

# The generics of stats whose methods this package registers: without the imports, a session that
# loads only the namespace (to read a saved fit, say) would not find them.
#' @importFrom stats coef confint deviance df.residual fitted formula hatvalues logLik model.frame
#'   model.matrix nobs predict residuals sigma terms
#' @importFrom stats update vcov weights
NULL
