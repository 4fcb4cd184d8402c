# The effect of a moderated variable over the range of its moderator, with its band, and where the
# rows of the sample are.

#' @rdname study-pictures
#' @exportS3Method ggplot2::autoplot
autoplot.moderation_test <- function(object, labels = NULL, language = NULL, ...) {
  check_dots(...)
  call <- rlang::current_env()
  need_ggplot2(call)
  s <- object$settings
  words <- lettering(language, labels, c(s$moderator, s$term), call)
  speak(words$language)
  grid <- seq(min(s$values), max(s$values), length.out = 101)
  band <- effect_at(list(fit = object$fit, names = s$names, means = s$means), grid, s$level)
  edges <- utils::head(object$regions$to, -1)
  ggplot2::ggplot(band, ggplot2::aes(.data[["moderator"]], .data[["estimate"]])) +
    ggplot2::geom_ribbon(
      ggplot2::aes(ymin = .data[["conf.low"]], ymax = .data[["conf.high"]]), fill = "grey85"
    ) +
    ggplot2::geom_hline(yintercept = 0, colour = "grey40") + (
      if (length(edges)) ggplot2::geom_vline(xintercept = edges, linetype = "22")
    ) +
    ggplot2::geom_line(linewidth = 0.8, colour = series_colours[1]) +
    ggplot2::geom_rug(
      ggplot2::aes(x = .data[["value"]]), data.frame(value = s$values), inherit.aes = FALSE,
      sides = "b", alpha = 0.25, length = ggplot2::unit(0.025, "npc")
    ) +
    ggplot2::scale_x_continuous(expand = ggplot2::expansion(mult = 0.01)) + theme_paper(words) +
    ggplot2::labs(
      x = call_by(words, s$moderator),
      y = trf(
        "effect of %s, %s%% interval", call_by(words, s$term), format(100 * s$level)
      ),
      caption = if (length(edges)) trf("broken lines: where p = %s", format(1 - s$level))
    )
}

#' @rdname study-pictures
#' @export
plot.moderation_test <- function(x, ...) show_plot(autoplot.moderation_test(x, ...))
