#' Fill the gaps of a panel
#'
#' Fills missing values of each unit over time, never across units, and lists every cell it filled.
#'
#' @details `"linear"`: between two observed times the straight line over the time variable; before the first and after the last observed time
#'   the nearest observed value.
#' @param data A data frame, one row a unit and time, in any order.
#' @param panel Names of the unit and the time column, such as `c("state", "year")`. The time must be numeric, a date or an ordered
#'   factor (whose levels count as equally spaced).
#' @param vars Names of the numeric columns to fill; by default all numeric columns but the panel's.
#' @param method `"linear"`.
#' @param from Must be `NULL`.
#' @return `data` in input order with the gaps filled. The attribute `imputed` is a data frame with one row a filled
#'   cell: the unit, the time, `variable`, `value`, `method`; [imputed()] returns it. One message gives the count.
#' @section Errors: `ccdpanel_error_all_missing` (a unit without any value of a variable, named), `ccdpanel_error_numeric`,
#'   `ccdpanel_error_time`, `ccdpanel_error_panel`, `ccdpanel_error_duplicate`, `ccdpanel_error_column`, `ccdpanel_error_choice`.
#' @examples
#' d <- data.frame(unit = "a", year = 2011:2015, x = c(NA, 2, NA, 6, NA))
#' filled <- impute_gaps(d, panel = c("unit", "year"))
#' imputed(filled)
#' @export
impute_gaps <- function(data, panel, vars = NULL, method = "linear", from = NULL) {
  call <- rlang::current_env()
  check_data_frame(data)
  check_panel(panel, data)
  check_choice(method, "linear", "method")
  if (!is.null(from)) abort("choice", c("{.arg from} must be {.code NULL}.", i = "Merge the other table first."), call)
  vars <- impute_vars(data, panel, vars, call)
  time <- time_numbers(data[[panel[2]]], panel[2], call)
  groups <- split(seq_len(nrow(data)), factor(key_codes(data[[panel[1]]]), unique(key_codes(data[[panel[1]]]))))
  groups <- lapply(groups, function(rows) rows[order(time[rows])])
  check_series(data, panel, vars, groups, call)
  cells <- list()
  for (name in vars) {
    gaps <- is.na(data[[name]])
    if (!any(gaps)) next
    filled <- as.double(data[[name]])
    for (rows in groups) if (any(gaps[rows])) filled[rows] <- fill_linear(filled[rows], time[rows])
    cells[[name]] <- filled_cells(data, panel, name, which(gaps), filled, method)
    data[[name]] <- filled
  }
  finish_imputed(data, panel, cells, vars)
}

impute_vars <- function(data, panel, vars, call) {
  if (is.null(vars)) return(setdiff(names(data)[vapply(data, is.numeric, NA)], panel))
  check_columns(vars, data, "vars", call)
  for (name in vars) {
    if (is.numeric(data[[name]])) next
    abort("numeric", c("{.arg vars} must name numeric columns; {.val {name}} is {.obj_type_friendly {data[[name]]}}.",
      i = "Convert the column first."), call)
  }
  vars
}

time_numbers <- function(time, name, call) {
  if (is.numeric(time) || inherits(time, c("Date", "POSIXct"))) return(as.double(time))
  if (is.ordered(time)) return(as.double(as.integer(time)))
  abort("time", c(
    "The time column {.val {name}} must be numeric, a date or an ordered factor, not {.obj_type_friendly {time}}.",
    i = "Distances between times are needed: convert it, for instance with {.fn as.integer}."
  ), call)
}

check_series <- function(data, panel, vars, groups, call) {
  for (name in vars) {
    gaps <- is.na(data[[name]])
    if (!any(gaps)) next
    empty <- vapply(groups, function(rows) all(gaps[rows]), NA)
    if (!any(empty)) next
    units <- format_key(data[[panel[1]]][vapply(groups[empty], `[`, 0L, 1L)])
    abort("all_missing", c(
      "{.val {name}} has no value at all in {panel[1]} {.val {units}}; nothing of that unit can fill it.",
      i = "Drop the unit or the variable, or supply the values."
    ), call)
  }
}

format_key <- function(x) if (is.numeric(x)) format(x, trim = TRUE) else as.character(x)

# Linear inside, nearest at the ends; `time` ascending.
fill_linear <- function(x, time) {
  seen <- !is.na(x)
  if (sum(seen) == 1) return(rep(x[seen], length(x)))
  x[!seen] <- stats::approx(time[seen], x[seen], time[!seen], rule = 2)$y
  x
}

filled_cells <- function(data, panel, name, rows, filled, method) {
  out <- list(data[[panel[1]]][rows], data[[panel[2]]][rows], rep(name, length(rows)), filled[rows], rep(method, length(rows)))
  names(out) <- c(panel, "variable", "value", "method")
  structure(out, class = "data.frame", row.names = .set_row_names(length(rows)))
}

finish_imputed <- function(data, panel, cells, vars) {
  table <- do.call(rbind, unname(cells))
  if (is.null(table)) table <- filled_cells(data, panel, "", integer(), numeric(), "")
  rownames(table) <- NULL
  attr(data, "imputed") <- table
  if (nrow(table)) {
    inform("imputed", c(i = "Filled {nrow(table)} missing value{?s} in {length(unique(table$variable))} of {length(vars)} variable{?s}; {.fn imputed} lists them."))
  }
  data
}

#' The cells that were filled
#'
#' @param x The result of [impute_gaps()].
#' @return A data frame, one row a filled cell: the unit, the time, `variable`, `value`, `method`. `summary(x)` of it counts
#'   cells by variable and method.
#' @section Errors: `ccdpanel_error_imputed`: `x` carries no such list (it is lost when rows or columns are chosen).
#' @examples
#' d <- data.frame(unit = "a", year = 2011:2015, x = c(NA, 2, NA, 6, NA))
#' imputed(impute_gaps(d, panel = c("unit", "year")))
#' @export
imputed <- function(x) {
  out <- attr(x, "imputed", exact = TRUE)
  if (!is.null(out)) return(out)
  abort("imputed", c("{.arg x} carries no list of filled cells.", i = "Call {.fn imputed} on the result of {.fn impute_gaps} itself."))
}
