# The likelihood ratio over the values that a threshold could have: those below the broken line are
# its confidence set.

#' @rdname study-pictures
#' @exportS3Method ggplot2::autoplot
autoplot.threshold_test <- function(object, labels = NULL, language = NULL, ...) {
  check_dots(...)
  call <- rlang::current_env()
  need_ggplot2(call)
  s <- object$settings
  words <- lettering(language, labels, s$threshold, call)
  speak(words$language)
  profile <- object$profile
  panel <- function(j) trf("threshold %d of %d", j, s$n)
  profile$panel <- factor(panel(profile$threshold), panel(seq_len(s$n)))
  found <- tidy.threshold_test(object)
  found$panel <- factor(panel(found$threshold), levels(profile$panel))
  p <- ggplot2::ggplot(profile, ggplot2::aes(.data[["value"]], .data[["lr"]])) +
    ggplot2::geom_vline(
      ggplot2::aes(xintercept = .data[["estimate"]]), found, colour = "grey70", linewidth = 0.4
    ) +
    ggplot2::geom_hline(yintercept = s$critical, linetype = "22") +
    ggplot2::geom_line(
      ggplot2::aes(group = .data[["stretch"]]), linewidth = 0.5, colour = series_colours[1]
    ) +
    ggplot2::geom_point(
      ggplot2::aes(.data[["estimate"]], 0), found, size = 2, colour = series_colours[2]
    ) +
    ggplot2::scale_x_continuous(expand = ggplot2::expansion(mult = 0.01)) + theme_paper(words) +
    ggplot2::labs(
      x = call_by(words, s$threshold), y = tr("likelihood ratio"),
      caption = trf(
        "broken line: critical value %s of the %s%% confidence set; point: the estimate",
        fixed_text(s$critical, 2), format(100 * s$level)
      )
    )
  if (s$n == 1) return(p)
  p + ggplot2::facet_wrap(ggplot2::vars(.data[["panel"]]), ncol = 1)
}

#' @rdname study-pictures
#' @export
plot.threshold_test <- function(x, ...) show_plot(autoplot.threshold_test(x, ...))
