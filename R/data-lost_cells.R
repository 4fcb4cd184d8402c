# Cells that hold digits and are not understood: where they stand, and the error that lists them.

# Numbers of a sheet that has tables, in lines that belong to none of them: a table that was not
# seen. A line with one number is a title or a note.
outside_cells <- function(grid, tables) {
  if (!length(tables)) return(NULL)
  inside <- unlist(lapply(tables, function(table) {
    if (table$turned) table$grid$column else table$grid$line[c(table$lines, table$data)]
  }))
  head <- paired_line(grid$text)
  series <- if (is.na(head)) FALSE else is_series_line(line_keys(grid$text), head)
  rows <- which(!grid$line %in% inside & !is_note_row(grid$text) & !series)
  if (!length(rows)) return(NULL)
  text <- grid$text[rows, , drop = FALSE]
  cells <- typed_cells(as.vector(text), as.vector(grid$number[rows, , drop = FALSE]))
  number <- matrix(cells$kind == "number" & is.na(typed_times(as.vector(text))), nrow(text))
  number[rowSums(number) < 2, ] <- FALSE
  at <- which(number, arr.ind = TRUE)
  if (!nrow(at)) return(NULL)
  data.frame(
    file = grid$file, sheet = grid$sheet, row = grid$line[rows[at[, 1]]], column = unname(at[, 2]),
    text = paste(text[at], "(outside the tables)"), name = NA_character_, stringsAsFactors = FALSE
  )
}

# Cells that hold digits, and no number or year that is understood; rows of names that nobody knows
# are lost with all their numbers.
lost_cells <- function(table, cells, lost_times) {
  grid <- table$grid
  place <- function(rows, columns, text, name = NA_character_) {
    if (!length(rows)) return(NULL)
    row <- if (table$turned) columns else rows
    column <- if (table$turned) rows else columns
    data.frame(row, column, text, name, stringsAsFactors = FALSE)
  }
  bad <- cells[cells$kind == "lost", , drop = FALSE]
  times <- lost_times[!is_summary(table, lost_times)]
  unknown <- do.call(rbind, lapply(table$unknown$line, function(r) {
    at <- table$roles$values[grepl("[0-9]", grid$text[r, table$roles$values], perl = TRUE)]
    name <- grid$text[r, table$column]
    place(
      rep(grid$line[r], length(at)), grid$column[at],
      paste0(grid$text[r, at], rep(paste0(" (", name, ")"), length(at))), rep(name, length(at))
    )
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
  unknown <- !is.na(lost$name)
  n <- sum(!unknown)
  cells <- listed_lines(lost_places(lost[!unknown, ], "column"))
  names <- unknown_lines(lost[unknown, ])
  allow <- paste0(
    paste0(
      "Correct what is meant, or say {.code lost = \"allow\"}: then these numbers ",
      "are {.code NA}, and "
    ),
    "{.code attr(x, \"lost\")} lists all."
  )
  abort("lost", c(
    if (n) "{n} cell{?s} hold{?s/} digits and no number that is understood:", cells,
    if (length(names)) {
      c(
        if (n) c(x = unknown_head) else unknown_head, names,
        i = "In a table of provinces each row of numbers is one's, a total or a region."
      )
    },
    i = allow, as_ways(lost_ways(lost$text[!unknown]))
  ), call, lost = lost[names(lost) != "name"])
}

unknown_head <- "The rows of some numbers bear a name that is no province:"

lost_places <- function(lost, column = NULL) {
  if (!nrow(lost)) return(character())
  paste0(
    lost$file, ifelse(is.na(lost$sheet), "", paste0(", sheet ", lost$sheet)), ", row ", lost$row,
    if (length(column)) paste0(", column ", column_name(lost$column, lost$sheet)),
    if (length(column)) paste0(": ", lost$text)
  )
}

listed_lines <- function(text) {
  if (length(text) > 5) text <- c(text[1:5], paste("and", length(text) - 5, "more"))
  stats::setNames(escaped(text), rep("*", length(text)))
}

# Rows of names that are no province: what each is called, which may be meant, and how many numbers
# it has.
unknown_lines <- function(lost) {
  if (!nrow(lost)) return(NULL)
  row <- lost_places(lost)
  key <- paste(row, lost$name, sep = "\r")
  first <- !duplicated(key)
  numbers <- as.vector(table(factor(key, key[first])))
  near <- near_province(lost$name[first])
  listed_lines(paste0(
    row[first], ": \"", lost$name[first], "\"", ifelse(nzchar(near), paste0(", near ", near), ""),
    ", with ", numbers, ifelse(numbers == 1, " number", " numbers")
  ))
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
