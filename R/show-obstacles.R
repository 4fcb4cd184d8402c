#' @rdname pictures
#' @exportS3Method ggplot2::autoplot
autoplot.obstacle_degree <- function(object, type = "bar", by = NULL, labels = NULL,
                                     language = NULL, ...) {
  call <- rlang::current_env()
  need_ggplot2(call)
  check_dots(..., call = call)
  check_choice(type, c("bar", "heatmap"), "type", call)
  check_drawable(object, "obstacle", call)
  if (type == "heatmap" && is.null(by)) {
    abort("column", c(
      "A heat map of obstacles needs {.arg by}, the column whose values are its columns.",
      i = "For instance the time column."
    ), call)
  }
  if (!is.null(by)) check_one_name(by, object, "by", call)
  means <- summary(object, by = by)
  what <- if ("indicator" %in% names(means)) "indicator" else "dimension"
  means$what <- means[[what]]
  if (!is.null(by)) means$group <- time_factor(means[[by]])
  words <- lettering(language, labels, c(means$what, means$system, levels(means$group)), call)
  means$place <- system_places(means, what, summary(object))
  means$system <- factor(means$system, unique(object$system))
  p <- if (type == "heatmap") {
    draw_obstacle_cells(means, by, words)
  } else {
    draw_obstacles(means, words)
  }
  p + ggplot2::facet_grid(
    rows = ggplot2::vars(.data[["system"]]), scales = "free_y", space = "free_y",
    labeller = ggplot2::as_labeller(named_by(words))
  ) +
    scale_y_places(words, if (type == "heatmap") c(0, 0) else ggplot2::waiver()) +
    theme_paper(words) +
    ggplot2::theme(
      panel.grid.major.y = ggplot2::element_blank(),
      strip.text.y = ggplot2::element_text(hjust = 0.5)
    )
}

# Mean obstacle degrees, the greatest on top; groups as points of other shapes.
draw_obstacles <- function(means, words) {
  p <- ggplot2::ggplot(means, ggplot2::aes(.data[["obstacle"]], .data[["place"]])) +
    ggplot2::scale_x_continuous(
      expand = ggplot2::expansion(mult = c(0, 0.1)), limits = c(0, NA)
    ) + ggplot2::labs(x = term(words, "obstacle"), y = NULL)
  if (is.null(means$group)) {
    return(p + ggplot2::geom_col(fill = series_colours[1], width = 0.65) +
      ggplot2::geom_text(
        ggplot2::aes(label = formatC(.data[["obstacle"]], 1, format = "f")), hjust = -0.2,
        size = 2.8
      ))
  }
  n <- nlevels(means$group)
  p + ggplot2::geom_point(ggplot2::aes(
    colour = .data[["group"]], shape = .data[["group"]]
  ), size = 2.2) +
    ggplot2::scale_colour_manual(
      values = rep(series_colours, length.out = n), labels = named_by(words)
    ) +
    ggplot2::scale_shape_manual(
      values = rep(series_shapes, length.out = n), labels = named_by(words)
    ) + ggplot2::labs(colour = NULL, shape = NULL)
}

draw_obstacle_cells <- function(means, by, words) {
  ggplot2::ggplot(means, ggplot2::aes(
    .data[["group"]], .data[["place"]], fill = .data[["obstacle"]]
  )) +
    ggplot2::geom_tile(colour = "white", linewidth = 0.2) + value_fill("")$scale + wide_key() +
    ggplot2::scale_x_discrete(
      expand = c(0, 0), breaks = some_of(levels(means$group)), labels = named_by(words),
      guide = no_overlap()
    ) +
    ggplot2::labs(x = call_by(words, by), y = NULL, fill = term(words, "obstacle"))
}
