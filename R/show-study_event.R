# Effects by time since the event, with their intervals; the reference is hollow.

#' @rdname study-pictures
#' @exportS3Method ggplot2::autoplot
autoplot.event_study <- function(object, labels = NULL, language = NULL, ...) {
  check_dots(...)
  call <- rlang::current_env()
  need_ggplot2(call)
  s <- object$settings
  words <- lettering(language, labels, character(), call)
  speak(words$language)
  data <- object$effects[!is.na(object$effects$estimate), ]
  data$at_ref <- data$event %in% s$ref
  ggplot2::ggplot(data, ggplot2::aes(.data[["event"]], .data[["estimate"]])) +
    ggplot2::geom_hline(yintercept = 0, colour = "grey50", linewidth = 0.4) +
    ggplot2::geom_vline(xintercept = -0.5, linetype = "22", colour = "grey50", linewidth = 0.4) +
    ggplot2::geom_errorbar(
      ggplot2::aes(ymin = .data[["conf.low"]], ymax = .data[["conf.high"]]), data[!data$at_ref, ],
      width = 0.25, linewidth = 0.5, colour = series_colours[1]
    ) +
    ggplot2::geom_point(
      ggplot2::aes(fill = .data[["at_ref"]]), shape = 21, size = 2.2, colour = series_colours[1]
    ) +
    ggplot2::scale_fill_manual(
      values = c(`TRUE` = "white", `FALSE` = series_colours[1]), guide = "none"
    ) +
    ggplot2::scale_x_continuous(
      breaks = function(limits) whole_breaks(limits, 13),
      labels = function(e) event_labels(e, s$window)
    ) + theme_paper(words) +
    ggplot2::labs(
      x = tr("time since the event"), y = tr("effect"),
      caption = trf("bars: %s%% intervals; hollow: reference", format(100 * s$level))
    )
}

#' @rdname study-pictures
#' @export
plot.event_study <- function(x, ...) show_plot(autoplot.event_study(x, ...))
