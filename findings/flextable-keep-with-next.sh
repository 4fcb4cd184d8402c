#!/bin/sh
# flextable 0.8.4 with officer 0.6.0: "keep with next" set for some rows is lost in Word.
#
# style(i = , pr_p = fp_par(keep_with_next = TRUE)) is kept in the object and written for these rows
# by the writer of rows; but as the document is made, the option of the whole table (keep_with_next,
# by default FALSE) is put over all parts first. Seen: no keepNext in document.xml. A head row cannot be
# tied to its first row alone; with the option of the table every row is tied to the next.
. "$(dirname "$0")/run.sh"
in_r <<'R'
pinned(officer = "0.6.0", flextable = "0.8.4")
suppressPackageStartupMessages({
  library(officer)
  library(flextable)
})
table <- style(flextable(head(cars, 4)), i = 1:2, pr_p = fp_par(keep_with_next = TRUE))
kept <- table$body$styles$pars$keep_with_next$data
print(kept)
marks <- function(table) {
  file <- tempfile(fileext = ".docx")
  save_as_docx(table, path = file)
  unzip(file, "word/document.xml", exdir = folder <- tempfile())
  text <- paste(readLines(file.path(folder, "word/document.xml"), warn = FALSE), collapse = "")
  lengths(regmatches(text, gregexpr("<w:keepNext", text)))
}
whole <- set_table_properties(table, opts_word = list(keep_with_next = TRUE))
cat("keepNext in Word: by row", marks(table), "- for the table", marks(whole), "\n")
seen("the object has it for four cells", sum(kept) == 4)
seen("the document for none; with the table's option for ten",
     marks(table) == 0 && marks(whole) == 10)
R
