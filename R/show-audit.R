#' @name pictures
#' @aliases autoplot.audit
#' @exportS3Method ggplot2::autoplot
autoplot.audit <- function(object, labels = NULL, language = NULL, ...) {
  call <- rlang::current_env()
  need_ggplot2(call)
  check_dots(..., call = call)
  check_drawable(object, "verdict", call)
  lines <- plain_audit(object)
  words <- lettering(language, labels, c(lines$item, lines$check), call)
  speak(words$language)
  draw_verdicts(lines, tr(attr(object, "title")), words)
}

# One row a printed row (the table as a whole on top), one column a check, the worst verdict in each
# cell.
draw_verdicts <- function(lines, title, words) {
  where <- ifelse(is.na(lines$row), 0L, lines$row)
  worst <- c("consistent", "not tested", "undetermined", "inconsistent")
  cell <- unique(data.frame(where, check = lines$check))
  grade <- match(lines$verdict, worst)
  key <- match(paste(where, lines$check), paste(cell$where, cell$check))
  cell$verdict <- factor(worst[tapply(grade, key, max)], worst)
  cell$check <- factor(cell$check, unique(lines$check))
  rows <- sort(unique(where))
  name <- vapply(rows, function(r) row_name(lines[where == r, ], r), "")
  cell$row <- factor(match(cell$where, rows), rev(seq_along(rows)))
  ggplot2::ggplot(cell, ggplot2::aes(.data[["check"]], .data[["row"]], fill = .data[["verdict"]])) +
    ggplot2::geom_tile(colour = "white", linewidth = if (length(rows) > 100) 0 else 0.4) +
    ggplot2::geom_text(
      ggplot2::aes(
        label = c("", "-", "?", "x")[as.integer(.data[["verdict"]])],
        colour = c("black", "black", "black", "white")[as.integer(.data[["verdict"]])]
      ),
      size = if (length(rows) > 40) 2 else 2.8
    ) +
    ggplot2::scale_colour_identity() + ggplot2::scale_fill_manual(
      values = verdict_colours, drop = FALSE, labels = named_by(words)
    ) +
    ggplot2::scale_x_discrete(
      position = "top", expand = c(0, 0), labels = spoken_checks(words, levels(cell$check))
    ) +
    ggplot2::scale_y_discrete(
      expand = c(0, 0), labels = stats::setNames(call_by(words, name), rev(levels(cell$row)))
    ) + theme_paper(words) +
    ggplot2::theme(
      panel.grid = ggplot2::element_blank(), axis.ticks = ggplot2::element_blank(),
      axis.text.y = ggplot2::element_text(size = max(4.5, min(9, 330 / length(rows)))),
      axis.text.x = ggplot2::element_text(size = 8)
    ) + ggplot2::labs(
      x = NULL, y = NULL, fill = NULL, title = title, caption = term(words, "verdicts")
    )
}

row_name <- function(lines, row) {
  if (row == 0) return(tr("(table)"))
  item <- lines$item[!is.na(lines$item)]
  if (length(item)) item[1] else trf("row %d", row)
}

# Checks under the user's labels, else in the language spoken, broken into lines.
spoken_checks <- function(words, x) {
  own <- match(x, names(words$labels))
  called <- ifelse(is.na(own), spoken_audit(x), unname(words$labels)[own])
  broken <- vapply(called, function(s) paste(wrapped(s, 20), collapse = "\n"), "")
  stats::setNames(broken, x)
}

# From light to dark, so that they are told apart on a grey printer.
verdict_colours <- c(
  consistent = "#D6E6F2", "not tested" = "#ADADAD", undetermined = "#CC8418",
  inconsistent = "#8F2A10"
)
