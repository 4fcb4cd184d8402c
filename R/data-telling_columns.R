# Columns of words that tell apart the rows of one unit and time ("Subject", "Sex"): they are what
# the indicators of a column of values differ in.

# Where no column says which indicator a row is of and units come several times at a time, the
# fewest columns of words that tell these rows apart name the indicator. Words must be those of most
# units, so that persons and shops are none.
telling_columns <- function(grid, role) {
  for (i in utils::head(which(rowSums(!is.na(role)) > 0), 3)) {
    units <- which(role[i, ] %in% c("entity", unit_roles))
    time <- which(role[i, ] %in% "time")
    if (!length(units) || !length(time) || "indicator" %in% role[i, ]) next
    units <- units[head_key(grid$text[i, units]) != "unit" | length(units) == 1]
    body <- grid$text[-seq_len(i), c(units, time[1]), drop = FALSE]
    rows <- i + which(rowSums(has_text(body)) == ncol(body))
    unit <- row_texts(grid$text[rows, units, drop = FALSE])
    key <- paste(unit, grid$text[rows, time[1]], sep = "\r")
    again <- key %in% key[duplicated(key)]
    # Where a total or two rows come again, they are mistakes of the file.
    if (length(rows) < 4 || mean(again) < 0.5) next
    at <- words_that_differ(grid, i, rows, role, key)
    at <- fewest_tellers(grid$text[rows, , drop = FALSE], at, key)
    if (!length(at) || !usual_words(grid$text[rows, at, drop = FALSE], unit)) next
    return(named_by_columns(grid, i, rows, at))
  }
  grid
}

# Columns of words, which may be headed as measures (the OECD calls indicators so), in which rows of
# one unit and time differ.
words_that_differ <- function(grid, head, rows, role, key) {
  text <- grid$text[rows, , drop = FALSE]
  open <- which(role[head, ] %in% c(NA, "measure") & has_text(grid$text[head, ]))
  open[vapply(open, function(j) {
    all(has_text(text[, j])) && !any(grepl("^[-+.]?[0-9]", text[, j], perl = TRUE)) &&
      different(paste(key, text[, j], sep = "\r")) > different(key)
  }, NA)]
}

# What rows do not need to be told apart goes: codes before names, few words before many.
fewest_tellers <- function(text, at, key) {
  tells <- function(at) {
    length(at) > 0 && !anyDuplicated(paste(key, row_texts(text[, at, drop = FALSE])))
  }
  if (!tells(at)) return(integer())
  size <- vapply(at, function(j) different(text[, j]) * 1e4 + mean(nchar(text[, j])), 0)
  for (j in at[order(size)]) if (tells(setdiff(at, j))) at <- setdiff(at, j)
  at
}

usual_words <- function(words, unit) {
  min(tapply(unit, row_texts(words), different)) * 2 > different(unit)
}

# The texts of each row as one.
row_texts <- function(text) do.call(paste, c(as.data.frame(text), sep = "\r"))

named_by_columns <- function(grid, head, rows, at) {
  grid$tellers <- paste(grid$text[head, at], collapse = " and ")
  grid$text[rows, at[1]] <- do.call(paste, as.data.frame(grid$text[rows, at, drop = FALSE]))
  grid$text[head, at[1]] <- "indicator"
  grid$text[, at[-1]] <- ""
  grid
}

# "Economy" with codes beside "Economy Label" with names: the codes are called so, the names what
# they are.
labelled_heads <- function(grid, role) {
  for (i in utils::head(which(rowSums(!is.na(role)) > 0), 3)) {
    head <- grid$text[i, ]
    pattern <- "^(.+?)[ _.]?(?i:label|name|description|\u540d\u79f0)$"
    of <- match(head_key(sub(pattern, "\\1", head, perl = TRUE)), head_key(head))
    body <- grid$text[-seq_len(i), , drop = FALSE]
    for (j in which(grepl(pattern, head, perl = TRUE) & !is.na(of))) {
      if (!holds_codes(body[, of[j]]) || holds_codes(body[, j])) next
      if (!has_one_code(body[, j], body[, of[j]])) next
      grid$text[i, c(of[j], j)] <- c(paste(head[of[j]], "code"), head[of[j]])
    }
  }
  grid
}

holds_codes <- function(x) {
  x <- x[has_text(x)]
  length(x) > 0 && all(grepl("^[A-Z0-9._-]{1,12}$", x, perl = TRUE))
}
