# Lags within units, by the time column's own values: a gap in time gives a missing value, never a
# neighbour's.

# Units and times of a fit are looked at before; those of `new` data are here.
panel_lag <- function(x, k, data, panel, expr = quote(x), new = FALSE) {
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
    lags <- lapply(k, function(one) as.double(panel_lag(x, one, data, panel, expr, new)))
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
  if (is.object(x)) x <- column_numbers(x) %||% column_levels(x) %||% x
  if (new && anyDuplicated(key)) {
    copy <- which_copy(key)
    if (is.null(copy)) check_one_past(x, key, data, panel, expr)
    key <- key + (copy %||% 0) * (max(unit) + 1) * span
  }
  at <- lagged_rows(key, k)
  if (length(dim(x)) == 2) x[at, , drop = FALSE] else x[at]
}

# New data may hold the panel several times over: scenarios below one another, or the variables that
# marginaleffects changes in turn. Which of them each row belongs to; NULL where some rows of the
# panel are there more often than others.
which_copy <- function(key) {
  at <- match(key, unique(key))
  count <- tabulate(at)
  if (any(count != count[1])) return(NULL)
  order <- order(at)
  copy <- integer(length(at))
  copy[order] <- rep(seq_len(count[1]), length(count))
  copy
}

# Rows of one unit and time with several values of x leave open which is the next row's past.
check_one_past <- function(x, key, data, panel, expr) {
  first <- match(key, key)
  rows <- function(at) if (length(dim(x)) == 2) x[at, , drop = FALSE] else x[at]
  differs <- !is.na(key) & !mapply(identical, as.list(rows(first)), as.list(rows(seq_along(key))))
  if (!any(differs)) return(invisible())
  at <- (which(differs)[1] - 1) %% length(key) + 1
  unit <- format(data[[panel[1]]][at])
  time <- format(data[[panel[2]]][at])
  abort("panel", c(
    paste0(
      "New data must have one value of {.code {rlang::as_label(expr)}} for each unit and time, of ",
      "which {.fn l} or {.fn d} is taken; {.val {unit}} has several in {.val {time}}."
    ),
    i = "Give each scenario all rows of the panel, or predict it by itself."
  ), call = NULL)
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
