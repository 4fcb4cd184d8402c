#' Pictures of weights, indices and coupling
#'
#' Ready for print: told apart by colour-blind readers and on a grey printer. `plot()` shows the picture and returns it; `ggplot2::autoplot()`
#' returns it only. Both need the package ggplot2, whose functions change what they return.
#'
#' @param x,object Result of [indicator_weights()], [compare_weights()], [composite_index()] or [coupling()].
#' @param type `"trend"` (default): means over the units by time, for a coupling C, T and D over bands of the levels; `"heatmap"`: units by times, units
#'   in order of their mean; `"map"`: tile-grid map. For a coupling also `"levels"`: number of units at each level by time; `"scatter"`: the scores of two systems over curves of equal D.
#' @param value Name of the column shown: by default all systems (trend of an index), the first system (its other pictures), C, T and D (trend of a coupling) or D.
#' @param by For trends, the name of a column that groups the units, such as a region: one line a group.
#' @param time For maps and scatters, the times to show, one panel each; by default the last.
#' @param tiles For maps, a data frame with one row a square: `row`, `column`, and one or more columns of unit names (`abbreviation` is written on
#'   the squares if there is one). By default [us_state_tiles].
#' @param ... Passed from `plot()` to the picture's own arguments.
#' @return A `ggplot` object. Suitable sizes in inches: trend and levels 7 by 4.5, heat map 7 by 7, map 7 by 5.5, scatter 5 by 5, weights 7 by 4.
#' @section Errors: `ccdpanel_error_package` (ggplot2 is absent), `ccdpanel_error_empty` (no rows, or missing values only), `ccdpanel_error_choice`, `ccdpanel_error_column`, `ccdpanel_error_time`,
#'   `ccdpanel_error_tiles` (units without a square, named), `ccdpanel_error_systems` (a scatter of other than two), `ccdpanel_error_recipe`.
#' @examplesIf requireNamespace("ggplot2", quietly = TRUE)
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' sheet <- indicator_sheet(path)
#' idx <- composite_index(state_capital, sheet, panel = c("state", "year"), keep = "region")
#' plot(coupling(idx))
#' @name pictures
NULL

#' @rdname pictures
#' @exportS3Method ggplot2::autoplot
autoplot.indicator_weights <- function(object, ...) {
  call <- rlang::current_env()
  need_ggplot2(call)
  check_drawable(object, "weight", call)
  draw_weights(plain_weights(object))
}

#' @rdname pictures
#' @exportS3Method ggplot2::autoplot
autoplot.composite_index <- function(object, type = "trend", value = NULL, by = NULL, time = NULL, tiles = NULL, ...) {
  call <- rlang::current_env()
  need_ggplot2(call)
  recipe <- check_recipe(object, call, "object")
  check_choice(type, c("trend", "heatmap", "map"), "type", call)
  data <- plain_frame(object)
  value <- check_value(value %||% (if (type == "trend") recipe$values else recipe$values[1]), data, type, call)
  check_drawable(data, value, call)
  if (!is.null(by)) check_columns(by, data, "by", call)
  switch(type,
    trend = draw_trend(data, recipe$panel, value, by, ylab = "index"),
    heatmap = draw_heatmap(data, recipe$panel, value, value_fill(value)),
    map = draw_map(data, recipe$panel, value, value_fill(value), time, tiles, call)
  )
}

#' @rdname pictures
#' @exportS3Method ggplot2::autoplot
autoplot.coupling <- function(object, type = "trend", value = NULL, by = NULL, time = NULL, tiles = NULL, ...) {
  call <- rlang::current_env()
  need_ggplot2(call)
  recipe <- check_recipe(object, call, "object")
  check_choice(type, c("trend", "heatmap", "map", "levels", "scatter"), "type", call)
  data <- plain_frame(object)
  value <- value %||% (if (type == "trend" && is.null(by)) c("C", "T", "D") else "D")
  value <- check_value(value, data, type, call)
  check_drawable(data, value, call)
  if (!is.null(by)) check_columns(by, data, "by", call)
  labels <- levels(object$stage)
  fill <- if (identical(value, "D")) level_fill(recipe, labels, "D") else value_fill(value)
  switch(type,
    trend = draw_trend(data, recipe$panel, value, by, bands = list(breaks = recipe$breaks, labels = labels), ylab = paste(value, collapse = ", ")),
    heatmap = draw_heatmap(data, recipe$panel, value, fill),
    map = draw_map(data, recipe$panel, value, fill, time, tiles, call),
    levels = draw_levels(data, recipe, labels),
    scatter = draw_scatter(data, recipe, time, call)
  )
}

#' @rdname pictures
#' @exportS3Method ggplot2::autoplot
autoplot.compare_weights <- function(object, ...) {
  call <- rlang::current_env()
  need_ggplot2(call)
  draw_comparison(object, attr(object, "methods"))
}

#' @rdname pictures
#' @export
plot.indicator_weights <- function(x, ...) show_plot(autoplot.indicator_weights(x, ...))

#' @rdname pictures
#' @export
plot.composite_index <- function(x, ...) show_plot(autoplot.composite_index(x, ...))

#' @rdname pictures
#' @export
plot.coupling <- function(x, ...) show_plot(autoplot.coupling(x, ...))

#' @rdname pictures
#' @export
plot.compare_weights <- function(x, ...) show_plot(autoplot.compare_weights(x, ...))

# A picture needs at least one row, and one value in it.
check_drawable <- function(data, value, call) {
  if (!nrow(data)) {
    abort("empty", c("{.arg object} has no rows, and nothing to draw.", i = "Did a filter match nothing? {.code nrow()} must be at least 1."), call)
  }
  known <- vapply(value, function(name) !all(is.na(data[[name]])), NA)
  if (any(known)) return(invisible())
  abort("empty", c("{.arg object} has no value that is not missing, and nothing to draw.", i = "Fill the gaps of the indicators with {.fn impute_gaps}."), call)
}

check_value <- function(value, data, type, call) {
  check_columns(value, data, "value", call)
  if (type != "trend" && length(value) != 1) {
    abort("column", c("{.arg value} must name one column for a {type}, not {length(value)}.", i = "Draw one picture for each."), call)
  }
  for (name in value) {
    if (is.numeric(data[[name]])) next
    abort("column", c("{.arg value} must name numeric columns; {.val {name}} is {.obj_type_friendly {data[[name]]}}.", i = "For instance {.val D}."), call)
  }
  value
}

#' @importFrom rlang .data
draw_weights <- function(table) {
  table$at <- factor(rev(seq_len(nrow(table))))
  labels <- stats::setNames(table$indicator, table$at)
  dimensions <- unique(table$dimension)
  table$dimension <- factor(table$dimension, dimensions)
  table$system <- factor(table$system, unique(table$system))
  ggplot2::ggplot(table, ggplot2::aes(.data[["weight"]], .data[["at"]], colour = .data[["dimension"]])) +
    ggplot2::geom_segment(ggplot2::aes(x = 0, xend = .data[["weight"]], yend = .data[["at"]]), linewidth = 0.8) +
    ggplot2::geom_point(ggplot2::aes(shape = .data[["dimension"]]), size = 2.8) +
    ggplot2::geom_text(ggplot2::aes(label = formatC(.data[["weight"]], 3, format = "f")), hjust = -0.35, size = 3, colour = "black") +
    ggplot2::facet_grid(rows = ggplot2::vars(.data[["system"]]), scales = "free_y", space = "free_y") +
    ggplot2::scale_y_discrete(labels = labels) +
    ggplot2::scale_x_continuous(expand = ggplot2::expansion(mult = c(0, 0.12)), limits = c(0, NA)) +
    ggplot2::scale_colour_manual(values = rep(series_colours, length.out = length(dimensions))) +
    ggplot2::scale_shape_manual(values = rep(c(16, 17, 15, 18, 1, 2, 0, 5), length.out = length(dimensions))) + theme_paper() +
    ggplot2::theme(panel.grid.major.y = ggplot2::element_blank(), strip.text.y = ggplot2::element_text(hjust = 0.5)) +
    ggplot2::labs(x = "weight", y = NULL, colour = NULL, shape = NULL)
}

draw_comparison <- function(table, methods) {
  long <- data.frame(
    system = rep(table$system, length(methods)), indicator = rep(table$indicator, length(methods)), method = rep(methods, each = nrow(table)),
    weight = unlist(as.list(table)[methods], use.names = FALSE)
  )
  long$system <- factor(long$system, unique(long$system))
  long$indicator <- factor(long$indicator, rev(unique(long$indicator)))
  long$method <- factor(long$method, methods)
  ggplot2::ggplot(long, ggplot2::aes(.data[["weight"]], .data[["indicator"]], colour = .data[["method"]], shape = .data[["method"]])) +
    ggplot2::geom_point(size = 2.6) +
    ggplot2::facet_grid(rows = ggplot2::vars(.data[["system"]]), scales = "free_y", space = "free_y") +
    ggplot2::scale_colour_manual(values = rep(series_colours, length.out = length(methods))) +
    ggplot2::scale_shape_manual(values = rep(c(16, 17, 15, 1, 2, 0, 5), length.out = length(methods))) +
    ggplot2::scale_x_continuous(limits = c(0, NA), expand = ggplot2::expansion(mult = c(0.01, 0.05))) + theme_paper() +
    ggplot2::theme(strip.text.y = ggplot2::element_text(hjust = 0.5)) + ggplot2::labs(y = NULL, colour = NULL, shape = NULL)
}
