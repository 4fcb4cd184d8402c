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
# it. LaTeX's first font has other letters for < > and |, its hyphen is shorter than a minus, and
# two hyphens, commas or quotes, and a quote behind ? or !, are one sign.
latex_signs <- function(lines) {
  lines <- gsub("(-(?=-)|,(?=,)|'(?=')|[`?!](?=`))", "\\1{}", lines, perl = TRUE)
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
