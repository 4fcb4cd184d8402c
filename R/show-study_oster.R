# The effect by how much selection on unobservables there is.

#' @rdname study-pictures
#' @exportS3Method ggplot2::autoplot
autoplot.oster_bounds <- function(object, labels = NULL, language = NULL, ...) {
  check_dots(...)
  call <- rlang::current_env()
  need_ggplot2(call)
  s <- object$settings
  words <- lettering(language, labels, s$term, call)
  speak(words$language)
  marks <- data.frame(
    delta = c(0, s$delta), effect = c(object$models$estimate[2], object$effect)
  )
  ggplot2::ggplot(oster_curve(object), ggplot2::aes(.data[["delta"]], .data[["effect"]])) +
    ggplot2::geom_hline(yintercept = s$beta, colour = "grey50", linewidth = 0.4) +
    ggplot2::geom_line(
      ggplot2::aes(group = .data[["part"]]), linewidth = 0.7, colour = series_colours[1],
      na.rm = TRUE
    ) +
    ggplot2::geom_point(
      ggplot2::aes(fill = .data[["delta"]] == 0), marks, shape = 21, size = 2.4,
      colour = series_colours[1]
    ) +
    ggplot2::scale_fill_manual(
      values = c(`TRUE` = "white", `FALSE` = series_colours[1]), guide = "none"
    ) + theme_paper(words) +
    ggplot2::labs(
      x = tr("selection on unobservables relative to controls (delta)"),
      y = trf("effect of %s", call_by(words, s$term)), caption = trf(
        "hollow: the estimate; filled: delta %s; R2 max %s (%s)", format(s$delta),
        fixed_text(s$r2max, 4), tr(s$r2)
      )
    )
}

# Effects from delta 0 to beyond what is asked for, in parts that a pole tells apart.
oster_curve <- function(object) {
  s <- object$settings
  end <- s$delta * 1.5
  if (s$delta == 0) end <- 1
  delta <- seq(0, end, length.out = 301)
  effect <- vapply(delta, function(d) {
    roots <- oster_roots(s$moments, s$r2max, d)
    if (roots$same_sign[roots$chosen]) roots$estimate[roots$chosen] else NA_real_
  }, 0)
  jump <- abs(diff(effect))
  usual <- stats::median(jump, na.rm = TRUE)
  data.frame(delta, effect, part = cumsum(c(0, jump > 50 * usual | is.na(jump))))
}

#' @rdname study-pictures
#' @export
plot.oster_bounds <- function(x, ...) show_plot(autoplot.oster_bounds(x, ...))
