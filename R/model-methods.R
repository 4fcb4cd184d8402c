# What a fit answers to: the generics of stats, for fe_reg and system_reg alike.

# The covariance behind a fit's standard errors, or another one computed from its data.
fit_covariance <- function(object, vcov = NULL, call = rlang::caller_env()) {
  if (is.null(vcov)) return(object$covariance)
  if (is.function(vcov)) vcov <- made_covariance(object, vcov, call)
  if (is.matrix(vcov)) return(given_covariance(object, vcov, call))
  UseMethod("fit_covariance")
}

# A covariance of the fit's own coefficients and nothing else: a matrix, or what makes one.
is_given <- function(vcov) is.matrix(vcov) || is.function(vcov)

# What a function makes of the fit: a matrix. What it says is repeated only if it made one.
made_covariance <- function(object, f, call) {
  made <- hold_warnings(tryCatch(f(object), error = function(e) e))
  v <- made$value
  if (!is.matrix(v)) {
    came <- if (inherits(v, "error")) paste0("an error (", conditionMessage(v), ")") else found(v)
    abort("vcov", c(
      "{.arg vcov} as a function must make a matrix of the fit; it made {came}.",
      i = "For instance {.code vcov = sandwich::vcovHC}."
    ), call)
  }
  repeat_warnings(made)
  v
}

# A matrix from elsewhere, with the degrees of freedom of the fit's own.
given_covariance <- function(object, v, call) {
  own <- object$covariance
  names <- rownames(own$v)
  if (!is.null(rownames(v)) && all(names %in% rownames(v)) && identical(rownames(v), colnames(v))) v <- v[names, names, drop = FALSE]
  if (!is.numeric(v) || !identical(dim(v), dim(own$v))) {
    abort("vcov", c(
      "{.arg vcov} as a matrix must be one of {nrow(own$v)} coefficient{?s}, not {found(v)}.",
      i = "Its names, if it has any, are those of {.code coef(fit)}."
    ), call)
  }
  dimnames(v) <- dimnames(own$v)
  new_covariance(v, list(type = "given"), own$df, 1)
}

#' @export
fit_covariance.fe_reg <- function(object, vcov = NULL, call = rlang::caller_env()) {
  cov_spec <- covariance_spec(vcov, call = call)
  fe_replayed(object$spec, model_design(object$spec, call), cov_spec, call)$covariance
}

#' Methods of fitted models
#'
#' Fits of [fe_reg()] and [system_reg()] answer to the generics of R's own models. `vcov(fit, ~state)`, `summary(fit, vcov = )`,
#' `confint(fit, vcov = )` and `tidy(fit, vcov = )` recompute the covariance from the fit's data without fitting again by hand.
#'
#' @param object,x,model A fit of [fe_reg()] or [system_reg()].
#' @param vcov A covariance as in [fe_reg()]; `NULL` is the fit's own. A matrix, or a function that makes one of the fit, is taken as it is, with the
#'   fit's own degrees of freedom.
#' @param parm Names or positions of coefficients; default all.
#' @param level,conf.level Confidence level.
#' @param conf.int Should confidence limits be added?
#' @param newdata A data frame to predict for; default the sample.
#' @param digits Significant digits to print.
#' @param n Coefficients that `print()` shows, of a system's equations together about as many; `summary()` shows all.
#' @param formula A fit, for `model.frame()`.
#' @param formula. Changes to the formula, as in [update.formula()], of the part before the first bar.
#' @param constant `"reghdfe"` or `"xtreg"`: add the constant of a model with effects, as [fe_constant()] computes it. Default: no.
#' @param first_stage Print the first stages beside the second?
#' @param demeaned Should the columns be given within the effects?
#' @param part Which part of the formula: `"all"`, `"linear"`, `"effects"`, `"instruments"`.
#' @param evaluate Fit the updated model (`TRUE`), or return the call?
#' @param ... Not used, except by `update()`, which passes them to the call.
#' @section R2 within:
#' `within.r.squared` is reghdfe's: one less the residual sum of squares over that of y within all effects. `within.r.squared.xtreg` is that of
#' `xtreg, fe` with dummies for the other effects: over that of y within the units alone (the panel's if `panel` names an effect, else the first
#' effect). With one effect they agree. `n.units` counts the units.
#' @return As the generics document. `residuals()` and `fitted()` cover the rows of the sample (`fit$sample$rows`); `predict()` gives
#'   one value a row of `newdata`, `NA` (counted in a message that names the levels) where a level of an effect or of a factor was not in the sample;
#'   `fixef()` a list of named effects with the attribute `components`, a data frame: for each effect after the first (of those with an intercept), the number of connected components that
#'   it forms with the first, in each of which only differences within an effect are identified (the first level of the later
#'   effect there is zero); `df.residual()`
#'   is N - K, while p-values use the degrees of freedom that belong to the covariance (`fit$covariance$df`).
#'
#' @section Other packages:
#' `sandwich::sandwich()`, `vcovCL()` and their like work from the fit's scores (`estfun()`) and `bread()`; they apply their own factors and not those of
#' `vcov(fit, )`. `sandwich::vcovHC(fit, type = )` is `vcov(fit, type)`. `model.frame()` has the variables on the rows of the sample, without
#' effects and instruments. `lmtest::coeftest()`, car's `linearHypothesis()` and `deltaMethod()`, marginaleffects' slopes, contrasts of
#' emmeans, and tables of modelsummary, texreg and parameters use the fit's covariance, or the one given to them. With absorbed effects
#' the means of emmeans are those of the regressors' part; their contrasts are what they are without.
#' @name model-methods
#' @examples
#' fit <- fe_reg(log(output) ~ log(highways) + unemployment | state + year, state_capital)
#' confint(fit, vcov = ~state)
#' generics::tidy(fit, conf.int = TRUE)
#' head(nlme::fixef(fit)$state)
NULL

#' @rdname model-methods
#' @export
coef.ccd_model <- function(object, ...) object$coefficients

#' @rdname model-methods
#' @export
vcov.ccd_model <- function(object, vcov = NULL, ...) fit_covariance(object, vcov)$v

#' @rdname model-methods
#' @export
confint.ccd_model <- function(object, parm = NULL, level = 0.95, vcov = NULL, ...) {
  check_number(level, "level", 0, 1)
  table <- coefficient_table(object, fit_covariance(object, vcov))
  tail <- (1 - level) / 2
  limits <- table$estimate + table$std.error * cbind(stats::qt(tail, table$df), stats::qt(1 - tail, table$df))
  dimnames(limits) <- list(table$term, paste(format(100 * c(tail, 1 - tail), trim = TRUE, digits = 3), "%"))
  if (is.null(parm)) limits else limits[parm, , drop = FALSE]
}

# term, estimate, std.error, statistic, p.value and the degrees of freedom of each.
coefficient_table <- function(object, cov) {
  estimate <- unname(object$coefficients)
  se <- unname(sqrt(diag(cov$v)))
  statistic <- estimate / se
  data.frame(
    term = names(object$coefficients), estimate = estimate, std.error = se, statistic = statistic,
    p.value = 2 * stats::pt(-abs(statistic), cov$df), df = rep_len(cov$df, length(se)), stringsAsFactors = FALSE
  )
}

#' @rdname model-methods
#' @export
nobs.ccd_model <- function(object, ...) object$sample$n

#' @rdname model-methods
#' @export
residuals.ccd_model <- function(object, ...) object$residuals

#' @rdname model-methods
#' @export
df.residual.ccd_model <- function(object, ...) object$dof$residual

#' @rdname model-methods
#' @export
deviance.fe_reg <- function(object, ...) object$rss

#' @rdname model-methods
#' @export
sigma.fe_reg <- function(object, ...) sqrt(object$rss / object$dof$residual)

#' @rdname model-methods
#' @export
logLik.fe_reg <- function(object, ...) {
  n <- object$dof$n
  w <- stats::weights(object)
  value <- -n / 2 * (log(2 * pi) + log(object$rss / n) + 1) + if (is.null(w)) 0 else sum(log(w)) / 2
  structure(value, df = object$dof$k + object$dof$absorbed + 1, nobs = n, class = "logLik")
}

#' @rdname model-methods
#' @export
weights.ccd_model <- function(object, ...) {
  spec <- object$spec
  if (is.null(spec$weights)) return(NULL)
  w <- evaluate(spec$weights, spec$data, model_env(spec$scope, spec$data, spec$panel), rlang::current_env())
  as.double(if (is.null(object$sample$rows)) w else w[object$sample$rows])
}

#' @rdname model-methods
#' @export
formula.fe_reg <- function(x, part = "all", ...) {
  check_choice(part, c("all", "linear", "effects", "instruments"), "part")
  parsed <- x$spec$parsed
  switch(part,
    all = expanding_formula(x),
    linear = rlang::new_formula(parsed$response, linear_part(parsed), globalenv()),
    effects = if (length(parsed$effects)) stats::reformulate(names(parsed$effects), env = globalenv()),
    instruments = if (!is.null(parsed$instruments)) rlang::new_formula(parsed$endogenous, parsed$instruments, globalenv())
  )
}

# Exogenous and endogenous regressors together.
linear_part <- function(parsed) {
  if (is.null(parsed$endogenous)) return(parsed$exogenous)
  if (identical(parsed$exogenous, 1)) return(parsed$endogenous)
  call("+", parsed$exogenous, parsed$endogenous)
}

#' @rdname model-methods
#' @export
terms.fe_reg <- function(x, ...) stats::terms(formula(x, "linear"))

#' @rdname model-methods
#' @export
update.fe_reg <- function(object, formula. = NULL, ..., evaluate = TRUE) {
  call <- object$call
  if (!is.null(formula.)) call$formula <- updated_formula(object$spec$parsed, formula., object$spec$data)
  changes <- as.list(match.call(expand.dots = FALSE)$...)
  call[names(changes)] <- changes
  if (evaluate) eval(call, parent.frame()) else call
}

# y ~ . + z changes the exogenous part; a formula with bars replaces everything.
updated_formula <- function(parsed, change, data) {
  if (rlang::is_call(change[[2]], "~") || "|" %in% all.names(change)) return(updated_parts(parsed, change, data))
  old <- rlang::new_formula(parsed$response, parsed$exogenous)
  new <- stats::update.formula(old, change)
  whole_formula(parsed, list(new[[3]]), label_expressions(names(parsed$effects), data), response = new[[2]])
}

# A formula with bars: `.` in a part stands for what the fit has there.
updated_parts <- function(parsed, change, data) {
  instrumented <- rlang::is_call(change[[2]], "~", n = 2)
  inner <- if (instrumented) change[[2]] else change
  parts <- split_bars(inner[[3]])
  effects <- join_plus(label_expressions(names(parsed$effects), data)) %||% 0
  last <- if (instrumented) list(parsed$endogenous)
  old <- c(list(parsed$exogenous, effects)[seq_len(length(parts) - instrumented)], last)
  fill <- function(expr, value) if (is.null(value)) expr else do.call(substitute, list(expr, list(. = value)))
  parts <- Map(fill, parts, old)
  left <- fill(inner[[2]], parsed$response)
  new <- rlang::new_formula(left, Reduce(function(a, b) call("|", a, b), parts), globalenv())
  if (!instrumented) return(new)
  rlang::new_formula(call("~", left, new[[3]]), fill(change[[3]], parsed$instruments), globalenv())
}

#' @rdname model-methods
#' @export
model.frame.fe_reg <- function(formula, ...) {
  spec <- formula$spec
  env <- model_env(spec$scope, spec$data, spec$panel)
  tt <- stats::terms(rlang::new_formula(spec$parsed$response, linear_part(spec$parsed), env), data = spec$data)
  frame <- stats::model.frame(tt, spec$data, na.action = stats::na.pass)
  rows <- formula$sample$rows
  if (!is.null(rows)) frame <- frame[rows, , drop = FALSE]
  attr(frame, "terms") <- tt
  rownames(frame) <- frame_rows(formula)
  frame
}

#' @rdname model-methods
#' @export
model.matrix.fe_reg <- function(object, demeaned = FALSE, ...) {
  check_flag(demeaned, "demeaned")
  design <- model_design(object$spec)
  if (demeaned && length(design$factors)) return(demeaned_matrix(object, design))
  columns <- design$columns[design$x + 1]
  names(columns) <- design$names[design$x + 1]
  if (design$constant) columns <- c(list(`(Intercept)` = rep(1, design$sample$n)), columns)
  matrix(unlist(columns), design$sample$n, dimnames = list(NULL, names(columns)))[, names(object$coefficients), drop = FALSE]
}

#' @rdname model-methods
#' @export
hatvalues.fe_reg <- function(model, ...) {
  call <- rlang::current_env()
  design <- model_design(model$spec, call)
  fit_leverages(score_kernel(model, design, call), design, model$spec, call)
}

# The regressors within the effects, as least squares sees them.
demeaned_matrix <- function(object, design) {
  kept <- match(names(object$coefficients), design$names)
  x <- matrix(unlist(design$columns[kept]), design$sample$n, dimnames = list(NULL, names(object$coefficients)))
  x[] <- bind_absorb(x, design$factors, design$weight)$columns
  x
}

#' @rdname model-methods
#' @export
tidy.ccd_model <- function(x, conf.int = FALSE, conf.level = 0.95, vcov = NULL, constant = NULL, ...) {
  out <- coefficient_table(x, fit_covariance(x, vcov))
  if (!is.null(constant)) out <- rbind(out, fe_constant(x, constant, vcov))
  if (conf.int) {
    check_number(conf.level, "conf.level", 0, 1)
    reach <- out$std.error * stats::qt((1 + conf.level) / 2, out$df)
    out$conf.low <- out$estimate - reach
    out$conf.high <- out$estimate + reach
  }
  out$df <- NULL
  out
}

#' @rdname model-methods
#' @export
augment.fe_reg <- function(x, ...) {
  out <- sample_data(x)
  out$.fitted <- stats::fitted(x)
  out$.resid <- x$residuals
  out
}

#' @rdname model-methods
#' @export
glance.fe_reg <- function(x, ...) {
  wald <- wald_test(x, x$covariance)
  data.frame(
    r.squared = x$r2[["r2"]], adj.r.squared = x$r2[["adjusted"]], within.r.squared = x$r2[["within"]], within.r.squared.xtreg = xtreg_within(x), sigma = stats::sigma(x),
    statistic = wald$statistic, p.value = wald$p.value, df = wald$df1, logLik = as.numeric(stats::logLik(x)),
    AIC = stats::AIC(x), BIC = stats::BIC(x), deviance = x$rss, df.residual = x$dof$residual, nobs = x$sample$n,
    n.units = unit_count(x)$n %||% NA_integer_, vcov.type = covariance_label(x$covariance)
  )
}

# Coefficients zero, all slopes unless named, by the fit's covariance: F (or chi-squared over its degrees of freedom where the reference is normal).
wald_test <- function(object, cov, terms = setdiff(names(object$coefficients), "(Intercept)")) {
  slopes <- names(object$coefficients) %in% terms
  q <- sum(slopes)
  b <- object$coefficients[slopes]
  inverse <- if (q) tryCatch(solve(cov$v[slopes, slopes, drop = FALSE], b), error = function(e) NULL)
  if (is.null(inverse)) return(list(statistic = NA_real_, p.value = NA_real_, df1 = q))
  f <- sum(b * inverse) / q
  list(statistic = f, p.value = stats::pf(f, q, min(cov$df), lower.tail = FALSE), df1 = q)
}

# lmtest's own default takes df.residual(); the degrees of freedom belong to the covariance.
#' @exportS3Method lmtest::coeftest
coeftest.ccd_model <- function(x, vcov. = NULL, df = NULL, ...) {
  cov <- fit_covariance(x, if (is.function(vcov.)) vcov.(x, ...) else vcov.)
  default <- utils::getS3method("coeftest", "default", envir = asNamespace("lmtest"))
  out <- default(x, vcov. = cov$v, df = df %||% min(cov$df), ...)
  # lmtest has one number for all coefficients; CR2's and CR3's have their own.
  if (is.null(df) && length(cov$df) > 1) out[, 4] <- 2 * stats::pt(-abs(out[, 3]), cov$df)
  out
}
