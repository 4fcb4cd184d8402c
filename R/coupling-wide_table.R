#' Table of units by times
#'
#' The table papers print: one row a unit, one column a time, with the unit's average and its rank.
#'
#' @param x A [coupling()], a [composite_index()], or a [summary()][summary.coupling] of the former
#'   by a group and the time (`by = c("region", "year")`), whose groups are then the units.
#' @param value Name of the column to show, such as `"D"` (default, where there is one) or a system.
#' @param average Add the unit's mean over the times with a value? (default `TRUE`)
#' @param rank Add the rank of that mean, 1 the highest, ties sharing the best? (default `TRUE`)
#' @param whole Of a summary: the name of a last row with the values of all rows together
#'   (`"Nation"`), which has no rank; `NULL` (default): none.
#' @param turn `TRUE`: times are rows and units columns, `average` and `rank` the last rows. Default
#'   `FALSE`.
#' @param ... Nothing: an argument of any other name is an error.
#' @return A data frame: the unit, one column a time under its name in time order, `average`,
#'   `rank`; rows in order of the units' first appearance, of a factor of its levels, provinces of
#'   China and their regions as yearbooks have them. Turned: the time (as text), one column a
#'   unit. Plain, ready to be written to a file.
#' @section Errors: `ccdpanel_error_column`, `ccdpanel_error_numeric`, `ccdpanel_error_type`,
#'   `ccdpanel_error_recipe`, `ccdpanel_error_name` (the unit's column or a time called like a
#'   column of the table), `ccdpanel_error_by` (a summary by other columns than a group and the
#'   time).
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' sheet <- indicator_sheet(path)
#' idx <- composite_index(state_capital, sheet, panel = c("state", "year"), keep = "region")
#' cc <- coupling(idx)
#' head(wide_table(cc, "D")[c("state", "1970", "1986", "average", "rank")])
#' regions <- summary(cc, by = c("region", "year"))
#' wide_table(regions, "D", whole = "All states", turn = TRUE)
#' @export
wide_table <- function(x, value = NULL, average = TRUE, rank = TRUE, whole = NULL, turn = FALSE,
                       ...) {
  check_dots(...)
  check_required("wide_table")
  call <- rlang::current_env()
  check_data_frame(x, "x")
  panel <- table_panel(x, call)
  x <- with_value_labels(x)
  if (is.null(value) && "D" %in% names(x)) value <- "D"
  values <- table_values(value, x, call)
  check_flag(average, "average")
  check_flag(rank, "rank")
  check_flag(turn, "turn")
  unit <- numbered(x[[panel[1]]], is.factor(x[[panel[1]]]), as_they_come)
  time <- numbered(x[[panel[2]]], sorted = TRUE)
  units <- x[[panel[1]]][unit$first]
  times <- x[[panel[2]]][time$first]
  cells <- unit_cells(values, unit, time)
  names <- format_key(units)
  made <- c(if (average) "average", if (rank) "rank")
  if (turn) {
    check_own_names(panel[2], c(names, whole), call)
    check_own_names(format_key(times), made, call)
  } else {
    check_own_names(c(panel[1], format_key(times)), made, call)
    check_own_names(panel[1], format_key(times), call)
  }
  ranks <- if (rank) as.integer(rank(-row_means(cells), ties.method = "min", na.last = "keep"))
  if (!is.null(whole)) {
    check_whole(whole, x, names, call)
    all <- attr(x, "whole", exact = TRUE)
    cells <- rbind(cells, all[[value]][match(times, all[[panel[2]]])])
    names <- c(names, whole)
    if (rank) ranks <- c(ranks, NA)
  }
  out <- if (turn) {
    turned_cells(cells, names, times, panel[2], average, ranks)
  } else {
    upright_cells(cells, if (is.null(whole)) units else names, times, panel[1], average, ranks)
  }
  title <- list("%s by %s and %s", value, panel[1], panel[2])
  previewed(
    out, title, "save_table(x, \"table.docx\")", "plot(, type = \"heatmap\") of the coupling",
    keys = if (!turn) panel[1]
  )
}

# The unit and time columns; of a summary, its group and the time.
table_panel <- function(x, call) {
  if (!inherits(x, "coupling_summary")) return(check_recipe(x, call)$panel)
  by <- attr(x, "by", exact = TRUE)
  time <- attr(x, "scheme", exact = TRUE)$time
  if (length(by) == 2 && time %in% by) return(c(setdiff(by, time), time))
  abort("by", c(
    "A summary becomes a table when it is by a group and the time; this one is by {.val {by}}.",
    i = "For instance {.code summary(cc, by = c(\"region\", \"{time}\"))}."
  ), call)
}

table_values <- function(value, x, call) {
  if (!rlang::is_string(value)) {
    abort("column", c(
      "{.arg value} must be the name of one column, not {found(value)}.",
      i = "For instance {.code \"D\"}."
    ), call)
  }
  check_columns(value, x, "value", call)
  as_numbers(
    x[[value]], cli::format_inline("Column {.val {value}} of {.arg value}"), "numeric", call
  )
}

check_whole <- function(whole, x, names, call) {
  if (!rlang::is_string(whole) || whole %in% names) {
    abort("type", c(
      "{.arg whole} must be a name for the last row that no unit has, not {found(whole)}.",
      i = "For instance {.code whole = \"Nation\"}."
    ), call)
  }
  if (!is.null(attr(x, "whole", exact = TRUE))) return(invisible())
  abort("type", c(
    "Only a summary of a coupling by a group and the time knows the whole.",
    i = "Call with {.code summary(cc, by = c(\"region\", \"year\"))}."
  ), call)
}

unit_cells <- function(values, unit, time) {
  units <- length(unit$first)
  cells <- matrix(NA_real_, units, length(time$first))
  cells[(time$code - 1) * units + unit$code] <- values
  cells
}

row_means <- function(cells) {
  means <- rowMeans(cells, na.rm = TRUE)
  replace(means, is.nan(means), NA)
}

upright_cells <- function(cells, units, times, name, average, ranks) {
  out <- c(list(units), lapply(seq_along(times), function(t) cells[, t]))
  names(out) <- c(name, format_key(times))
  if (average) out$average <- row_means(cells)
  if (!is.null(ranks)) out$rank <- ranks
  structure(out, class = "data.frame", row.names = .set_row_names(length(units)))
}

turned_cells <- function(cells, names, times, name, average, ranks) {
  rows <- rbind(t(cells), if (average) row_means(cells), ranks)
  out <- c(
    list(c(format_key(times), if (average) "average", if (!is.null(ranks)) "rank")),
    lapply(seq_along(names), function(j) unname(rows[, j]))
  )
  structure(
    stats::setNames(out, c(name, names)), class = "data.frame",
    row.names = .set_row_names(nrow(rows))
  )
}

check_recipe <- function(x, call, arg = "x") {
  recipe <- recipe_of(x)
  if (!is.null(recipe)) return(recipe)
  check_data_frame(x, arg, call)
  abort("recipe", c(
    paste0(
      "{.arg {arg}} must be the result of {.fn coupling} or {.fn composite_index}, and is ",
      "a plain data frame."
    ),
    i = "A result becomes plain when its panel or value columns are changed."), call)
}
