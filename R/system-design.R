# From the arguments of a system to the columns on its sample.

# What is evaluated in the data, checked and with its scope.
system_spec <- function(equations, data, instruments, fe, weights, subset, identities, call) {
  parsed <- check_equations(equations, call)
  right <- list(
    fe = one_sided(fe, "fe", call), weights = one_sided(weights, "weights", call),
    subset = one_sided(subset, "subset", call)
  )
  formulas <- list(equations, fe, weights, subset, instruments, identities)
  effects <- if (!is.null(right$fe)) parse_effects(right$fe, call)
  weights <- right$weights
  subset <- right$subset
  for (i in seq_along(parsed)) {
    used <- c(list(parsed[[i]]$response, weights), effect_expressions(effects))
    parsed[[i]]$regressors <- expand_dot(parsed[[i]]$regressors, data, used)
  }
  spec <- list(
    equations = parsed, data = data,
    instruments = check_instruments(instruments, names(parsed), call), effects = effects,
    weights = weights, subset = subset,
    identities = parse_identities(identities, parsed, data, call)
  )
  exprs <- system_expressions(spec)
  spec$scope <- formula_scope(formulas, data, call)
  check_variables(exprs, data, spec$scope, call)
  say_powers(c(
    lapply(parsed, `[[`, "regressors"),
    if (is.list(spec$instruments)) spec$instruments else list(spec$instruments)
  ))
  terms_spelt_once(spec)
}

# One formula for all equations, or a list by equation.
check_instruments <- function(instruments, names, call) {
  if (!is.list(instruments)) return(one_sided(instruments, "instruments", call))
  if (
    length(instruments) != length(names) ||
      !is.null(names(instruments)) && !setequal(names(instruments), names)
  ) {
    abort("equations", c(
      paste0(
        "A list of {.arg instruments} must have one formula for each of the ",
        "equations {.val {names}}."
      ),
      i = "Name them as the equations, or give one formula that is common to all."
    ), call)
  }
  if (is.null(names(instruments))) names(instruments) <- names
  lapply(instruments[names], one_sided, arg = "instruments", call = call)
}

# Everything of a description that is evaluated in the data; `rows`: with what chooses rows and
# effects.
system_expressions <- function(spec, rows = TRUE) {
  exprs <- c(
    lapply(spec$equations, `[[`, "response"), lapply(spec$equations, `[[`, "regressors"),
    spec$instruments, spec$weights,
    if (!is.null(spec$identities)) {
      lapply(unlist(lapply(spec$identities, names), use.names = FALSE), str2lang)
    },
    if (rows) c(spec$subset, effect_expressions(spec$effects))
  )
  unname(exprs)
}

# `clusters`: by which also the rows of a table in a database are to have their sums, as in
# model_design().
system_design <- function(spec, call = rlang::caller_env(), clusters = NULL) {
  UseMethod("system_design", spec$data)
}

#' @export
system_design.default <- function(spec, call = rlang::caller_env(), clusters = NULL) {
  check_marks(spec, call)
  env <- model_env(spec$scope, spec$data, spec$panel)
  see <- function(expr) if (!is.null(expr)) evaluate(expr, spec$data, env, call)
  seen <- system_columns(spec, env, call)
  effects <- lapply(spec$effects, function(e) {
    lapply(e, evaluate_levels, data = spec$data, env = env, call = call)
  })
  slopes <- evaluate_slopes(spec$effects, spec$data, env, call)
  weights <- check_weights(see(spec$weights), spec$weights, call)
  seen$slopes <- unlist(unname(slopes), recursive = FALSE)
  settled <- settle_sample(spec, function() {
    system_variables(seen, effects, weights)
  }, effects, weights, see, call)
  sample <- settled$sample
  if (is.null(spec$sample) && !is.null(sample$counts$missing)) {
    sample$alone <- rows_alone(seen, effects, weights, see(spec$subset), borrows_instruments(spec))
  }
  made <- settled$made
  made$factors <- attach_slopes(made$factors, spec$effects, slopes, sample$rows)
  layout <- system_layout(expanded_parts(seen, sample$rows), spec, call)
  if (is.null(spec$sample)) check_identities(spec, env, sample$rows, call)
  weight <- as.double((if (is.null(sample$rows)) weights else weights[sample$rows]) %||% numeric())
  c(layout, list(
    sample = sample, factors = made$factors, effects = effects, first = made$first, weight = weight
  ))
}

# Where none are given, the exogenous regressors of all equations are each equation's instruments.
borrows_instruments <- function(spec) {
  system_methods[[spec$method]]$project && is.null(spec$instruments)
}

# Rows that each equation could use if it were by itself, with its instruments.
rows_alone <- function(seen, effects, weights, subset, borrows) {
  own <- if (is.null(subset)) TRUE else !is.na(subset) & subset
  common <- c(seen$instruments$common, list(seen$identities))
  borrowed <- if (borrows) {
    all <- sample_variables(NULL, lapply(unname(seen$equations), `[[`, "part"), NULL, NULL)
    all[setdiff(names(all), endogenous_terms(names(all), seen$dependent))]
  }
  vapply(names(seen$equations), function(name) {
    eq <- seen$equations[[name]]
    parts <- c(list(eq$part, seen$instruments$own[[name]]), common)
    variables <- sample_variables(
      c(stats::setNames(list(eq$y), eq$name), seen$slopes, borrowed),
      parts[!vapply(parts, is.null, NA)],
      effects, weights
    )
    sum(own & Reduce(`&`, lapply(variables, function(v) {
      if (is.null(dim(v))) !is.na(v) else rowSums(is.na(v)) == 0
    })))
  }, 0)
}

say_common_sample <- function(sample) {
  alone <- sample$alone
  if (is.null(alone) || all(alone <= sample$n + (sample$counts$singletons %||% 0))) {
    return(invisible())
  }
  inform("common_sample", c(
    i = paste0(
      "All equations use the {sample$n} row{?s} that are complete in each of them; alone they ",
      "could use {paste0(alone, ' (', names(alone), ')', collapse = ', ')}."
    )
  ))
}

system_variables <- function(seen, effects, weights) {
  parts <- c(lapply(seen$equations, `[[`, "part"), seen$instruments$common, seen$instruments$own)
  if (!is.null(seen$identities)) parts <- c(parts, list(seen$identities))
  responses <- `names<-`(lapply(seen$equations, `[[`, "y"), dependent_names(seen$equations))
  sample_variables(c(responses, seen$slopes), parts, effects, weights)
}
