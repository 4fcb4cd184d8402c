# What a result looks like in a text document, where its print is not its data frame: heads, cells,
# columns of numbers and a note; NULL for all others.

journal_table <- function(x, digits) {
  if (inherits(x, "correlations") && !is.null(attr(x, "vars", exact = TRUE))) {
    return(printed_matrix(correlation_cells(x, digits), paste0(star_note(), full_stop())))
  }
  if (inherits(x, "unit_root") && !is.null(attr(x, "settings", exact = TRUE))) {
    return(printed_matrix(unit_root_cells(x), c(
      unit_root_null(x$test), paste0(star_note(), full_stop())
    )))
  }
  if (inherits(x, "hausman_test") && !is.null(attr(x, "settings", exact = TRUE))) {
    return(printed_hausman(x, digits))
  }
  if (inherits(x, "regional_result") && !is.null(attr(x, "settings", exact = TRUE))) {
    return(printed_regional(x, digits))
  }
  if (inherits(x, "spatial_tests") && has_columns(x, "test", "statistic", "df", "p.value")) {
    return(printed_spatial_tests(x, digits))
  }
  if (inherits(x, "descriptives")) return(printed_descriptives(plain_result(x)))
  NULL
}

printed_matrix <- function(cells, note) {
  list(
    head = c("", colnames(cells)), cells = unname(cbind(rownames(cells), cells)),
    numeric = c(FALSE, rep(TRUE, ncol(cells))), note = note
  )
}

printed_spatial_tests <- function(x, digits) {
  test <- ifelse(
    x$test %in% names(spatial_test_names), tr(unname(spatial_test_names[x$test])), x$test
  )
  list(
    head = head_words(names(x)), cells = unname(cbind(
      test, number_text(x$statistic, digits), as.character(x$df), p_text(x$p.value, digits)
    )), numeric = c(FALSE, TRUE, TRUE, TRUE)
  )
}

# Both estimates and their difference, and below them the tests of it.
printed_hausman <- function(x, digits) {
  b <- attr(x, "coefficients", exact = TRUE)
  tests <- ifelse(is.na(x$statistic), tr("not defined"), sprintf(
    "%s%s (%s)", number_text(x$statistic, digits), star_marks(x$p.value), p_text(x$p.value)
  ))
  cells <- rbind(
    cbind(b$term, matrix(number_text(unlist(b[-1]), digits), nrow(b))),
    cbind(hausman_labels(x), "", "", tests)
  )
  none <- unique(x$note[is.na(x$statistic)])
  note <- c(
    paste0(hausman_heading(attr(x, "settings", exact = TRUE)), full_stop()),
    tr("Tests of no difference: statistic (p-value). A small p speaks for fixed effects."),
    if (length(none)) trf("Not defined: %s.", spoken_facts(none)), paste0(star_note(), full_stop())
  )
  list(
    head = c("", tr(c("Fixed effects", "Random effects", "Difference"))), cells = unname(cells),
    numeric = c(FALSE, TRUE, TRUE, TRUE), rules = nrow(b), note = note
  )
}

# Each variable with as many decimals as its own size needs.
printed_descriptives <- function(x) {
  numbers <- intersect(c("mean", "sd", "min", "p25", "p50", "p75", "max"), names(x))
  numeric <- unname(vapply(x, is.numeric, NA))
  text <- x
  for (i in seq_len(nrow(x))) text[i, numbers] <- row_format(unlist(x[i, numbers]), 4)
  cells <- vapply(text, function(column) {
    ifelse(is.na(column), "", as.character(column))
  }, character(nrow(x)))
  list(
    head = head_words(names(x)), cells = matrix(cells, nrow(x), dimnames = NULL), numeric = numeric
  )
}
