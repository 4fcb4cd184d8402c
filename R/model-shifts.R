# Functions that other packages shift rows by: what R finds under these names knows no panel, and
# reaches into the next unit or shifts nothing. A function of that name which the user wrote is the
# user's.
check_shifts <- function(expr, written, call) {
  if (!is.call(expr) || rlang::is_call(expr, c("function", "::", ":::"))) return(invisible())
  head <- expr[[1]]
  name <- if (rlang::is_call(head, c("::", ":::"))) {
    as.character(head[[3]])
  } else if (is.name(head)) {
    as.character(head)
  }
  if (!(is.name(head) && name %in% written)) {
    if (isTRUE(name %in% names(shifts)) && !names_its_panel(expr)) abort_shift(expr, name, call)
    if (isTRUE(name %in% running)) abort_running(expr, name, call)
  }
  for (part in operands(expr)) {
    if (rlang::is_missing(part)) next
    # R's own lag(), handed over by name (`ave(x, id, FUN = lag)`), lags nothing.
    if (is.name(part) && !as.character(part) %in% written && is_stats_lag(part)) {
      abort_shift(expr, "lag", call)
    }
    check_shifts(part, written, call)
  }
}

is_stats_lag <- function(name) {
  identical(name, quote(lag)) && identical(get0("lag", globalenv(), mode = "function"), stats::lag)
}

# collapse's functions, given unit and time (`g` and `t`), find the rows before by these, and leave
# gaps of time missing. By the unit alone they go by the order of the rows.
names_its_panel <- function(expr) {
  f <- tryCatch(eval(expr[[1]], globalenv()), error = function(e) NULL)
  if (!is.function(f) || !identical(environmentName(environment(f)), "collapse")) return(FALSE)
  head <- expr[[1]]
  name <- as.character(if (is.name(head)) head else head[[3]])
  # The generics leave these to their methods.
  like <- if (shifts[[name]] == "d") function(x, n, diff, g, t, ...) NULL else {
    function(x, n, g, t, ...) NULL
  }
  given <- tryCatch(names(match.call(like, expr)), error = function(e) NULL)
  all(c("g", "t") %in% given)
}

abort_running <- function(expr, name, call) {
  x <- if (length(expr) > 1) expr[[2]] else quote(x)
  way <- call("ave", x, quote(unit), FUN = as.name(name))
  abort("panel", c(
    "{.code {deparse1(expr)}} runs over all rows, from one unit into the next.",
    i = paste0(
      "By unit, in the order of the rows, it is {.code {deparse1(way)}}; without units, make it a ",
      "column of {.arg data} before the fit."
    )
  ), call)
}

abort_shift <- function(expr, name, call) {
  x <- if (length(expr) > 1 && !identical(expr[[2]], as.name(name))) deparse1(expr[[2]]) else "x"
  way <- switch(
    shifts[[name]], l = paste0("l(", x, ", 1)"), lead = paste0("l(", x, ", -1)"),
    d = paste0("d(", x, ", 1)")
  )
  what <- c(l = "lag", lead = "lead", d = "difference")[[shifts[[name]]]]
  abort("panel", c(
    "{.code {deparse1(expr)}} is no {what} within units: {.fn {name}} does not know the panel.",
    i = "Write {.code {way}}, and name unit and time in {.code panel = c(\"unit\", \"time\")}."
  ), call)
}
