# Heat map: one row a unit, in order of its mean; one column a time.

draw_heatmap <- function(data, panel, value, fill) {
  unit <- format_key(data[[panel[1]]])
  means <- tapply(data[[value]], unit, mean, na.rm = TRUE)
  means[is.nan(means)] <- NA
  cells <- data.frame(
    unit = factor(unit, names(means)[order(means, na.last = FALSE)]), time = heat_time(data[[panel[2]]]), value = data[[value]], stage = fill$class(data[[value]])
  )
  rows <- nlevels(cells$unit)
  ggplot2::ggplot(cells, ggplot2::aes(.data[["time"]], .data[["unit"]], fill = .data[[fill$column]])) +
    ggplot2::geom_tile(colour = "white", linewidth = 0.2) + fill$scale + heat_time_scale(cells$time) +
    ggplot2::scale_y_discrete(expand = c(0, 0)) + theme_paper() + fill$theme +
    ggplot2::theme(
      axis.text.y = ggplot2::element_text(size = max(4.5, min(9, 330 / rows))), panel.grid = ggplot2::element_blank(),
      axis.ticks.y = ggplot2::element_blank()
    ) + ggplot2::labs(x = panel[2], y = NULL, fill = fill$title, caption = no_data(cells$value))
}

# Dates are one column each, months and years as wide as each other.
heat_time <- function(time) if (is.numeric(time)) time else time_factor(time)

heat_time_scale <- function(time) {
  if (is.factor(time)) return(ggplot2::scale_x_discrete(breaks = some_of(levels(time)), expand = c(0, 0), guide = no_overlap()))
  ggplot2::scale_x_continuous(breaks = whole_breaks, expand = c(0, 0))
}

# What the grey of a missing value means, where there is one.
no_data <- function(value) if (anyNA(value)) "grey: no data"

# How a value is coloured: its level where it has one, else itself.
level_fill <- function(recipe, labels, title) {
  list(
    column = "stage", title = title,
    class = function(x) factor(labels[findInterval(x, recipe$breaks, left.open = recipe$closed == "right") + 1L], labels),
    scale = ggplot2::scale_fill_manual(
      values = stats::setNames(sequence_colours(length(labels)), labels), na.value = "grey80", guide = ggplot2::guide_legend(reverse = TRUE)
    ),
    theme = ggplot2::theme(legend.position = "right", legend.text = ggplot2::element_text(size = 8))
  )
}

value_fill <- function(title) {
  list(
    column = "value", title = title, class = function(x) NA,
    scale = ggplot2::scale_fill_gradientn(colours = sequence_colours(9), na.value = "grey80"),
    theme = ggplot2::theme(legend.position = "right")
  )
}
