# Where an estimate lies among its placebos: their density, their p-values, the estimate.

#' @rdname study-pictures
#' @exportS3Method ggplot2::autoplot
autoplot.placebo_test <- function(object, labels = NULL, language = NULL, ...) {
  check_dots(...)
  call <- rlang::current_env()
  need_ggplot2(call)
  s <- object$settings
  words <- lettering(language, labels, s$term, call)
  speak(words$language)
  data <- object$placebos[!is.na(object$placebos$estimate), ]
  density <- placebo_density(data$estimate)
  # The p-values have an axis of their own, from 0 to 1, on the right.
  top <- max(density$density)
  ggplot2::ggplot(data, ggplot2::aes(.data[["estimate"]])) +
    ggplot2::geom_point(
      ggplot2::aes(y = .data[["p.value"]] * top), shape = 1, size = 1.1, colour = "grey45"
    ) +
    ggplot2::geom_line(
      ggplot2::aes(y = .data[["density"]]), density, linewidth = 0.7, colour = series_colours[1]
    ) +
    ggplot2::geom_vline(
      xintercept = object$estimate$estimate, linetype = "22", linewidth = 0.6,
      colour = series_colours[2]
    ) +
    ggplot2::scale_y_continuous(
      expand = ggplot2::expansion(mult = c(0.01, 0.05)),
      sec.axis = ggplot2::sec_axis(~ . / top, name = tr("p-value (points)"))
    ) + theme_paper(words) +
    ggplot2::labs(
      x = call_by(words, s$term), y = tr("density (line)"),
      caption = trf(
        "broken line: the estimate, %s; p among %d placebos %s",
        fixed_text(object$estimate$estimate, 4), nrow(data), p_text(object$estimate$p_estimate)
      )
    )
}

placebo_density <- function(b) {
  if (length(unique(b)) < 2) return(data.frame(estimate = b[1], density = 1))
  d <- stats::density(b, bw = "nrd")
  data.frame(estimate = d$x, density = d$y)
}

#' @rdname study-pictures
#' @export
plot.placebo_test <- function(x, ...) show_plot(autoplot.placebo_test(x, ...))
