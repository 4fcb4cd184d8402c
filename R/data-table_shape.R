# The tables of a sheet: where units, times, indicators and values stand, whatever the shape.
#
# Units may stand in rows or in columns, times in a column, in the heads, in a title or a sheet's
# name, indicators in heads, in a column or in a title; a sheet may hold several tables, one below
# or beside the other. Each becomes a list of `unit` (text), `time`, `rows`, and columns of values.

sheet_tables <- function(grid) {
  grid$text[] <- trim_blank(grid$text)
  grid$column <- seq_len(ncol(grid$text))
  if (!length(grid$text) || !any(has_text(grid$text))) return(list())
  grid <- repeated_heads(written_dates(paired_heads(grid)))
  place <- place_matrix(grid$text)
  if (units_across(place)) {
    parts <- turned_parts(grid, place)
  } else {
    parts <- side_parts(grid, place)
  }
  tables <- unlist(lapply(parts, upright_tables), recursive = FALSE)
  tables <- continued_titles(tables)
  number_of <- length(tables)
  lapply(tables, function(table) c(table, list(alone = number_of == 1)))
}

continued <- paste0(
  "\u7eed\\s*\u8868|[(\uff08]\\s*\u7eed|[0-9]\u7eed[0-9\u4e00\u4e8c",
  "\u4e09]?$|(?i:continued|cont'd)"
)

# A table that goes on, or has no title below one that has, is about what that is about.
continued_titles <- function(tables) {
  for (i in seq_along(tables)[-1]) {
    title <- tables[[i]]$title
    again <- !length(title) || any(grepl(continued, simplified(title), perl = TRUE))
    if (again && is.na(title_label(title))) tables[[i]]$title <- c(tables[[i - 1]]$title, title)
  }
  tables
}

place_matrix <- function(text) {
  out <- place_kinds(as.vector(text))
  list(
    kind = matrix(out$kind, nrow(text), ncol(text)), row = matrix(out$row, nrow(text), ncol(text))
  )
}

# Where no column has names of provinces, one of their codes is understood under a head that says
# what it is.
coded_places <- function(text, place, role) {
  if (any(apply(place$row, 2, different) >= 2)) return(place)
  for (j in which(colSums(matrix(role %in% c("code", unit_roles), nrow(role))) > 0)) {
    figures <- grepl("^[0-9]{2}(0000)?$", text[, j], perl = TRUE)
    if (!any(figures) || any(grepl("^[0-9]", text[!figures, j], perl = TRUE))) next
    row <- province_row(text[figures, j], province_table())
    # Codes of the nation, and of Taiwan, Hong Kong and Macao.
    kind <- ifelse(is.na(row), other_codes[substr(text[figures, j], 1, 2)], "province")
    if (anyNA(kind) || all(is.na(row))) next
    place$row[figures, j] <- row
    place$kind[figures, j] <- kind
    break
  }
  place
}

other_codes <- c("00" = "nation", "10" = "nation", "71" = "apart", "81" = "apart", "82" = "apart")

different <- function(x) length(unique(x[!is.na(x)]))

# A part of a grid, with the places of its rows and columns in the file.
sub_grid <- function(grid, rows, columns = seq_len(ncol(grid$text))) {
  grid$text <- grid$text[rows, columns, drop = FALSE]
  if (!is.null(grid$number)) grid$number <- grid$number[rows, columns, drop = FALSE]
  grid$line <- grid$line[rows]
  grid$column <- grid$column[columns]
  grid
}

is_note_row <- function(text) {
  first <- first_texts(text)
  out <- by_text(first, function(x) grepl(note_pattern, simplified(x), perl = TRUE))
  some <- which(out)
  several <- apply(text[some, , drop = FALSE], 1, function(x) different(x[has_text(x)]))
  out[some] <- several <= 2 | !grepl("^[0-9]", first[some], perl = TRUE)
  out
}

# The tables of a grid whose units stand in a column, or whose one unit is named above.
upright_tables <- function(grid) {
  grid <- labelled_heads(grid, cell_roles(grid$text))
  role <- cell_roles(grid$text)
  grid$codes <- code_columns(grid, role)
  grid <- telling_columns(joined_indicators(joined_times(grid, role), role), role)
  role <- cell_roles(grid$text)
  place <- coded_places(grid$text, place_matrix(grid$text), role)
  column <- unit_column(grid, place, role)
  if (is.na(column)) return(lone_tables(grid, role))
  nested <- nested_units(grid, place, role, column)
  if (!is.null(nested)) return(upright_tables(nested))
  rows <- row_kinds(grid, place, role, column)
  blocks <- upright_blocks(grid, rows, column, place)
  if (!is.null(blocks)) return(upright_tables(blocks))
  segments <- segment_rows(grid, rows, column)
  tables <- lapply(segments, function(s) one_table(grid, s, rows, place, column))
  Filter(Negate(is.null), tables)
}

# Two columns of indicators ("Item" and "Element" of FAOSTAT) of which the first does not tell the
# rows of a unit and time apart, and both do, are one.
joined_indicators <- function(grid, role) {
  key <- matrix(by_text(as.vector(grid$text), head_key), nrow(role))
  for (i in which(rowSums(matrix(role %in% "indicator", nrow(role))) > 0)) {
    at <- c(which(role[i, ] %in% "indicator"), which(key[i, ] == "element"))
    others <- which(role[i, ] %in% c("time", "entity", unit_roles))
    named <- others[key[i, others] != "unit"]
    # Beside another column of units one headed "unit" is of measurement.
    if (any(role[i, named] %in% c("entity", unit_roles))) others <- named
    text <- grid$text[-seq_len(i), at, drop = FALSE]
    rows <- i + which(rowSums(has_text(text)) == length(at))
    twice <- function(columns) {
      anyDuplicated(row_texts(grid$text[rows, c(others, columns), drop = FALSE])) > 0
    }
    if (length(at) < 2 || !length(others) || !twice(at[1]) || twice(at)) next
    grid$text[rows, at[1]] <- do.call(paste, as.data.frame(grid$text[rows, at, drop = FALSE]))
    grid$joined <- paste(grid$text[i, at], collapse = " and ")
    grid$text[, at[-1]] <- ""
    if (!is.null(grid$number)) grid$number[, at[-1]] <- NA
    return(grid)
  }
  grid
}

# The column of units: the one under a word for cities before the one with provinces, that before
# one under another word for units. Where times stand in a column, it is the first of these that
# names each row once.
unit_column <- function(grid, place, role) {
  provinces <- apply(place$row, 2, different)
  headed <- function(which) colSums(matrix(role %in% which, nrow(role))) > 0
  others <- function(j) {
    sum(!grepl("^[-+0-9.,%]*$", grid$text[, j], perl = TRUE) & has_text(grid$text[, j]))
  }
  words <- vapply(seq_len(ncol(role)), others, 0L) >= 2
  order_of <- c(
    which(headed("unit_city") & words), which(provinces >= 2 & headed(unit_roles)),
    which(provinces >= 2), which(headed("unit_province")), which(headed("unit")),
    which(headed("entity"))
  )
  order_of <- c(setdiff(order_of, measure_columns(grid, order_of)), order_of)
  candidates <- unique(order_of)
  if (!length(candidates)) return(NA_integer_)
  if (length(candidates) == 1) return(candidates)
  time <- which(headed("time"))
  if (!length(time)) return(candidates[1])
  rest <- intersect(c(time[1], which(headed("indicator"))), seq_len(ncol(role)))
  once <- vapply(candidates, function(j) {
    key <- grid$text[, unique(c(j, rest)), drop = FALSE]
    key <- key[has_text(key[, 1]) & rowSums(has_text(key)) == ncol(key), , drop = FALSE]
    !anyDuplicated(key)
  }, NA)
  found <- c(candidates[once], candidates[1])[1]
  c(names_of_codes(grid, found, candidates[once]), found)[1]
}

# Another column of units whose names the codes in one stand for.
names_of_codes <- function(grid, codes, candidates) {
  if (!holds_codes(units_below(grid$text[, codes]))) return(integer())
  candidates[vapply(candidates, function(j) {
    !holds_codes(units_below(grid$text[, j])) && has_one_code(grid$text[, j], grid$text[, codes])
  }, NA)]
}

units_below <- function(text) text[is.na(head_roles(text))]

# A column headed "unit" is one of units of measurement where another names more than it does.
measure_columns <- function(grid, candidates) {
  headed <- matrix(by_text(as.vector(grid$text), head_key) %in% "unit", nrow(grid$text))
  measured <- intersect(candidates, which(colSums(headed) > 0))
  others <- setdiff(candidates, measured)
  if (!length(measured) || !length(others)) return(integer())
  names <- apply(grid$text, 2, different)
  measured[names[measured] < max(names[others])]
}

# A table from one segment: heads by column, and the roles of its columns.
one_table <- function(grid, segment, rows, place, column) {
  heads <- head_matrix(grid, segment$heads, column, rows)
  title <- c(grid$title, segment_title(grid, segment$title))
  columns <- setdiff(seq_len(ncol(grid$text)), column)
  # A head without any value is a year or an indicator that is empty throughout.
  used <- colSums(has_text(grid$text[segment$data, columns, drop = FALSE])) > 0 |
    colSums(has_text(heads[, columns, drop = FALSE])) > 0
  roles <- column_roles(grid, heads, segment, rows, columns[used], column)
  data <- settle_rows(grid, segment, rows, roles, column)
  if (!length(data$rows)) return(NULL)
  list(
    grid = grid, title = title, heads = heads, column = column, roles = roles, rows = data$rows,
    unit = data$unit, filled = data$filled, aside = data$aside, unknown = data$unknown,
    by_province = rows$by_province, turned = isTRUE(grid$turned),
    city = any(head_roles(heads[, column]) %in% "unit_city"), data = segment$data,
    lines = segment$heads, below = grid$text[rows$below, which(colSums(has_text(grid$text)) > 0)[1]]
  )
}

segment_title <- function(grid, rows) {
  texts <- unlist(lapply(rows, function(r) unique(grid$text[r, has_text(grid$text[r, ])])))
  unique(texts)
}

# A table without a column of units: its one unit is named by a title, the sheet or the file.
lone_tables <- function(grid, role) {
  texts <- unique(c(
    sub(
      "^\\s*(?:\u5730\u533a|\u7701\u4efd|\u57ce\u5e02|[Rr]egion)\\s*[:\uff1a]\\s*", "",
      grid$text[has_text(grid$text)][seq_len(min(5, sum(has_text(grid$text))))], perl = TRUE
    ),
    grid$sheet, file_title(grid$file)
  ))
  texts <- texts[!is.na(texts)]
  place <- place_kinds(texts)
  named <- which(place$kind == "province")
  if (!length(named)) return(list())
  at <- which(matrix(role %in% c("time", "indicator"), nrow(role)), arr.ind = TRUE)
  if (!nrow(at)) return(list())
  at <- at[order(at[, "row"]), , drop = FALSE]
  head <- at[1, "row"]
  column <- ncol(grid$text) + 1L
  grid$text <- cbind(grid$text, texts[named[1]])
  if (!is.null(grid$number)) grid$number <- cbind(grid$number, NA_real_)
  grid$column <- c(grid$column, NA_integer_)
  grid$text[seq_len(head), column] <- ""
  grid$text[head, column] <- "province"
  several <- rowSums(has_text(grid$text[, -column, drop = FALSE])) >= 2
  empty <- !several | is_note_row(grid$text[, -column, drop = FALSE])
  grid$text[empty, column] <- ""
  grid$text[head, column] <- "province"
  upright_tables(grid)
}
