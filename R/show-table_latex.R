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
  lines <- sub("^(hline.*), black,", "\\1,", latex_letters(latex_signs(unescaped(lines))))
  write_text(latex_fitted(lines, table), file)
}

# The text of an article is 4.77 inches wide and 550 points high: letters are as small as the width
# needs, and a table that is higher than a page, with its title and note, goes over several.
latex_fitted <- function(lines, table) {
  need <- sum(column_need(table, seq_along(table$head), 10)$whole)
  width <- c(1, footnotesize = 0.8, scriptsize = 0.7, tiny = 0.5)
  font <- names(width)[c(which(need * width <= 4.77), 4)[1]]
  # The rows of a page of ctex are 20 points apart, whatever the letters' size.
  row <- if (any(has_chinese(lines))) 20 else 16
  long <- (nrow(table$cells) + 1) * row > 500
  rows <- lines[(grep("tabularray inner close", lines)[1] + 1):(length(lines) - 1)]
  if (long) rows <- utils::head(rows, nrow(table$cells) + 1)
  if (long && sum(nchar(rows, "bytes")) > tabularray_bytes) {
    return(latex_longtable(rows, latex_said(lines), table, font))
  }
  inner <- c(
    if (long) "rowhead=1,", if (nzchar(font)) paste0("cells={font=\\", font, "}, colsep=3pt,")
  )
  lines <- c(
    "% \\usepackage{tabularray}", append(lines, inner, grep("^colspec=", lines)[1] - 1)
  )
  if (!long) return(lines)
  lines <- lines[!lines %in% c("\\begin{table}", "\\centering", "\\end{table}")]
  # Without a title it would be "Table 1".
  if (!any(startsWith(lines, "caption="))) {
    lines <- sub("^(\\\\begin\\{tblr\\}\\[)", "\\1entry=none, label=none,", lines)
  }
  gsub("\\{(tall)?tblr\\}", "{longtblr}", lines)
}

# Some 30,000 letters of rows end tabularray, and before that take it a minute.
tabularray_bytes <- 20000

# Title and note as tinytable wrote them.
latex_said <- function(lines) {
  said <- function(key) {
    line <- grep(paste0("^", key, "=\\{"), lines, value = TRUE)
    if (length(line)) sub("^[a-z]+(?:\\{\\})?=\\{(.*)\\},$", "\\1", line[1], perl = TRUE)
  }
  list(title = said("caption"), note = said("note\\{\\}"))
}

# The rows (the head first) in LaTeX's own environment for tables of many pages.
latex_longtable <- function(rows, said, table, font) {
  align <- ifelse(table$numeric, if (table$centred) "c" else "r", "l")
  head <- c("\\hline", rows[1], "\\hline")
  body <- rows[-1]
  rules <- table$rules[table$rules > 0 & table$rules < length(body)]
  body[rules] <- paste(body[rules], "\\hline")
  c(
    "% \\usepackage{longtable}",
    if (nzchar(font)) paste0("{\\", font, "\\setlength{\\tabcolsep}{3pt}") else "{",
    paste0("\\begin{longtable}{", paste(align, collapse = ""), "}"),
    if (!is.null(said$title)) paste0("\\caption{", said$title, "}\\\\"),
    head, "\\endfirsthead", head, "\\endhead", "\\hline", "\\endfoot", body,
    "\\end{longtable}",
    # Without a title it would be counted nevertheless.
    if (is.null(said$title)) "\\addtocounter{table}{-1}",
    if (!is.null(said$note)) c("\\noindent", paste0(said$note, "\\par")), "}"
  )
}

# Letters and signs that LaTeX's first font has not: a page has nothing in their place, and the log
# alone says so.
latex_letters <- function(lines) {
  if (!any(grepl("[^ -~\\t]", lines, perl = TRUE))) return(lines)
  lines <- enc2utf8(lines)
  known <- word_table("latex")
  there <- known[known$sign %in% strsplit(paste(lines, collapse = ""), "")[[1]], ]
  escape(lines, there$sign, there$latex)
}

# A row that begins with a bracket or a star would be read as an argument of the line break before
# it. LaTeX's first font has other letters for < > and |, its hyphen is shorter than a minus, and
# two hyphens, commas or quotes, and a quote behind ? or !, are one sign.
latex_signs <- function(lines) {
  lines <- gsub("(-(?=-)|,(?=,)|'(?=')|[`?!](?=`))", "\\1{}", lines, perl = TRUE)
  lines <- escape(lines, c("<", ">", "|"), c("\\textless{}", "\\textgreater{}", "\\textbar{}"))
  sub("^([[*])", "{\\1}", gsub("(^|& )-(?=[0-9]| (?:&|\\\\\\\\))", "\\1$-$", lines, perl = TRUE))
}

# Letters that the session's locale has no code for come back as <U+4E00>.
unescaped <- function(lines) {
  at <- gregexpr("<U\\+[0-9A-F]{4}>", lines)
  regmatches(lines, at) <- lapply(regmatches(lines, at), function(codes) {
    vapply(strtoi(substr(codes, 4, 7), 16L), intToUtf8, "")
  })
  lines
}
