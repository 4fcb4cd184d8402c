# Names of columns without quotes. `panel = c(state, year)` looks for objects of these names, and
# R's own answer, that there is no object `state`, names neither the argument nor the way out.

# Arguments that are names of columns, as strings.
column_arguments <- c(
  "panel", "unit", "time", "value", "vars", "by", "region", "group", "variable", "indicator",
  "system", "weight", "entropy", "divergence", "average", "rank", "estimate", "std_error",
  "statistic", "stars"
)

# Of the function that `frame` is a call of. What belongs to a fit is a formula (`by`, `unit`), and
# what belongs to a vector another one.
check_bare_names <- function(fn, frame) {
  arguments <- if (is.function(fn)) names(formals(fn))
  if (!is.environment(frame) || !length(arguments) || arguments[1] == "fit") return(invisible())
  for (arg in intersect(column_arguments, arguments)) {
    if (arg != "by" || !is_vector_argument(arguments[1], frame)) check_bare_name(arg, frame)
  }
}

is_vector_argument <- function(arg, frame) {
  value <- tryCatch(get(arg, frame, inherits = FALSE), error = function(e) NULL)
  is.atomic(value) && !is.null(value)
}

# What fails for another reason than such a name, or further up, is R's to say.
check_bare_name <- function(arg, frame) {
  if (!exists(arg, frame, inherits = FALSE)) return(invisible())
  if (is_left_out(arg, frame)) return(invisible())
  expr <- eval(call("substitute", as.name(arg)), frame)
  names <- bare_names(expr)
  if (!length(names)) return(invisible())
  failed <- tryCatch(
    {
      get(arg, frame, inherits = FALSE)
      NULL
    },
    simpleError = conditionMessage
  )
  if (is.null(failed)) return(invisible())
  absent <- names[vapply(names, grepl, NA, x = failed, fixed = TRUE)]
  if (!length(absent)) return(invisible())
  way <- if (arg == "panel" && length(names) != 2) c("province", "year") else names
  abort(if (arg == "panel") "panel" else "column", c(
    paste0(
      "{.arg {arg}} must be column names as strings, in quotes; {.code {deparse1(expr)}} is what ",
      "an object holds, and there is no {.code {absent[1]}}."
    ),
    i = "For instance {.code {arg} = {strings_of(way)}}."
  ), frame)
}

# `state`, `c(state, year)`; NULL of anything else.
bare_names <- function(expr) {
  if (is.name(expr)) return(as.character(expr))
  if (!rlang::is_call(expr, "c")) return(NULL)
  parts <- as.list(expr)[-1]
  if (all(vapply(parts, is.name, NA))) vapply(parts, as.character, "")
}

strings_of <- function(names) {
  text <- paste0("\"", names, "\"", collapse = ", ")
  if (length(names) == 1) text else paste0("c(", text, ")")
}
