# Pictures of clustering: Moran's I over time, its scatter, maps of clusters.

#' @rdname regional-pictures
#' @exportS3Method ggplot2::autoplot
autoplot.moran_test <- function(object, type = "trend", time = NULL, alpha = 0.05, labels = NULL,
                                language = NULL, ...) {
  call <- rlang::current_env()
  need_ggplot2(call)
  check_dots(..., call = call)
  s <- check_regional(object, call)
  check_choice(type, c("trend", "scatter"), "type", call)
  check_number(alpha, "alpha", min = 0, max = 1, call = call)
  points <- attr(object, "points", exact = TRUE)
  words <- regional_lettering(s, labels, language, points$unit, call)
  if (type == "scatter") {
    names(points)[2] <- s$panel[2]
    return(draw_moran_scatter(points, s, time, words, call))
  }
  if (!is.null(time)) check_idle_time(call)
  draw_moran_trend(object, s, alpha, words)
}

check_idle_time <- function(call) {
  abort("argument", c(
    "{.arg time} belongs to maps and scatters; this picture shows all times.",
    i = "Leave {.arg time} out."
  ), call)
}

# I by period, filled where it is significant, over its expectation.
draw_moran_trend <- function(x, s, alpha, words) {
  data <- plain_result(x)
  data$estimate <- data$I
  data$series <- factor("I")
  p <- if (is.null(data$p_permutation)) data$p.value else data$p_permutation
  data$sure <- p < alpha
  data$when <- plot_time(data[[s$panel[2]]])
  draw_series(data, s, words, regional_names(words, "I")) +
    ggplot2::geom_line(
      # One line, also where times are text, which would make a group of each.
      ggplot2::aes(y = .data[["expectation"]], group = 1), linetype = "22", colour = "grey40"
    ) +
    ggplot2::geom_point(
      data = data[!data$sure, ], shape = 21, fill = "white", colour = series_colours[1], size = 2
    ) +
    ggplot2::labs(caption = paste(c(
      regional_term(words, "filled_points", alpha = format(alpha)),
      regional_term(words, "expected"),
      if (!is.null(data$conf.low)) regional_term(words, "band", level = format(100 * s$level))
    ), collapse = words_of("marks", words$language)[["clauses"]]))
}

# Values against their neighbours' mean, both in standard deviations; the slope is I where rows of
# weights sum to one and nobody is alone.
draw_moran_scatter <- function(points, s, time, words, call) {
  check_single_times(time, call)
  shown <- points[points[[s$panel[2]]] %in% map_times(points[[s$panel[2]]], time, call), ]
  key <- if (identical(s$style, "W") && !anyNA(shown$lag)) "slope" else "slope_alone"
  shown <- shown[!is.na(shown$lag), ]
  shown$when <- time_factor(shown[[s$panel[2]]])
  shown$label <- call_by(words, shown$unit)
  lines <- do.call(rbind, lapply(split(shown, shown$when, drop = TRUE), function(d) {
    data.frame(when = d$when[1], slope = sum(d$z * d$lag) / sum(d$z^2))
  }))
  far <- shown[abs(shown$z) + abs(shown$lag) >= stats::quantile(
    abs(shown$z) + abs(shown$lag), if (nlevels(shown$when) > 1) 0.8 else 0.4
  ), ]
  range <- max(abs(c(shown$z, shown$lag))) * 1.15
  by <- droplevels(far$when)
  far$label <- unsplit(lapply(split(far, by), function(d) {
    all <- shown$when == d$when[1]
    clear_labels(
      d$label, d$z, d$lag, shown$z[all], shown$lag[all], 2 * range, diff(base::range(shown$lag))
    )
  }), by)
  p <- ggplot2::ggplot(shown, ggplot2::aes(.data[["z"]], .data[["lag"]])) +
    ggplot2::geom_hline(yintercept = 0, colour = "grey60", linewidth = 0.3) +
    ggplot2::geom_vline(xintercept = 0, colour = "grey60", linewidth = 0.3) +
    ggplot2::geom_abline(
      data = lines, ggplot2::aes(slope = .data[["slope"]], intercept = 0),
      colour = series_colours[2], linewidth = 0.6
    ) +
    ggplot2::geom_point(colour = series_colours[1], size = 1.6, alpha = 0.8) +
    ggplot2::geom_text(
      data = far, ggplot2::aes(label = .data[["label"]]), size = 2.5, vjust = -0.7,
      family = words$family
    ) + ggplot2::coord_cartesian(xlim = c(-range, range)) + theme_paper(words) +
    ggplot2::labs(
      x = in_brackets(words, call_by(words, s$value), regional_names(words, "z")),
      y = regional_names(words, "lag"),
      caption = regional_term(words, key, value = paste(
        fixed_text(lines$slope, 3), collapse = ", "
      ))
    )
  p + facet_when(shown$when)
}

#' @rdname regional-pictures
#' @exportS3Method ggplot2::autoplot
autoplot.local_moran <- function(object, type = "map", time = NULL, tiles = NULL, map = NULL,
                                 by = NULL, labels = NULL, language = NULL, ...) {
  call <- rlang::current_env()
  need_ggplot2(call)
  check_dots(..., call = call)
  s <- check_regional(object, call)
  check_choice(type, c("map", "scatter"), "type", call)
  data <- shown_result(object)
  units <- format_key(data[[s$panel[1]]])
  words <- regional_lettering(s, labels, language, unique(units), call)
  if (type == "scatter") {
    data$unit <- units
    return(draw_moran_scatter(data, s, time, words, call))
  }
  data$code <- as.integer(data$cluster)
  fill <- cluster_fill(words)
  check_single_times(time, call)
  shown <- at_times(data, s$panel, "code", map_times(data[[s$panel[2]]], time, call), call)
  if (is.null(map)) return(draw_tiles(shown, "code", fill, tiles, words, call))
  check_sf(map, call)
  draw_regions(shown, "code", fill, map, by, words, call)
}

# Clusters, scatters and distributions have no mean over a period.
check_single_times <- function(time, call) {
  if (is.null(time) || is.atomic(time)) return(invisible())
  abort("time", c(
    "This picture is of single times; {.arg time} must name some of them, not {found(time)}.",
    i = "For instance {.code time = c(2011, 2022)}."
  ), call)
}

# Red among its like, blue among its like, and lighter where it stands out; told apart in grey by
# lightness, which runs from high to low.
cluster_colours <- c("#B2182B", "#2166AC", "#F4A582", "#92C5DE", "#F2F2F2")

cluster_fill <- function(words) {
  labels <- regional_names(words, c(local_clusters, "ns"))
  list(
    column = "stage", title = NULL, labels = labels, colours = cluster_colours,
    class = function(x) factor(labels[x], labels),
    scale = ggplot2::scale_fill_manual(
      values = stats::setNames(cluster_colours, labels), na.value = "grey80", drop = FALSE
    ),
    theme = ggplot2::theme(legend.text = ggplot2::element_text(size = 8))
  )
}

#' @rdname regional-pictures
#' @export
plot.moran_test <- function(x, ...) show_plot(autoplot.moran_test(x, ...))

#' @rdname regional-pictures
#' @export
plot.local_moran <- function(x, ...) show_plot(autoplot.local_moran(x, ...))
