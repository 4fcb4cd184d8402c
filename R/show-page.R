# How a table is set on a page of A4: column widths by what is in them, the size of type, upright or
# across, in one part or several.

# Inches between margins of one.
page_width <- c(upright = 6.27, across = 9.69)

# The first way that fits: upright, then across, in each the type shrinking a little before text
# breaks; a table too wide for all of them comes in parts, each with the columns that name the rows.
page_layout <- function(table) {
  all <- seq_along(table$head)
  ways <- expand.grid(
    size = c(9, 8.5, 8), breaks = c(FALSE, TRUE), page = names(page_width), stringsAsFactors = FALSE
  )
  for (i in seq_len(nrow(ways))) {
    widths <- fitted_widths(table, all, ways$size[i], page_width[[ways$page[i]]], ways$breaks[i])
    if (!is.null(widths)) {
      return(list(
        parts = list(list(columns = all, widths = widths)), size = ways$size[i],
        across = ways$page[i] == "across"
      ))
    }
  }
  parts <- lapply(page_parts(table, 8, page_width[["across"]]), function(columns) {
    list(
      columns = columns,
      widths = fitted_widths(
        table, columns, 8, page_width[["across"]]
      ) %||% column_need(table, columns, 8)$least
    )
  })
  list(parts = parts, size = 8, across = TRUE)
}

# Sets of columns that fit side by side behind those that name the rows.
page_parts <- function(table, size, room) {
  keys <- seq_len(max(which(table$numeric)[1] - 1, 1, na.rm = TRUE))
  rest <- setdiff(seq_along(table$head), keys)
  least <- column_need(table, seq_along(table$head), size)$least
  parts <- list()
  used <- Inf
  for (j in rest) {
    if (used + least[j] > room) {
      parts <- c(parts, list(keys))
      used <- sum(least[keys])
    }
    parts[[length(parts)]] <- c(parts[[length(parts)]], j)
    used <- used + least[j]
  }
  parts
}

# Widths in inches: as wide as needed without a break; else, if they may, heads and text break; NULL
# if that does not fit either.
fitted_widths <- function(table, columns, size, room, breaks = TRUE) {
  need <- column_need(table, columns, size)
  if (sum(need$whole) <= room) return(need$whole)
  if (!breaks || sum(need$least) > room) return(NULL)
  slack <- need$whole - need$least
  need$least + slack * (room - sum(need$least)) / sum(slack)
}

# A Chinese letter is as wide as two others, and may begin a line anywhere. Digits of Times are half
# as wide as high, those of the wider faces that a reader may have instead 0.56.
column_need <- function(table, columns, size) {
  inch <- function(units) (units * size * 0.56 + 5 + 5 * apart(table$numeric[columns])) / 72
  widest <- function(text) max(nchar(text, "width"), 1)
  word <- function(text) {
    max(vapply(strsplit(text, " ", fixed = TRUE), function(w) {
      max(ifelse(has_chinese(w), pmin(nchar(w, "width"), 8), nchar(w, "width")), 0)
    }, 0), 1)
  }
  whole <- vapply(columns, function(j) max(widest(table$head[j]), widest(table$cells[, j])), 0)
  least <- vapply(columns, function(j) {
    cells <- table$cells[, j]
    max(
      word(table$head[j]),
      if (table$numeric[j]) widest(cells) else max(word(cells), min(widest(cells), 12))
    )
  }, 0)
  list(whole = inch(whole), least = inch(least))
}

# Text on the left of its column stands off the number on the right of the one before.
apart <- function(numeric) !numeric & c(FALSE, numeric[-length(numeric)])
