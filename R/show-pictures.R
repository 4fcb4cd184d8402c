#' Pictures of weights, indices and coupling
#'
#' Ready for print: told apart by colour-blind readers and on a grey printer. `plot()` shows the
#' picture and returns it; `ggplot2::autoplot()` returns it only. Both need the package ggplot2,
#' whose functions change what they return.
#'
#' @details `"trend"` (default of indices and couplings): means over the units by time, for a
#'   coupling C, T and D over bands of the levels; more than eight groups get a panel each, more
#'   than forty become thin lines behind their mean. `"heatmap"`: units by times, units in order of
#'   their mean. `"map"`: a square a unit, or the regions of `map`. `"bar"` and `"radar"`: units
#'   against each other, see [bar_chart()]. For a coupling also `"levels"`: number of units at each
#'   level by time; `"scatter"`: the scores of two systems over curves of equal D, of three or four
#'   systems every pair with the curves of the pair alone. For an index of [pca_index()] also
#'   `"scree"` and `"loadings"`.
#'
#'   An [index_uncertainty()] has `"interval"` (default), `"levels"` (probability of each level, a
#'   bar a unit) and `"sources"`; an [obstacle_degree()] `"bar"` (default; with `by` a point a
#'   group) and `"heatmap"` (indicators by the values of `by`). The means of [summary.coupling()]
#'   are drawn as a trend where they are by time, else as bars; an audit as a table of verdicts
#'   (`x`: inconsistent, `?`: undetermined). What [wide_table()] prints, `type = "heatmap"` shows.
#' @section Chinese: `language = "zh"` writes in Chinese: the picture's own words, the usual stages,
#'   the provinces and regions, and whatever `labels` name; a sheet's `label` column that is in
#'   Chinese names its indicators. It takes a font with Chinese letters: the option `ccdpanel.font`,
#'   else the best of those installed (Noto Sans CJK SC, Source Han Sans, Microsoft YaHei, PingFang
#'   SC, WenQuanYi Micro Hei, ...), found by the package systemfonts or by fontconfig. Where there
#'   is none, one message says so and the picture is written in English. Files: `png()` and
#'   `ggsave()` write Chinese as they are; for a pdf that embeds the font use `ggsave(device =
#'   cairo_pdf)`, since `pdf()` itself embeds none.
#' @param x,object Result of [indicator_weights()], [compare_weights()], [ahp()],
#'   [composite_index()], [pca_index()], [coupling()], its [summary()][summary.coupling],
#'   [obstacle_degree()], [index_uncertainty()] or one of the audits.
#' @param type Kind of picture, see Details.
#' @param value Name of the column shown: by default all systems (trend, bars and radar of an
#'   index), the first system (its other pictures), C, T and D (trend of a coupling) or D. For a
#'   scatter the systems, two to four.
#' @param by The name of a column that groups the units, such as a region: one line a group in a
#'   trend, one block of rows in a heat map, one panel for levels. For a choropleth, the column of
#'   `map` that holds the units' names; by default whichever fits best. For obstacles, a column to
#'   group by.
#' @param time For maps, scatters, bars, radars and intervals, the times to show, one panel each
#'   (for a radar one line each); by default the last. Periods are shown as the units' means over
#'   them: a list of times, named or not, such as `list(2011:2014, 2015:2018)`, or a factor as long
#'   as the rows, such as `cut(cc$year, 3)`.
#' @param tiles For maps, a data frame with one row a square: `row`, `column`, and one or more
#'   columns of unit names (`abbreviation` is written on the squares if there is one). By default
#'   [provinces] or [us_state_tiles], whichever has the units.
#' @param map For a choropleth, an sf object with one or more rows a region. Its names are matched
#'   to the units as they are, or as names of provinces by the rules of [match_province()]. Regions
#'   without a unit are grey and named in a message, units without a region are named in a warning.
#' @param breaks How values of a map or heat map become classes: `"equal"` (of equal width),
#'   `"quantile"` (of equal size, over all panels), `"level"` (of D; its default), or increasing
#'   numbers, the edges between classes, which are closed on the right. `NULL`: levels for D of a
#'   coupling, else continuous colours.
#' @param classes Number of classes for `"equal"` and `"quantile"` (2 to 12, default 5).
#' @param labels What to write instead of names: strings named by systems, dimensions, indicators,
#'   units, groups, columns or stages, in any language.
#' @param language `"en"` or `"zh"`; `NULL` (default): that of [ccdpanel.language], else that of the
#'   coupling.
#' @param ... Passed from `plot()` to the picture's own arguments.
#' @return A `ggplot` object. Suitable sizes in inches: trend and levels 7 by 4.5 (small panels 7 by
#'   7), heat map 7 by 7, map 7 by 5.5 (two side by side 10 by 4.5), scatter 5 by 5 (pairs 8 by 4),
#'   weights, obstacles and intervals 7 by a quarter a name and one more, radar 6 by 6, scree and
#'   loadings 7 by 4, audit 8 by a quarter a row and 1.5 more.
#' @section Errors: `ccdpanel_error_package` (ggplot2 or sf is absent), `ccdpanel_error_empty` (no
#'   rows, or missing values only), `ccdpanel_error_choice`, `ccdpanel_error_column`,
#'   `ccdpanel_error_time`, `ccdpanel_error_tiles` (units without a square, named),
#'   `ccdpanel_error_map`, `ccdpanel_error_breaks`, `ccdpanel_error_labels`,
#'   `ccdpanel_error_systems` (a scatter of other than two to four), `ccdpanel_error_recipe`,
#'   `ccdpanel_error_argument` (an argument that the picture does not have or the type does not
#'   use).
#' @examplesIf requireNamespace("ggplot2", quietly = TRUE)
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' sheet <- indicator_sheet(path)
#' idx <- composite_index(state_capital, sheet, panel = c("state", "year"), keep = "region")
#' cc <- coupling(idx)
#' plot(cc)
#' plot(cc, type = "map", time = list(1970:1977, 1978:1986), breaks = "quantile")
#' @name pictures
NULL

#' @rdname pictures
#' @exportS3Method ggplot2::autoplot
autoplot.indicator_weights <- function(object, labels = NULL, language = NULL, ...) {
  call <- rlang::current_env()
  need_ggplot2(call)
  check_dots(..., call = call)
  check_drawable(object, "weight", call)
  words <- lettering(language, labels, c(object$indicator, object$dimension, object$system), call)
  draw_weights(plain_weights(object), words, attr(object, "time"))
}

#' @rdname pictures
#' @exportS3Method ggplot2::autoplot
autoplot.compare_weights <- function(object, labels = NULL, language = NULL, ...) {
  call <- rlang::current_env()
  need_ggplot2(call)
  check_dots(..., call = call)
  methods <- intersect(attr(object, "methods"), names(object))
  check_drawable(object, methods, call)
  draw_comparison(object, methods, lettering(
    language, labels, c(object$indicator, object$system), call
  ))
}

#' @rdname pictures
#' @exportS3Method ggplot2::autoplot
autoplot.ahp <- function(object, labels = NULL, language = NULL, ...) {
  call <- rlang::current_env()
  need_ggplot2(call)
  check_dots(..., call = call)
  name <- names(object$weights) %||% as.character(seq_along(object$weights))
  words <- lettering(language, labels, name, call)
  long <- data.frame(
    unit = factor(name, name), series = factor("weight"), value = unname(object$weights),
    panel = factor("")
  )
  draw_bars(long, TRUE, words, ylab = term(words, "weight")) + ggplot2::labs(
    caption = term(words, "ratio", ratio = formatC(object$consistency_ratio, 3, format = "f"))
  )
}

#' @rdname pictures
#' @exportS3Method ggplot2::autoplot
autoplot.composite_index <- function(object, type = "trend", value = NULL, by = NULL, time = NULL,
                                     tiles = NULL, map = NULL, breaks = NULL, classes = 5,
                                     labels = NULL,
                                     language = NULL, ...) {
  call <- rlang::current_env()
  need_ggplot2(call)
  check_dots(..., call = call)
  seen <- open_picture(object, type, function(recipe) {
    if (!is.null(recipe$components)) c("scree", "loadings")
  }, list(value = value, by = by, time = time, tiles = tiles, map = map, breaks = breaks), call)
  data <- seen$data
  recipe <- seen$recipe
  value <- check_value(value %||% (
    if (type %in% c("heatmap", "map")) recipe$values[1] else recipe$values
  ), data, type, call)
  check_drawable(data, value, call)
  words <- panel_lettering(
    data, recipe, value, language, c(labels, sheet_labels(recipe$sheet, labels)), call
  )
  if (type == "scree") return(draw_scree(recipe$components, words))
  if (type == "loadings") return(draw_loadings(recipe$components, words))
  if (!is.null(by) && type != "map") check_one_name(by, data, "by", call)
  if (type == "trend") {
    return(draw_trend(data, recipe$panel, value, by, ylab = term(words, "index"), words = words))
  }
  spec <- if (type %in% c("heatmap", "map")) {
    fill_spec(value, breaks, classes, recipe["values"], NULL, words, call)
  }
  draw_panel(
    type, data, recipe$panel, value, spec,
    list(time = seen$time, tiles = tiles, map = map, by = by),
    words, call
  )
}

#' @rdname pictures
#' @exportS3Method ggplot2::autoplot
autoplot.coupling <- function(object, type = "trend", value = NULL, by = NULL, time = NULL,
                              tiles = NULL, map = NULL, breaks = NULL, classes = 5, labels = NULL,
                              language = NULL, ...) {
  call <- rlang::current_env()
  need_ggplot2(call)
  check_dots(..., call = call)
  seen <- open_picture(
    object, type, function(recipe) c("levels", "scatter"),
    list(value = value, by = by, time = time, tiles = tiles, map = map, breaks = breaks), call
  )
  data <- seen$data
  recipe <- seen$recipe
  words <- panel_lettering(
    data, recipe, recipe$systems, own_language(language, recipe$language),
    c(labels, sheet_labels(recipe$index$sheet, labels)), call
  )
  stages <- stage_names(words, levels(data$stage), recipe$scheme)
  if (type == "scatter") {
    check_drawable(data, "D", call)
    return(draw_scatter(data, recipe, value, seen$time, words, call))
  }
  value <- check_value(value %||% (
    if (type == "trend" && is.null(by)) c("C", "T", "D") else "D"
  ), data, type, call)
  check_drawable(data, value, call)
  if (!is.null(by) && type != "map") check_one_name(by, data, "by", call)
  if (type == "levels") return(draw_levels(data, recipe, stages, by, words))
  if (type == "trend") {
    ylab <- paste(call_by(words, value), collapse = words_of("marks", words$language)[["list"]])
    return(draw_trend(
      data, recipe$panel, value, by, list(breaks = recipe$breaks, labels = stages), ylab, words
    ))
  }
  spec <- if (length(value) == 1) fill_spec(value, breaks, classes, recipe, stages, words, call)
  draw_panel(
    type, data, recipe$panel, value, spec,
    list(time = seen$time, tiles = tiles, map = map, by = by),
    words, call
  )
}

# What the pictures of an index and of its coupling begin with: the rows, what they are, and the
# time asked for, as they are shown. `types(recipe)`: those that the other has not.
open_picture <- function(object, type, types, given, call) {
  shown <- with_value_labels(object)
  recipe <- check_recipe(shown, call, "object")
  check_choice(
    type, c("trend", "heatmap", "map", "bar", "radar", types(recipe)), "type", call
  )
  check_used(type, given, call)
  list(
    data = plain_frame(shown), recipe = recipe, time = times_as_shown(given$time, object, shown)
  )
}

# The pictures that an index and a coupling share.
draw_panel <- function(type, data, panel, value, spec, where, words, call) {
  if (type == "heatmap") return(draw_heatmap(data, panel, value, spec, where$by, words, call))
  if (type == "map" && !is.null(where$map)) {
    return(draw_choropleth(data, panel, value, spec, where$time, where$map, where$by, words, call))
  }
  if (type == "map") {
    return(draw_map(data, panel, value, spec, where$time, where$tiles, words, call))
  }
  draw_units(type, data, panel, value, spec, where$time, words, call)
}

# Units against each other: a panel a time, but for a radar of one column, whose times are its
# lines.
draw_units <- function(type, data, panel, value, spec, time, words, call) {
  shown <- at_times(data, panel, value, time, call)
  unit <- factor(format_key(shown$unit), unique(format_key(data[[panel[1]]])))
  long <- data.frame(
    unit = rep(droplevels(unit), length(value)),
    series = factor(rep(value, each = nrow(shown)), value),
    value = unlist(shown[value], use.names = FALSE),
    panel = rep(shown$when, length(value))
  )
  one <- nlevels(shown$when) == 1
  title <- if (one) ggplot2::labs(title = levels(shown$when))
  if (type == "bar") return(draw_bars(long, TRUE, words, bar_fill(spec, long$value, call)) + title)
  long$unit <- around(long)
  if (length(value) == 1 && !one) {
    long <- data.frame(
      unit = long$unit, series = long$panel, value = long$value, panel = factor("")
    )
  }
  draw_radar(long, NULL, words, call) + title
}

# Bars are coloured only by classes or levels, since their length is their value.
bar_fill <- function(spec, x, call) {
  if (is.null(spec) || (is.null(spec$breaks) && !spec$levels)) NULL else make_fill(spec, x, call)
}

#' @rdname pictures
#' @exportS3Method ggplot2::autoplot
autoplot.coupling_summary <- function(object, labels = NULL, language = NULL, ...) {
  call <- rlang::current_env()
  need_ggplot2(call)
  check_dots(..., call = call)
  scheme <- attr(object, "scheme")
  by <- attr(object, "by")
  if (is.null(scheme) || !all(by %in% names(object))) {
    abort("recipe", c(
      "{.arg object} must be the whole result of {.fn summary}; columns are gone.",
      i = "Draw the summary before changing it."
    ), call)
  }
  data <- as.data.frame(unclass(object), check.names = FALSE)
  check_drawable(data, "D", call)
  groups <- setdiff(by, scheme$time)
  key <- if (length(groups)) do.call(paste, c(lapply(data[groups], format_key), sep = ", "))
  words <- lettering(own_language(language, scheme$language), labels, c(key, by), call)
  if (scheme$time %in% by) {
    stages <- stage_names(words, levels(object$stage), scheme$scheme)
    data$group <- key
    value <- if (length(groups)) "D" else c("C", "T", "D")
    ylab <- paste(call_by(words, value), collapse = words_of("marks", words$language)[["list"]])
    return(draw_trend(
      data, c("group", scheme$time), value, if (length(groups)) "group",
      list(breaks = scheme$breaks, labels = stages), ylab, words
    ))
  }
  draw_bars(chart_table(
    cbind(data, group = key), "group", c("C", "T", "D"), NULL, call
  ), FALSE, words)
}

#' @rdname pictures
#' @export
plot.indicator_weights <- function(x, ...) show_plot(autoplot.indicator_weights(x, ...))

#' @rdname pictures
#' @export
plot.compare_weights <- function(x, ...) show_plot(autoplot.compare_weights(x, ...))

#' @rdname pictures
#' @export
plot.ahp <- function(x, ...) show_plot(autoplot.ahp(x, ...))

#' @rdname pictures
#' @export
plot.composite_index <- function(x, ...) show_plot(autoplot.composite_index(x, ...))

#' @rdname pictures
#' @export
plot.coupling <- function(x, ...) show_plot(autoplot.coupling(x, ...))

#' @rdname pictures
#' @export
plot.coupling_summary <- function(x, ...) show_plot(autoplot.coupling_summary(x, ...))

#' @rdname pictures
#' @export
plot.obstacle_degree <- function(x, ...) show_plot(autoplot.obstacle_degree(x, ...))

#' @rdname pictures
#' @export
plot.index_uncertainty <- function(x, ...) show_plot(autoplot.index_uncertainty(x, ...))

#' @rdname pictures
#' @export
plot.audit <- function(x, ...) show_plot(autoplot.audit(x, ...))

# A picture needs at least one row, and one value in it.
check_drawable <- function(data, value, call) {
  if (!nrow(data)) {
    abort("empty", c(
      "{.arg object} has no rows, and nothing to draw.",
      i = "Did a filter match nothing? {.code nrow()} must be at least 1."
    ), call)
  }
  known <- vapply(value, function(name) !all(is.na(data[[name]])), NA)
  if (any(known)) return(invisible())
  abort("empty", c(
    "{.arg object} has no value that is not missing, and nothing to draw.",
    i = "Fill the gaps of the indicators with {.fn impute_gaps}."
  ), call)
}

check_value <- function(value, data, type, call) {
  check_columns(value, data, "value", call)
  if (type %in% c("heatmap", "map") && length(value) != 1) {
    abort("column", c(
      "{.arg value} must name one column for a {type}, not {length(value)}.",
      i = "Draw one picture for each."
    ), call)
  }
  for (name in value) {
    if (is.numeric(data[[name]])) next
    abort("column", c(
      paste0(
        "{.arg value} must name numeric columns; {.val {name}} is ",
        "{.obj_type_friendly {data[[name]]}}."
      ),
      i = "For instance {.val D}."
    ), call)
  }
  value
}

# Nor may one that a type has no use for.
check_used <- function(type, given, call) {
  used <- list(
    trend = c("value", "by"), heatmap = c("value", "by", "breaks"),
    map = c("value", "time", "tiles", "breaks", "map", if (!is.null(given$map)) "by"),
    bar = c("value", "time", "breaks"), radar = c("value", "time"), levels = "by",
    scatter = c("value", "time")
  )[[type]]
  idle <- setdiff(names(given)[!vapply(given, is.null, NA)], used)
  if (!length(idle)) return(invisible())
  abort("argument", c("A picture of type {.val {type}} has no use for {.arg {idle}}.",
    i = if (
      length(used)
    ) "It takes {.arg {used}}." else "Leave {cli::qty(length(idle))}{?it/them} out."), call)
}

# The letters that units, groups and columns of a panel need.
panel_lettering <- function(data, recipe, value, language, labels, call) {
  text <- data[vapply(data, function(x) is.character(x) || is.factor(x), NA)]
  text$stage <- NULL
  lettering(language, labels, c(unique(unlist(lapply(
    text, function(x) unique(as.character(x))
  ))), names(data), value), call)
}

# Chinese labels of the sheet name its indicators, where the user's own do not.
sheet_labels <- function(sheet, labels) {
  if (is.null(sheet$label)) return(NULL)
  use <- has_chinese(sheet$label) & !sheet$indicator %in% names(labels)
  if (any(use)) stats::setNames(sheet$label[use], sheet$indicator[use])
}
