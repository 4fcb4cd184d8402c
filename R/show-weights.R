# Weights: a lollipop for each indicator by dimension, methods side by side, or over time.

draw_weights <- function(table, words, time = NULL) {
  if (!is.null(time) && time %in% names(table)) return(draw_weights_by_time(table, time, words))
  table$at <- factor(rev(seq_len(nrow(table))))
  labels <- stats::setNames(call_by(words, table$indicator), table$at)
  dimensions <- unique(table$dimension)
  table$dimension <- factor(table$dimension, dimensions)
  table$system <- factor(table$system, unique(table$system))
  ends <- range(0, table$weight)
  ggplot2::ggplot(table, ggplot2::aes(
    .data[["weight"]], .data[["at"]], colour = .data[["dimension"]]
  )) +
    ggplot2::geom_segment(
      ggplot2::aes(x = 0, xend = .data[["weight"]], yend = .data[["at"]]), linewidth = 0.8
    ) +
    ggplot2::geom_point(ggplot2::aes(shape = .data[["dimension"]]), size = 2.8) +
    ggplot2::geom_text(
      ggplot2::aes(
        label = formatC(.data[["weight"]], 3, format = "f"),
        hjust = ifelse(.data[["weight"]] < 0, 1.35, -0.35)
      ),
      size = 3, colour = "black"
    ) +
    ggplot2::facet_grid(
      rows = ggplot2::vars(.data[["system"]]), scales = "free_y", space = "free_y",
      labeller = ggplot2::as_labeller(named_by(words))
    ) +
    ggplot2::scale_y_discrete(labels = labels) +
    ggplot2::scale_x_continuous(
      expand = ggplot2::expansion(mult = c(if (ends[1] < 0) 0.12 else 0, 0.12)), limits = ends
    ) +
    dimension_scales(dimensions, words) + theme_paper(words) +
    ggplot2::theme(
      panel.grid.major.y = ggplot2::element_blank(),
      strip.text.y = ggplot2::element_text(hjust = 0.5)
    ) +
    ggplot2::labs(x = term(words, "weight"), y = NULL, colour = NULL, shape = NULL)
}

# Without dimensions no key; beyond eight, colours and points come again in other pairs.
dimension_scales <- function(dimensions, words) {
  if (all(is.na(dimensions))) {
    return(list(
      ggplot2::scale_colour_manual(values = series_colours[1], na.value = series_colours[1]),
      ggplot2::scale_shape_manual(values = 16, na.value = 16),
      ggplot2::guides(colour = "none", shape = "none")
    ))
  }
  n <- length(dimensions)
  list(
    key_below(call_by(words, dimensions), c("colour", "shape")),
    ggplot2::scale_colour_manual(
      values = rep(series_colours, length.out = n), labels = named_by(words)
    ),
    ggplot2::scale_shape_manual(
      values = rep(c(16, 17, 15, 18, 1, 2, 0, 5, 6), length.out = n), labels = named_by(words)
    )
  )
}

# Weights that change over time: a heat map, the names in the order of the sheet.
draw_weights_by_time <- function(table, time, words) {
  table$time <- heat_time(table[[time]])
  table$place <- system_places(table)
  table$system <- factor(table$system, unique(table$system))
  ggplot2::ggplot(table, ggplot2::aes(
    .data[["time"]], .data[["place"]], fill = .data[["weight"]]
  )) +
    ggplot2::geom_tile(
      colour = "white", linewidth = 0.2
    ) + value_fill("")$scale + heat_time_scale(table$time) +
    scale_y_places(words, c(0, 0)) +
    ggplot2::facet_grid(
      rows = ggplot2::vars(.data[["system"]]), scales = "free_y", space = "free_y",
      labeller = ggplot2::as_labeller(named_by(words))
    ) +
    theme_paper(words) + ggplot2::theme(
      legend.position = "right", panel.grid = ggplot2::element_blank(),
      strip.text.y = ggplot2::element_text(hjust = 0.5)
    ) +
    ggplot2::labs(x = call_by(words, time), y = NULL, fill = term(words, "weight"))
}

draw_comparison <- function(table, methods, words) {
  long <- data.frame(
    system = rep(table$system, length(methods)), indicator = rep(table$indicator, length(methods)),
    method = rep(methods, each = nrow(table)),
    weight = unlist(as.list(table)[methods], use.names = FALSE)
  )
  long$place <- system_places(long)
  long$system <- factor(long$system, unique(long$system))
  long$method <- factor(long$method, methods)
  # Methods lie above each other within the row of an indicator, the first on top.
  long <- stacked(long, "method", 0.7)
  ggplot2::ggplot(long, ggplot2::aes(
    .data[["weight"]], .data[["place"]], colour = .data[["method"]], shape = .data[["method"]]
  )) +
    ggplot2::geom_hline(
      ggplot2::aes(yintercept = .data[["edge"]]), between_rows(table), colour = "grey85",
      linewidth = 0.3
    ) +
    ggplot2::geom_point(size = 2, position = ggplot2::position_nudge(y = long$nudge)) +
    ggplot2::facet_grid(
      rows = ggplot2::vars(.data[["system"]]), scales = "free_y", space = "free_y",
      labeller = ggplot2::as_labeller(named_by(words))
    ) +
    ggplot2::scale_colour_manual(
      values = rep(series_colours, length.out = length(methods)), labels = named_by(words)
    ) +
    ggplot2::scale_shape_manual(
      values = rep(series_shapes, length.out = length(methods)), labels = named_by(words)
    ) +
    ggplot2::scale_x_continuous(
      limits = range(0, long$weight), expand = ggplot2::expansion(mult = c(0.01, 0.05))
    ) +
    scale_y_places(words) + key_below(
      call_by(words, methods), c("colour", "shape")
    ) + theme_paper(words) +
    ggplot2::theme(
      panel.grid.major.y = ggplot2::element_blank(),
      strip.text.y = ggplot2::element_text(hjust = 0.5)
    ) +
    ggplot2::labs(x = term(words, "weight"), y = NULL, colour = NULL, shape = NULL)
}

# Lines between the rows of the indicators, system by system.
between_rows <- function(table) {
  count <- table(factor(table$system, unique(table$system)))
  edges <- lapply(names(count), function(s) {
    data.frame(system = rep(s, count[[s]] - 1), edge = seq_len(count[[s]] - 1) + 0.5)
  })
  out <- do.call(rbind, edges)
  out$system <- factor(out$system, names(count))
  out
}

# How far above or below the middle of its row each of several points lies, the first highest.
stacked <- function(table, series, room) {
  n <- nlevels(table[[series]])
  table$nudge <- if (n > 1) room * (0.5 - (as.integer(table[[series]]) - 1) / (n - 1)) else 0
  table
}
