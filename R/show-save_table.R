#' Write a table to Word, Excel, HTML, LaTeX, Markdown or csv
#'
#' @param x A [regression_table()], or any data frame, such as [wide_table()] or `weights(idx)`.
#' @param file Path of the file; its ending says the format: `.docx`, `.xlsx`, `.html`, `.tex`,
#'   `.md` or `.csv`. An existing file is replaced.
#' @param digits Decimals of the numbers of a plain data frame in text formats; numbers that would
#'   show as zero are written in scientific notation. Excel and csv get all of them.
#' @param labels What to write instead of names, in heads and cells: strings named by columns,
#'   systems, indicators, units or coefficients, such as `c(infrastructure = "Infrastructure")`.
#' @param language `"en"` or `"zh"`: language of the package's own heads and words; `NULL`
#'   (default): that of [ccdpanel.language]. A regression table has its own, see
#'   [regression_table()].
#' @param title,note Title above and note below the table; by default those of a regression table,
#'   else none.
#' @param ... Nothing: an argument of any other name is an error.
#' @return The path, invisibly.
#' @details Word needs the packages officer and xml2, LaTeX tinytable (for the LaTeX package
#'   tabularray alone; in small type where it is wider than an article's text), Excel writexl; HTML,
#'   Markdown and csv need none. The Excel file of a regression table has a second sheet with the
#'   numbers behind the text. HTML is a whole page without scripts or anything
#'   fetched from the network. Word: A4, upright or, if that is too narrow, across, the columns as
#'   wide as what is in them; a table too wide for both comes in parts. Correlations, unit roots,
#'   descriptives and Hausman's test are written as they print; Excel and csv hold their data
#'   frames.
#'
#'   A spreadsheet runs a csv cell that begins with `=`, `+`, `-` or `@` as a formula, whoever wrote
#'   it. Texts (never numbers, nor text that is a printed number or a sign alone) that begin so are
#'   written with an apostrophe in front, and so are heads; [indicator_sheet()] takes it off again.
#'   In Markdown and LaTeX a line break within a text becomes a space.
#' @section Errors: `ccdpanel_error_file` (an ending that is none of these, or a folder that is not
#'   there), `ccdpanel_error_package`, `ccdpanel_error_type`, `ccdpanel_error_empty`.
#' @examples
#' fit <- fe_reg(log(output) ~ log(highways) | state + year, state_capital, vcov = ~state)
#' path <- save_table(regression_table(fit), tempfile(fileext = ".md"))
#' cat(readLines(path), sep = "\n")
#' @export
save_table <- function(x, file, digits = 3, title = NULL, note = NULL, labels = NULL,
                       language = NULL, ...) {
  check_dots(...)
  check_required("save_table")
  call <- rlang::current_env()
  speak(language)
  check_labels(labels, call)
  check_table(x, call)
  check_number(digits, "digits", 0, 15)
  if (!is.null(title)) check_title(title, "title", call)
  if (!is.null(note)) check_title(note, "note", call)
  ending <- check_file(file, c("docx", "xlsx", "html", "tex", "md", "csv"), call)
  table <- table_text(x, digits, title, note, labels)
  switch(ending,
    docx = write_docx(table, file, call), xlsx = write_xlsx(x, table, labels, file, call),
    html = write_html(table, file, call), tex = write_latex(table, file, call),
    md = write_text(markdown_lines(table), file),
    csv = write_comma(shown_data(x, labels), file)
  )
  invisible(file)
}

# A table that can be written; fits and studies say which table of theirs can.
check_table <- function(x, call) {
  way <- if (inherits(x, c("ccd_model", "ccd_models", "first_stages"))) {
    "save_table(regression_table(x), file)"
  } else if (
    inherits(x, c(
      "event_study", "mediation_test", "moderation_test", "oster_bounds", "placebo_test",
      "threshold_test", "u_shape_test"
    ))
  ) {
    "save_table(as.data.frame(x), file)"
  } else if (inherits(x, "transition_summary")) {
    "save_table(x$passage, file)"
  } else if (inherits(x, "inequality_summary")) {
    "save_table(x$change, file)"
  }
  if (!is.null(way) || !is.data.frame(x)) {
    abort("type", c(
      "{.arg x} must be a regression table or a data frame, not {.obj_type_friendly {x}}.",
      i = "{.code {way %||% 'as.data.frame()'}} makes one."
    ), call)
  }
  if (!nrow(x) || !ncol(x)) {
    abort("empty", c(
      "{.arg x} must have rows and columns; it has {nrow(x)} row{?s} and {ncol(x)} column{?s}.",
      i = "Did a filter match nothing?"
    ), call)
  }
  # as.list() of a table of fits is the fits.
  several <- names(x)[vapply(unclass(x), function(v) is.list(v) || length(dim(v)) > 1, NA)]
  if (!length(several)) return(invisible())
  abort("column", c(
    "{.arg x} must have one value a cell; {.val {several}} {?is a column/are columns} of several.",
    i = "Lists are pasted together before the call, columns of matrices named one by one."
  ), call)
}

check_file <- function(file, endings, call) {
  if (!rlang::is_string(file) || !is_readable(file) || nchar(file, "bytes") > 4000) {
    abort("file", c(
      "{.arg file} must be one path, not {found(file)}.", i = "For instance {.val table.docx}."
    ), call)
  }
  ending <- tolower(sub("^.*[.]", "", basename(file)))
  if (!ending %in% endings) {
    abort("file", c(
      "{.arg file} must end in one of {.val {paste0('.', endings)}}, not {.val {basename(file)}}.",
      i = "The ending says the format."
    ), call)
  }
  check_writable(file, call)
  ending
}

need_package <- function(package, what, call) {
  absent <- package[!vapply(package, requireNamespace, NA, quietly = TRUE)]
  if (!length(absent)) return(invisible())
  abort("package", c(
    paste0(
      "{cli::qty(length(absent))}For {what} the package{?s} {.pkg {absent}} {?is/are} needed, and ",
      "not installed."
    ),
    i = paste0(
      "{.code install.packages()} installs {cli::qty(length(absent))}{?it/them}; HTML, ",
      "Markdown and csv need none."
    )
  ), call)
}

# In every locale UTF-8: a text that R takes for the session's own is written byte by byte. Quoted
# here, since write.csv() looks for quotes in it and stops where the bytes are no text of the
# locale's (GB18030).
write_comma <- function(table, file) {
  raw <- function(text) {
    out <- paste0("\"", gsub("\"", "\"\"", guarded_cells(enc2utf8(text)), fixed = TRUE), "\"")
    out[is.na(text)] <- NA
    Encoding(out) <- "unknown"
    out
  }
  words <- vapply(table, function(v) is.character(v) || is.factor(v), NA)
  table[words] <- lapply(table[words], function(v) raw(as.character(v)))
  names(table) <- raw(names(table))
  connection <- base::file(file, "w", encoding = "native.enc")
  on.exit(close(connection))
  utils::write.csv(table, connection, row.names = FALSE, quote = FALSE)
}

write_text <- function(lines, file) {
  connection <- base::file(file, "w", encoding = "native.enc")
  on.exit(close(connection))
  writeLines(enc2utf8(lines), connection, useBytes = TRUE)
}

escape <- function(text, from, to) {
  for (i in seq_along(from)) text <- gsub(from[i], to[i], text, fixed = TRUE)
  text
}

# Every text of a table on one line: in Markdown and LaTeX a line break, and more so an empty line,
# ends a row.
lines_joined <- function(table) {
  texts <- intersect(c("head", "cells", "title", "note"), names(table))
  table[texts] <- lapply(table[texts], function(x) {
    if (is.character(x)) replace(x, seq_along(x), one_line(x)) else x
  })
  table
}

markdown_lines <- function(table) {
  table <- lines_joined(table)
  marks <- c("\\", "*", "|", "_", "<", "[", "`", "$", "~")
  clean <- function(text) {
    text <- gsub(
      "(&(?=#?[A-Za-z0-9]+;))", "\\\\\\1", escape(text, marks, paste0("\\", marks)), perl = TRUE
    )
    sub("^([#>+-])(?=\\s)", "\\\\\\1", text, perl = TRUE)
  }
  row <- function(cells) paste0("| ", paste(cells, collapse = " | "), " |")
  align <- ifelse(table$numeric, if (table$centred) ":-:" else "--:", ":--")
  body <- vapply(seq_len(nrow(table$cells)), function(i) row(clean(table$cells[i, ])), "")
  c(
    if (!is.null(table$title)) c(paste0("**", clean(table$title), "**"), ""),
    row(clean(table$head)), row(align), body,
    if (length(table$note)) c("", paste(clean(table$note), collapse = " "))
  )
}

whole_rows <- 30

write_xlsx <- function(x, table, labels, file, call) {
  need_package("writexl", "Excel files", call)
  if (inherits(x, "hausman_test")) {
    return(writexl::write_xlsx(list(
      tests = shown_data(x, labels),
      coefficients = spoken_frame(attr(x, "coefficients", exact = TRUE), labels)
    ), file))
  }
  if (!inherits(x, "regression_table") || is.null(attr(x, "numbers"))) {
    return(writexl::write_xlsx(shown_data(x, labels), file))
  }
  text <- as.data.frame(rbind(table$cells, matrix(
    c(table$note, rep("", length(table$note) * (ncol(table$cells) - 1))), length(table$note)
  )), stringsAsFactors = FALSE)
  writexl::write_xlsx(list(
    table = stats::setNames(text, c(" ", table$head[-1])), numbers = attr(x, "numbers")
  ), file)
}

#' @exportS3Method knitr::knit_print
knit_print.regression_table <- function(x, ...) {
  if (is.null(attr(x, "note"))) return(knitr::normal_print(x))
  knitr::asis_output(paste(c("", markdown_lines(table_text(x, 3)), ""), collapse = "\n"))
}
