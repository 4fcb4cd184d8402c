plain_table <- function(x) {
  if (inherits(x, "regression_table")) return(as.data.frame(x))
  plain_result(as.data.frame(with_value_labels(x)))
}

# Everything as text: heads, cells, which rows are set off from those before, which columns are
# numbers.
table_text <- function(x, digits, title = NULL, note = NULL, labels = NULL) {
  label_text(unlabelled_text(x, digits, title, note, labels), labels)
}

# A data frame as it is written: in the language spoken, under the user's labels.
shown_data <- function(x, labels) {
  if (inherits(x, "regression_table")) return(plain_table(x))
  speak_of(attr(x, "subject", exact = TRUE))
  spoken_frame(plain_table(x), labels)
}

# The user's labels in a text: heads and cells that are a name, alone or after a number in brackets.
label_text <- function(table, labels) {
  if (is.null(labels)) return(table)
  relabel <- function(text) {
    number <- sub("^(\\([0-9]+\\) )?.*$", "\\1", text)
    at <- match(substring(text, nchar(number) + 1), names(labels))
    replace(text, !is.na(at), paste0(number, labels[at])[!is.na(at)])
  }
  table[c("head", "cells")] <- lapply(table[c("head", "cells")], function(text) {
    replace(text, seq_along(text), relabel(as.vector(text)))
  })
  table
}

unlabelled_text <- function(x, digits, title, note, labels) {
  speak_of(attr(x, "subject", exact = TRUE))
  if (inherits(x, "regression_table") && !is.null(attr(x, "note"))) {
    rows <- printed_rows(x)
    return(list(
      head = c("", names(rows)[-1]), cells = unname(as.matrix(rows)),
      together = rows_together(rows),
      numeric = c(FALSE, rep(TRUE, ncol(rows) - 1)), centred = TRUE,
      rules = c(sum(x$part == "head"), attr(rows, "body")), title = title %||% attr(x, "title"),
      note = note %||% attr(x, "note")
    ))
  }
  printed <- journal_table(x, digits)
  if (!is.null(printed)) {
    return(utils::modifyList(printed, list(
      centred = FALSE, rules = printed$rules %||% 0, title = title, note = note %||% printed$note
    )))
  }
  x <- plain_table(x)
  numeric <- vapply(x, is.numeric, NA)
  cells <- matrix(vapply(
    spoken_frame(x, labels), function(column) table_cells(column, digits), character(nrow(x))
  ), nrow(x))
  # A p-value is never zero.
  for (p in intersect(c("p.value", "p_value"), names(x))) {
    tiny <- which(x[[p]] < 10^-digits)
    cells[cbind(tiny, rep(match(p, names(x)), length(tiny)))] <- p_text(x[[p]][tiny], digits)
  }
  list(
    head = spoken_heads(names(x), labels), cells = cells, numeric = unname(numeric),
    centred = FALSE, rules = 0,
    title = title, note = note
  )
}

# Rows that no page may part from the next: the title of an equation, and a coefficient from its
# standard error, whose row has no name.
rows_together <- function(rows) {
  unnamed <- !nzchar(rows$label)
  title <- nzchar(rows$label) & rowSums(rows[-1] != "") == 0
  which(c(unnamed[-1], FALSE) | title)
}

table_cells <- function(column, digits) {
  if (!is.numeric(column)) return(ifelse(is.na(column), "", as.character(column)))
  whole <- all(column == round(column), na.rm = TRUE)
  ifelse(is.na(column), "", fixed_text(column, if (whole) 0 else digits))
}
