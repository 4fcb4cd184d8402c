#' @rdname pictures
#' @exportS3Method ggplot2::autoplot
autoplot.index_uncertainty <- function(object, type = "interval", value = NULL, time = NULL,
                                       labels = NULL, language = NULL, ...) {
  call <- rlang::current_env()
  need_ggplot2(call)
  check_dots(..., call = call)
  settings <- attr(object, "settings", exact = TRUE)
  if (is.null(settings)) {
    abort("recipe", c(
      paste0(
        "{.arg object} must be the whole result of {.fn index_uncertainty}; a subset of it is ",
        "a plain data frame."
      ),
      i = "{.arg time} chooses the times to show."
    ), call)
  }
  check_choice(type, c("interval", "levels", "sources"), "type", call)
  value <- value %||% settings$leading[1]
  check_choice(value, settings$measures, "value", call)
  data <- plain_uncertainty(object)
  check_drawable(data, value, call)
  words <- lettering(language, labels, c(
    settings$panel, value, unique(format_key(data[[settings$panel[1]]]))
  ), call)
  switch(type,
    interval = draw_intervals(data, settings, value, time, words, call),
    levels = draw_probabilities(data, settings, time, words, call),
    sources = draw_sources(settings, words, call)
  )
}

# The estimate and its interval, units in order of the estimate of the last time shown.
draw_intervals <- function(data, settings, value, time, words, call) {
  columns <- paste0(value, c("", "_lower", "_upper"))
  check_times_only(time, call)
  shown <- at_times(data, settings$panel, columns, time, call)
  names(shown) <- c("unit", "when", "value", "lower", "upper")
  last <- shown[shown$when == rev(levels(shown$when))[1], ]
  ranks <- grepl("^rank", value) && !value %in% settings$systems
  order <- unique(c(
    format_key(last$unit)[order(if (ranks) -last$value else last$value, na.last = FALSE)],
    format_key(shown$unit)
  ))
  shown$unit <- factor(format_key(shown$unit), order)
  note <- term(words, "interval", level = format(100 * settings$level), n = format(settings$n))
  ggplot2::ggplot(shown, ggplot2::aes(.data[["value"]], .data[["unit"]])) +
    ggplot2::geom_linerange(
      ggplot2::aes(xmin = .data[["lower"]], xmax = .data[["upper"]]), colour = "grey35",
      linewidth = 0.5
    ) +
    ggplot2::geom_point(size = 1.7, colour = series_colours[1]) + facet_when(shown$when, nrow = 1) +
    ggplot2::scale_y_discrete(labels = named_by(words)) + (
      if (ranks) ggplot2::scale_x_reverse()
    ) + theme_paper(words) + unit_axis(nlevels(shown$unit)) +
    ggplot2::labs(x = call_by(words, value), y = NULL, caption = note)
}

# Intervals of means are not the means of intervals.
check_times_only <- function(time, call) {
  if (is.null(time) || is.atomic(time)) return(invisible())
  abort("time", c(
    paste0(
      "{.arg time} must be times of the panel here; the interval of a period's mean is not the ",
      "mean of the intervals."
    ),
    i = "Average the {.fn replays} over the period first."), call)
}

unit_axis <- function(units) {
  ggplot2::theme(
    panel.grid.major.y = ggplot2::element_line(linewidth = 0.25),
    axis.ticks.y = ggplot2::element_blank(),
    axis.text.y = ggplot2::element_text(size = max(4.5, min(9, 330 / units)))
  )
}

# The probabilities of the levels, a bar of length one for each unit.
draw_probabilities <- function(data, settings, time, words, call) {
  columns <- grep("^p_[0-9]+$", names(data), value = TRUE)
  if (!"D" %in% settings$measures) {
    abort("choice", c(
      "Levels belong to D, which {.arg object} has not.", i = "Draw {.code type = \"interval\"}."
    ), call)
  }
  check_times_only(time, call)
  shown <- at_times(data, settings$panel, c("D", columns), time, call)
  last <- shown[shown$when == rev(levels(shown$when))[1], ]
  order <- unique(c(format_key(last$unit)[order(last$D, na.last = FALSE)], format_key(shown$unit)))
  level <- as.integer(sub("p_", "", columns))
  stages <- uncertain_stages(settings, length(columns), words)
  long <- data.frame(
    unit = factor(rep(format_key(shown$unit), length(columns)), order),
    when = rep(shown$when, length(columns)),
    stage = factor(rep(stages[level], each = nrow(shown)), rev(stages)),
    p = unlist(shown[columns], use.names = FALSE)
  )
  ggplot2::ggplot(
    long[!is.na(long$p) & long$p > 0, ],
    ggplot2::aes(.data[["p"]], .data[["unit"]], fill = .data[["stage"]])
  ) +
    ggplot2::geom_col(width = 0.85, colour = "grey40", linewidth = 0.15, orientation = "y") +
    ggplot2::scale_fill_manual(values = stats::setNames(sequence_colours(length(stages)), stages)) +
    ggplot2::scale_x_continuous(expand = c(0, 0)) + ggplot2::scale_y_discrete(
      labels = named_by(words)
    ) + facet_when(long$when, nrow = 1) + theme_paper(words) +
    unit_axis(length(order)) + ggplot2::theme(
      legend.position = "right", legend.text = ggplot2::element_text(size = 8)
    ) +
    ggplot2::labs(x = term(words, "probability"), y = NULL, fill = NULL)
}

# The usual names where a scheme has as many levels, else their numbers.
uncertain_stages <- function(settings, n, words) {
  scheme <- settings$scheme %||% names(level_breaks)[match(n, lengths(level_breaks) + 1L)]
  if (is.na(scheme)) {
    as.character(seq_len(n))
  } else {
    stage_names(words, class_names(scheme, "en"), scheme)
  }
}

draw_sources <- function(settings, words, call) {
  if (is.null(settings$sources)) {
    abort("choice", c(
      "{.arg object} has no sources.",
      i = "Call {.code index_uncertainty(by_source = TRUE)} with more than nothing to vary."
    ), call)
  }
  long <- data.frame(
    unit = factor(settings$sources$source), series = factor("share"),
    value = settings$sources$share, panel = factor("")
  )
  draw_bars(long, TRUE, words, ylab = term(words, "share"))
}
