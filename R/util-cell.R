# Cells of text files: what a spreadsheet would take for a formula is not one when it comes from us.

# Excel and its kin run a csv cell that begins with = + - @ (or the wide forms of these, or a tab),
# whoever wrote it. A text that begins so gets an apostrophe in front, which they show as text. A
# sign alone (a direction) and a printed number with its stars, brackets or percent sign are no
# formulas and stay as they are.
guarded_cells <- function(x) {
  risky <- grepl("^'*[ \t\r\n]*[=+@\uff1d\uff0b\uff0d\uff20-]|^'*[\t\r]", x, perl = TRUE)
  harmless <- grepl(
    "^[+-]*$|^[+-]?[0-9][0-9,]*[.]?[0-9]*([eE][+-]?[0-9]+)?%?[*]*$|^[+-]?[.][0-9]+%?[*]*$", x,
    perl = TRUE
  )
  at <- which(risky & !harmless)
  x[at] <- paste0("'", x[at])
  x
}

# The way back: exact, since texts that begin with apostrophes before such a sign were given one
# more.
unguarded_cells <- function(x) {
  x <- formula_texts(x)
  sub("^'('*[ \t\r\n]*[=+@\uff1d\uff0b\uff0d\uff20-]|'*[\t\r])", "\\1", x, perl = TRUE)
}

# What a spreadsheet shows of ="007", by which programs keep it from making a number of a text.
formula_texts <- function(x) {
  at <- grep("^\\s*=\\s*\"(?:[^\"]|\"\")*\"\\s*$", x, perl = TRUE)
  x[at] <- gsub(
    "\"\"", "\"", sub("(?s)^[^\"]*\"(.*)\"\\s*$", "\\1", x[at], perl = TRUE), fixed = TRUE
  )
  x
}

# Text on one line, for places where a line break ends what it stands in: a row of Markdown or
# LaTeX, a title in a head.
one_line <- function(x) {
  gsub("[[:space:][:cntrl:]\u0085\u2028\u2029]+", " ", enc2utf8(x), perl = TRUE)
}
