# Trends over time: means of the units, one line a series or a group.

# Columns `value` of `data` averaged by time (and group), long: time, series, group, value.
trend_table <- function(data, panel, value, by) {
  parts <- lapply(value, function(name) {
    means <- group_means(data[!is.na(data[[name]]), , drop = FALSE], name, c(panel[2], by))
    data.frame(
      time = plot_time(means[[panel[2]]]), series = factor(name, value), value = means[[name]],
      group = if (is.null(by)) "all" else ifelse(is.na(means[[by]]), "NA", format_key(means[[by]]))
    )
  })
  out <- do.call(rbind, parts)
  out$group <- factor(out$group, unique(out$group))
  out
}

draw_trend <- function(data, panel, value, by = NULL, bands = NULL, ylab = NULL) {
  long <- trend_table(data, panel, value, by)
  key <- if (is.null(by)) "series" else "group"
  n <- nlevels(long[[key]])
  p <- ggplot2::ggplot(long, ggplot2::aes(.data[["time"]], .data[["value"]]))
  if (!is.null(bands)) p <- p + band_layers(bands, range(long$value), long$time)
  p <- p +
    ggplot2::geom_line(ggplot2::aes(colour = .data[[key]], linetype = .data[[key]], group = .data[[key]]), linewidth = 0.7)
  if (n <= length(series_colours)) p <- p + ggplot2::geom_point(ggplot2::aes(colour = .data[[key]], shape = .data[[key]]), size = 1.9)
  if (!is.null(by) && length(value) > 1) p <- p + ggplot2::facet_wrap(ggplot2::vars(.data[["series"]]))
  p + series_scales(n) + time_scale(long$time) + theme_paper() +
    ggplot2::labs(x = panel[2], y = ylab, colour = NULL, linetype = NULL, shape = NULL)
}

# The levels that the values touch as grey and white bands, named at the right edge, their edges at the left.
band_layers <- function(bands, touched, time) {
  table <- band_table(bands)
  table <- table[table$high >= touched[1] & table$low <= touched[2], ]
  limits <- range(table$low, table$high)
  table$left <- endless(-Inf, time)
  table$right <- endless(Inf, time)
  list(
    ggplot2::geom_rect(
      ggplot2::aes(xmin = .data[["left"]], xmax = .data[["right"]], ymin = .data[["low"]], ymax = .data[["high"]]), table[table$shaded, ], inherit.aes = FALSE,
      fill = "grey93"
    ),
    ggplot2::scale_y_continuous(
      limits = limits, breaks = edge_breaks(table, limits), expand = c(0, 0),
      sec.axis = ggplot2::dup_axis(breaks = table$middle, labels = table$label, name = NULL)
    ),
    ggplot2::theme(axis.ticks.y.right = ggplot2::element_blank(), panel.grid.major.y = ggplot2::element_blank()),
    if (limits[1] > 0) ggplot2::labs(caption = paste("the vertical axis begins at", format(limits[1])))
  )
}

# The ends of the axis, of the class of the times.
endless <- function(x, time) {
  if (inherits(time, c("Date", "POSIXct"))) structure(x, class = class(time), tzone = attr(time, "tzone")) else x
}

# The edges of the bands; within one or two bands, finer steps.
edge_breaks <- function(table, limits) {
  edges <- unique(c(table$low, table$high))
  if (length(edges) > 3) return(edges)
  out <- pretty(limits, 5)
  out[out >= limits[1] - 1e-9 & out <= limits[2] + 1e-9]
}

band_table <- function(bands) {
  low <- c(0, bands$breaks)
  high <- c(bands$breaks, 1)
  data.frame(low, high, middle = (low + high) / 2, label = bands$labels, shaded = seq_along(low) %% 2 == 1)
}
