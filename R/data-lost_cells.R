# Cells that hold digits and are not understood: where they stand, and the error that lists them.

# Numbers of a sheet that has tables, in lines that belong to none of them: a table that was not
# seen. A line with one number is a title or a note.
outside_cells <- function(grid, tables) {
  if (!length(tables)) return(NULL)
  inside <- unlist(lapply(tables, function(table) {
    if (table$turned) table$grid$column else table$grid$line[c(table$lines, table$data)]
  }))
  rows <- which(!grid$line %in% inside & !is_note_row(grid$text))
  if (!length(rows)) return(NULL)
  text <- grid$text[rows, , drop = FALSE]
  cells <- typed_cells(as.vector(text), as.vector(grid$number[rows, , drop = FALSE]))
  number <- matrix(cells$kind == "number" & is.na(typed_times(as.vector(text))), nrow(text))
  number[rowSums(number) < 2, ] <- FALSE
  at <- which(number, arr.ind = TRUE)
  if (!nrow(at)) return(NULL)
  data.frame(
    file = grid$file, sheet = grid$sheet, row = grid$line[rows[at[, 1]]], column = unname(at[, 2]),
    text = paste(text[at], "(outside the tables)"), stringsAsFactors = FALSE
  )
}

# Cells that hold digits, and no number or year that is understood; rows of names that nobody knows
# are lost with all their numbers.
lost_cells <- function(table, cells, lost_times) {
  grid <- table$grid
  place <- function(rows, columns, text) {
    if (!length(rows)) return(NULL)
    row <- if (table$turned) columns else rows
    column <- if (table$turned) rows else columns
    data.frame(row, column, text, stringsAsFactors = FALSE)
  }
  bad <- cells[cells$kind == "lost", , drop = FALSE]
  times <- lost_times[!is_summary(table, lost_times)]
  unknown <- do.call(rbind, lapply(table$unknown$line, function(r) {
    at <- table$roles$values[grepl("[0-9]", grid$text[r, table$roles$values], perl = TRUE)]
    place(rep(grid$line[r], length(at)), grid$column[at], paste0(
      grid$text[r, at], " (", rep(grid$text[r, table$column], length(at)), ")"
    ))
  }))
  rbind(
    place(bad$row, bad$column, bad$text),
    place(
      grid$line[times], rep(grid$column[table$roles$time], length(times)),
      paste0(grid$text[times, table$roles$time], rep(" (no year)", length(times)))
    ),
    unknown
  )
}

check_lost <- function(lost, allowed, call) {
  if (is.null(lost) || allowed == "allow") return(invisible())
  shown <- utils::head(lost, 5)
  text <- paste0(
    shown$file, ifelse(is.na(shown$sheet), "", paste0(", sheet ", shown$sheet)), ", row ",
    shown$row,
    ", column ", column_name(shown$column, shown$sheet), ": ", shown$text
  )
  if (nrow(lost) > 5) text <- c(text, paste("and", nrow(lost) - 5, "more"))
  lines <- stats::setNames(gsub("([{}])", "\\1\\1", text), rep("*", length(text)))
  abort("lost", c(
    "{nrow(lost)} cell{?s} hold{?s/} digits and no number that is understood:", lines,
    i = paste0(
      "Correct {cli::qty(nrow(lost))}{?it/them}, or say {.code lost = \"allow\"}: then ",
      "{?it is/they are} {.code NA}, and {.code attr(x, \"lost\")} lists all."
    ), as_ways(lost_ways(lost$text))
  ), call, lost = lost)
}

as_ways <- function(ways) if (length(ways)) stats::setNames(ways, rep("i", length(ways)))

# Columns are letters in a workbook and numbers elsewhere.
column_name <- function(j, sheet) {
  ifelse(is.na(sheet), as.character(j), vapply(j, function(one) {
    out <- character()
    while (!is.na(one) && one > 0) {
      out <- c(LETTERS[(one - 1) %% 26 + 1], out)
      one <- (one - 1) %/% 26
    }
    paste(out, collapse = "")
  }, ""))
}
