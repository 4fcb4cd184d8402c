#' Fill the gaps of a panel
#'
#' Fills missing values of each unit over time, never across units, and lists every cell it filled.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details Inside the observed span, and at its ends, by `method`:
#'   * `"linear"`: the straight line over the time variable; before the first and after the last
#'     observed time the nearest observed value.
#'   * `"trend"`: the straight line; at the ends the line through the two nearest observed values
#'     goes on (Stata's `ipolate, epolate`).
#'   * `"spline"`: a natural cubic spline through the observed values (a straight line through two);
#'     at the ends the nearest value.
#'   * `"locf"`, `"nocb"`: the last observed value carried forward, the next one carried backward; a
#'     gap with nothing on that side stays missing and is counted in a message.
#'   * `"growth"`: constant growth between two observed values, \eqn{x_a (x_b / x_a)^{(t -
#'     t_a)/(t_b - t_a)}}; at the ends the mean growth rate of the observed span goes on. Needs at
#'     least two observed values, all positive.
#'   * `"none"`: nothing but what `from` supplies.
#' @param data A data frame, one row a unit and time, in any order.
#' @param panel Names of the unit and the time column, such as `c("state", "year")`. The time must
#'   be numeric, a date, text or a factor that reads as numbers, or an ordered factor (whose levels
#'   then count as equally spaced).
#' @param vars Names of the numeric columns to fill; by default all numeric columns but the panel's
#'   and those of categories, whose values all bear labels (as read from Stata and SPSS).
#' @param method One of the above; default `"linear"`.
#' @param from A second data frame with the same panel columns and some of `vars`: its values fill
#'   gaps first, and `method` what remains. `NULL` (default): none.
#' @param rows Rows for times at which a unit has none, before anything is filled: `"given"`
#'   (default), no row is added; `"span"`, for each time between a unit's first and last (Stata's
#'   `tsfill`); `"all"`, for each unit and each time between the first and the last of all (`tsfill,
#'   full`). Times are whole numbers, and added ones are in the longest step that meets all of
#'   them. A column that has one value for each unit, and none missing, has it in added rows too;
#'   `vars` are filled, and other columns are missing there. The rows are counted in a message.
#' @return `data` in input order, added rows behind their unit's row before them, with the gaps
#'   filled, of its own class and first of class
#'   `imputed_panel` (data tables and grouped data keep their class alone). It prints how many cells
#'   of which variable were filled by which rule and where; [imputed()] lists them. Rows and columns
#'   may be chosen, added and joined as of any data frame; it becomes a plain one once a filled
#'   variable is gone or changed. One message gives the count.
#' @section Errors: `ccdpanel_error_all_missing` (a unit without any value of a variable, named),
#'   `ccdpanel_error_numeric`, `ccdpanel_error_time`, `ccdpanel_error_growth` (too few or not
#'   positive values, named), `ccdpanel_error_category` (a value between two codes),
#'   `ccdpanel_error_infinite` (in a variable with gaps), `ccdpanel_error_panel`,
#'   `ccdpanel_error_duplicate`, `ccdpanel_error_column`, `ccdpanel_error_choice`,
#'   `ccdpanel_error_memory` (added rows beyond the limit). Messages `ccdpanel_message_imputed`,
#'   `ccdpanel_message_left`, `ccdpanel_message_rows`.
#' @examples
#' d <- data.frame(unit = "a", year = 2011:2015, x = c(NA, 2, NA, 6, NA))
#' filled <- impute_gaps(d, panel = c("unit", "year"))
#' imputed(filled)
#'
#' # A year that is not in the data
#' without <- state_capital[state_capital$year != 1975, ]
#' filled <- impute_gaps(without, c("state", "year"), "output", rows = "span")
#' head(imputed(filled), 3)
#' @order 1
#' @export
impute_gaps <- function(data, panel, vars = NULL, method = "linear", from = NULL, rows = "given",
                        ...) {
  check_dots(...)
  check_required("impute_gaps")
  call <- rlang::current_env()
  if (!is.null(vars)) check_names(vars, "vars")
  data <- settled_panel(read_columns(data, columns = vars %||% names(data)), panel)
  check_own_names(panel, c("variable", "value", "method", "cells"))
  say_spellings(data[[panel[1]]], panel[1])
  earlier <- earlier_cells(data, panel)
  added <- earlier_rows(data, panel)
  data <- without_preview(plain_frame(data))
  data <- unshared_columns(data, names(data))
  check_choice(method, c(names(fill_ends), "none"), "method")
  vars <- impute_vars(data, panel, vars, call)
  check_choice(rows, c("given", "span", "all"), "rows")
  if (rows != "given") {
    more <- with_absent_rows(data, panel, rows, vars, call)
    data <- more$data
    added <- rbind(added, more$added)
  }
  if (method %in% between_values) check_no_category(data, vars, method, call)
  time <- time_numbers(data[[panel[2]]], panel[2], call)
  units <- unit_rows(data[[panel[1]]], time)
  of <- length(vars)
  vars <- vars[vapply(vars, function(name) anyNA(data[[name]]), NA)]
  made <- lapply(stats::setNames(vars, vars), function(name) list(rows = integer(), rule = NULL))
  coded <- vars[vapply(vars, function(name) has_missing_codes(data[[name]]), NA)]
  if (!is.null(from)) {
    supplied <- values_from(from, data, panel, vars, call)
    for (name in names(supplied)) {
      here <- which(is.na(data[[name]]) & !is.na(supplied[[name]]))
      values <- replace(gap_numbers(data, name), here, supplied[[name]][here])
      data[[name]] <- as_before(values, data[[name]])
      made[[name]] <- list(rows = here, rule = rep("from", length(here)))
    }
  }
  if (method != "none") {
    # The logarithm of zero is no value to draw a line from.
    infinite <- vapply(vars, function(name) sum(is.infinite(gap_numbers(data, name))), 0)
    check_described_finite(infinite, vars, call, "Variables with gaps")
    check_series(data, panel, vars, units, call)
    for (name in vars) {
      filled <- fill_variable(data, name, time, units, method, panel[1], call)
      here <- which(filled$how > 0)
      rule <- c(method, fill_ends[[method]])[filled$how[here]]
      made[[name]] <- joined_cells(made[[name]], list(rows = here, rule = rule))
      if (length(here)) data[[name]] <- as_before(filled$x, data[[name]])
    }
  }
  say_codes_gone(coded[vapply(coded, function(name) !has_missing_codes(data[[name]]), NA)])
  finish_imputed(data, panel, made, of, earlier, added)
}

# The cells that two rules filled, by row.
joined_cells <- function(a, b) {
  if (!length(a$rows)) return(b)
  rows <- c(a$rows, b$rows)
  by_row <- order(rows)
  list(rows = rows[by_row], rule = c(a$rule, b$rule)[by_row])
}

# What each method does at the ends of the observed span.
fill_ends <- c(
  linear = "nearest", trend = "trend", spline = "nearest", locf = "locf", nocb = "nocb",
  growth = "growth"
)

# Methods that fill in values between those that are there.
between_values <- c("linear", "trend", "spline", "growth")

check_no_category <- function(data, vars, method, call) {
  gaps <- vars[vapply(vars, function(name) anyNA(data[[name]]), NA)]
  codes <- category_columns(data, gaps)
  if (!length(codes)) return(invisible())
  labels <- attr(data[[codes[1]]], "labels", exact = TRUE)
  labels <- utils::head(paste(labels, names(labels), sep = " = "), 2)
  abort("category", c(
    paste0(
      "{.arg vars} names {cli::qty(codes)}{?a category/categories}, {.val {codes}}, of which ",
      "{.code method = {.val {method}}} would fill in values between the codes ({labels})."
    ),
    i = paste0(
      paste0(
        "{.code method = \"locf\"} carries codes on; {.code as.numeric()} makes ",
        "numbers of them before "
      ),
      "the call."
    )
  ), call)
}

# The rows of each unit in order of time.
unit_rows <- function(unit, time) {
  own <- numbered(unit)
  rows_of_groups(own$code, length(own$first), time)
}

# The other table's values at the rows of `data`, for the variables it has.
values_from <- function(from, data, panel, vars, call) {
  from <- settled_panel(read_columns(from, "from", call = call), panel, "from", call)
  vars <- impute_vars(from, panel, intersect(vars, names(from)), call)
  at <- match_rows(data, from, panel)
  lapply(stats::setNames(vars, vars), function(name) gap_numbers(from, name)[at])
}

gap_numbers <- function(data, name) as.double(column_numbers(data[[name]]))

# Values with the class and the unit of the column that they complete. Where codes are declared
# missing (SPSS), a filled value could be one of them: such a column becomes numbers.
as_before <- function(values, column) {
  if (has_missing_codes(column)) {
    attr(values, "label") <- attr(column, "label", exact = TRUE)
    return(values)
  }
  if (!is.null(dim(column)) || inherits(column, c("AsIs", "integer64"))) return(values)
  attributes(values) <- attributes(column)
  if (inherits(column, "haven_labelled") && is.integer(column)) {
    oldClass(values)[oldClass(values) == "integer"] <- "double"
    labels <- attr(column, "labels", exact = TRUE)
    if (is.integer(labels)) storage.mode(labels) <- "double"
    attr(values, "labels") <- labels
  }
  values
}

has_missing_codes <- function(x) {
  !is.null(attr(x, "na_values", exact = TRUE)) || !is.null(attr(x, "na_range", exact = TRUE))
}

say_codes_gone <- function(names) {
  if (!length(names)) return(invisible())
  inform("codes", c(i = paste0(
    "{cli::qty(names)}{.val {names}} had codes that are declared missing, which a filled value ",
    "could be: {?it is/they are} plain numbers now, without labels."
  )))
}

# One variable: the values, and how each row was filled (0 not, 1 inside the observed span, 2 at its
# ends).
fill_variable <- function(data, name, time, units, method, unit, call) {
  x <- gap_numbers(data, name)
  out <- bind_fill_gaps(x, time, units, method, thread_count())
  if (out$failed) {
    rows <- unit_at(units, out$failed)
    check_growth(x[rows][!is.na(x[rows])], name, data[[unit]][rows[1]], call)
  }
  out
}

unit_at <- function(units, i) {
  units$rows[seq(if (i > 1) units$end[i - 1] + 1 else 1, units$end[i])] + 1L
}

impute_vars <- function(data, panel, vars, call) {
  if (is.null(vars)) return(number_vars(data, NULL, panel))
  check_columns(vars, data, "vars", call)
  for (name in vars) {
    as_numbers(
      data[[name]], cli::format_inline("Column {.val {name}} of {.arg vars}"), "numeric", call
    )
  }
  vars
}

time_numbers <- function(time, name, call) {
  if (is.numeric(time) || inherits(time, c("Date", "POSIXct"))) return(as.double(time))
  # Years read as text or as a factor mean their labels, not their codes.
  if (is.factor(time) || is.character(time)) {
    labels <- suppressWarnings(as.double(as.character(time)))
    if (!anyNA(labels)) return(labels)
  }
  if (is.ordered(time)) return(as.double(as.integer(time)))
  abort("time", c(
    paste0(
      "The time column {.val {name}} must be numeric, a date, text that is a number or an ordered ",
      "factor, not {.obj_type_friendly {time}}."
    ),
    i = "Distances between times are needed: make it a number, a date or an ordered factor.",
    i = span_way(time)
  ), call)
}

check_series <- function(data, panel, vars, units, call) {
  for (name in vars) {
    empty <- bind_units_without_value(gap_numbers(data, name), units)
    if (!length(empty)) next
    first <- vapply(empty, function(u) unit_at(units, u)[1], 0L)
    abort("all_missing", c(
      paste0(
        "{.val {name}} has no value at all in {panel[1]} ",
        "{.val {format_key(data[[panel[1]]][first])}}; nothing of that unit can fill it."
      ),
      i = "Drop the unit or the variable, or supply the values."
    ), call)
  }
}

check_growth <- function(x, name, unit, call) {
  if (length(x) > 1 && all(x > 0)) return(invisible())
  abort("growth", c(
    paste0(
      "Filling {.val {name}} by growth needs at least two observed values, all positive; unit ",
      "{.val {format_key(unit)}} has {length(x)}, the least {min(x)}."
    ),
    i = "Use {.code method = \"linear\"} for that variable."
  ), call)
}
