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
#' @details Word and HTML are laid out by the packages flextable and officer, LaTeX by tinytable
#'   (for the LaTeX package tabularray alone; in small type where it is wider than an article's
#'   text), Excel by writexl; Markdown and csv need none. The Excel file of a regression table has a
#'   second sheet with the numbers behind the text. HTML is a whole page without scripts or anything
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
  } else if (inherits(x, c("mediation_test", "moderation_test"))) {
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
}

check_file <- function(file, endings, call) {
  if (!rlang::is_string(file)) {
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
      "{.code install.packages()} installs {cli::qty(length(absent))}{?it/them}; Markdown ",
      "and csv need none."
    )
  ), call)
}

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

# HTML by flextable: a page of its own without scripts or anything fetched.
write_html <- function(table, file, call) {
  need_package(c("flextable", "officer"), "HTML files", call)
  made <- tempfile(fileext = ".html")
  on.exit(unlink(made))
  # flextable writes the head's title as it comes.
  title <- escape(one_line(table$title %||% "Table"), c("&", "<", ">"), c("&amp;", "&lt;", "&gt;"))
  flextable::save_as_html(whole_flex_table(table), path = made, title = title)
  # flextable 0.8 misspells the type of the document, and browsers then lay it out as those of the
  # 1990s did.
  write_text(sub(
    "^<!DOCTYPE html?>", "<!DOCTYPE html>", readLines(made, encoding = "UTF-8", warn = FALSE)
  ), file)
}

# With its title as a caption and its note as the foot; as wide as a page, heads broken for it, and
# wider where numbers need it.
whole_flex_table <- function(table) {
  all <- seq_along(table$head)
  widths <- fitted_widths(
    table, all, 10, page_width[["upright"]]
  ) %||% fitted_widths(
    table, all, 10, page_width[["across"]]
  ) %||% column_need(table, all, 10)$least
  out <- journal_type(flextable::autofit(flex_table(table)), 10)
  out <- flextable::width(out, j = all, width = widths)
  if (!is.null(table$title)) out <- flextable::set_caption(out, table$title)
  if (length(table$note)) {
    out <- flextable::fontsize(flextable::font(
      flextable::add_footer_lines(out, table$note), fontname = "Times New Roman", part = "footer"
    ), size = 8.5, part = "footer")
  }
  out
}

# LaTeX by tinytable, whose rules would need a second package for being black. LaTeX reads its keys
# of several notes, spaces, as the same key.
write_latex <- function(table, file, call) {
  need_package("tinytable", "LaTeX files", call)
  table <- lines_joined(table)
  data <- stats::setNames(
    as.data.frame(table$cells, stringsAsFactors = FALSE),
    ifelse(nzchar(table$head), table$head, " ")
  )
  out <- tinytable::tt(
    data, caption = table$title, notes = if (length(table$note)) paste(table$note, collapse = " "),
    escape = TRUE
  )
  out <- tinytable::style_tt(
    out, i = 0:nrow(data), j = which(table$numeric), align = if (table$centred) "c" else "r"
  )
  rules <- table$rules[table$rules > 0 & table$rules < nrow(data)]
  if (length(rules)) out <- tinytable::style_tt(out, i = rules, line = "b", line_width = 0.05)
  lines <- strsplit(tinytable::save_tt(out, "latex"), "\n", fixed = TRUE)[[1]]
  lines <- sub("^(hline.*), black,", "\\1,", latex_signs(unescaped(lines)))
  # The text of an article is 4.77 inches wide.
  if (sum(column_need(table, seq_along(table$head), 10)$whole) > 4.77) {
    lines <- sub("^(colspec=)", "cells={font=\\\\footnotesize}, colsep=3pt,\n\\1", lines)
  }
  write_text(c("% \\usepackage{tabularray}", lines), file)
}

# A row that begins with a bracket or a star would be read as an argument of the line break before
# it. LaTeX's first font has other letters for < > and |, and its hyphen is shorter than a minus.
latex_signs <- function(lines) {
  lines <- escape(lines, c("<", ">", "|"), c("\\textless{}", "\\textgreater{}", "\\textbar{}"))
  sub("^([[*])", "{\\1}", gsub("(^|& )-(?=[0-9])", "\\1$-$", lines, perl = TRUE))
}

# Letters that the session's locale has no code for come back as <U+4E00>.
unescaped <- function(lines) {
  at <- gregexpr("<U\\+[0-9A-F]{4}>", lines)
  regmatches(lines, at) <- lapply(regmatches(lines, at), function(codes) {
    vapply(strtoi(substr(codes, 4, 7), 16L), intToUtf8, "")
  })
  lines
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

write_docx <- function(table, file, call) {
  need_package(c("flextable", "officer", "xml2"), "Word files", call)
  layout <- page_layout(table)
  size <- officer::page_size(
    width = 8.27, height = 11.69, orient = if (layout$across) "landscape" else "portrait"
  )
  document <- officer::body_set_default_section(
    officer::read_docx(),
    officer::prop_section(
      page_size = size, page_margins = officer::page_mar(1, 1, 1, 1, 0.5, 0.5, 0),
      type = "continuous"
    )
  )
  if (!is.null(table$title)) {
    document <- officer::body_add_fpar(
      document, journal_paragraph(table$title, 10.5, bold = TRUE, centred = TRUE)
    )
  }
  parts <- with_note(page_tables(table, layout), table$note, layout$size)
  for (i in seq_along(parts)) {
    if (i > 1) document <- officer::body_add_fpar(document, journal_paragraph("", layout$size))
    document <- flextable::body_add_flextable(document, parts[[i]])
    free_rows(document, table)
  }
  print(document, target = file)
}

# flextable keeps all rows of a table with the next, or none: of a long one, all but those that
# belong together are let go, in the last table of the document.
free_rows <- function(document, table) {
  free <- free_rows_of(table)
  if (!length(free)) return(invisible())
  tables <- xml2::xml_find_all(officer::docx_body_xml(document), "//w:tbl")
  # The first row is the head.
  rows <- xml2::xml_find_all(tables[[length(tables)]], "./w:tr")[free + 1]
  xml2::xml_remove(xml2::xml_find_all(rows, ".//w:keepNext"))
}

# The same in a table's own XML.
free_rows_in <- function(xml, table) {
  free <- free_rows_of(table)
  if (!length(free)) return(xml)
  starts <- gregexpr("<w:tr[ >]", xml)[[1]]
  pieces <- substring(xml, c(1, starts), c(starts - 1, nchar(xml)))
  rows <- which(startsWith(pieces, "<w:tr"))[free + 1]
  pieces[rows] <- gsub("<w:keepNext ?/>", "", pieces[rows])
  paste(pieces, collapse = "")
}

# A table that fits on a page stays on one; of a longer one each coefficient with its standard
# error, and the last row with the notes.
free_rows_of <- function(table) {
  n <- nrow(table$cells)
  if (n <= whole_rows || !length(table$together)) return(integer())
  setdiff(seq_len(n), c(table$together, n))
}

whole_rows <- 30

flex_table <- function(table) {
  data <- stats::setNames(
    as.data.frame(table$cells, stringsAsFactors = FALSE), paste0("c", seq_along(table$head))
  )
  out <- flextable::flextable(data)
  out <- flextable::set_header_labels(
    out, values = stats::setNames(as.list(table$head), names(data))
  )
  thick <- officer::fp_border(width = 1.5)
  thin <- officer::fp_border(width = 0.75)
  out <- flextable::border_remove(out)
  out <- flextable::hline_top(out, border = thick, part = "header")
  out <- flextable::hline_bottom(out, border = thin, part = "header")
  out <- flextable::hline_bottom(out, border = thick, part = "body")
  rules <- table$rules[table$rules > 0 & table$rules < nrow(data)]
  if (length(rules)) out <- flextable::hline(out, i = rules, border = thin, part = "body")
  out <- flextable::align(
    out, j = which(table$numeric), align = if (table$centred) "center" else "right", part = "all"
  )
  out <- flextable::padding(out, padding.top = 1, padding.bottom = 1, part = "all")
  flextable::fontsize(out, size = 9, part = "all")
}

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
