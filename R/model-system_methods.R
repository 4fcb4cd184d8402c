# Methods of systems; what they share with single equations is in model-methods.R.

#' @export
fit_covariance.system_reg <- function(object, vcov = NULL, call = rlang::caller_env()) {
  cov_spec <- covariance_spec(vcov, c("iid", "HC0"), call)
  system_replayed(object$spec, system_design(object$spec, call), cov_spec, call)$covariance
}

#' @rdname model-methods
#' @export
fitted.system_reg <- function(object, ...) {
  env <- model_env(object$spec$scope, object$spec$data, object$spec$panel)
  rows <- object$sample$rows
  out <- vapply(object$spec$equations, function(eq) {
    y <- as.double(evaluate(eq$response, object$spec$data, env, rlang::current_env()))
    if (is.null(rows)) y else y[rows]
  }, numeric(object$sample$n))
  out - object$residuals
}

#' @rdname model-methods
#' @export
predict.system_reg <- function(object, newdata = NULL, ...) {
  if (is.null(newdata)) return(stats::fitted(object))
  check_data_frame(newdata, "newdata")
  if (length(object$effects)) {
    abort("newdata", c(
      "{.fn predict} needs the values of the effects {.val {names(object$effects)}}, which a system absorbs and does not keep.",
      i = "{.code fitted(fit)} covers the sample; for new rows fit the equation with {.fn fe_reg}."
    ))
  }
  spec <- object$spec
  check_variables(lapply(spec$equations, `[[`, "regressors"), newdata, spec$scope, rlang::current_env())
  env <- model_env(spec$scope, newdata, spec$panel)
  out <- Map(function(recipe, terms, name) {
    part <- part_on(recipe, newdata, env)
    b <- object$coefficients[paste0(name, "_", terms)]
    columns <- c(list(`(Intercept)` = rep(1, nrow(newdata))), part$columns)[terms]
    Reduce(`+`, Map(`*`, columns, b), rep(0, nrow(newdata))) + (part$offset %||% 0)
  }, object$recipes, object$terms, names(object$terms))
  do.call(cbind, out)
}

#' @rdname model-methods
#' @export
formula.system_reg <- function(x, ...) {
  lapply(x$spec$equations, function(eq) rlang::new_formula(eq$response, eq$regressors, globalenv()))
}

#' @rdname model-methods
#' @export
tidy.system_reg <- function(x, conf.int = FALSE, conf.level = 0.95, vcov = NULL, ...) {
  out <- tidy.ccd_model(x, conf.int, conf.level, vcov)
  equation <- rep(names(x$terms), lengths(x$terms))
  out$term <- unlist(x$terms, use.names = FALSE)
  cbind(equation = equation, out, stringsAsFactors = FALSE)
}

#' @rdname model-methods
#' @export
glance.system_reg <- function(x, ...) {
  data.frame(
    method = system_label(x), equations = length(x$terms), nobs = x$sample$n, df.residual = min(x$dof$residual),
    iterations = x$iterations, vcov.type = covariance_label(x$covariance), stringsAsFactors = FALSE
  )
}

#' @rdname model-methods
#' @export
print.system_reg <- function(x, digits = max(3L, getOption("digits") - 3L), ...) {
  print(summary(x), digits = digits)
  invisible(x)
}

#' @rdname model-methods
#' @export
summary.system_reg <- function(object, vcov = NULL, ...) {
  object$covariance <- fit_covariance(object, vcov)
  table <- coefficient_table(object, object$covariance)
  equation <- rep(names(object$terms), lengths(object$terms))
  table$term <- unlist(object$terms, use.names = FALSE)
  tables <- lapply(split(table, factor(equation, names(object$terms))), printed_table)
  structure(list(fit = object, coefficients = tables, covariance = object$covariance), class = "summary.system_reg")
}

system_label <- function(x) {
  label <- c(`3sls` = "3SLS", `2sls` = "2SLS", sur = "SUR", ols = "OLS")[[x$method]]
  if (x$spec$iterate) paste0("iterated ", label) else label
}

#' @export
print.summary.system_reg <- function(x, digits = max(3L, getOption("digits") - 3L), ...) {
  fit <- x$fit
  cat("System of ", length(fit$terms), " equations by ", system_label(fit), sep = "")
  if (fit$spec$iterate) cat(" (", fit$iterations, " iterations)", sep = "")
  cat("\nRows: ", format(fit$sample$n, big.mark = ","), header_effects(fit), "\n", sep = "")
  divisor <- c(n = "N", geomean = "sqrt((N - k_i)(N - k_j))", max = "N - max(k_i, k_j)")[[fit$spec$sigma]]
  cat("Standard errors: ", system_covariance_label(x$covariance, divisor), "; ", reference_label(x$covariance$df), "\n", sep = "")
  if (fit$method %in% c("2sls", "3sls")) {
    cat("Endogenous: ", toString(fit$endogenous), "\nInstruments: ", toString(fit$instruments), "\n", sep = "")
  }
  if (length(fit$restrictions$value)) cat("Linear restrictions: ", length(fit$restrictions$value), "\n", sep = "")
  for (name in names(x$coefficients)) {
    cat("\n", name, " (R2 ", formatC(fit$r2[[name]], digits = 4, format = "g"), ")\n", sep = "")
    last <- name == names(x$coefficients)[length(x$coefficients)]
    stats::printCoefmat(x$coefficients[[name]], digits = digits, signif.legend = last, P.values = TRUE, has.Pvalue = TRUE)
  }
  print_replays(fit, x$covariance, digits)
  losses <- describe_losses(fit$sample$counts)
  if (nzchar(losses)) cat("\nLeft out: ", losses, ".\n", sep = "")
  if (length(fit$collinear)) cat("Collinear instruments: ", toString(fit$collinear), ".\n", sep = "")
  if (!fit$converged) cat("Not converged.\n")
  invisible(x)
}

system_covariance_label <- function(cov, divisor) {
  if (cov$type == "iid") paste0("residual covariance divided by ", divisor, replay_label(cov)) else covariance_label(cov)
}
