# Where the expressions of a model find what is not in the data.
#
# A fit must survive in another session, so it keeps no environment: the values of variables from
# outside the data, and functions that no package provides, are copied into a list (almost always
# empty), the fit's scope.
model_scope <- function(exprs, data, env) {
  words <- all.names(as.expression(exprs), unique = TRUE)
  # Values may be called l or d, as data frames are; the functions of that name are ours.
  values <- intersect(unlist(lapply(exprs, used_variables)), c("l", "d"))
  words <- c(setdiff(words, c(
    "l", "d", ".", "~", "+", "-", "*", "/", "^", "|", ":", "(", "%in%"
  )), values)
  words <- setdiff(words, names(data))
  scope <- list()
  for (word in words) {
    home <- binding_home(word, env)
    if (!is.null(home) && !is_package_env(home)) {
      scope[[word]] <- get(word, envir = home, inherits = FALSE)
    }
  }
  scope
}

# The scope of formulas (or lists of them), each with the values that it finds where it was written,
# beside what is `known`.
formula_scope <- function(formulas, data, call, known = list()) {
  for (one in formulas) {
    if (inherits(one, "ccd_cov")) {
      known <- joined_scope(known, one$scope[setdiff(names(one$scope), names(data))], call)
    } else if (is.list(one)) {
      known <- formula_scope(one, data, call, known)
    }
    if (!inherits(one, "formula")) next
    env <- attr(one, ".Environment", exact = TRUE) %||% globalenv()
    known <- joined_scope(known, model_scope(as.list(one)[-1], data, env), call)
  }
  known
}

# A fit that knows the values of what more is given to it.
with_values <- function(fit, formulas, call) {
  fit$spec$scope <- formula_scope(formulas, fit$spec$data, call, fit$spec$scope)
  fit
}

# The same of a formula that is read before the data are known; columns by their names have none.
written_values <- function(formula) {
  exprs <- as.list(formula)[-1]
  if (!length(setdiff(
    unlist(lapply(exprs, all.names)), c("+", "^", unlist(lapply(exprs, all.vars)))
  ))) {
    return(list())
  }
  model_scope(exprs, list(), attr(formula, ".Environment", exact = TRUE) %||% globalenv())
}

# A word has one value in a fit.
joined_scope <- function(known, found, call) {
  for (word in intersect(names(found), names(known))) {
    if (same_value(found[[word]], known[[word]])) next
    abort("conflict", c(
      paste0(
        "{.code {word}} must be one value in all formulas of a fit; it is ",
        "{shown_value(known[[word]])} in one and {shown_value(found[[word]])} where another was ",
        "written."
      ),
      i = "Give the two names of their own."
    ), call)
  }
  c(known, found[setdiff(names(found), names(known))])
}

# Functions are what they do: one that was read from a file is the one of that text.
same_value <- function(x, y) {
  if (identical(x, y)) return(TRUE)
  is.function(x) && is.function(y) && identical(formals(x), formals(y)) &&
    identical(body(x), body(y), ignore.srcref = TRUE)
}

shown_value <- function(x) {
  if (is.atomic(x) && length(x) == 1) return(deparse1(as.vector(x)))
  cli::format_inline("{.obj_type_friendly {x}}")
}

# The first environment from `env` upwards that binds the word.
binding_home <- function(word, env) {
  while (!identical(env, emptyenv())) {
    if (exists(word, envir = env, inherits = FALSE)) return(env)
    env <- parent.env(env)
  }
  NULL
}

# A package's namespace, its imports, or its place on the search path: the same in a fresh session
# with the packages.
is_package_env <- function(env) {
  isNamespace(env) || identical(env, baseenv()) ||
    grepl("^(package|imports):", attr(env, "name") %||% "")
}

# The environment in which a model's expressions are evaluated: its scope, and lags and differences
# by panel.
model_env <- function(scope, data, panel, new = FALSE) {
  shifts <- list(
    l = function(x, k = 1) panel_lag(x, k, data, panel, substitute(x), new),
    d = function(x, k = 1) x - panel_lag(x, k, data, panel, substitute(x), new)
  )
  list2env(scope, parent = list2env(shifts, parent = globalenv()))
}

# Every variable must be in the data or the scope, and no function may shift rows without the panel:
# said before anything is computed.
check_variables <- function(exprs, data, scope, call) {
  for (expr in exprs) {
    check_shifts(expr, c(names(scope), names(data)), call)
    check_comparisons(expr, data, call)
  }
  used <- unique(unlist(lapply(exprs, used_variables, known = c(names(data), names(scope)))))
  check_not_twice(used, data, call)
  check_long_integers(intersect(used, names(data)), data, call)
  absent <- used[!used %in% c(names(data), names(scope), base_constants, ".")]
  if (!length(absent)) return(invisible())
  fetched <- !is.null(attr(data, "fetched", exact = TRUE))
  abort("column", c(
    paste0(
      "The model names {cli::qty(absent)}{?a variable/variables} that {?is/are} not in ",
      "{.arg data}: {.val {absent}}."
    ),
    i = paste0(
      if (fetched) "The rows were fetched from a database with the columns of the model: " else {
        "The columns are "
      },
      "{.val {names(data)}}."
    ),
    i = if (all(startsWith(absent, ".."))) paste_way(sub("^\\.\\.", "", absent[1])),
    i = if (fetched) "Fit again with what names another, as {.code vcov = ~{absent[1]}}."
  ), call)
}

# Names that an expression takes values from: not the arguments of a function written in it, what
# follows a `$` or `@`, or a function handed over by name (`ave(x, t, FUN = mean)`). `known` are
# columns and values, which come before functions.
used_variables <- function(expr, known = character(), argument = FALSE) {
  if (is.name(expr)) {
    name <- as.character(expr)
    if (
      !nzchar(name) || argument && !name %in% known && exists(name, globalenv(), mode = "function")
    ) return(character())
    return(name)
  }
  if (!is.call(expr)) return(character())
  if (rlang::is_call(expr, c("::", ":::"))) return(character())
  if (rlang::is_call(expr, "function")) {
    return(setdiff(c(
      lapply(as.list(expr[[2]]), used_variables, known) |> unlist(),
      used_variables(expr[[3]], known, TRUE)
    ), names(expr[[2]])))
  }
  within <- if (rlang::is_call(expr, c("$", "@"))) expr[2] else operands(expr)
  head <- if (is.call(expr[[1]])) used_variables(expr[[1]], known)
  takes <- is.name(expr[[1]]) && !as.character(expr[[1]]) %in% takes_values ||
    rlang::is_call(expr[[1]], c("::", ":::"))
  c(head, unlist(lapply(unname(as.list(within)), used_variables, known, takes)))
}

# Beyond 2^53 an integer64 is no double, and stays what it is: only bit64 can compute with it.
check_long_integers <- function(names, data, call) {
  long <- names[vapply(names, function(name) is_integer64(data[[name]]), NA)]
  if (!length(long) || requireNamespace("bit64", quietly = TRUE)) return(invisible())
  abort("column", c(
    paste0(
      "{.val {long}} {?is/are} of class {.cls integer64} with values beyond 2^53, and the package ",
      "{.pkg bit64} is not installed."
    ),
    i = "Install it, or convert before the call: text for identifiers, a larger unit for amounts."
  ), call)
}

# Text is greater than a number by its letters: "1000" comes before "500".
check_comparisons <- function(expr, data, call) {
  if (!is.call(expr)) return(invisible())
  for (part in operands(expr)) if (!rlang::is_missing(part)) check_comparisons(part, data, call)
  if (!rlang::is_call(expr, c("<", ">", "<=", ">="), n = 2)) return(invisible())
  sides <- as.list(expr)[-1]
  text <- vapply(sides, function(side) {
    is.name(side) && is.character(data[[as.character(side)]])
  }, NA)
  if (sum(text) != 1 || !is.numeric(sides[[which(!text)]])) return(invisible())
  abort("evaluate", c(
    paste0(
      "{.code {deparse1(expr)}} compares text with a number: ",
      "{.code {deparse1(sides[[which(text)]])}} is of class {.cls character}."
    ),
    i = paste0(
      "Make it numbers by {.fn as.numeric} before the call, or within: ",
      "{.code as.numeric({deparse1(sides[[which(text)]])})}."
    )
  ), call)
}
