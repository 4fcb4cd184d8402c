# Pictures of inequality: measures over time, Dagum's parts, groups and pairs of groups.

#' Pictures of regional dynamics
#'
#' @details Of [inequality()]: `"trend"` (default), measures over time, those of `measure`, with
#'   their intervals; `"parts"`, contributions in percent; `"groups"`, inequality within each group;
#'   `"pairs"`, between each two groups.
#'
#'   Of [moran_test()]: `"trend"` (default), I by period, filled where its p-value (of the
#'   permutations, where there are any) is below `alpha`; `"scatter"`, values against their
#'   neighbours' mean. Of [local_moran()]: `"map"` (default), the clusters on tiles or on `map`;
#'   `"scatter"`.
#'
#'   Of [transition_matrix()]: `"matrix"` (default), a panel a chain; `"ergodic"`, shares of the
#'   classes at the last time, which the key names, and in the end; `"passage"`, mean first passage.
#'   Of [convergence_test()]: dispersion over time, growth against the initial value (less effects
#'   and controls), or the clubs' paths. Of [grey_forecast()]: observed, fitted and forecast, a
#'   panel a unit.
#'
#'   Of [geodetector()]: `"q"` (default for one time), filled where p (of the permutations, where
#'   there are any) is below `alpha`; `"trend"` (default for several), q over time; `"interaction"`,
#'   q of each two factors; `"strata"`, means of strata.
#' @param x,object A result of [inequality()], [moran_test()], [local_moran()],
#'   [transition_matrix()], [convergence_test()], [grey_forecast()] or [geodetector()].
#' @param type Kind of picture, see Details.
#' @param time For maps and scatters, the times shown, one panel each; by default the last.
#' @param alpha Below which p a point or bar is filled (default 0.05).
#' @param tiles,map,by As in [pictures].
#' @param units Of a forecast, the names of the units shown; by default all, up to forty.
#' @param measure Names of the measures shown; by default the first that the result has (all in a
#'   trend without intervals).
#' @param labels What to write instead of names: strings named by columns, measures, groups or
#'   units.
#' @param language `"en"` or `"zh"`; `NULL` (default): that of the result. See [pictures] for fonts.
#' @param ... Passed from `plot()` to the picture's own arguments.
#' @return A `ggplot` object; `plot()` also shows it. A suitable size in inches is 7 by 4.5.
#' @section Errors: `ccdpanel_error_package`, `ccdpanel_error_choice`, `ccdpanel_error_labels`,
#'   `ccdpanel_error_recipe` (part of a result), `ccdpanel_error_group` (a picture of groups without
#'   groups).
#' @examplesIf requireNamespace("ggplot2", quietly = TRUE)
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' idx <- composite_index(
#'   state_capital, indicator_sheet(path), panel = c("state", "year"), keep = "region"
#' )
#' q <- inequality(coupling(idx), by = "region")
#' plot(q, type = "parts")
#' @name regional-pictures
#' @order 1
NULL

#' @rdname regional-pictures
#' @exportS3Method ggplot2::autoplot
autoplot.inequality <- function(object, type = "trend", measure = NULL, labels = NULL,
                                language = NULL, ...) {
  call <- rlang::current_env()
  need_ggplot2(call)
  check_dots(..., call = call)
  s <- check_regional(object, call)
  check_choice(type, c("trend", "parts", "groups", "pairs"), "type", call)
  if (!is.null(measure)) check_choices(measure, s$measures, "measure", call)
  if (type != "trend" && is.null(s$by)) {
    abort("group", c(
      "A picture of {.val {type}} needs groups, and this result has none.",
      i = "Call {.code inequality(by = )}."
    ), call)
  }
  long <- attr(object, "long", exact = TRUE)
  words <- regional_lettering(s, labels, language, s$groups, call)
  if (type != "trend") {
    measure <- if (type == "pairs") "gini" else parted_measure(measure, s, call)
    if (!measure %in% s$measures) abort_unparted(measure, "pairs of groups", call)
  }
  if (type == "parts") return(draw_parts(long, s, measure, words, call))
  draw_inequality(long, s, type, measure, words)
}

# The measure asked for, or the first that groups have one of their own of.
parted_measure <- function(measure, s, call) {
  parted <- c("gini", "theil_T", "theil_L")
  out <- (measure %||% intersect(s$measures, parted))[1]
  if (!out %in% parted) abort_unparted(measure[1] %||% s$measures[1], "groups", call)
  out
}

abort_unparted <- function(measure, what, call) {
  abort("choice", c(
    "This result has no inequality of {what} by {.val {measure}}.",
    i = paste0(
      "Groups have Gini's coefficient and Theil's T and L, pairs Gini's: name them in ",
      "{.code inequality(measures = )}."
    )
  ), call)
}

draw_inequality <- function(long, s, type, measure, words) {
  if (type == "trend") {
    measure <- measure %||% if (s$draws) s$measures[1] else s$measures
    long <- long[long$part == "total" & long$measure %in% measure, ]
    long$series <- factor(regional_names(words, long$measure), regional_names(words, measure))
    ylab <- if (length(measure) == 1) regional_names(words, measure)
    return(draw_series(long, s, words, ylab))
  }
  part <- c(groups = "group", pairs = "pair")[[type]]
  long <- long[long$part == part & long$measure == measure, ]
  name <- own_names(words, long$group)
  if (part == "pair") {
    name <- regional_term(
      words, "pair", first = name, second = own_names(words, long$other)
    )
  }
  long$series <- factor(name, unique(name))
  draw_series(long, s, words, regional_names(words, measure))
}

# Contributions as bars that end at 100 percent.
draw_parts <- function(long, s, measure, words, call) {
  parts <- c("within", "between", "overlap")
  long <- long[long$measure == measure & long$part %in% parts, ]
  empty <- unique(long[[s$panel[2]]][is.na(long$percent)])
  check_parts(long, empty, s, call)
  parts <- rev(parts[parts %in% long$part])
  name <- function(part) vapply(paste0("part.", part), function(k) regional_term(words, k), "")
  long$part <- factor(name(long$part), name(parts))
  long$when <- time_factor(long[[s$panel[2]]])
  # A time whose values are all equal has a place and no bar.
  levels <- levels(long$when)
  long <- long[!is.na(long$percent), ]
  ggplot2::ggplot(long, ggplot2::aes(.data[["when"]], .data[["percent"]])) +
    ggplot2::geom_col(
      ggplot2::aes(fill = .data[["part"]]), colour = "grey30", linewidth = 0.2, width = 0.8
    ) +
    ggplot2::scale_fill_manual(values = bar_colours(length(parts))) +
    ggplot2::scale_x_discrete(limits = levels, breaks = some_of(levels)) +
    ggplot2::scale_y_continuous(expand = ggplot2::expansion(mult = c(0, 0.02))) +
    theme_paper(words) + ggplot2::theme(panel.grid.major.x = ggplot2::element_blank()) +
    ggplot2::labs(
      x = call_by(words, s$panel[2]), y = regional_term(words, "contribution"), fill = NULL,
      title = regional_names(words, measure),
      caption = if (length(empty)) {
        regional_term(words, "no_parts", times = listed_in(words, format_key(empty)))
      }
    )
}

# Of values that are all equal there is no inequality to divide.
check_parts <- function(long, empty, s, call) {
  if (length(empty) < length(unique(long[[s$panel[2]]]))) return(invisible())
  abort("values", c(
    "There is no inequality to divide into parts: all values of {.val {s$value}} are equal.",
    i = "{.code plot(x)} shows its measures, which are zero."
  ), call)
}

listed_in <- function(words, x) {
  paste(x, collapse = if (words$language == "zh") "\u3001" else ", ")
}

#' @rdname regional-pictures
#' @export
plot.inequality <- function(x, ...) show_plot(autoplot.inequality(x, ...))
