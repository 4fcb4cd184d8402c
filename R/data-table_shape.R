# The tables of a sheet: where units, times, indicators and values stand, whatever the shape.
#
# Units may stand in rows or in columns, times in a column, in the heads, in a title or a sheet's
# name, indicators in heads, in a column or in a title; a sheet may hold several tables, one below
# or beside the other. Each becomes a list of `unit` (text), `time`, `rows`, and columns of values.

sheet_tables <- function(grid) {
  grid$text[] <- trim_blank(grid$text)
  grid$column <- seq_len(ncol(grid$text))
  if (!length(grid$text) || !any(has_text(grid$text))) return(list())
  grid <- paired_heads(grid)
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
    if (anyNA(row)) next
    place$row[figures, j] <- row
    place$kind[figures, j] <- "province"
    break
  }
  place
}

different <- function(x) length(unique(x[!is.na(x)]))

units_across <- function(place) {
  down <- max(apply(place$row, 2, different))
  across <- max(apply(place$row, 1, different))
  across > down && across >= 2
}

# A part of a grid, with the places of its rows and columns in the file.
sub_grid <- function(grid, rows, columns = seq_len(ncol(grid$text))) {
  grid$text <- grid$text[rows, columns, drop = FALSE]
  if (!is.null(grid$number)) grid$number <- grid$number[rows, columns, drop = FALSE]
  grid$line <- grid$line[rows]
  grid$column <- grid$column[columns]
  grid
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

is_note_row <- function(text) {
  first <- apply(text, 1, function(x) c(x[has_text(x)], "")[1])
  several <- apply(text, 1, function(x) length(unique(x[has_text(x)])))
  grepl(note_pattern, simplified(first), perl = TRUE) &
    (several <= 2 | !grepl("^[0-9]", first, perl = TRUE))
}

trailing_titles <- function(text) {
  single <- apply(text, 1, function(x) length(unique(x[has_text(x)])) <= 1)
  rev(cumprod(rev(single)) == 1)
}

# Tables beside each other: the head of units, or the names under it, come again to the right of
# numbers. Those with other units are one table that was folded; those with the same have titles of
# their own.
side_parts <- function(grid, place) {
  role <- matrix(head_roles(as.vector(grid$text)) %in% unit_roles, nrow(grid$text))
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

# The tables of a grid whose units stand in a column, or whose one unit is named above.
upright_tables <- function(grid) {
  role <- matrix(head_roles(as.vector(grid$text)), nrow(grid$text))
  grid <- joined_times(grid, role)
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
  c(candidates[once], candidates[1])[1]
}

# What each row is: "head", "place", "aside" (totals, regions and others that are no unit of the
# table), "unknown" (a name that is no province, with numbers), "more" (no name, but cells), "note",
# "text" or "blank".
row_kinds <- function(grid, place, role, column) {
  text <- grid$text
  others <- text[, -column, drop = FALSE]
  others[others == text[, column]] <- ""
  filled <- rowSums(has_text(others))
  figures <- row_figures(others)
  kind <- place$kind[, column]
  is_head <- role[, column] %in% c(unit_roles, "entity", "code") &
    kind %in% c("other", "region", "nation", "apart")
  named <- kind == "other" & !is_head
  provinces <- different(place$row[, column])
  by_province <- provinces >= 1 && provinces * 2 >= different(text[named & figures > 0, column]) &&
    !any(role[, column] == "unit_city", na.rm = TRUE)
  first <- if (any(is_head)) which(is_head)[1] else which(kind == "province")[1]
  after <- seq_along(kind) > first & (by_province | any(is_head))
  out <- kind
  out[kind == "province"] <- "place"
  out[kind %in% c("nation", "region", "apart")] <- "aside"
  out[named] <- ifelse(
    filled[named] & after[named], if (by_province) "unknown" else "place", "text"
  )
  out[named & out == "unknown" & !figures] <- "text"
  if (!by_province) {
    out[kind %in% c("region", "apart") & filled > 0 & after] <- "place"
    # A city's own name may be a province's too; the province's row is none of its cities.
    cities <- any(role[, column] == "unit_city", na.rm = TRUE)
    total <- kind == "province" & !province_is_city(place$row[, column]) &
      !named_like_province(text[, column])
    if (cities) out[total] <- "aside"
  }
  out[is_head] <- "head"
  out[kind == "country"] <- if (by_province) "aside" else "place"
  out[kind == "blank"] <- ifelse(filled[kind == "blank"] > 0, "more", "blank")
  out[out == "more" & is_note_row(text)] <- "note"
  out[kind == "note" & figures >= 2 & grepl("^[0-9]", text[, column])] <- "unknown"
  list(kind = out, by_province = by_province, figures = figures)
}

# How many cells of each row hold digits; a line of years alone holds none.
row_figures <- function(text) {
  digits <- matrix(grepl("[0-9]", text, perl = TRUE), nrow(text))
  count <- rowSums(digits)
  years <- matrix(!is.na(typed_times(as.vector(text))), nrow(text))
  only <- count >= 1 & rowSums(digits & !years) == 0
  only[only] <- apply(text[only, , drop = FALSE], 1, function(x) different(x[has_text(x)])) > 1
  replace(count, only, 0)
}

# Jilin is a city of Jilin, too: where cities are typed without the word for city, and none is
# called Jilin with it, the bare name is the city's.
named_like_province <- function(names) {
  bare <- gsub(" ", "", place_text(names), fixed = TRUE)
  city <- grepl("[\u5e02\u5dde\u76df\u533a]$", bare, perl = TRUE)
  jilin <- "\u5409\u6797"
  bare == jilin & !any(bare == paste0(jilin, "\u5e02")) & sum(city) * 2 < sum(nzchar(bare))
}

province_is_city <- function(row) province_table()$municipality[row] %in% TRUE

# Tables one below the other: each begins at a head, with what belongs to it above.
segment_rows <- function(grid, rows, column) {
  kind <- rows$kind
  body <- kind %in% c("place", "aside", "unknown")
  heads <- which(kind == "head")
  # Of heads in lines that follow each other the first begins the table.
  heads <- heads[!vapply(heads, function(h) h > 1 && any(heads == h - 1), NA)]
  heads <- c(heads, headless_starts(grid, rows, column, heads))
  heads <- sort(unique(heads))
  heads <- heads[vapply(seq_along(heads), function(i) {
    end <- c(heads, length(kind) + 1)[i + 1] - 1
    any(kind[heads[i]:end] == "place")
  }, NA)]
  last <- 0L
  lapply(seq_along(heads), function(i) {
    start <- upper_heads(grid, kind, column, heads[i], last)
    end <- c(heads, length(kind) + 1L)[i + 1] - 1L
    first <- heads[i] - 1L + which(body[heads[i]:end])[1]
    data <- (first:end)[kind[first:end] %in% c("place", "aside", "unknown", "more")]
    # What stands below the last named row without a name of its own may be the next one's head.
    named <- data[kind[data] != "more"]
    above <- if (start > last + 1) (last + 1L):(start - 1L) else integer()
    last <<- max(named)
    list(
      title = above[kind[above] != "blank"], heads = start:max(start, first - 1L), data = data,
      end = end
    )
  })
}

# Where no word for units heads the column, a table begins at the line above its first place that
# has cells, and again wherever a line of years interrupts the places.
headless_starts <- function(grid, rows, column, heads) {
  body <- which(rows$kind %in% c("place", "aside", "unknown"))
  if (!length(body)) return(integer())
  candidate <- which(rows$kind %in% c("more", "text"))
  years <- vapply(candidate, function(r) {
    cells <- grid$text[r, -column]
    cells <- cells[has_text(cells)]
    different(cells) >= 2 && sum(!is.na(typed_times(cells))) == length(cells)
  }, NA)
  starts <- candidate[years & candidate < max(body)]
  # Years in the lines between a head and its first place are that head's.
  starts <- starts[vapply(starts, function(r) {
    before <- c(heads[heads < r], 0)
    next_to <- max(before)
    next_to == 0 || any(body > next_to & body < r)
  }, NA)]
  first <- min(body)
  if (!length(heads) || min(heads) > first) {
    above <- which(rows$kind %in% c("more", "text") & seq_along(rows$kind) < first)
    above <- above[rowSums(has_text(grid$text[above, -column, drop = FALSE])) > 0]
    starts <- c(starts, if (length(above)) max(above) else first)
  }
  starts
}

# Lines above a head that have cells right of it and no title.
upper_heads <- function(grid, kind, column, head, last) {
  start <- head
  while (start - 1 > last) {
    r <- start - 1
    cells <- grid$text[r, ]
    right <- cells[seq_along(cells) > column & has_text(cells)]
    left <- cells[seq_along(cells) <= column & has_text(cells)]
    single <- length(unique(right)) < 2 && (length(right) < 2 || length(left))
    # A word that heads a column belongs to the heads; other words on the left are a title.
    titled <- length(left) && anyNA(head_roles(left))
    if (kind[r] %in% c("blank", "note", "place", "aside", "unknown") || single || titled ||
      any(grepl(unit_line, right, perl = TRUE))) break
    start <- r
  }
  start
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
    lines = segment$heads
  )
}

segment_title <- function(grid, rows) {
  texts <- unlist(lapply(rows, function(r) unique(grid$text[r, has_text(grid$text[r, ])])))
  unique(texts)
}

# The heads of a table: merged ones reach over the columns to their right that have heads of their
# own below; lines that only repeat in English what is above are left out.
head_matrix <- function(grid, lines, column, rows) {
  lines <- lines[rows$kind[lines] %in% c("head", "more", "text")]
  heads <- grid$text[lines, , drop = FALSE]
  n <- nrow(heads)
  if (n > 1) {
    for (r in seq_len(n - 1)) {
      below <- colSums(has_text(heads[(r + 1):n, , drop = FALSE])) > 0
      for (j in seq_len(ncol(heads))[-1]) {
        if (!has_text(heads[r, j]) && below[j] && j - 1 != column && has_text(heads[r, j - 1])) {
          heads[r, j] <- heads[r, j - 1]
        }
      }
    }
    heads <- without_translation(heads, column)
  }
  heads
}

without_translation <- function(heads, column) {
  han <- matrix(grepl("[\u4e00-\u9fff]", heads, perl = TRUE), nrow(heads))
  latin <- matrix(grepl("[A-Za-z]{2}", heads, perl = TRUE), nrow(heads)) & !han
  units <- matrix(looks_like_unit(gsub("[()\uff08\uff09]", "", heads)), nrow(heads))
  some <- colSums(han) > 0 & seq_len(ncol(heads)) != column
  repeated <- vapply(seq_len(nrow(heads)), function(r) {
    is <- latin[r, ] & !units[r, ]
    sum(is & some) >= 2 && all(is[some] | !has_text(heads[r, some])) && !any(han[r, some])
  }, NA)
  heads[!repeated, , drop = FALSE]
}

# Which column is the time, the indicator, the unit of measurement or a code; the rest are values.
column_roles <- function(grid, heads, segment, rows, columns, column) {
  role <- vapply(columns, function(j) {
    found <- head_roles(heads[, j])
    c(found[!is.na(found)], "values")[1]
  }, "")
  years <- vapply(columns, function(j) year_share(grid, segment$data, j), 0)
  headed <- vapply(columns, function(j) any(!is.na(head_years(heads[, j])$year)), NA)
  times <- which(role == "time" & years > 0)
  if (!length(times)) {
    # Without a word for it: a column of years, where names come more than once.
    again <- anyDuplicated(grid$text[
      segment$data[rows$kind[segment$data] == "place"], column
    ]) > 0 ||
      any(rows$kind[segment$data] == "more")
    times <- which(years == 1 & !headed & again)
  }
  role[role %in% c("time", "entity", unit_roles)] <- "values"
  bare <- vapply(columns, function(j) !any(nzchar(heads[, j])), NA)
  counts <- vapply(columns, function(j) counts_rows(grid, segment$data, j), NA)
  role[bare & counts & role == "values"] <- "number"
  role <- headless_indicator(
    grid, heads, segment, rows, columns, role, length(times) > 0, column
  )
  time <- if (length(times)) columns[times[1]] else NA_integer_
  if (!is.na(time)) role[times[1]] <- "time"
  one <- function(name) c(columns[role == name], NA_integer_)[1]
  indicator <- one("indicator")
  measure <- if (is.na(indicator)) NA_integer_ else one("measure")
  list(
    time = time, indicator = indicator, measure = measure, code = columns[role == "code"],
    number = columns[role == "number"],
    values = columns[!columns %in% c(time, indicator, measure) & role != "number"]
  )
}

# Words beside names that are merged over several rows, or come again in each block, are those of
# indicators, if nothing heads them and no time tells the rows apart.
headless_indicator <- function(grid, heads, segment, rows, columns, role, timed, column) {
  if (timed || "indicator" %in% role) return(role)
  data <- segment$data
  more <- any(rows$kind[data] == "more")
  names <- grid$text[data, column]
  if (!more && !anyDuplicated(names)) return(role)
  words <- vapply(columns, function(j) {
    cells <- grid$text[data, j]
    bare <- !any(nzchar(heads[, j]))
    if (any(grepl("^[-+]?[0-9]", cells)) || !nzchar(cells[1])) return(FALSE)
    if (more && bare) return(all(nzchar(cells)))
    # Under a head that is no word for indicators, the same words must come for most units.
    of <- filled_down(names)
    if (!more) cells <- filled_down(cells)
    usual <- min(tapply(of, cells, different)) * 2 >= different(of)
    !anyDuplicated(paste(cells, of, sep = "\r")) && (bare || usual && all(nzchar(cells)))
  }, NA)
  if (any(words)) role[which(words)[1]] <- "indicator"
  role
}

# The numbers of rows that a program writes before them: from one (or nought) in steps of one, but
# for rows that were left out, and again for each group.
counts_rows <- function(grid, rows, j) {
  value <- typed_cells(grid$text[rows, j], grid$number[rows, j])
  if (length(rows) < 2 || !all(value$kind == "number")) return(FALSE)
  value <- value$value
  step <- diff(value)
  value[1] %in% 0:2 && max(value) <= nrow(grid$text) && all(step == 1 | value[-1] %in% 0:1)
}

year_share <- function(grid, rows, j) {
  text <- grid$text[rows, j]
  number <- grid$number[rows, j]
  some <- has_text(text)
  if (!any(some)) return(0)
  mean(!is.na(column_times(text[some], number[some])))
}

# The rows that are read, with their unit. A name that is merged over several rows stands in the
# first of them; rows without a name are those of the name above only where times tell them apart.
settle_rows <- function(grid, segment, rows, roles, column) {
  data <- segment$data
  kind <- rows$kind[data]
  unit <- grid$text[data, column]
  filled <- 0L
  long <- !is.na(roles$time) || !is.na(roles$indicator)
  if (any(kind == "more") && long) {
    from <- cummax(ifelse(kind == "more", 0L, seq_along(data)))
    open <- kind == "more" & from > 0
    filled <- sum(open)
    unit[open] <- unit[from[open]]
    kind[open] <- kind[from[open]]
  }
  pick <- function(which) data.frame(
    line = data[kind %in% which], name = unit[kind %in% which], stringsAsFactors = FALSE
  )
  list(
    rows = data[kind == "place"], unit = unit[kind == "place"], filled = filled,
    aside = pick("aside"), unknown = pick(c("unknown", "more"))
  )
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

# Years in heads, alone or with a label before or behind: "2011", "GDP (2011)", "gdp2011".
head_years <- function(texts) {
  texts <- without_year_unit(texts)
  year <- typed_times(bare_years(texts))
  label <- ifelse(is.na(year), texts, "")
  period <- head_periods(texts)
  named <- is.na(year) & !is.na(period$time)
  year[named] <- period$time[named]
  label[named] <- period$label[named]
  behind <- "^(.*?[^0-9\\s])[\\s_.(\uff08-]*((?:19|20)[0-9]{2})(?:\u5e74\u5ea6?)?[)\uff09]?$"
  before <- paste0(
    "^((?:19|20)[0-9]{2})(?:\u5e74\u5ea6?)?+[\\s_.:\uff1a-]*+(?=.*[A-Za-z\u4e00-\u9fff])",
    "(?!\u7b2c?[0-9\u4e00-\u56db]{1,2}[-0-9\u2014~\uff5e\u81f3 ]*(?:\u5b63|\u6708)|",
    "[QqHhMm][0-9]|[\u4e0a\u4e0b]\u534a\u5e74)",
    "([^0-9\\s].*)$"
  )
  with_label <- is.na(year) & grepl(behind, texts, perl = TRUE)
  year[with_label] <- as.integer(sub(behind, "\\2", texts[with_label], perl = TRUE))
  label[with_label] <- sub(behind, "\\1", texts[with_label], perl = TRUE)
  first <- is.na(year) & grepl(before, texts, perl = TRUE)
  year[first] <- as.integer(sub(before, "\\1", texts[first], perl = TRUE))
  label[first] <- sub(before, "\\2", texts[first], perl = TRUE)
  data.frame(
    year, label = trim_blank(label), combined = with_label | first | named,
    stringsAsFactors = FALSE
  )
}

# A year with a unit of measurement in brackets behind it, without that.
without_year_unit <- function(texts) {
  split <- split_measure(texts)
  yearly <- !is.na(split$measure) & !is.na(typed_times(bare_years(split$name)))
  ifelse(yearly, split$name, texts)
}

# Quarters and months before or behind a label.
head_periods <- function(texts) {
  time <- rep(NA_integer_, length(texts))
  label <- texts
  for (pattern in unlist(period_patterns())) {
    behind <- paste0("^(.*?[^0-9\\s])[\\s_.(\uff08-]*(", pattern, ")[)\uff09]?$")
    before <- paste0("^(", pattern, ")[\\s_.:\uff1a-]*([^0-9\\s].*)$")
    for (way in c(behind, before)) {
      at <- which(is.na(time) & grepl(way, texts, perl = TRUE))
      if (!length(at)) next
      period <- sub(way, if (way == behind) "\\2" else "\\1", texts[at], perl = TRUE)
      time[at] <- typed_periods(period)
      rest <- sub(period, "", texts[at], fixed = TRUE)
      rest <- mapply(function(p, x) sub(p, "", x, fixed = TRUE), period, texts[at])
      label[at] <- gsub("^[\\s_.:\uff1a-]+|[\\s_.(\uff08)\uff09-]+$", "", rest, perl = TRUE)
    }
  }
  data.frame(time, label, stringsAsFactors = FALSE)
}

# A year as a program or a forecaster marks it: "X2011" (R), "y2011", "2011A", "2011 (E)", the
# twelve months of 2011.
bare_years <- function(texts) {
  year <- "((?:19|20)[0-9]{2})"
  marks <- c(
    paste0("^(?:[XxYy]|(?i:year|yr))[ _.]?", year, "$"),
    paste0(
      "^", year,
      "\u5e74? ?[(\uff08]? ?(?:[AEFP]|\u9884\u6d4b|\u9884\u8ba1|\u5b9e\u9645|\u5feb\u62a5|",
      "\u521d\u6b65)[\u6570\u503c]?[)\uff09]?$"
    ),
    paste0("^", year, "\u5e74?[(\uff08 ]?0?1[-\u2014~\uff5e\u81f3]12\u6708[)\uff09]?$"),
    paste0("^", year, "\\s*\u5e74?\\s+(?i:year)$")
  )
  for (mark in marks) texts <- sub(mark, "\\1", texts, perl = TRUE)
  texts
}
