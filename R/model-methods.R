# What a fit answers to: the generics of stats, for fe_reg and system_reg alike.

#' Methods of fitted models
#'
#' Fits of [fe_reg()] and [system_reg()] answer to the generics of R's own models. `vcov(fit,
#' ~state)`, `summary(fit, vcov = )`, `confint(fit, vcov = )` and `tidy(fit, vcov = )` recompute the
#' covariance from the fit's data without fitting again by hand.
#'
#' @param object,x,model A fit of [fe_reg()] or [system_reg()].
#' @param vcov A covariance as in [fe_reg()]; `NULL` is the fit's own. A matrix, or a function that
#'   makes one of the fit, is taken as it is: by its names, or without any in the order of the
#'   coefficients. It has the degrees of freedom of its attribute `df`, one number or one a
#'   coefficient (`Inf`: the normal distribution), else those of the fit's own covariance; the print
#'   says which. Names that lack a coefficient, a negative or missing variance, and a matrix that is
#'   not symmetric are an error `ccdpanel_error_vcov`.
#' @param parm Names or positions of coefficients; default all.
#' @param level,conf.level Confidence level.
#' @param conf.int Should confidence limits be added?
#' @param data The data frame that the model was fitted to, in the order of its rows, with other
#'   columns perhaps: its rows of the sample are given back with `.fitted` and `.resid`. Rows on
#'   which a variable of the model is another are an error `ccdpanel_error_rows`, columns that are
#'   called like those of the result `ccdpanel_error_name`. Default the data as the fit has them.
#' @param newdata A data frame to predict for; default the sample. `augment()` gives it back with
#'   `.fitted`; of a system it stacks the equations, named in `.equation`.
#' @param type Of predictions `"response"`, the only kind there is; of residuals that, or
#'   `"deviance"`, times the root of the weights (as for R's linear models `"working"` is the former
#'   and `"pearson"` the latter); of weights `"prior"` or `"working"`, which are the same.
#' @param digits Significant digits to print.
#' @param n Coefficients that `print()` shows, of a system's equations together about as many;
#'   `summary()` shows all.
#' @param formula A fit, for `model.frame()`.
#' @param formula. Changes to the formula, as in [update.formula()], of the part before the first
#'   bar; with bars of the others too, `. ~ . | . + year` or `. ~ . | . | . ~ . + z`. Parts that are
#'   not named stay (`. ~ . | 0` leaves the effects out); a formula with bars and without a dot
#'   replaces all.
#' @param constant `"reghdfe"` or `"xtreg"`: add the constant of a model with effects, as
#'   [fe_constant()] computes it. Default: no.
#' @param first_stage Print the first stages beside the second?
#' @param demeaned Should the columns be given within the effects?
#' @param part Which part of the formula: `"all"`, `"linear"`, `"effects"`, `"instruments"`.
#' @param evaluate Fit the updated model (`TRUE`), or return the call?
#' @param ... Not used, except by `update()`: arguments of the call by name, and of a system changes
#'   of its equations by their names. What has no name is an error `ccdpanel_error_argument`.
#' @section R2 within: `within.r.squared` is reghdfe's: one less the residual sum of squares over
#' that of y within all effects. `within.r.squared.xtreg` is that of `xtreg, fe` with dummies for
#' the other effects: over that of y within the units alone (the panel's if `panel` names an effect,
#' else the first effect). With one effect they agree. `n.units` counts the units.
#' @return As the generics document. `residuals()` and `fitted()` cover the rows of the sample
#'   (`fit$sample$rows`); `predict()` gives one value a row of `newdata`, `NA` where a level of an
#'   effect or of a factor was not in the sample, and where a value is missing: each counted in a
#'   message that names the levels or the variables. A term that takes its values from the whole
#'   column (`I(year - min(year))`, `rank(x)`, `cut(x, 3)`) is another variable on other rows, and
#'   an error `ccdpanel_error_basis`; bases that R keeps (`poly()`, `scale()`, `splines::ns()`) are
#'   those of the fit; `fixef()` a list of named effects with the attribute `components`, a data
#'   frame: for each effect after the first (of those with an intercept), the number of connected
#'   components that it forms with the first, in each of which only differences within an effect are
#'   identified (the later effect's first level in order is zero there, whatever the order of the
#'   rows); `df.residual()` is N - K, while p-values use the degrees of freedom that belong to the
#'   covariance (`fit$covariance$df`).
#'
#' @section Other packages: `sandwich::sandwich()`, `vcovCL()` and their like work from the fit's
#' scores (`estfun()`) and `bread()`; they apply their own factors and not those of `vcov(fit, )`,
#' and `vcovCL()` takes `type = "HC0"` where it is not told and the fit is none of [lm()].
#' `sandwich::vcovHC(fit, type = )` is `vcov(fit, type)`. `model.frame()` has the variables on the
#' rows of the sample, without effects and instruments. `lmtest::coeftest()`, `lmtest::coefci()`,
#' car's `linearHypothesis()` and `Confint()`, emmeans, and tables of modelsummary, texreg and
#' parameters use the fit's covariance, or the one given to them, and its degrees of freedom, as
#' [confint()] does: with CR2 and CR3 those of the contrast or hypothesis itself, of several
#' hypotheses at once the least of theirs. car's `deltaMethod()` and marginaleffects use the
#' covariance and the normal distribution (marginaleffects takes `df =`); F tests of
#' `lmtest::waldtest()` and `car::Anova()` take [df.residual()], and their chi-squared tests need
#' none. `car::vif()` is of the regressors within the effects under iid errors, as that of [lm()]
#' with demeaned columns, and is `vif_within` of [collinearity()]. With absorbed effects the means
#' of emmeans are at the effects' mean over the sample, as [fe_constant()] has it (with a matrix as
#' covariance, of fits that carry replays, and beside slopes alone they are those of the regressors'
#' part, whose level is that of a coding); their contrasts are what they are without.
#' marginaleffects' slopes and comparisons of regressors have the standard errors that they have
#' with dummies; its predictions, ratios and comparisons of an effect's levels have none in its
#' version 1.0, with a warning (in earlier ones they leave out how the effects vary).
#'
#' A system has one row of scores an observation, over all equations (systemfit has one an equation;
#' `vcovCL()` takes the clusters as a vector), and one of its equations those of the joint estimate,
#' so that both give the system's `"HC0"`; leverages (`hatvalues()`) an equation has where it is
#' estimated by itself.
#' @name model-methods
#' @order 1
#' @examples
#' fit <- fe_reg(log(output) ~ log(highways) + unemployment | state + year, state_capital)
#' confint(fit, vcov = ~state)
#' generics::tidy(fit, conf.int = TRUE)
#' head(nlme::fixef(fit)$state)
NULL

#' @rdname model-methods
#' @export
nobs.ccd_model <- function(object, ...) {
  check_dots(..., passed = "use.fallback")
  object$sample$n
}

#' @rdname model-methods
#' @export
residuals.ccd_model <- function(object, type = "response", ...) {
  check_dots(...)
  call <- rlang::current_env()
  check_choice(type, c("response", "working", "deviance", "pearson"), "type")
  check_has_rows(object, "residuals()", call)
  check_not_lm_influence(sys.function(sys.parent(2)), call)
  check_not_bandwidth(object, sys.function(sys.parent()), call)
  if (type %in% c("response", "working") || is.null(object$spec$weights)) return(object$residuals)
  object$residuals * sqrt(stats::weights(object))
}

# sandwich looks by the residuals for a constant among the scores, which it gives no weight in its
# choice of a bandwidth; without residuals it goes on. Those of a system are no column.
check_not_bandwidth <- function(fit, asking, call) {
  if (is.null(dim(fit$residuals)) || !isNamespaceLoaded("sandwich")) return(invisible())
  bandwidths <- lapply(c("bwNeweyWest", "bwAndrews"), get0, asNamespace("sandwich"))
  if (!any(vapply(bandwidths, identical, NA, asking))) return(invisible())
  abort("argument", c(
    "The residuals of a system are a matrix, a column an equation.",
    i = "Take one equation: {.code residuals(fit[[1]])}."
  ), call)
}

# stats::lm.influence(), which dffits() and covratio() call, and influence.measures() come here
# first and would stop for want of lm()'s decomposition.
check_not_lm_influence <- function(asking, call) {
  both <- list(
    lm.influence = stats::lm.influence, influence.measures = stats::influence.measures
  )
  name <- names(both)[vapply(both, identical, NA, asking)]
  if (!length(name)) return(invisible())
  abort("argument", c(
    "{.fn {name}} reads what {.fn lm} alone keeps.",
    i = paste0(
      "Take {.code influence(fit)}, {.code dfbetas(fit)} and {.code dffits(fit, influence(fit))}; ",
      "{.code ?influence.fe_reg} has the formula of {.fn covratio}."
    )
  ), call)
}

#' @rdname model-methods
#' @export
df.residual.ccd_model <- function(object, ...) {
  check_dots(...)
  object$dof$residual
}

#' @rdname model-methods
#' @export
weights.ccd_model <- function(object, type = "prior", ...) {
  check_dots(...)
  check_choice(type, c("prior", "working"), "type")
  spec <- object$spec
  if (is.null(spec$weights)) return(NULL)
  check_has_rows(object, "weights()", rlang::current_env())
  data <- unshared_columns(spec$data, all.vars(spec$weights))
  w <- evaluate(
    spec$weights, data, model_env(spec$scope, data, spec$panel), rlang::current_env()
  )
  w <- check_weights(w, spec$weights, rlang::current_env())
  if (is.null(object$sample$rows)) w else w[object$sample$rows]
}

# The call of a fit again, where it was not made: a fit read in a fresh session brings its data and
# what else its call named, and needs no package to be attached. Its formulas find values where they
# were written: those of the fit among its own, `changed` arguments in the frame of the call, and
# what changes the argument `updated` where `updates` were. `exprs`: what the fit evaluates in its
# data.
refit_call <- function(call, object, frame, changed, updated, updates, exprs) {
  env <- new.env(parent = frame)
  own <- c(
    "fe_reg", "system_reg", "dynamic_panel", "cov_cr2", "cov_cr3", "cov_nw", "cov_dk", "cov_conley"
  )
  for (name in own) env[[name]] <- getExportedValue("ccdpanel", name)
  scope <- object$spec$scope
  for (name in names(scope)) if (!exists(name, frame)) env[[name]] <- scope[[name]]
  added <- lapply(Filter(Negate(is.null), updates), without_taken)
  home <- list2env(
    formula_scope(added, object$spec$data, rlang::caller_env(), scope), parent = env
  )
  kept <- fitted_arguments(object)
  same <- setdiff(names(call), c(changed, ""))
  for (arg in intersect(setdiff(same, updated), names(kept))) {
    if (is_lost(call[[arg]], arg, frame)) call[[arg]] <- kept[[arg]]
  }
  if ("data" %in% same) say_other_data(call$data, object$spec, exprs, frame)
  for (arg in names(call)[holds_formula(as.list(call))]) {
    call[[arg]] <- formulas_in(call[[arg]], if (arg %in% same) home else env)
  }
  eval(call, env)
}

# A change without the terms that it takes away, which have the values of the fit.
without_taken <- function(expr) {
  if (!is.call(expr)) return(expr)
  if (rlang::is_call(expr, "-")) return(if (length(expr) == 3) without_taken(expr[[2]]) else 0)
  if (rlang::is_call(expr, c("~", "+", "|", "("))) {
    for (i in seq_along(expr)[-1]) expr[[i]] <- without_taken(expr[[i]])
  }
  expr
}

# Arguments that are formulas or lists of them, made or to be made.
holds_formula <- function(arguments) {
  vapply(arguments, function(x) {
    inherits(x, "formula") || rlang::is_call(x, "~") ||
      rlang::is_call(x, "list") && "~" %in% all.names(x) ||
      is.list(x) && !is.data.frame(x) && any(vapply(x, inherits, NA, "formula"))
  }, NA) & nzchar(names(arguments))
}

formulas_in <- function(x, env) {
  if (is.call(x) && !inherits(x, "formula")) x <- eval(x, env)
  if (inherits(x, "formula")) environment(x) <- env
  if (is.list(x)) x[] <- lapply(x, formulas_in, env)
  x
}

# Does an argument of a call name what is not there? Values may be called like functions (`df`).
is_lost <- function(expr, arg, frame) {
  if (!is.language(expr) || rlang::is_call(expr, "~")) return(FALSE)
  !all(vapply(all.vars(expr), function(name) {
    value <- get0(name, frame)
    other <- arg == "data" && is.name(expr) && !is.data.frame(value) && !inherits(value, "tbl_lazy")
    !is.null(value) && !other && (arg == "vcov" || !is.function(value))
  }, NA))
}

# The name of the data may be another table's where the fit is changed, or the table have changed.
say_other_data <- function(expr, spec, exprs, frame) {
  data <- if (is.name(expr)) get0(as.character(expr), frame)
  if (!is.data.frame(data) || !is.data.frame(spec$data)) return(invisible())
  names <- setdiff(intersect(unlist(lapply(exprs, all.vars)), names(spec$data)), spec$panel)
  now <- read_columns(data)
  marked <- intersect(names(spec$marks), names)
  same <- nrow(data) == nrow(spec$data) && all(vapply(names, function(name) {
    identical(.subset2(now, name), .subset2(spec$data, name))
  }, NA)) && (!length(marked) || identical(column_marks(now, marked), spec$marks[marked]))
  if (same) return(invisible())
  inform_plainly("changed", sprintf(
    "`%s` is not the data of the fit: %s then, %s now%s. `update()` takes what it is now.",
    as.character(expr), counted(nrow(spec$data), "row"), counted(nrow(data), "row"),
    if (nrow(data) == nrow(spec$data)) ", with other values" else ""
  ))
}

# What a fit keeps of the arguments of its call.
fitted_arguments <- function(object) {
  spec <- object$spec
  side <- function(expr) if (!is.null(expr)) rlang::new_formula(NULL, expr, globalenv())
  kept <- c(
    spec[intersect(names(spec), c(
      "data", "panel", "ssc", "threads", "method", "iterate", "sigma", "restrictions", "variant"
    ))],
    list(
      formula = spec$formula, equations = if (inherits(object, "system_reg")) formula(object),
      weights = side(spec$weights), subset = side(spec$subset),
      vcov = covariance_argument(object$covariance_spec), estimator = spec$estimator$name,
      fuller = if (identical(spec$estimator$name, "fuller")) spec$estimator$fuller else 1,
      fe = side(join_plus(lapply(names(spec$effects), str2lang))),
      instruments = if (is.list(spec$instruments)) {
        lapply(spec$instruments, side)
      } else {
        side(spec$instruments)
      }
    )
  )
  kept[!vapply(kept, is.null, NA)]
}

# A covariance's description as fe_reg() takes it.
covariance_argument <- function(cov_spec) {
  if (!cov_spec$type %in% "cluster") {
    simple <- length(cov_spec) == 2 && is.null(cov_spec$clusters)
    return(if (simple) cov_spec$type else structure(cov_spec, class = "ccd_cov"))
  }
  ways <- lapply(cov_spec$clusters, function(way) Reduce(function(a, b) call("^", a, b), way))
  rlang::new_formula(NULL, join_plus(unname(ways)), globalenv())
}

check_formula <- function(x, arg, call = rlang::caller_env()) {
  if (inherits(x, "formula")) return(invisible())
  abort("formula", c(
    "{.arg {arg}} must be a formula, not {found(x)}.",
    i = "For instance {.code . ~ . + x}: the dots are what the fit has there."
  ), call)
}

# What changes a fit is read by its name; what has none would be read by nobody. `formula`: what a
# formula of two sides is given to.
check_changes <- function(changes, frame, formula, call = rlang::caller_env()) {
  named <- nzchar(names(changes) %||% rep("", length(changes)))
  if (all(named)) return(invisible())
  change <- changes[!named][[1]]
  value <- tryCatch(eval(change, frame), error = function(e) NULL)
  meant <- if (is.data.frame(value)) {
    "data"
  } else if (is.list(value)) {
    "equations"
  } else if (inherits(value, "formula") && length(value) == 3) {
    formula
  } else {
    "vcov"
  }
  text <- cut_text(deparse1(change), 60)
  abort("argument", c(
    "{.fn update} reads changes by their names, and {.code {text}} has none.",
    i = "Name what it is: {.code {meant} = {text}}."
  ), call)
}

check_changed_once <- function(arg, other, changes, call = rlang::caller_env()) {
  if (!arg %in% names(changes)) return(invisible())
  abort("conflict", c(
    "{.arg {arg}} and {.arg {other}} are both given, and change the same.", i = "Give one of them."
  ), call)
}

# ---- summaries ------------------------------------------------------------------------------

# A summary answers as its fit does, with the covariance that it has: `summary(fit, vcov = ~state)`
# is kept like a fit by those who come from fixest.

#' @export
tidy.ccd_summary <- function(x, conf.int = FALSE, conf.level = 0.95, ...) {
  check_dots(...)
  if (is.null(x$constant)) return(tidy(x$fit, conf.int, conf.level))
  tidy(x$fit, conf.int, conf.level, vcov = x$asked, constant = x$constant)
}

#' @export
vcov.ccd_summary <- function(object, ...) {
  check_dots(...)
  stats::vcov(object$fit)
}

#' @export
confint.ccd_summary <- function(object, parm = NULL, level = 0.95, ...) {
  check_dots(...)
  stats::confint(object$fit, parm, level)
}

#' @export
nobs.ccd_summary <- function(object, ...) {
  check_dots(...)
  stats::nobs(object$fit)
}

#' @export
df.residual.ccd_summary <- function(object, ...) {
  check_dots(...)
  stats::df.residual(object$fit)
}

#' @export
residuals.ccd_summary <- function(object, ...) {
  check_dots(...)
  stats::residuals(object$fit)
}
