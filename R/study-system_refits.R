# Refits of systems: the same verbs as for single equations.

#' @export
refit.system_reg <- function(fit, formula = NULL, data = NULL, subset = NULL, weights = NULL,
                             vcov = NULL, instruments = NULL, ...,
                             call = rlang::caller_env()) {
  changed <- changed_rows(fit, data, subset, weights, call)
  spec <- changed$spec
  matched <- changed$call
  if (!is.null(formula)) {
    matched$equations <- formula
    spec$equations <- check_equations(formula, call)
  }
  if (!is.null(instruments)) spec$instruments <- instruments
  if (!is.null(vcov)) matched$vcov <- vcov
  check_variables(system_expressions(spec), spec$data, spec$scope, call)
  check_row_order(
    system_expressions(without_subset(spec)), spec, call, system_expressions(fit$spec)
  )
  spec$replays <- kept_columns(spec, fit$spec$data, system_expressions(spec))
  cov_spec <- if (is.null(vcov)) fit$covariance_spec else system_covariance_spec(vcov, spec, call)
  spelt <- looked_at(fit, system_expressions(without_subset(fit$spec)), spec$data)
  withCallingHandlers(
    fit_system_spec(spec, cov_spec, matched, call, spelt), ccdpanel_message_common_sample = hush
  )
}

#' @rdname add_controls
#' @export
add_controls.system_reg <- function(fit, controls, steps = NULL, sample = "common", ...) {
  check_dots(...)
  call <- rlang::current_env()
  controls <- control_terms(controls, call)
  steps <- steps %||% "drop"
  check_choice(steps, c("add", "drop", "single", "all"), "steps")
  check_choice(sample, c("common", "own"), "sample")
  check_system_controls(fit, controls, call)
  sets <- control_sets(controls, steps)
  table <- data.frame(
    model = paste0("(", seq_along(sets), ")"), controls = names(sets),
    effects = effects_name(label_expressions(names(fit$spec$effects), fit$spec$data))
  )
  fits <- Map(function(set, name) {
    gone <- setdiff(term_keys(controls), term_keys(set))
    refit_named(
      fit, name, call, formula = lapply(formula(fit), without_terms, gone),
      instruments = instruments_without(fit$spec$instruments, gone)
    )
  }, sets, names(sets))
  if (sample == "common") fits <- on_common_rows(unname(fits), call)
  new_models(stats::setNames(fits, table$model), "add_controls", steps = table, heading = c(
    trf("Controls of a system step by step: %s", listed(names(fit$terms))),
    paste(table$model, spoken_set(table$controls))
  ))
}

check_system_controls <- function(fit, controls, call) {
  own <- unique(unlist(lapply(formula(fit), function(f) attr(stats::terms(f), "term.labels"))))
  absent <- names(controls)[!term_keys(controls) %in% term_keys(lapply(own, str2lang))]
  if (!length(absent)) return(invisible())
  abort("formula", c(
    "{.arg controls} of a system must be among its regressors; {.val {absent}} {?is/are} not.",
    i = "Fit the system with all its controls; they then leave the equations that have them."
  ), call)
}

# A two-sided formula less some of its terms.
without_terms <- function(f, keys) {
  rlang::new_formula(f[[2]], without_keys(f[[3]], keys), globalenv())
}

without_keys <- function(expr, keys) {
  terms <- joined_terms(expr, rlang::caller_env())
  join_plus(terms[!term_keys(terms) %in% keys]) %||% 1
}

# A control that leaves the model leaves the instruments too.
instruments_without <- function(instruments, keys) {
  if (is.null(instruments)) return(NULL)
  if (is.list(instruments)) {
    lapply(instruments, without_keys, keys)
  } else {
    without_keys(instruments, keys)
  }
}
