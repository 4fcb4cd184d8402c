#' Bars and radar charts of units or sectors
#'
#' Compare units, sectors or groups by any number of columns of a data frame, such as the scores of
#' systems or a printed table.
#'
#' @details The rows of `bar_chart()` are the units in order of the first column (or of the data),
#'   with one bar a column up to four, and one panel a column beyond; of more than 80 units the
#'   first and the last 30 are drawn, and the chart says so. In `radar_chart()` the spokes
#'   are the units and each column is a line round them, or with `spokes = "value"` the spokes are
#'   the columns and each unit is a line. Lines differ by colour, dash and point, bars by lightness,
#'   so that both survive a grey printer. [plot()][pictures] of an index or a coupling draws both
#'   with `type = "bar"` and `type = "radar"`.
#' @param data A data frame with one row a unit (and panel).
#' @param unit Name of the column with the units' names.
#' @param value Names of the columns to show: numbers, or strings that are numbers. At least one.
#' @param by Name of a column, one panel for each of its values; `NULL` (default): one panel.
#' @param sort Whether units come in order of the first column, the greatest first, or as in the
#'   data. By default bars do, and spokes do not.
#' @param spokes `"unit"` (default) or `"value"`, which needs three columns and at most eight units.
#' @param limits The values at the centre and at the rim of a radar chart, two increasing numbers;
#'   by default from 0 to a round number above the greatest. A centre other than 0 is said below the
#'   chart.
#' @inheritParams pictures
#' @return A `ggplot` object. Suitable sizes in inches: bars 7 by a quarter a unit and one more,
#'   radar 6 by 6.
#' @section Errors: `ccdpanel_error_package`, `ccdpanel_error_type`, `ccdpanel_error_column`,
#'   `ccdpanel_error_numeric`, `ccdpanel_error_empty`, `ccdpanel_error_duplicate` (a unit twice in a
#'   panel), `ccdpanel_error_spokes` (fewer than three, or too many lines), `ccdpanel_error_limits`.
#' @examplesIf requireNamespace("ggplot2", quietly = TRUE)
#' bar_chart(zhou_lang_table1, "sector", "score")
#' radar_chart(zhou_lang_table1, "sector", "score", limits = c(30, 60))
#' @name charts
NULL

#' @rdname charts
#' @export
bar_chart <- function(data, unit, value, by = NULL, sort = TRUE, labels = NULL, language = NULL,
                      ...) {
  check_dots(...)
  check_required("bar_chart")
  call <- rlang::current_env()
  need_ggplot2(call)
  check_flag(sort, "sort")
  long <- chart_table(data, unit, value, by, call)
  draw_bars(long, sort, lettering(
    language, labels, c(unit, value, levels(long$unit), levels(long$panel)), call
  ))
}

#' @rdname charts
#' @export
radar_chart <- function(data, unit, value, by = NULL, sort = FALSE, spokes = "unit", limits = NULL,
                        labels = NULL, language = NULL, ...) {
  check_dots(...)
  check_required("radar_chart")
  call <- rlang::current_env()
  need_ggplot2(call)
  check_choice(spokes, c("unit", "value"), "spokes")
  check_flag(sort, "sort")
  long <- chart_table(data, unit, value, by, call)
  if (sort) long$unit <- around(long)
  words <- lettering(language, labels, c(unit, value, levels(long$unit), levels(long$panel)), call)
  if (spokes == "value") long[c("unit", "series")] <- long[c("series", "unit")]
  draw_radar(long, limits, words, call)
}

# Long: unit, series, value, panel; factors in order of the data.
chart_table <- function(data, unit, value, by, call) {
  check_data_frame(data, "data", call)
  check_one_name(unit, data, "unit", call)
  check_by(value, data, "value", call)
  if (!is.null(by)) check_one_name(by, data, "by", call)
  if (!nrow(data) || !length(value)) {
    abort("empty", c(
      "{.arg data} has no rows, or {.arg value} no column, and nothing to draw.",
      i = "Did a filter match nothing?"
    ), call)
  }
  names <- format_key(data[[unit]])
  panel <- if (is.null(by)) rep("", nrow(data)) else format_key(data[[by]])
  if (anyDuplicated(paste(names, panel, sep = "\r")) || anyNA(names)) {
    abort("duplicate", c(
      paste0(
        "Each row of {.arg data} must be another unit{if (!is.null(by)) ' in its panel'}; column ",
        "{.val {unit}} repeats or lacks names."
      ),
      i = "Average them first, or name the column that tells them apart in {.arg by}."), call)
  }
  numbers <- lapply(value, function(name) chart_numbers(data[[name]], name, call))
  if (all(is.na(unlist(numbers)))) {
    abort("empty", c(
      "{.arg value} names columns without a number.", i = "There is nothing to draw."
    ), call)
  }
  order <- if (is.null(by)) "" else format_key(in_order(data[[by]]))
  data.frame(
    unit = factor(rep(names, length(value)), unique(names)),
    series = factor(rep(value, each = length(names)), value), value = unlist(numbers),
    panel = factor(rep(panel, length(value)), order)
  )
}

check_one_name <- function(x, data, arg, call) {
  check_columns(x, data, arg, call)
  if (rlang::is_string(x)) {
    as_levels(
      data[[x]], cli::format_inline("Column {.val {x}} of {.arg {arg}}"), "column", call
    )
  }
  if (length(x) == 1) return(invisible())
  abort("column", c(
    "{.arg {arg}} must name one column, not {length(x)}.",
    i = "The columns are {.val {names(data)}}."
  ), call)
}

# Numbers, or print that is numbers throughout.
chart_numbers <- function(x, name, call) {
  numbers <- if (!is.character(x) && !is.logical(x)) column_numbers(x)
  if (!is.null(numbers)) return(as.double(numbers))
  out <- if (is.character(x)) suppressWarnings(as.double(gsub(",", "", x, fixed = TRUE)))
  if (is.character(x) && identical(is.na(out), is.na(x) | !nzchar(trimws(x)))) return(out)
  abort("numeric", c(
    "Columns of {.arg value} must be numbers; {.val {name}} is {.obj_type_friendly {x}}.",
    i = "Convert the column first."
  ), call)
}

# Of more units than a page can name, such as cities, the first and the last.
most_bars <- 80
shown_bars <- 30

first_and_last <- function(long) {
  all <- levels(long$unit)
  if (length(all) <= most_bars) return(long)
  shown <- c(utils::head(all, shown_bars), utils::tail(all, shown_bars))
  long <- long[long$unit %in% shown, ]
  long$unit <- factor(long$unit, shown)
  structure(long, cut = length(all))
}

draw_bars <- function(long, sort, words, fill = NULL, ylab = NULL) {
  long$unit <- bar_order(long, sort)
  long <- first_and_last(long)
  cut <- attr(long, "cut")
  n <- nlevels(long$series)
  panels <- nlevels(long$panel) > 1
  apart <- n > 4
  long$text <- ifelse(is.na(long$value), "", bar_text(long$value))
  p <- ggplot2::ggplot(long, ggplot2::aes(.data[["value"]], .data[["unit"]]))
  p <- p + if (n == 1 || apart) {
    list(
      if (is.null(fill)) {
        ggplot2::geom_col(
          fill = series_colours[1], width = 0.7, na.rm = TRUE, position = "identity"
        )
      } else {
        ggplot2::geom_col(
          ggplot2::aes(fill = fill$class(.data[["value"]])), width = 0.7, colour = "grey40",
          linewidth = 0.2, na.rm = TRUE, position = "identity"
        )
      },
      fill$scale,
      if (!apart) {
        ggplot2::geom_text(
          ggplot2::aes(label = .data[["text"]]), hjust = ifelse(long$value < 0, 1.15, -0.15),
          size = if (panels) 2.1 else 2.8, na.rm = TRUE
        )
      }
    )
  } else {
    side_by_side(levels(long$series), words)
  }
  facets <- c(
    if (panels) list(ggplot2::vars(.data[["panel"]])),
    if (apart) list(ggplot2::vars(.data[["series"]]))
  )
  if (length(facets) == 1) {
    p <- p + ggplot2::facet_wrap(
      facets[[1]], nrow = 1, labeller = ggplot2::as_labeller(named_by(words))
    )
  }
  if (length(facets) == 2) {
    p <- p + ggplot2::facet_grid(
      facets[[1]], facets[[2]], labeller = ggplot2::as_labeller(named_by(words))
    )
  }
  units <- nlevels(long$unit)
  p + ggplot2::scale_y_discrete(labels = named_by(words)) + theme_paper(words) +
    ggplot2::scale_x_continuous(expand = ggplot2::expansion(mult = c(
      if (min(long$value, na.rm = TRUE) < 0) 0.1 else 0, if (panels) 0.25 else 0.13
    ))) +
    ggplot2::theme(
      panel.grid.major.y = ggplot2::element_blank(), axis.ticks.y = ggplot2::element_blank(),
      axis.text.y = ggplot2::element_text(size = max(4.5, min(9, 330 / units))),
      legend.position = if (is.null(fill)) "bottom" else "right"
    ) + ggplot2::labs(
      x = ylab %||% (if (n == 1) call_by(words, levels(long$series))), y = NULL, fill = fill$title,
      caption = if (!is.null(cut)) term(words, "cut", shown = shown_bars, n = cut)
    )
}

# Bars of a few columns, the first on top, light to dark.
side_by_side <- function(names, words) {
  list(
    key_below(call_by(words, names), "fill"),
    ggplot2::geom_col(
      ggplot2::aes(fill = .data[["series"]]), position = ggplot2::position_dodge(width = -0.8),
      width = 0.75, colour = "grey30", linewidth = 0.2, orientation = "y",
      na.rm = TRUE
    ),
    ggplot2::scale_fill_manual(values = bar_colours(length(names)), labels = named_by(words)),
    ggplot2::labs(fill = NULL, x = NULL)
  )
}

# Three decimals, and more where all values are so small that these would be noughts.
bar_text <- function(x) {
  most <- max(abs(x[is.finite(x)]), 0)
  decimals <- if (most > 0) max(3, 2 - floor(log10(most))) else 3
  text <- format(round(x, decimals), trim = TRUE, digits = 3)
  ifelse(is.na(x), "", text)
}

# From below: the last of the data first, or the smallest of the first series (averaged over
# panels).
bar_order <- function(long, sort) {
  if (!sort) return(factor(long$unit, rev(levels(long$unit))))
  first <- long[long$series == levels(long$series)[1], ]
  key <- tapply(first$value, first$unit, mean, na.rm = TRUE)
  factor(long$unit, names(key)[order(key, -seq_along(key), na.last = FALSE)])
}

# The same order from the top clockwise.
around <- function(long) {
  order <- bar_order(long, TRUE)
  factor(order, rev(levels(order)))
}
