# Tables in Word's own XML (ECMA-376, part 1, 17.3 and 17.4), elements in the order of its schema.

write_docx <- function(table, file, call) {
  need_package(c("officer", "xml2"), "Word files", call)
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
  parts <- docx_tables(table, layout)
  # Without a paragraph between them Word joins tables.
  blank <- docx_paragraph("", layout$size)
  pieces <- utils::head(c(rbind(parts, blank)), -1)
  if (!is.null(table$title)) {
    title <- docx_paragraph(table$title, 10.5, "center", keep = TRUE, bold = TRUE)
    pieces <- c(title, pieces)
  }
  space <- "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
  for (piece in sub("^(<w:[a-z]+)", paste("\\1", space), pieces)) {
    document <- officer::body_add_xml(document, piece)
  }
  print(document, target = file)
}

# One table a part of the layout, the notes as the foot of the last.
docx_tables <- function(table, layout) {
  last <- length(layout$parts)
  vapply(seq_len(last), function(i) {
    at <- layout$parts[[i]]$columns
    docx_table(
      rbind(table$head[at], table$cells[, at, drop = FALSE]), table, at,
      layout$parts[[i]]$widths, layout$size, if (i == last) table$note
    )
  }, "")
}

# Three lines: above and below the head, whose row is repeated on every page, and below the last
# row; thinner ones where the table asks for them. Widths are in inches, in Word in twentieths of a
# point, as all measures but lines (eighths) and type (halves).
docx_table <- function(text, table, at, widths, size, note) {
  n <- nrow(text)
  widths <- round(widths * 1440)
  above <- ifelse(seq_len(n) == 1, 12, 0)
  below <- ifelse(seq_len(n) == n, 12, ifelse(seq_len(n) %in% c(1, table$rules + 1), 6, 0))
  keep <- kept_rows(table, length(note) > 0)
  align <- ifelse(table$numeric[at], if (table$centred) "center" else "right", "left")
  line <- row(text)
  column <- col(text)
  cells <- docx_cell(
    docx_paragraph(
      text, size, align[column], keep[line], left = ifelse(apart(table$numeric[at]), 100, 0)[column]
    ),
    widths[column], above[line], below[line]
  )
  dim(cells) <- dim(text)
  rows <- docx_row(do.call(paste0, lapply(seq_along(at), function(j) cells[, j])), seq_len(n) == 1)
  foot <- if (length(note)) {
    docx_row(docx_cell(
      docx_paragraph(note, min(size, 8), keep = seq_along(note) < length(note)), sum(widths), 0, 0,
      length(at)
    ))
  }
  paste0(
    "<w:tbl><w:tblPr><w:tblW w:w=\"", sum(widths), "\" w:type=\"dxa\"/><w:jc w:val=\"center\"/>",
    "<w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"40\" w:type=\"dxa\"/>",
    "<w:right w:w=\"40\" w:type=\"dxa\"/></w:tblCellMar><w:tblLook w:val=\"0420\"/></w:tblPr>",
    "<w:tblGrid>", paste0("<w:gridCol w:w=\"", widths, "\"/>", collapse = ""), "</w:tblGrid>",
    paste(c(rows, foot), collapse = ""), "</w:tbl>"
  )
}

# Rows, the head first, that stand on the page of the next. A table that fits on a page stays on
# one; of a longer one the head with the first row, each coefficient with its standard error, and
# the last row with the notes.
kept_rows <- function(table, noted) {
  n <- nrow(table$cells)
  kept <- n <= whole_rows | seq_len(n) %in% table$together
  c(TRUE, replace(kept, n, noted))
}

docx_row <- function(cells, head = FALSE) {
  paste0(
    "<w:tr><w:trPr><w:cantSplit/>", ifelse(head, "<w:tblHeader/>", ""), "</w:trPr>", cells,
    "</w:tr>"
  )
}

docx_cell <- function(paragraph, width, above, below, span = 1) {
  edge <- function(side, eighths) {
    ifelse(eighths > 0, paste0(
      "<w:", side, " w:val=\"single\" w:sz=\"", eighths, "\" w:space=\"0\" w:color=\"000000\"/>"
    ), "")
  }
  borders <- paste0(edge("top", above), edge("bottom", below))
  paste0(
    "<w:tc><w:tcPr><w:tcW w:w=\"", width, "\" w:type=\"dxa\"/>",
    if (span > 1) paste0("<w:gridSpan w:val=\"", span, "\"/>"),
    ifelse(nzchar(borders), paste0("<w:tcBorders>", borders, "</w:tcBorders>"), ""),
    "<w:vAlign w:val=\"center\"/></w:tcPr>", paragraph, "</w:tc>"
  )
}

# A paragraph in the faces of journals in either language. Its mark, as high as the type, is what a
# line without text is as high as.
docx_paragraph <- function(text, size, align = "left", keep = FALSE, bold = FALSE, left = 0) {
  face <- "Times New Roman"
  type <- paste0(
    "<w:rPr><w:rFonts w:ascii=\"", face, "\" w:hAnsi=\"", face, "\" w:eastAsia=\"SimSun\" w:cs=\"",
    face, "\"/>", if (bold) "<w:b/>", "<w:color w:val=\"000000\"/><w:sz w:val=\"", size * 2,
    "\"/><w:szCs w:val=\"", size * 2, "\"/></w:rPr>"
  )
  paste0(
    "<w:p><w:pPr>", ifelse(keep, "<w:keepNext/>", ""), "<w:spacing w:before=\"40\" w:after=\"40\" ",
    "w:line=\"240\" w:lineRule=\"auto\"/><w:ind w:left=\"", left,
    "\" w:right=\"0\" w:firstLine=\"0\"/><w:jc w:val=\"", align, "\"/>", type, "</w:pPr><w:r>",
    type, docx_text_runs(text), "</w:r></w:p>"
  )
}

docx_caption <- function(text) {
  paste0(
    "<w:p><w:pPr><w:pStyle w:val=\"TableCaption\"/><w:keepNext/><w:jc w:val=\"center\"/></w:pPr>",
    "<w:r>", docx_text_runs(text), "</w:r></w:p>"
  )
}

# Line breaks and tabulators are elements of their own. What XML has no place for, such as a bell,
# becomes the sign for what cannot be shown.
docx_text_runs <- function(text) {
  text <- escape(enc2utf8(text), c("&", "<", ">", "\r\n", "\r"), c(
    "&amp;", "&lt;", "&gt;", "\n", "\n"
  ))
  text <- gsub("[\\x01-\\x08\\x0b\\x0c\\x0e-\\x1f\\x{fffe}\\x{ffff}]", "\ufffd", text, perl = TRUE)
  open <- "<w:t xml:space=\"preserve\">"
  paste0(open, escape(
    text, c("\n", "\t"), paste0("</w:t>", c("<w:br/>", "<w:tab/>"), open)
  ), "</w:t>")
}
