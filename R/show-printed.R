# What a result looks like in a text document, where its print is not its data frame: heads, cells, columns of numbers and a note; NULL for all others.

journal_table <- function(x, digits) {
  if (inherits(x, "correlations") && !is.null(attr(x, "vars", exact = TRUE))) return(printed_matrix(correlation_cells(x, digits), paste0(star_note(), ".")))
  if (inherits(x, "unit_root") && !is.null(attr(x, "settings", exact = TRUE))) {
    null <- paste0("Statistic (p-value); the null is a unit root", if ("hadri" %in% x$test) ", Hadri's is stationarity", ".")
    return(printed_matrix(unit_root_cells(x), c(null, paste0(star_note(), "."))))
  }
  if (inherits(x, "descriptives")) return(printed_descriptives(plain_result(x)))
  NULL
}

printed_matrix <- function(cells, note) {
  list(head = c("", colnames(cells)), cells = unname(cbind(rownames(cells), cells)), numeric = c(FALSE, rep(TRUE, ncol(cells))), note = note)
}

# Each variable with as many decimals as its own size needs.
printed_descriptives <- function(x) {
  numbers <- intersect(c("mean", "sd", "min", "p25", "p50", "p75", "max"), names(x))
  numeric <- unname(vapply(x, is.numeric, NA))
  text <- x
  for (i in seq_len(nrow(x))) text[i, numbers] <- row_format(unlist(x[i, numbers]), 4)
  cells <- vapply(text, function(column) ifelse(is.na(column), "", as.character(column)), character(nrow(x)))
  list(head = names(x), cells = matrix(cells, nrow(x), dimnames = NULL), numeric = numeric)
}
