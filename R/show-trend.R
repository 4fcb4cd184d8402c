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

draw_trend <- function(data, panel, value, by = NULL, bands = NULL, ylab = NULL, words = NULL) {
  long <- trend_table(data, panel, value, by)
  key <- if (is.null(by)) "series" else "group"
  n <- nlevels(long[[key]])
  p <- ggplot2::ggplot(long, ggplot2::aes(.data[["time"]], .data[["value"]]))
  many <- n > length(series_colours)
  if (!is.null(bands)) {
    p <- p + band_layers(bands, range(long$value), long$time, words, named = !many)
  }
  p <- p + (if (!many) time_scale(long$time)) + theme_paper(words) + ggplot2::labs(
    x = call_by(words, panel[2]), y = ylab, colour = NULL, linetype = NULL, shape = NULL
  )
  if (many) return(p + many_lines(long, value, words))
  if (!is.null(by) && length(value) > 1) {
    p <- p + ggplot2::facet_wrap(
      ggplot2::vars(.data[["series"]]), labeller = ggplot2::as_labeller(named_by(words))
    )
  }
  lines <- ggplot2::geom_line(ggplot2::aes(
    colour = .data[[key]], linetype = .data[[key]], group = .data[[key]]
  ), linewidth = 0.7)
  p + (if (length(unique(long$time)) > 1) lines) +
    ggplot2::geom_point(
      ggplot2::aes(colour = .data[[key]], shape = .data[[key]]), size = 1.9
    ) + series_scales(n, named_by(words), call_by(words, levels(long[[key]])))
}

# Too many groups for a key: up to forty of one series get a panel each, over the lines of all;
# beyond, their mean over all lines.
many_lines <- function(long, value, words) {
  every <- long[c("time", "series", "value")]
  every$line <- long$group
  grey <- ggplot2::geom_line(
    ggplot2::aes(.data[["time"]], .data[["value"]], group = .data[["line"]]), every,
    colour = "grey75", linewidth = 0.25
  )
  small <- ggplot2::theme(
    axis.text = ggplot2::element_text(size = 7),
    strip.text = ggplot2::element_text(size = 7, hjust = 0, margin = ggplot2::margin(2, 0, 2, 0)),
    panel.spacing.x = ggplot2::unit(0.5, "lines"), panel.spacing.y = ggplot2::unit(0.2, "lines")
  )
  if (length(value) == 1 && nlevels(long$group) <= 40) {
    return(list(
      grey, end_scale(long$time),
      ggplot2::geom_line(
        ggplot2::aes(group = .data[["group"]]), long, colour = series_colours[1], linewidth = 0.7
      ),
      ggplot2::geom_point(
        data = long[!long$group %in% long$group[duplicated(long$group)], ],
        colour = series_colours[1], size = 1.5
      ),
      ggplot2::facet_wrap(
        ggplot2::vars(.data[["group"]]), labeller = ggplot2::as_labeller(named_by(words))
      ),
      small, ggplot2::labs(caption = term(words, "all_units"))
    ))
  }
  means <- group_means(every, "value", c("time", "series"))
  list(
    grey, time_scale(long$time), ggplot2::geom_line(data = means, colour = "black", linewidth = 1),
    if (length(value) > 1) {
      ggplot2::facet_wrap(
        ggplot2::vars(.data[["series"]]), labeller = ggplot2::as_labeller(named_by(words))
      )
    },
    ggplot2::labs(caption = term(words, "fan", n = nlevels(long$group)))
  )
}

# Small panels name the first time and the last, with room at their sides.
end_scale <- function(time) {
  room <- ggplot2::expansion(mult = 0.16)
  if (is.factor(time)) {
    return(ggplot2::scale_x_discrete(
      breaks = unique(levels(time)[range(as.integer(time))]), guide = no_overlap()
    ))
  }
  ends <- unique(range(time))
  scale <- ggplot2::scale_x_continuous
  if (inherits(time, "Date")) scale <- ggplot2::scale_x_date
  if (inherits(time, "POSIXct")) scale <- ggplot2::scale_x_datetime
  scale(breaks = ends, labels = format_key(ends), expand = room, guide = no_overlap())
}

# The levels that the values touch as grey and white bands, named at the right edge, their edges at
# the left.
band_layers <- function(bands, touched, time, words, named = TRUE) {
  table <- band_table(bands)
  table <- table[table$high >= touched[1] & table$low <= touched[2], ]
  limits <- range(table$low, table$high)
  table$left <- endless(-Inf, time)
  table$right <- endless(Inf, time)
  list(
    ggplot2::geom_rect(
      ggplot2::aes(
        xmin = .data[["left"]], xmax = .data[["right"]], ymin = .data[["low"]],
        ymax = .data[["high"]]
      ),
      table[table$shaded, ], inherit.aes = FALSE,
      fill = "grey93"
    ),
    ggplot2::scale_y_continuous(
      limits = limits,
      breaks = if (named) edge_breaks(table, limits) else some_of(edge_breaks(table, limits), 4),
      expand = c(0, 0),
      sec.axis = if (named) {
        ggplot2::dup_axis(breaks = table$middle, labels = table$label, name = NULL)
      } else {
        ggplot2::waiver()
      }
    ),
    ggplot2::theme(
      axis.ticks.y.right = ggplot2::element_blank(), panel.grid.major.y = ggplot2::element_blank()
    ),
    if (limits[1] > 0) ggplot2::labs(caption = term(words, "axis_from", value = format(limits[1])))
  )
}

# The ends of the axis, of the class of the times.
endless <- function(x, time) {
  if (inherits(time, c("Date", "POSIXct"))) {
    structure(x, class = class(time), tzone = attr(time, "tzone"))
  } else {
    x
  }
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
  data.frame(
    low, high, middle = (low + high) / 2, label = bands$labels, shaded = seq_along(low) %% 2 == 1
  )
}
