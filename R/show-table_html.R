# A page of its own without scripts or anything fetched.
write_html <- function(table, file, call) {
  title <- html_text(one_line(table$title %||% "Table"))
  write_text(c(
    "<!DOCTYPE html>", "<html><head>", "<meta charset=\"utf-8\"/>",
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1.0\"/>",
    paste0("<title>", title, "</title>"), "<style>", table_css, "</style>", "</head><body>",
    html_table(table), "</body></html>"
  ), file)
}

# With its title as a caption and its notes as the foot; as wide as a page, heads broken for it, and
# wider where numbers need it.
html_table <- function(table) {
  all <- seq_along(table$head)
  widths <- fitted_widths(
    table, all, 10, page_width[["upright"]]
  ) %||% fitted_widths(
    table, all, 10, page_width[["across"]]
  ) %||% column_need(table, all, 10)$least
  class <- ifelse(table$numeric, if (table$centred) "middle" else "number", "name")
  class <- paste0(class, ifelse(apart(table$numeric), " apart", ""))
  cells <- function(text, tag) {
    paste0(c("<tr>", paste0(
      "<", tag, " class=\"", class, "\">", html_text(text), "</", tag, ">"
    ), "</tr>"), collapse = "")
  }
  body <- vapply(seq_len(nrow(table$cells)), function(i) cells(table$cells[i, ], "td"), "")
  ruled <- intersect(table$rules, seq_len(nrow(table$cells) - 1))
  body[ruled] <- sub("<tr>", "<tr class=\"ruled\">", body[ruled], fixed = TRUE)
  paste(c(
    "<table class=\"ccdpanel\">",
    if (!is.null(table$title)) paste0("<caption>", html_text(table$title), "</caption>"),
    "<colgroup>", sprintf("<col style=\"width:%.3fin\"/>", widths), "</colgroup>",
    "<thead>", cells(table$head, "th"), "</thead>", "<tbody>", body, "</tbody>",
    if (length(table$note)) {
      c("<tfoot>", paste0(
        "<tr><td colspan=\"", length(all), "\">", html_text(table$note), "</td></tr>"
      ), "</tfoot>")
    },
    "</table>"
  ), collapse = "\n")
}

html_text <- function(text) {
  text <- escape(enc2utf8(text), c("&", "<", ">"), c("&amp;", "&lt;", "&gt;"))
  gsub("\r\n|\r|\n", "<br/>", text)
}

table_css <- c(
  "table.ccdpanel {",
  "  border-collapse: collapse; margin: 0 auto; border: solid #000; border-width: 1.5pt 0 0;",
  "  font: 10pt/1.25 'Times New Roman', SimSun, serif; color: #000;", "}",
  ".ccdpanel caption { caption-side: top; padding: 0 0 4pt; line-height: 1.3; }",
  ".ccdpanel th { font-weight: normal; }",
  paste(
    ".ccdpanel th, .ccdpanel td { padding: 1pt 2pt; text-align: left; white-space: pre-wrap;",
    "overflow-wrap: break-word; }"
  ),
  ".ccdpanel .number { text-align: right; }", ".ccdpanel .middle { text-align: center; }",
  ".ccdpanel .apart { padding-left: 7pt; }",
  ".ccdpanel thead tr, .ccdpanel .ruled { border-bottom: .75pt solid #000; }",
  ".ccdpanel tbody { border-bottom: 1.5pt solid #000; }",
  ".ccdpanel tfoot td { font-size: 8.5pt; }"
)
