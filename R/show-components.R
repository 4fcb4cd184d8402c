# Principal components behind an index: eigenvalues, and loadings of the indicators.

draw_scree <- function(components, words) {
  parts <- lapply(names(components), function(s) {
    values <- components[[s]]$eigenvalues %||% components[[s]]$values
    data.frame(
      system = s, at = seq_along(values), value = values,
      kept = seq_along(values) <= length(components[[s]]$values)
    )
  })
  table <- do.call(rbind, parts)
  table$system <- factor(table$system, names(components))
  ggplot2::ggplot(table, ggplot2::aes(.data[["at"]], .data[["value"]])) + ggplot2::geom_hline(
    yintercept = 1, linetype = "22", colour = "grey50", linewidth = 0.4
  ) +
    ggplot2::geom_line(colour = "grey50", linewidth = 0.4) + ggplot2::geom_point(
      ggplot2::aes(shape = .data[["kept"]]), size = 2.4, colour = series_colours[1]
    ) +
    ggplot2::scale_shape_manual(
      values = c(`FALSE` = 1, `TRUE` = 16), guide = "none"
    ) + ggplot2::scale_x_continuous(breaks = whole_breaks) +
    ggplot2::scale_y_continuous(limits = c(0, NA), expand = ggplot2::expansion(mult = c(0, 0.05))) +
    ggplot2::facet_wrap(
      ggplot2::vars(.data[["system"]]), scales = "free_x",
      labeller = ggplot2::as_labeller(named_by(words))
    ) + theme_paper(words) +
    ggplot2::labs(
      x = term(words, "component"), y = term(words, "eigenvalue"), caption = term(words, "scree")
    )
}

# Signed values take colours that leave the middle white: blue below, red above; the numbers stand
# in the cells for grey printers.
draw_loadings <- function(components, words) {
  parts <- lapply(names(components), function(s) {
    l <- components[[s]]$loadings
    data.frame(
      system = s, indicator = rep(rownames(l), ncol(l)),
      component = rep(seq_len(ncol(l)), each = nrow(l)), value = as.vector(l)
    )
  })
  table <- do.call(rbind, parts)
  table$place <- system_places(table)
  table$system <- factor(table$system, names(components))
  table$ink <- ifelse(abs(table$value) > 0.75, "white", "black")
  ggplot2::ggplot(table, ggplot2::aes(
    factor(.data[["component"]]), .data[["place"]], fill = .data[["value"]]
  )) +
    ggplot2::geom_tile(colour = "white", linewidth = 0.4) +
    ggplot2::geom_text(
      ggplot2::aes(
        label = unsigned_nought(formatC(.data[["value"]], 2, format = "f")),
        colour = .data[["ink"]]
      ),
      size = 3
    ) + ggplot2::scale_colour_identity() +
    ggplot2::scale_fill_gradient2(
      low = "#2166AC", mid = "white", high = "#B2182B", limits = c(-1, 1)
    ) +
    ggplot2::scale_x_discrete(expand = c(0, 0)) + scale_y_places(words, c(0, 0)) +
    ggplot2::facet_grid(
      rows = ggplot2::vars(.data[["system"]]), scales = "free_y", space = "free_y",
      labeller = ggplot2::as_labeller(named_by(words))
    ) + theme_paper(words) +
    ggplot2::theme(
      legend.position = "right", panel.grid = ggplot2::element_blank(),
      strip.text.y = ggplot2::element_text(hjust = 0.5)
    ) +
    ggplot2::labs(x = term(words, "component"), y = NULL, fill = term(words, "loading"))
}
