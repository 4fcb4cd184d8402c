# Provinces in columns, and tables beside each other: parts of a sheet that become upright tables.

units_across <- function(place) {
  down <- max(apply(place$row, 2, different))
  # Rows of two places at least; most have one.
  some <- place$row[rowSums(!is.na(place$row)) > max(down, 1), , drop = FALSE]
  nrow(some) > 0 && max(apply(some, 1, different)) > max(down, 1)
}

# Provinces in columns: what is above them are titles and upper heads, and the rest is turned.
turned_parts <- function(grid, place) {
  across <- apply(place$row, 1, different)
  heads <- which(across >= 2 & across >= max(across) / 2)
  ends <- c(heads[-1] - 1, nrow(grid$text))
  from <- 1
  lapply(seq_along(heads), function(i) {
    above <- if (heads[i] > from) from:(heads[i] - 1) else integer()
    texts <- lapply(above, function(r) unique(grid$text[r, has_text(grid$text[r, ])]))
    over <- !is.na(place$row[heads[i], ])
    heading <- vapply(above, function(r) sum(has_text(grid$text[r, over])) > 1, NA)
    upper <- rev(cumprod(rev(lengths(texts) >= 2 & heading)) == 1)
    rows <- c(above[upper], heads[i]:ends[i])
    body <- rows[!(rows > heads[i] & is_note_row(grid$text[rows, , drop = FALSE]))]
    # A later head's titles stand at the end of this part.
    if (i < length(heads)) body <- body[!trailing_titles(grid$text[body, , drop = FALSE])]
    from <<- max(body) + 1
    part <- sub_grid(grid, body)
    part$title <- unlist(texts[!upper])
    part$notes <- unlist(lapply(setdiff(rows, body), function(r) {
      grid$text[r, has_text(grid$text[r, ])][1]
    }))
    turned_grid(turned_blocks(part, place_matrix(part$text)))
  })
}

turned_grid <- function(grid) {
  grid$text <- t(grid$text)
  if (!is.null(grid$number)) grid$number <- t(grid$number)
  line <- grid$line
  grid$line <- grid$column
  grid$column <- line
  grid$turned <- TRUE
  grid
}

trailing_titles <- function(text) {
  single <- apply(text, 1, function(x) length(unique(x[has_text(x)])) <= 1)
  rev(cumprod(rev(single)) == 1)
}

# Tables beside each other: the head of units, or the names under it, come again to the right of
# numbers. Those with other units are one table that was folded; those with the same have titles of
# their own.
side_parts <- function(grid, place) {
  role <- matrix(cell_roles(grid$text) %in% unit_roles, nrow(grid$text))
  for (r in which(rowSums(role) >= 2)) {
    at <- which(role[r, ])
    at <- at[apply(place$row[, at, drop = FALSE], 2, different) >= 1]
    if (length(at) < 2 || different(head_key(grid$text[r, at])) > 1) next
    sets <- lapply(at, function(j) place$row[!is.na(place$row[, j]), j])
    apart <- !length(intersect(sets[[1]], sets[[2]]))
    if (apart || all(has_values(grid, at, r, place))) return(cut_sides(grid, at, r, apart))
  }
  at <- which(apply(place$row, 2, different) >= 2)
  if (length(at) < 2) return(list(grid))
  rows <- which(!is.na(place$row[, at[1]]))
  han <- colSums(matrix(grepl(
    "[\u4e00-\u9fff]", grid$text[rows, at], perl = TRUE
  ), length(rows))) > 0
  at <- at[han == han[1]]
  same <- vapply(at, function(j) identical(place$row[rows, j], place$row[rows, at[1]]), NA)
  if (length(at) < 2 || !all(same) || !all(has_values(grid, at, rows[1] - 1, place))) {
    return(list(grid))
  }
  cut_sides(grid, at, rows[1] - 1, FALSE)
}

# Whether columns of numbers, no codes and no times, follow each of the columns `at`.
has_values <- function(grid, at, head, place) {
  rows <- seq_len(nrow(grid$text)) > head
  values <- vapply(seq_len(ncol(grid$text)), function(j) {
    text <- grid$text[rows, j]
    some <- grepl("^[-+]?[0-9]", text, perl = TRUE)
    coded <- province_row(text[some], province_table())
    any(some) && anyNA(typed_times(text[some])) &&
      !identical(coded, place$row[rows, at[1]][some])
  }, NA)
  end <- c(at[-1] - 1, ncol(grid$text))
  vapply(seq_along(at), function(i) any(values[seq_len(end[i]) > at[i]]), NA)
}

cut_sides <- function(grid, at, head, apart) {
  bounds <- c(at, ncol(grid$text) + 1)
  above <- seq_len(head - 1)
  lapply(seq_along(at), function(i) {
    own <- bounds[i]:(bounds[i + 1] - 1)
    part <- sub_grid(grid, seq_len(nrow(grid$text)), c(seq_len(at[1] - 1), own))
    titled <- any(has_text(grid$text[above, own]))
    if (i > 1 && head > 1 && (apart || !titled)) {
      part$title <- unique(grid$text[above, ][has_text(grid$text[above, ])])
    }
    part
  })
}
