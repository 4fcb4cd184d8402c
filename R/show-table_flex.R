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

# With its title as a caption and its note as the foot; as wide as a page, heads broken for it, and
# wider where numbers need it.
whole_flex_table <- function(table) {
  all <- seq_along(table$head)
  widths <- fitted_widths(
    table, all, 10, page_width[["upright"]]
  ) %||% fitted_widths(
    table, all, 10, page_width[["across"]]
  ) %||% column_need(table, all, 10)$least
  out <- journal_type(flex_table(table), 10)
  out <- flextable::width(out, j = all, width = widths)
  if (!is.null(table$title)) out <- flextable::set_caption(out, table$title)
  if (length(table$note)) {
    out <- flextable::fontsize(flextable::font(
      flextable::add_footer_lines(out, table$note), fontname = "Times New Roman", part = "footer"
    ), size = 8.5, part = "footer")
  }
  out
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
  parts <- lapply(
    with_note(page_tables(table, layout), table$note, layout$size), keep_rows
  )
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

# HTML by flextable: a page of its own without scripts or anything fetched, which flextable itself
# writes no more (0.10.1 has rmarkdown and pandoc write it, scripts included).
write_html <- function(table, file, call) {
  need_package(c("flextable", "officer"), "HTML files", call)
  title <- escape(one_line(table$title %||% "Table"), c("&", "<", ">"), c("&amp;", "&lt;", "&gt;"))
  write_text(c(
    "<!DOCTYPE html>", "<html><head>", "<meta charset=\"utf-8\"/>",
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1.0\"/>",
    paste0("<title>", title, "</title>"), "<style>", table_css, "</style>", "</head><body>",
    as.character(flextable::htmltools_value(whole_flex_table(table), ft.shadow = FALSE)),
    "</body></html>"
  ), file)
}

# What flextable's pages say of tables.
table_css <- c(
  ".tabwid table {",
  "  border-spacing: 0; border-collapse: collapse; border-width: 0; line-height: 1;",
  "  margin-left: auto; margin-right: auto; caption-side: top;", "}",
  ".tabwid td, .tabwid th { padding: 0; }"
)
