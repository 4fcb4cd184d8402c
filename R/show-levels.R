# How many units stand at each level, by time; groups in panels of their own.

draw_levels <- function(data, recipe, labels, by, words) {
  data <- data[!is.na(data$stage), , drop = FALSE]
  time <- data[[recipe$panel[2]]]
  group <- if (is.null(by)) {
    rep("", nrow(data))
  } else {
    ifelse(is.na(data[[by]]), "NA", format_key(data[[by]]))
  }
  counts <- as.data.frame(table(
    time = time_factor(time), stage = factor(labels[data$level], labels), group = group
  ))
  counts$stage <- factor(counts$stage, rev(labels))
  counts <- counts[counts$Freq > 0, ]
  ggplot2::ggplot(counts, ggplot2::aes(.data[["time"]], .data[["Freq"]], fill = .data[["stage"]])) +
    ggplot2::geom_col(width = 0.85, colour = "grey40", linewidth = 0.2) +
    ggplot2::scale_fill_manual(values = stats::setNames(sequence_colours(length(labels)), labels)) +
    ggplot2::scale_x_discrete(
      breaks = some_of(levels(counts$time), if (is.null(by)) 12 else 4), guide = no_overlap()
    ) +
    ggplot2::scale_y_continuous(
      expand = ggplot2::expansion(mult = c(0, 0.02)), breaks = whole_counts
    ) + theme_paper(words) +
    ggplot2::theme(
      legend.position = "right", panel.grid.major.x = ggplot2::element_blank(),
      legend.text = ggplot2::element_text(size = 8)
    ) +
    ggplot2::labs(
      x = call_by(words, recipe$panel[2]),
      y = term(words, "units", units = call_by(words, recipe$panel[1])), fill = NULL
    ) +
    (if (!is.null(by)) ggplot2::facet_wrap(
      ggplot2::vars(.data[["group"]]), labeller = ggplot2::as_labeller(named_by(words))
    ))
}

# Units are counted in whole numbers.
whole_counts <- function(limits) unique(floor(pretty(limits, 5)))
