# Fitting a model again with one thing changed. Every study is a list of such refits.
#
# What changes is given as values and expressions, never as a call to be evaluated somewhere: a fit
# that was read from a file, or made inside a function, refits as well as any other.

# `formula` complete, `data` a data frame, `subset` an expression that narrows the rows (TRUE:
# none), `weights` an expression, `vcov` as in fe_reg(), `sample` the rows of a sample to keep as
# they are. NULL leaves a thing as it is.
refit <- function(fit, formula = NULL, data = NULL, subset = NULL, weights = NULL, vcov = NULL, ...,
                  call = rlang::caller_env()) UseMethod("refit")

#' @export
refit.fe_reg <- function(fit, formula = NULL, data = NULL, subset = NULL, weights = NULL,
                         vcov = NULL, ..., call = rlang::caller_env()) {
  changed <- changed_rows(fit, data, subset, weights, call)
  spec <- changed$spec
  matched <- changed$call
  if (!is.null(formula)) {
    spec$formula <- matched$formula <- formula
    spec$parsed <- parse_fe_formula(formula, call)
    parts <- c("exogenous", "endogenous", "instruments")
    say_powers(spec$parsed[parts], fit$spec$parsed[parts])
    if (is.null(spec$parsed$instruments)) spec$estimator <- list(name = "2sls")
  }
  if (!is.null(vcov)) matched$vcov <- vcov
  check_variables(fe_expressions(spec), spec$data, spec$scope, call)
  check_row_order(
    fe_expressions(without_subset(spec)), spec, call, fe_expressions(fit$spec)
  )
  spec$replays <- kept_columns(spec, fit$spec$data)
  cov_spec <- if (is.null(vcov)) fit$covariance_spec else covariance_spec(vcov, call = call)
  spelt <- looked_at(fit, fe_expressions(without_subset(fit$spec)), spec$data)
  fit_fe_spec(spec, cov_spec, matched, call, spelt)
}

# Of a dynamic panel rows change alone: its instruments belong to its formula.
#' @export
refit.dynamic_panel <- function(fit, formula = NULL, data = NULL, subset = NULL, weights = NULL,
                                vcov = NULL, ..., call = rlang::caller_env()) {
  if (!is.null(formula) || !is.null(weights) || !is.null(vcov)) abort_no_fit(fit, call)
  changed <- changed_rows(fit, data, subset, NULL, call)
  fit_dynamic_spec(changed$spec, changed$call, call)
}

# Specification and call of a fit to be, on other data or rows, or with other weights.
changed_rows <- function(fit, data, subset, weights, call) {
  spec <- fit$spec
  spec[c("sample", "codings")] <- NULL
  matched <- fit$call
  if (!is.null(data)) {
    data <- read_columns(data, call = call, remote = !has_rows(fit))
    spec$data <- if (is.null(spec$panel)) data else settled_panel(data, spec$panel, call = call)
    spec$marks <- NULL
  }
  if (!is.null(subset)) {
    spec$subset <- if (is.null(spec$subset)) subset else call("&", spec$subset, subset)
    matched$subset <- rlang::new_formula(NULL, spec$subset, globalenv())
  }
  if (!is.null(weights)) {
    spec$weights <- weights
    matched$weights <- rlang::new_formula(NULL, weights, globalenv())
  }
  list(spec = spec, call = matched)
}

# Replays of an index stay with the columns they are of: not where the data hold other values, or
# the model no longer names the column.
kept_columns <- function(spec, before, exprs = fe_expressions(spec)) {
  columns <- names(spec$replays)
  if (!length(columns)) return(NULL)
  same <- vapply(columns, function(name) identical(spec$data[[name]], before[[name]]), NA)
  kept <- same & columns %in% unlist(lapply(exprs, all.vars))
  if (!all(kept)) {
    inform("replays", c(
      i = paste0(
        "The replays of {.val {columns[!kept]}} are left out of a model that does not use the ",
        "column as it was: its standard errors do not carry the index's uncertainty."
      )
    ))
  }
  if (any(kept)) spec$replays[columns[kept]]
}

# What a study cannot refit, and the way out. A refit of one equation of a system would be by
# another estimator than the fit.
abort_no_fit <- function(fit, call = rlang::caller_env()) {
  if (inherits(fit, "system_equation")) {
    abort("fit", c(
      "{.arg fit} must be a fit of its own, not one equation of a system.",
      i = "Study the system itself, or fit this equation by {.fn fe_reg}."
    ), call)
  }
  way <- if (inherits(fit, c("lm", "fixest", "plm"))) {
    "Fit it by {.fn fe_reg}, which takes {.code y ~ x | unit + time}."
  } else {
    "Fit the model first, then study it."
  }
  abort("fit", c(
    "{.arg fit} must be a fit of {.fn fe_reg} or {.fn system_reg}, not {fit_kind(fit)}.", i = way
  ), call)
}

fit_kind <- function(fit) {
  if (inherits(fit, c("lm", "fixest", "plm", "system_reg", "spatial_reg"))) {
    paste("one of", class(fit)[1])
  } else {
    found(fit)
  }
}

# Messages about rows left out and collinear columns are those of the first fit, repeated; a study
# says what is new itself.
quietly <- function(expr) {
  withCallingHandlers(expr, ccdpanel_message_dropped = hush, ccdpanel_message_collinear = hush)
}

hush <- function(m) rlang::cnd_muffle(m)

# Terms of a formula as R writes them out; `rest` holds offsets and what says that there is no
# constant.
written_out <- function(expr, call) {
  tt <- regressor_terms(expr, call = call)
  offsets <- as.list(attr(tt, "variables"))[-1][attr(tt, "offset")]
  constant <- attr(tt, "intercept") == 1
  list(
    terms = lapply(attr(tt, "term.labels"), str2lang), constant = constant,
    rest = c(offsets, if (!constant) list(0))
  )
}

split_colon <- function(expr) {
  if (!rlang::is_call(expr, ":", n = 2)) return(list(expr))
  c(split_colon(expr[[2]]), split_colon(expr[[3]]))
}

# The terms of a formula, those that `x * q` and the like join written out: a term may be among them
# that no one wrote by itself.
joined_terms <- function(expr, call) {
  terms <- split_plus(expr)
  joins <- vapply(terms, rlang::is_call, NA, c("*", "^", "/", "-", "%in%", "("))
  if (!any(joins)) return(terms)
  made <- written_out(expr, call)
  c(made$terms, made$rest)
}

# What makes two terms one: `q:x` is `x:q`.
term_key <- function(expr) {
  paste(sort(vapply(split_colon(without_brackets(expr)), coefficient_name, "")), collapse = ":")
}

term_keys <- function(terms) vapply(terms, term_key, "")
