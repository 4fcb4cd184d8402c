# Scores of two systems against each other, over curves of equal D.

draw_scatter <- function(data, recipe, time, call) {
  if (length(recipe$systems) != 2) {
    abort("systems", c("A scatter shows two systems, and {.arg object} has {length(recipe$systems)}.", i = "Call {.fn coupling} on two of them."), call)
  }
  data <- data[data[[recipe$panel[2]]] %in% map_times(data[[recipe$panel[2]]], time, call) & !is.na(data$D), , drop = FALSE]
  curves <- equal_d(recipe)
  points <- data.frame(x = data[[recipe$systems[1]]], y = data[[recipe$systems[2]]], time = time_factor(data[[recipe$panel[2]]]))
  p <- ggplot2::ggplot(points, ggplot2::aes(.data[["x"]], .data[["y"]])) +
    ggplot2::geom_abline(slope = 1, intercept = 0, colour = "grey70", linetype = "22", linewidth = 0.4) +
    ggplot2::geom_contour(
      ggplot2::aes(.data[["x"]], .data[["y"]], z = .data[["D"]]), curves$grid, breaks = recipe$breaks, colour = "grey45",
      linewidth = 0.35, inherit.aes = FALSE
    ) +
    ggplot2::geom_point(size = 1.8, alpha = 0.75, colour = series_colours[1]) +
    ggplot2::scale_y_continuous(sec.axis = ggplot2::dup_axis(breaks = curves$labels$at, labels = curves$labels$label, name = "D")) +
    ggplot2::coord_equal(xlim = c(0, 1), ylim = c(0, 1), expand = FALSE) + theme_paper() +
    ggplot2::theme(panel.grid.major = ggplot2::element_blank()) +
    ggplot2::labs(x = recipe$systems[1], y = recipe$systems[2], caption = "curves of equal D; dashed: equal scores")
  if (nlevels(points$time) > 1) p + ggplot2::facet_wrap(ggplot2::vars(.data[["time"]])) else p + ggplot2::labs(title = levels(points$time))
}

# D over the square of scores, and where its curves end on the right edge; labels too near the next higher one are left out.
equal_d <- function(recipe) {
  u <- seq(0, 1, length.out = 121)
  grid <- expand.grid(x = u, y = u)
  levels <- list(breaks = recipe$breaks, closed = recipe$closed, labels = as.character(seq_len(length(recipe$breaks) + 1)))
  D <- function(x, y) couple(list(x, y), recipe$weights, recipe$model, recipe$k, levels)$D
  grid$D <- D(grid$x, grid$y)
  edge <- seq(0, 1, length.out = 2001)
  at <- vapply(recipe$breaks, function(b) c(edge[D(rep(1, 2001), edge) >= b], NA)[1], 0)
  labels <- data.frame(at = at, label = format(recipe$breaks))[!is.na(at), ]
  list(grid = grid, labels = labels[c(diff(labels$at) > 0.03, TRUE), ])
}
