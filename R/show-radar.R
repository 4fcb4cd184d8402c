# Radar chart drawn in plain coordinates, so that its edges are straight: spokes are the levels of
# `unit`, from the top clockwise.

draw_radar <- function(long, limits, words, call) {
  long$unit <- droplevels(long$unit)
  check_spokes(long, call)
  rings <- radar_rings(long$value, limits, call)
  at <- function(unit, value) {
    angle <- 2 * pi * (as.integer(unit) - 1) / nlevels(long$unit)
    radius <- (value - rings[1]) / diff(range(rings))
    data.frame(x = radius * sin(angle), y = radius * cos(angle))
  }
  spokes <- factor(levels(long$unit), levels(long$unit))
  closed <- c(spokes, spokes[1])
  web <- do.call(rbind, lapply(rings[-1], function(r) cbind(at(closed, r), ring = r)))
  rim <- at(spokes, rings[length(rings)])
  room <- 0.05 + 0.013 * min(18, max(nchar(call_by(words, levels(spokes)), "width")))
  lines <- radar_lines(long, at)
  n <- nlevels(long$series)
  key <- if (n > 1) "bottom" else "none"
  p <- ggplot2::ggplot(lines, ggplot2::aes(.data[["x"]], .data[["y"]])) +
    ggplot2::geom_path(
      ggplot2::aes(group = .data[["ring"]]), web, colour = "grey80", linewidth = 0.3
    ) +
    ggplot2::geom_segment(
      ggplot2::aes(x = 0, y = 0, xend = .data[["x"]], yend = .data[["y"]]), rim, colour = "grey85",
      linewidth = 0.3
    ) +
    ggplot2::geom_path(ggplot2::aes(
      colour = .data[["series"]], linetype = .data[["series"]], group = .data[["part"]]
    ), linewidth = 0.7) +
    ggplot2::geom_point(
      ggplot2::aes(colour = .data[["series"]], shape = .data[["series"]]), lines[lines$point, ],
      size = 1.7
    ) +
    ring_names(rings, at, spokes, words) + spoke_names(rim, call_by(words, levels(spokes)), words) +
    series_scales(
      n, named_by(words), call_by(words, levels(long$series))
    ) + ggplot2::coord_equal(clip = "off") + radar_theme(words, key) +
    ggplot2::scale_x_continuous(expand = ggplot2::expansion(mult = room)) +
      ggplot2::scale_y_continuous(
        expand = ggplot2::expansion(mult = if (length(spokes) > 32) room else 0.08)
      ) +
    ggplot2::labs(
      colour = NULL, linetype = NULL, shape = NULL,
      caption = if (rings[1] != 0) term(words, "rings_from", value = format(rings[1]))
    )
  if (nlevels(long$panel) > 1) {
    p + ggplot2::facet_wrap(
      ggplot2::vars(.data[["panel"]]), labeller = ggplot2::as_labeller(named_by(words))
    )
  } else {
    p
  }
}

check_spokes <- function(long, call) {
  if (nlevels(long$unit) < 3) {
    abort("spokes", c(
      "A radar chart needs at least three spokes, not {nlevels(long$unit)}.",
      i = "Turn it round with {.arg spokes}, or draw bars."
    ), call)
  }
  if (nlevels(long$unit) > most_bars) {
    abort("spokes", c(
      "A radar chart with {nlevels(long$unit)} spokes cannot be read; {most_bars} are the most.",
      i = "Draw bars, or a heat map, or name fewer units."
    ), call)
  }
  if (nlevels(long$series) <= length(series_colours)) return(invisible())
  abort("spokes", c(
    paste0(
      "A radar chart with {nlevels(long$series)} lines cannot be read; ",
      "{length(series_colours)} are the most."
    ),
    i = "Name fewer, or draw bars."
  ), call)
}

# Values of the centre, the rings and the rim.
radar_rings <- function(x, limits, call) {
  x <- x[is.finite(x)]
  if (is.null(limits)) {
    rings <- pretty(c(min(0, x), max(x, if (all(x <= 0)) 1)), 4)
    return(rings)
  }
  good <- is_bare_numeric(limits) && length(limits) == 2 && all(is.finite(limits)) &&
    limits[1] < limits[2]
  if (!good || any(x < limits[1]) || any(x > limits[2])) {
    abort("limits", c(
      paste0(
        "{.arg limits} must be two increasing numbers with all values between them, ",
        "not {found(limits)}."
      ),
      i = "The values run from {format(min(x))} to {format(max(x))}."), call)
  }
  inner <- pretty(limits, 4)
  unique(c(limits[1], inner[inner > limits[1] & inner < limits[2]], limits[2]))
}

# Closed lines; a missing value opens them. Rows follow the spokes.
radar_lines <- function(long, at) {
  parts <- split(long, list(long$series, long$panel), drop = TRUE)
  out <- lapply(names(parts), function(name) {
    part <- parts[[name]]
    full <- part[match(levels(long$unit), part$unit), ]
    full$unit <- factor(levels(long$unit), levels(long$unit))
    full[c("series", "panel")] <- part[1, c("series", "panel")]
    full$point <- !is.na(full$value)
    full <- rbind(full, full[1, ])
    full$point[nrow(full)] <- FALSE
    # Rows after a gap begin another piece.
    full$part <- paste(name, cumsum(is.na(full$value)))
    full <- full[!is.na(full$value), ]
    cbind(full, at(full$unit, full$value))
  })
  do.call(rbind, out)
}

# The rings are named along a line between the last spoke and the first.
ring_names <- function(rings, at, spokes, words) {
  here <- at(spokes[1], rings[-1])
  ggplot2::geom_text(
    ggplot2::aes(.data[["x"]], .data[["y"]], label = .data[["label"]]),
    cbind(here, label = format(rings[-1], trim = TRUE)), size = 2.4, colour = "grey30",
    hjust = -0.15, vjust = -0.2,
    inherit.aes = FALSE, family = words$family
  )
}

# Names stand outside the rim on its side, long ones in lines; very many run on along their spokes.
spoke_names <- function(rim, label, words) {
  label <- vapply(label, function(text) {
    paste(strwrap(text, 18), collapse = "\n")
  }, "", USE.NAMES = FALSE)
  out <- data.frame(
    x = 1.07 * rim$x, y = 1.07 * rim$y, label = label,
    side = ifelse(abs(rim$x) < 0.08, 0.5, ifelse(rim$x > 0, 0, 1)), up = 0.5 - 0.5 * rim$y, turn = 0
  )
  if (nrow(rim) > 32) {
    out[c("side", "up", "turn")] <- list(
      ifelse(rim$x < -1e-9, 1, 0), 0.5,
      ifelse(rim$x < -1e-9, 180, 0) + 180 / pi * atan2(rim$y, rim$x)
    )
  }
  ggplot2::geom_text(
    ggplot2::aes(
      .data[["x"]], .data[["y"]], label = .data[["label"]], hjust = .data[["side"]],
      vjust = .data[["up"]], angle = .data[["turn"]]
    ),
    out, size = if (nrow(rim) > 20) 2.5 else 3,
    inherit.aes = FALSE, family = words$family
  )
}

radar_theme <- function(words, key) {
  ggplot2::theme_void(base_size = 11, base_family = words$family) + ggplot2::theme(
    plot.background = ggplot2::element_rect(fill = "white", colour = NA), legend.position = key,
    plot.margin = ggplot2::margin(6, 6, 6, 6),
    plot.title = ggplot2::element_text(size = 11, face = "bold"),
    strip.text = ggplot2::element_text(face = "bold"),
    plot.caption = ggplot2::element_text(size = 8)
  )
}
