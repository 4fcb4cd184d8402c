#' Table of units by times
#'
#' The table papers print: one row a unit, one column a time, with the unit's average and its rank.
#'
#' @param x A [coupling()] or a [composite_index()].
#' @param value Name of the column to show, such as `"D"` or a system.
#' @param average Add the unit's mean over the times with a value? (default `TRUE`)
#' @param rank Add the rank of that mean, 1 the highest, ties sharing the best? (default `TRUE`)
#' @return A data frame: the unit, one column a time under its name in time order, `average`, `rank`; rows in order of the units'
#'   first appearance. Plain, ready to be written to a file.
#' @section Errors: `ccdpanel_error_column`, `ccdpanel_error_numeric`, `ccdpanel_error_type`, `ccdpanel_error_recipe`.
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' sheet <- indicator_sheet(path)
#' cc <- coupling(composite_index(state_capital, sheet, panel = c("state", "year")))
#' head(wide_table(cc, "D")[c("state", "1970", "1986", "average", "rank")])
#' @export
wide_table <- function(x, value, average = TRUE, rank = TRUE) {
  call <- rlang::current_env()
  check_data_frame(x, "x")
  recipe <- check_recipe(x, call)
  if (!rlang::is_string(value)) {
    abort("column", c("{.arg value} must be the name of one column, not {found(value)}.", i = "For instance {.code \"D\"}."), call)
  }
  check_columns(value, x, "value", call)
  values <- as_numbers(x[[value]], cli::format_inline("Column {.val {value}} of {.arg value}"), "numeric", call)
  check_flag(average, "average")
  check_flag(rank, "rank")
  unit <- x[[recipe$panel[1]]]
  time <- x[[recipe$panel[2]]]
  units <- unique(unit)
  times <- sort(unique(time))
  cells <- matrix(NA_real_, length(units), length(times))
  cells[cbind(match(unit, units), match(time, times))] <- values
  means <- rowMeans(cells, na.rm = TRUE)
  means[is.nan(means)] <- NA
  out <- c(list(units), lapply(seq_along(times), function(t) cells[, t]))
  names(out) <- c(recipe$panel[1], format_key(times))
  if (average) out$average <- means
  if (rank) out$rank <- as.integer(rank(-means, ties.method = "min", na.last = "keep"))
  out <- structure(out, class = "data.frame", row.names = .set_row_names(length(units)))
  previewed(out, sprintf("%s by %s and %s", value, recipe$panel[1], recipe$panel[2]), "save_table(x, \"table.docx\")", "plot(, type = \"heatmap\") of the coupling")
}

check_recipe <- function(x, call, arg = "x") {
  recipe <- recipe_of(x)
  if (!is.null(recipe)) return(recipe)
  abort("recipe", c("{.arg {arg}} must be the result of {.fn coupling} or {.fn composite_index}, and is a plain data frame.",
    i = "A result becomes plain when its panel or value columns are changed."), call)
}
