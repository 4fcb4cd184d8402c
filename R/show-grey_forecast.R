# Pictures of forecasts: what was seen, what the model makes of it, and what it expects.

#' @rdname regional-pictures
#' @exportS3Method ggplot2::autoplot
autoplot.grey_forecast <- function(object, units = NULL, labels = NULL, language = NULL, ...) {
  call <- rlang::current_env()
  need_ggplot2(call)
  check_dots(..., call = call)
  s <- check_regional(object, call)
  data <- shown_result(object)
  names <- format_key(data[[s$panel[1]]])
  words <- regional_lettering(s, labels, language, unique(names), call)
  if (!is.null(units)) {
    units <- if (is.atomic(units)) as.character(units) else units
    check_choices(units, unique(names), "units", call)
    data <- data[names %in% units, ]
    names <- names[names %in% units]
  }
  data$series <- factor(call_by(words, names), call_by(words, unique(names)))
  if (nlevels(data$series) > 40) {
    abort("argument", c(
      "Forty series are as many as a page holds; there are {nlevels(data$series)}.",
      i = "Name some in {.arg units}."
    ), call)
  }
  draw_forecast(data, s, words)
}

draw_forecast <- function(data, s, words) {
  data$when <- plot_time(data[[s$panel[2]]])
  last <- max(data$when[!data$forecast])
  p <- ggplot2::ggplot(data, ggplot2::aes(.data[["when"]]))
  if (!is.null(data$conf.low)) {
    p <- p + ggplot2::geom_ribbon(
      # Units whose class ratios refuse a forecast have no band.
      data = data[data$forecast & !is.na(data$conf.low), ],
      ggplot2::aes(ymin = .data[["conf.low"]], ymax = .data[["conf.high"]]), fill = "grey50",
      alpha = 0.25
    )
  }
  names <- regional_names(words, c("observed", "fitted", "forecast"))
  one <- function(y, rows, i) {
    data.frame(
      when = data$when[rows], series = data$series[rows], y = y[rows],
      what = factor(names[i], names)
    )
  }
  join <- data$forecast | data$when == last
  lines <- rbind(one(data$fitted, !data$forecast, 2), one(data$fitted, join, 3))
  seen <- one(data$observed, !data$forecast, 1)
  p <- p + ggplot2::geom_line(
    data = lines, ggplot2::aes(
      y = .data[["y"]], linetype = .data[["what"]], colour = .data[["what"]]
    ), linewidth = 0.6, na.rm = TRUE
  ) + ggplot2::geom_point(
    data = seen, ggplot2::aes(y = .data[["y"]], shape = .data[["what"]]), size = 1.5
  ) + ggplot2::scale_colour_manual(values = series_colours[1:2]) +
    ggplot2::scale_linetype_manual(values = c("solid", "22")) +
    ggplot2::scale_shape_manual(values = 16) + theme_paper(words) + ggplot2::labs(
      x = call_by(words, s$panel[2]), y = call_by(words, s$value), colour = NULL, linetype = NULL,
      shape = NULL,
      caption = forecast_notes(data, s, words)
    )
  n <- nlevels(data$series)
  if (n == 1) return(p + time_scale(data$when))
  p + end_scale(data$when) + ggplot2::facet_wrap(
    ggplot2::vars(.data[["series"]]), scales = if (n > 1) "free_y" else "fixed"
  ) + ggplot2::theme(
    axis.text = ggplot2::element_text(size = 7),
    strip.text = ggplot2::element_text(size = 7, hjust = 0, margin = ggplot2::margin(2, 0, 2, 0)),
    panel.spacing.x = ggplot2::unit(0.5, "lines"), panel.spacing.y = ggplot2::unit(0.2, "lines")
  )
}

# What is shaded, and why units have points alone.
forecast_notes <- function(data, s, words) {
  bare <- any(tapply(is.na(data$fitted), data$series, all), na.rm = TRUE)
  notes <- c(
    if (s$draws) regional_term(words, "band", level = format(100 * s$level)),
    if (bare) regional_term(words, "no_curve")
  )
  if (length(notes)) paste(notes, collapse = "\n")
}

#' @rdname regional-pictures
#' @export
plot.grey_forecast <- function(x, ...) show_plot(autoplot.grey_forecast(x, ...))
