# The grammar of a model: y ~ x | effects | endogenous ~ instruments, parsed once, here.
#
# R reads `y ~ x | fe | a ~ z` as `(y ~ x | fe | a) ~ z`: a two-sided formula whose left side is one too.

parse_fe_formula <- function(formula, call = rlang::caller_env()) {
  if (!inherits(formula, "formula") || length(formula) != 3) {
    abort("formula", c(
      "{.arg formula} must be a two-sided formula, not {.obj_type_friendly {formula}}.",
      i = "For instance {.code y ~ x | unit + time} or, with instruments, {.code y ~ x | unit | a ~ z}."
    ), call)
  }
  instrumented <- rlang::is_call(formula[[2]], "~", n = 2)
  inner <- if (instrumented) formula[[2]] else formula
  parts <- split_bars(inner[[3]])
  if (instrumented && length(parts) < 2) {
    abort("formula", c(
      "The instruments of {.arg formula} need their endogenous regressors: the part before the last {.code ~} has no {.code |}.",
      i = "Write {.code y ~ x | 0 | a ~ z}, with {.code a} the endogenous regressors."
    ), call)
  }
  if ("~" %in% all.names(inner)[-1]) {
    abort("formula", c(
      "{.arg formula} has a {.code ~} too many.",
      i = "Write {.code y ~ x | effects | endogenous ~ instruments}, without brackets around its parts."
    ), call)
  }
  if (instrumented) check_instrument_part(formula[[3]], parts[[length(parts)]], inner[[2]], parts[[1]], call)
  endogenous <- if (instrumented) parts[[length(parts)]]
  if (instrumented) parts <- parts[-length(parts)]
  if (length(parts) > 2) {
    abort("formula", c(
      "{.arg formula} has {length(parts) + instrumented} parts separated by {.code |}; {.code y ~ x | effects | endogenous ~ instruments} is the most there can be.",
      i = "Instruments follow a {.code ~}."
    ), call)
  }
  list(
    response = inner[[2]], exogenous = parts[[1]],
    effects = if (length(parts) == 2) parse_effects(parts[[2]], call),
    endogenous = endogenous, instruments = if (instrumented) formula[[3]]
  )
}

# Slips that R would evaluate without a word.
check_instrument_part <- function(instruments, endogenous, response, exogenous, call) {
  slip <- function(what, way) abort("formula", c(what, i = way), call)
  if (rlang::is_call(instruments, "|")) {
    slip("The instruments {.code {deparse1(instruments)}} of {.arg formula} hold a {.code |}.", "They are the last part, separated by {.code +}: {.code y ~ x | effects | endogenous ~ z1 + z2}.")
  }
  named <- vapply(split_plus(endogenous), deparse1, "")
  if (all(named %in% c("0", "1"))) {
    slip("{.arg formula} has instruments and no endogenous regressor: {.code {deparse1(endogenous)}} is before the last {.code ~}.", "Name the endogenous regressors there, or leave the instruments out.")
  }
  if (deparse1(response) %in% named) {
    slip("The dependent variable {.code {deparse1(response)}} is an endogenous regressor of itself in {.arg formula}.", "Leave it out of the part before the last {.code ~}.")
  }
  both <- intersect(named, vapply(split_plus(exogenous), deparse1, ""))
  if (length(both)) {
    slip("{.val {both}} {?is/are} both exogenous and endogenous in {.arg formula}.", "An endogenous regressor stands in the part before the last {.code ~} alone.")
  }
}

# Combinations of levels are written a^b, in effects and clusters alike; a product or a difference of codes would be one variable.
check_combination <- function(term, call) {
  operator <- if (is.call(term)) as.character(term[[1]])[1]
  if (is.null(operator) || !operator %in% c("*", ":", "-", "/", "|", "%in%")) return(invisible())
  names <- all.vars(term)
  abort("formula", c(
    "An effect or a cluster must be a variable or a combination, not {.code {deparse1(term)}}.",
    i = if (length(names) > 1) "The combinations of levels are {.code {paste(names, collapse = '^')}}; several effects are separated by {.code +}.",
    i = "What is to be computed goes in brackets: {.code I({deparse1(term)})}."
  ), call)
}

split_bars <- function(expr) {
  if (!rlang::is_call(expr, "|", n = 2)) return(list(expr))
  c(split_bars(expr[[2]]), list(expr[[3]]))
}

split_plus <- function(expr) {
  if (!rlang::is_call(expr, "+", n = 2)) return(list(expr))
  c(split_plus(expr[[2]]), list(expr[[3]]))
}

# Back to one expression; of no terms NULL.
join_plus <- function(terms) if (length(terms)) Reduce(function(a, b) call("+", a, b), terms)

# `a + b^c` -> list(a = list(a), `b^c` = list(b, c)); `0` and `1` are no effects. Slopes: see model-slopes.R.
parse_effects <- function(expr, call) {
  terms <- split_plus(expr)
  terms <- terms[!vapply(terms, function(t) identical(t, 0) || identical(t, 1), NA)]
  if (!length(terms)) return(NULL)
  for (term in terms) check_combination(term, call)
  merge_effects(lapply(terms, split_effect, call = call), terms)
}

split_power <- function(expr) {
  if (!rlang::is_call(expr, "^", n = 2)) return(list(expr))
  c(split_power(expr[[2]]), list(expr[[3]]))
}

# A one-sided formula's right side, for arguments that are evaluated in the data.
one_sided <- function(x, arg, call = rlang::caller_env()) {
  if (is.null(x)) return(NULL)
  if (inherits(x, "formula") && length(x) == 2) return(x[[2]])
  abort("formula", c(
    "{.arg {arg}} must be a one-sided formula, not {found(x)}.",
    i = "For instance {.code {arg} = ~variable}; it is evaluated in {.arg data}."
  ), call)
}

# `.` stands for the columns that no other part of the model uses, as in lm.
expand_dot <- function(expr, data, used) {
  if (!"." %in% all.names(expr)) return(expr)
  rest <- setdiff(names(data), unlist(lapply(used, all.vars)))
  if (!length(rest)) rest <- "1"
  sum <- join_plus(lapply(rest, function(name) if (name == "1") 1 else as.name(name)))
  do.call(substitute, list(expr, list(. = call("(", sum))))
}

# Where the expressions of a model find what is not in the data.
#
# A fit must survive in another session, so it keeps no environment: the values of variables from outside the data, and
# functions that no package provides, are copied into a list (almost always empty), the fit's scope.
model_scope <- function(exprs, data, env) {
  words <- all.names(as.expression(exprs), unique = TRUE)
  words <- words[!words %in% c(names(data), "l", "d", "~", "+", "-", "*", "/", "^", "|", ":", "(", "%in%")]
  scope <- list()
  for (word in words) {
    home <- binding_home(word, env)
    if (!is.null(home) && !is_package_env(home)) scope[[word]] <- get(word, envir = home, inherits = FALSE)
  }
  scope
}

# The first environment from `env` upwards that binds the word.
binding_home <- function(word, env) {
  while (!identical(env, emptyenv())) {
    if (exists(word, envir = env, inherits = FALSE)) return(env)
    env <- parent.env(env)
  }
  NULL
}

# A package's namespace, its imports, or its place on the search path: the same in a fresh session with the packages.
is_package_env <- function(env) {
  isNamespace(env) || identical(env, baseenv()) || grepl("^(package|imports):", attr(env, "name") %||% "")
}

# The environment in which a model's expressions are evaluated: its scope, and lags and differences by panel.
model_env <- function(scope, data, panel) {
  env <- list2env(scope, parent = globalenv())
  env$l <- function(x, k = 1) panel_lag(x, k, data, panel)
  env$d <- function(x, k = 1) x - panel_lag(x, k, data, panel)
  env
}

base_constants <- c("pi", "T", "F", "letters", "LETTERS", "month.name", "month.abb")

# Every variable must be in the data or the scope: said before anything is computed.
check_variables <- function(exprs, data, scope, call) {
  used <- all.vars(as.expression(exprs))
  absent <- used[!used %in% c(names(data), names(scope), base_constants, ".")]
  if (!length(absent)) return(invisible())
  abort("column", c(
    "The model names {cli::qty(absent)}{?a variable/variables} that {?is/are} not in {.arg data}: {.val {absent}}.",
    i = "The columns are {.val {names(data)}}."
  ), call)
}

# A formula of its parts: terms of the exogenous regressors and of the effects, the rest as parsed. A constant by itself is left out beside others.
whole_formula <- function(parsed, exogenous, effects, endogenous = parsed$endogenous, instruments = parsed$instruments, response = parsed$response) {
  slopes <- exogenous[!vapply(exogenous, identical, NA, 1)]
  right <- join_plus(slopes) %||% 1
  if (length(effects) || !is.null(endogenous)) right <- call("|", right, join_plus(effects) %||% 0)
  if (is.null(endogenous)) return(rlang::new_formula(response, right, globalenv()))
  rlang::new_formula(call("~", response, call("|", right, endogenous)), instruments, globalenv())
}
