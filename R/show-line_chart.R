#' Lines over time of any data frame
#'
#' One line a column, or one line a group: yearly totals, a printed table, the means of another
#' package.
#'
#' @param ... Nothing: an argument of any other name is an error.
#' @details With `by` and several columns each column has a panel of its own. Lines differ by
#'   colour, dash and point. More groups than a key can hold get a panel each, or are drawn grey
#'   below their mean.
#' @param data A data frame with one row a time, or with `by` one row a time and group.
#' @param time Name of the column with the times: numbers, dates, or an ordered factor.
#' @param value Names of the columns to show: numbers, or strings that are numbers.
#' @param by Name of the column of groups, one line each; `NULL` (default): none.
#' @param ylab Title of the value axis; `NULL` (default): none.
#' @inheritParams pictures
#' @return A `ggplot` object. A suitable size in inches: 6 by 4.
#' @section Errors: `ccdpanel_error_package`, `ccdpanel_error_type`, `ccdpanel_error_column`,
#'   `ccdpanel_error_numeric`, `ccdpanel_error_empty`, `ccdpanel_error_duplicate` (a time twice in a
#'   group: average first, or name the groups).
#' @seealso [bar_chart()] and [radar_chart()]; [plot()][pictures] of an index or a coupling.
#' @examplesIf requireNamespace("ggplot2", quietly = TRUE)
#' ohio <- state_capital[state_capital$state == "Ohio", ]
#' line_chart(ohio, "year", c("highways", "water"))
#' @export
line_chart <- function(data, time, value, by = NULL, ylab = NULL, labels = NULL, language = NULL,
                       ...) {
  check_dots(...)
  check_required("line_chart")
  call <- rlang::current_env()
  need_ggplot2(call)
  check_data_frame(data)
  check_one_name(time, data, "time", call)
  check_columns(value, data, "value", call)
  if (!is.null(by)) check_one_name(by, data, "by", call)
  if (!is.null(ylab)) check_title(ylab, "ylab", call)
  at <- match(c(time, by), names(data))
  data <- replace_columns(data, at, lapply(at, function(j) {
    as_levels(data[[j]], cli::format_inline("Column {.val {names(data)[j]}}"), "column", call)
  }))
  check_lines(data, time, value, by, call)
  shown <- data.frame(as.list(data)[c(time, by)], check.names = FALSE)
  for (name in value) shown[[name]] <- chart_numbers(data[[name]], name, call)
  check_drawable(shown, value, call)
  groups <- if (!is.null(by)) format_key(in_order(data[[by]]))
  words <- lettering(language, labels, c(time, value, by, groups), call)
  draw_trend(shown, c("", time), value, by, ylab = ylab, words = words)
}

# A time names one row, of its group if there are groups.
check_lines <- function(data, time, value, by, call) {
  if (!nrow(data) || !length(value)) {
    abort("empty", c(
      "{.arg data} has no rows, or {.arg value} no column, and nothing to draw.",
      i = "Did a filter match nothing?"
    ), call)
  }
  if (anyNA(data[[time]])) {
    abort("column", c(
      paste0(
        "{.arg time} must be complete; {.val {time}} is missing in ",
        "{sum(is.na(data[[time]]))} row{?s}."
      ),
      i = "Leave those rows out."
    ), call)
  }
  key <- paste(format_key(data[[time]]), if (!is.null(by)) format_key(data[[by]]), sep = "\r")
  twice <- anyDuplicated(key)
  if (!twice) return(invisible())
  abort("duplicate", c(
    paste0(
      "Each row of {.arg data} must be another time{if (!is.null(by)) ' of its group'}; row ",
      "{twice} repeats an earlier one."
    ),
    i = "Average the rows first, or name the column that tells them apart in {.arg by}."
  ), call)
}
