# Heat map: one row a unit, in order of its mean, in blocks of the groups if there are any; one
# column a time.

draw_heatmap <- function(data, panel, value, spec, by, words, call) {
  unit <- format_key(data[[panel[1]]])
  means <- tapply(data[[value]], unit, mean, na.rm = TRUE)
  means[is.nan(means)] <- NA
  fill <- make_fill(spec, data[[value]], call)
  cells <- data.frame(
    unit = factor(unit, names(means)[order(means, na.last = FALSE)]),
    time = heat_time(data[[panel[2]]]), value = data[[value]], stage = fill$class(data[[value]])
  )
  rows <- nlevels(cells$unit)
  if (!is.null(by)) {
    cells$group <- ifelse(is.na(data[[by]]), "NA", format_key(data[[by]]))
    cells$group <- factor(cells$group, unique(c(format_key(in_order(data[[by]])), cells$group)))
  }
  blocks <- ggplot2::facet_grid(
    rows = ggplot2::vars(.data[["group"]]), scales = "free_y", space = "free_y",
    labeller = ggplot2::as_labeller(named_by(words))
  )
  ggplot2::ggplot(cells, ggplot2::aes(
    .data[["time"]], .data[["unit"]], fill = .data[[fill$column]]
  )) +
    ggplot2::geom_tile(
      colour = "white", linewidth = if (rows > 100) 0 else 0.2
    ) + fill$scale + heat_time_scale(cells$time, if (is.null(by)) 12 else 7) +
    ggplot2::scale_y_discrete(
      expand = c(0, 0), labels = function(x) call_by(words, x), guide = no_overlap()
    ) + theme_paper(words) + fill$theme +
    ggplot2::theme(
      axis.text.y = ggplot2::element_text(size = max(4.5, min(9, 330 / rows))),
      panel.grid = ggplot2::element_blank(),
      axis.ticks.y = ggplot2::element_blank(), strip.text.y = ggplot2::element_text(hjust = 0.5)
    ) + (if (!is.null(by)) blocks) + ggplot2::labs(
      x = call_by(words, panel[2]), y = NULL, fill = fill$title,
      caption = no_data(cells$value, words)
    )
}

# Dates are one column each, months and years as wide as each other.
heat_time <- function(time) if (is.numeric(time)) time else time_factor(time)

# Narrow panels name fewer of them.
heat_time_scale <- function(time, most = 12) {
  if (is.factor(time)) {
    return(ggplot2::scale_x_discrete(
      breaks = some_of(levels(time)), expand = c(0, 0), guide = no_overlap()
    ))
  }
  ggplot2::scale_x_continuous(
    breaks = function(limits) whole_breaks(limits, most), expand = c(0, 0), guide = no_overlap()
  )
}

# Rows of a picture parted by systems, the first on top, in the order of `order`: two systems may
# have an indicator, or a dimension's name, each with its own place.
system_places <- function(table, what = "indicator", order = table) {
  place <- function(x) paste(x$system, x[[what]], sep = "\r")
  factor(place(table), rev(unique(place(order))))
}

scale_y_places <- function(words, expand = ggplot2::waiver()) {
  ggplot2::scale_y_discrete(
    labels = function(x) call_by(words, sub("^.*\r", "", x)), expand = expand
  )
}
