# The fit of one variant of robustness().

# The fit of a variant and its row, or the error that refused it: the other variants stay.
tried_variant <- function(fit, v, name, term, level, call) {
  tryCatch({
    new <- vary(fit, v, name, call)
    followed <- followed_term(renamed_term(term, v, fit), fit, new, v)
    list(fit = new, row = variant_row(new, name, followed, described_changes(fit, v), level, call))
  }, ccdpanel_error = identity)
}

# A formula that takes the term out and puts one other in its place, made of the same variables: a
# lag, a logarithm, a square.
followed_term <- function(term, fit, new, v) {
  if (is.null(v$formula) || term %in% names(new$coefficients)) return(term)
  variables <- function(name) all.vars(label_expression(name, character()))
  added <- setdiff(names(new$coefficients), c(names(fit$coefficients), "(Intercept)"))
  same <- vapply(added, function(name) all(variables(term) %in% variables(name)), NA)
  if (sum(same) == 1) added[same] else term
}

# The fit of one variant.
vary <- function(fit, v, name, call) {
  if (!is.null(v$fit)) return(v$fit)
  scope <- formula_scope(
    v[c("subset", "weights", "effects", "formula", "vcov")], fit$spec$data, call, fit$spec$scope
  )
  named <- label_expressions(v$replace, variant_data(v, fit))
  fit$spec$scope <- joined_scope(scope, model_scope(named, fit$spec$data, globalenv()), call)
  if (!is.null(v$estimator)) fit$spec$estimator <- named_estimator(v$estimator, fit, call)
  check_no_dot(v$subset, name, call)
  subset <- Reduce(function(a, b) call("&", a, b), Filter(
    Negate(is.null),
    list(
      if (!is.null(v$subset)) without_outer(one_sided(v$subset, name, call)),
      period_condition(fit, v$period, name, call)
    )
  ))
  data <- if (!is.null(v$winsorise)) winsorised_data(fit, v, name, call) else v$data
  weights <- if (!is.null(v$weights)) {
    one_sided(v$weights, name, call)
  } else {
    replaced(fit$spec$weights, v, fit)
  }
  changed <- if (inherits(fit, "system_reg")) {
    system_variant(fit, v, name, call)
  } else {
    list(formula = variant_formula(fit, v, name, call))
  }
  refit_named(
    fit, name, call, formula = changed$formula, instruments = changed$instruments, data = data,
    subset = subset, weights = weights, vcov = v$vcov
  )
}

# A dot stands for what a formula has, and a condition on rows has nothing.
check_no_dot <- function(subset, name, call) {
  if (!"." %in% all.vars(subset)) return(invisible())
  way <- deparse1(call("~", quote(.), subset[[length(subset)]]))
  abort("variant", c(
    "Variant {.val {name}} is one-sided, a condition on rows, and {.code .} is no column.",
    i = "A variant of the formula has two sides: {.code {way}}."
  ), call)
}

without_outer <- function(expr) call("(", expr)

named_estimator <- function(name, fit, call) {
  check_choice(name, c("2sls", "liml", "fuller", "gmm"), "estimator", call)
  estimator_spec(name, 1, fit$covariance_spec, fit$spec, call)
}

period_condition <- function(fit, period, name, call) {
  if (is.null(period)) return(NULL)
  if (is.null(fit$spec$panel)) {
    abort("panel", c(
      paste0(
        "Variant {.val {name}} names a period, and the fit has no {.arg panel} that says which ",
        "column is the time."
      ),
      i = "Fit with {.code panel = c(\"province\", \"year\")}, or give a condition."
    ), call)
  }
  times <- unique(values_of(fit, as.name(fit$spec$panel[2]), call)[sample_rows(fit)])
  if (!any(times %in% period)) {
    abort("period", c(
      "Variant {.val {name}} must name times of the sample, not {.val {period}}.",
      i = "They go from {.val {format_key(min(times))}} to {.val {format_key(max(times))}}."
    ), call)
  }
  call("%in%", as.name(fit$spec$panel[2]), period)
}

variant_data <- function(v, fit) v$data %||% fit$spec$data

# Column names of the data by other expressions.
replaced <- function(expr, v, fit) {
  if (is.null(expr) || is.null(v$replace)) return(expr)
  if ("..." %in% all.names(expr)) {
    abort("column", c(
      paste0(
        "A model with a column called {.val ...} has no variable replaced: R reads ",
        "it as its own word."
      ),
      i = "Give the column another name."
    ), rlang::caller_env())
  }
  do.call(substitute, list(expr, label_expressions(as.list(v$replace), variant_data(v, fit))))
}

# A system's coefficients carry the name of their equation: "output_log(highways)".
renamed_term <- function(term, v, fit) {
  if (is.null(v$replace)) return(term)
  equations <- if (inherits(fit, "system_reg")) paste0(names(fit$terms), "_") else character()
  prefix <- c(equations[startsWith(term, equations)], "")[1]
  own <- tryCatch(str2lang(substring(term, nchar(prefix) + 1)), error = function(e) NULL)
  # A level of a factor is no expression.
  if (is.null(own)) return(term)
  paste0(prefix, coefficient_name(replaced(own, v, fit)))
}

variant_formula <- function(fit, v, name, call) {
  parsed <- fit$spec$parsed
  if (!is.null(v$formula)) {
    parsed <- parse_fe_formula(updated_formula(parsed, v$formula, fit$spec$data), call)
  }
  if (!is.null(v$replace)) {
    check_replaced(v$replace, fe_expressions(fit$spec), name, call)
  }
  if (is.null(v$formula) && is.null(v$replace) && is.null(v$effects)) return(NULL)
  change <- function(expr) replaced(expr, v, fit)
  effects <- if (is.null(v$effects)) {
    lapply(names(parsed$effects), function(e) change(label_expression(e, fit$spec$data)))
  } else {
    effect_sets(list(v$effects), fit, call)[[1]]
  }
  whole_formula(
    parsed, lapply(split_plus(parsed$exogenous), change), effects, change(parsed$endogenous),
    change(parsed$instruments), change(parsed$response)
  )
}

check_replaced <- function(replace, exprs, name, call) {
  known <- unique(unlist(lapply(exprs, all.vars)))
  absent <- setdiff(names(replace), known)
  if (length(absent)) {
    abort("column", c(
      "Variant {.val {name}} replaces {.val {absent}}, which the model does not name.",
      i = "Its variables are {.val {known}}."
    ), call)
  }
}

# Formulas and instruments of a system with columns replaced by others.
system_variant <- function(fit, v, name, call) {
  changed <- intersect(c("formula", "effects", "estimator"), names(v))
  if (length(changed)) {
    abort("variant", c(
      "Variant {.val {name}} changes {.val {changed}}, which a variant of a system cannot.",
      i = "Give the other system itself: {.code update(fit, ...)}."
    ), call)
  }
  if (is.null(v$replace)) return(list())
  check_replaced(v$replace, system_expressions(fit$spec), name, call)
  change <- function(expr) replaced(expr, v, fit)
  formulas <- lapply(formula(fit), function(f) {
    rlang::new_formula(change(f[[2]]), change(f[[3]]), globalenv())
  })
  instruments <- fit$spec$instruments
  list(
    formula = formulas,
    instruments = if (is.list(instruments)) lapply(instruments, change) else change(instruments)
  )
}

# The data with extreme values set to the percentiles of the fit's sample, or to missing.
winsorised_data <- function(fit, v, name, call) {
  data <- variant_data(v, fit)
  columns <- winsorised_columns(v)
  check_columns(columns, data, name, call)
  check_winsorised(columns, fit, v, name, call)
  rows <- if (is.null(v$data)) sample_rows(fit) else seq_len(nrow(data))
  by <- if (isTRUE(v$by_period)) {
    if (is.null(fit$spec$panel)) period_condition(fit, TRUE, name, call)
    data[[fit$spec$panel[2]]][rows]
  }
  for (column in columns) {
    data[[column]][rows] <- withCallingHandlers(
      winsorise(data[[column]][rows], v$probs %||% c(0.01, 0.99), isTRUE(v$trim), by),
      ccdpanel_message_winsorised = hush
    )
  }
  data
}

# Extreme values of a column that the variant's model does not name change nothing.
check_winsorised <- function(columns, fit, v, name, call) {
  exprs <- if (inherits(fit, "system_reg")) {
    system_expressions(fit$spec)
  } else {
    fe_expressions(fit$spec)
  }
  exprs <- c(exprs, v$formula, v$effects, v$weights, lapply(
    unname(unlist(v$replace)), function(to) {
    label_expression(to, data = variant_data(v, fit))
  }))
  known <- unique(unlist(lapply(exprs, all.vars)))
  absent <- setdiff(columns, known)
  if (!length(absent)) return(invisible())
  abort("column", c(
    "Variant {.val {name}} winsorises {.val {absent}}, which the model does not name.",
    i = "Its variables are {.val {known}}."
  ), call)
}
