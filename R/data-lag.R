# Lags within units, by the time column's own values: a gap in time gives a missing value, never a
# neighbour's.

panel_lag <- function(x, k, data, panel, expr = quote(x)) {
  if (is.null(panel)) {
    abort("panel", c(
      "{.fn l} and {.fn d} need to know the panel, and {.arg panel} is not given.",
      i = "Add {.code panel = c(\"unit\", \"time\")} to the call."
    ))
  }
  if (is.list(x)) {
    role <- cli::format_inline("{.code {rlang::as_label(expr)}} in {.fn l} or {.fn d}")
    abort_column(x, role, "one value a row", "regressor", rlang::caller_env())
  }
  if (length(k) > 1) {
    lags <- lapply(k, function(one) as.double(panel_lag(x, one, data, panel, expr)))
    return(matrix(unlist(lags), nrow(data), length(k), dimnames = list(NULL, k)))
  }
  check_number(k, "k", whole = TRUE)
  absent <- setdiff(panel, names(data))
  if (length(absent)) abort_no_panel(absent, panel)
  if (!nrow(data)) return(x)
  unit <- match_values(data[[panel[1]]], unique(data[[panel[1]]]))
  time <- time_index(data[[panel[2]]])
  span <- diff(range(time)) + 2 * abs(k) + 1
  key <- unit * span + time
  at <- lagged_rows(key, k)
  if (is.object(x)) x <- column_numbers(x) %||% column_levels(x) %||% x
  if (length(dim(x)) == 2) x[at, , drop = FALSE] else x[at]
}

# New data that was made to stand for the sample, of the means of its variables, has no unit and no
# row before.
abort_no_panel <- function(absent, panel) {
  abort("panel", c(
    paste0(
      "{.fn l} and {.fn d} need the panel, {.val {panel}}, in new data too, which has no column ",
      "{.val {absent}}."
    ),
    i = "Give rows of units over time, as {.arg newdata} of the fit's own data has them."
  ), call = NULL)
}

# The row whose key is k less. Whole keys that rise from row to row have it at most k rows away.
lagged_rows <- function(key, k) {
  n <- length(key)
  if (abs(k) > 4 || is.unsorted(key, strictly = TRUE)) return(match(key - k, key))
  if (k == 0) return(seq_len(n))
  at <- rep(NA_integer_, n)
  for (j in seq_len(max(min(abs(k), n - 1), 0))) {
    early <- seq_len(n - j)
    late <- early + j
    from <- if (k > 0) early else late
    to <- if (k > 0) late else early
    met <- which(key[from] == key[to] - k)
    at[to[met]] <- from[met]
  }
  at
}

# Whole numbers (years) count as they are, text and factors that spell whole numbers likewise.
# Anything else has no distance of its own: dates by day would make every lag missing, and by order
# they would jump over gaps.
time_index <- function(time, call = rlang::caller_env(), need = "Lags") {
  text <- is.character(time) || is.factor(time)
  value <- if (text) suppressWarnings(as.numeric(as.character(time))) else column_numbers(time)
  if (!is.null(value) && !anyNA(value) && all(value == round(value))) return(as.double(value))
  odd <- time[c(if (!is.null(value)) which(is.na(value) | value != round(value)), 1)[1]]
  abort("panel", c(
    paste0(
      "{need} need a time column of whole numbers, not {.obj_type_friendly {time}} such as ",
      "{.val {format(odd)}}."
    ),
    i = paste0(
      "Number the periods first: for quarters {.code year * 4 + quarter}, for dates ",
      "{.code as.integer(format(date, \"%Y\"))}."
    ), i = span_way(time)
  ), call)
}
