# What each variant of robustness() is given: evaluated, and of the kind that its change takes.

# Each variant by itself: a condition without its tilde is looked for among the objects of the
# session, where no column is. (Names with dots, which R does not complete a variant's name to.)
given_variants <- function(..., .fit, .call) {
  exprs <- as.list(substitute(list(...)))[-1]
  check_no_empty(exprs, .call)
  for (i in seq_along(exprs)) {
    withCallingHandlers(...elt(i), error = function(e) {
      if (!inherits(e, "rlang_error")) abort_unevaluated(exprs[i], e, .fit, .call)
    })
  }
  list(...)
}

abort_unevaluated <- function(expr, error, fit, call) {
  columns <- if (inherits(fit, "ccd_model")) colnames(fit$spec$data)
  name <- names(expr) %||% ""
  way <- with_tildes(expr[[1]], columns)
  shown <- if (make.names(name) == name) name else deparse1(name)
  abort("variant", c(
    paste0(
      if (nzchar(name)) "Variant {.val {name}}" else "A variant",
      " could not be evaluated: {conditionMessage(error)}."
    ),
    i = if (identical(way, expr[[1]])) {
      "Columns of the data are named in formulas: {.code \"Without 2020\" = ~ year != 2020}."
    } else {
      "What is meant is {.code {shown} = {deparse1(way)}}."
    }
  ), call)
}

# `year > 1975` -> `~year > 1975`, and the like within a list of changes.
with_tildes <- function(expr, columns) {
  tilde <- function(e) {
    if (rlang::is_call(e, "~") || !any(all.vars(e) %in% columns)) e else call("~", e)
  }
  if (!rlang::is_call(expr, "list")) return(tilde(expr))
  inside <- names(expr) %in% c("subset", "weights", "effects", "vcov")
  expr[inside] <- lapply(as.list(expr)[inside], tilde)
  if (is.name(expr$winsorise)) expr$winsorise <- as.character(expr$winsorise)
  expr
}

is_one_sided <- function(x) inherits(x, "formula") && length(x) == 2

is_names <- function(x) is.character(x) && length(x) > 0 && !anyNA(x)

# What a change takes: how it is told, in words, and an example.
change_kinds <- list(
  subset = list(is_one_sided, "a one-sided formula", "subset = ~ year > 1978"),
  formula = list(function(x) inherits(x, "formula"), "a formula", "formula = . ~ . + trend"),
  period = list(
    function(x) length(x) > 0 && !is.null(column_levels(x)), "values of the time",
    "period = 1970:1979"
  ),
  winsorise = list(is_names, "names of columns", "winsorise = \"output\""),
  trim = list(rlang::is_bool, "{.code TRUE} or {.code FALSE}", "trim = TRUE"),
  by_period = list(rlang::is_bool, "{.code TRUE} or {.code FALSE}", "by_period = TRUE"),
  weights = list(is_one_sided, "a one-sided formula", "weights = ~population"),
  effects = list(is_one_sided, "a one-sided formula", "effects = ~ state + year"),
  replace = list(function(to) {
    texts <- is.character(to) || is.list(to) && all(vapply(to, rlang::is_string, NA))
    from <- names(to) %||% ""
    texts && length(to) && all(nzchar(from)) && !anyDuplicated(from)
  }, "strings named by the variables that they stand for", "replace = c(output = \"employment\")")
)

checked_changes <- function(v, name, call) {
  check_winsorising(v, name, call)
  for (change in intersect(names(change_kinds), names(v))) {
    kind <- change_kinds[[change]]
    value <- v[[change]]
    if (is.null(value) || kind[[1]](value)) next
    abort("variant", c(
      paste0(
        "{.arg {change}} of variant {.val {name}} must be ", kind[[2]], ", not {found(value)}."
      ),
      i = "For instance {.code list({kind[[3]]})}."
    ), call)
  }
  v
}

# Changes that say nothing by themselves.
check_winsorising <- function(v, name, call) {
  idle <- intersect(c("probs", "trim", "by_period"), names(v))
  if (!length(idle) || !is.null(v$winsorise)) return(invisible())
  abort("variant", c(
    paste0(
      "Variant {.val {name}} has {.arg {idle}} and no {.arg winsorise}, without which ",
      "{cli::qty(idle)}{?it is/they are} not read."
    ),
    i = "Name the columns: {.code list(winsorise = \"output\", {idle[1]} = ...)}."
  ), call)
}
