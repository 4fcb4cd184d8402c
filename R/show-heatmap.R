# Heat map: one row a unit, in order of its mean; one column a time.

draw_heatmap <- function(data, panel, value, spec, words, call) {
  unit <- format_key(data[[panel[1]]])
  means <- tapply(data[[value]], unit, mean, na.rm = TRUE)
  means[is.nan(means)] <- NA
  fill <- make_fill(spec, data[[value]], call)
  cells <- data.frame(
    unit = factor(unit, names(means)[order(means, na.last = FALSE)]), time = heat_time(data[[panel[2]]]), value = data[[value]], stage = fill$class(data[[value]])
  )
  rows <- nlevels(cells$unit)
  ggplot2::ggplot(cells, ggplot2::aes(.data[["time"]], .data[["unit"]], fill = .data[[fill$column]])) +
    ggplot2::geom_tile(colour = "white", linewidth = if (rows > 100) 0 else 0.2) + fill$scale + heat_time_scale(cells$time) +
    ggplot2::scale_y_discrete(expand = c(0, 0), labels = function(x) call_by(words, x), guide = no_overlap()) + theme_paper(words) + fill$theme +
    ggplot2::theme(
      axis.text.y = ggplot2::element_text(size = max(4.5, min(9, 330 / rows))), panel.grid = ggplot2::element_blank(),
      axis.ticks.y = ggplot2::element_blank()
    ) + ggplot2::labs(x = call_by(words, panel[2]), y = NULL, fill = fill$title, caption = no_data(cells$value, words))
}

# Dates are one column each, months and years as wide as each other.
heat_time <- function(time) if (is.numeric(time)) time else time_factor(time)

heat_time_scale <- function(time) {
  if (is.factor(time)) return(ggplot2::scale_x_discrete(breaks = some_of(levels(time)), expand = c(0, 0), guide = no_overlap()))
  ggplot2::scale_x_continuous(breaks = function(limits) whole_breaks(limits, 12), expand = c(0, 0))
}
