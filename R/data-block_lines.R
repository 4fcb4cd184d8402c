# Blocks of a sheet below each other, with a line above each that says what the block is of: a year,
# an indicator, or the unit whose indicators or years follow. The lines become columns, as a long
# table has them, so that one way of reading serves both.

# The one text of each row, a unit of measurement beside it aside; NA where it has none, or several.
line_texts <- function(text) {
  first <- first_texts(text)
  second <- first_texts(other_texts(text, first))
  out <- ifelse(nzchar(second), NA_character_, sub("^$", NA, first))
  two <- which(nzchar(second) & !nzchar(first_texts(other_texts(text, first, second))))
  unit <- of_cells(cbind(first, second)[two, , drop = FALSE], function(x) {
    grepl(unit_line, x, perl = TRUE)
  })
  one <- rowSums(unit) == 1
  out[two[one]] <- ifelse(unit[one, 1], second[two[one]], first[two[one]])
  out
}

# The first text of each row, blank without one.
first_texts <- function(text) {
  out <- character(nrow(text))
  for (j in rev(seq_len(ncol(text)))) {
    some <- has_text(text[, j])
    out[some] <- text[some, j]
  }
  out
}

# Texts without those that a row has one of.
other_texts <- function(text, ...) {
  for (one in list(...)) text[text == one] <- ""
  text
}

# Whether a line's text can say what is below it: it is a time, or begins with no figure but that of
# a heading ("1. ", "2)").
says_what <- function(x) {
  figure <- grepl("^[-+.]?[0-9\uff10-\uff19]", x, perl = TRUE) &
    !grepl(
      "^[0-9]{1,2}\\s*[.\u3001)\uff09\uff0e]\\s*[^0-9\\s]|^[0-9]G|^(?:19|20)[0-9]{2}\u5e74", x,
      perl = TRUE
    )
  !is.na(typed_times(bare_years(x))) | !figure & typed_cells(x)$kind %in% c("word", "lost")
}

# A grid whose rows `body` have a time and an indicator from the lines above them, in columns of
# their own on the left; NULL where no line says either. `name` is what stands in each row, `head`
# the rows of heads; where these or a column have times, a line's time is none.
blocked_grid <- function(grid, line, body, head, name, same_names, aside = integer()) {
  label <- line_texts(grid$text)
  line <- which(line & !is.na(label))
  unit <- line[grepl(unit_line, label[line], perl = TRUE)]
  line <- setdiff(line, unit)
  note <- is_note_row(grid$text[line, , drop = FALSE]) & !numbered_line(label[line])
  line <- line[says_what(label[line]) & !note]
  line <- line[heads_block(line, c(line, unit), c(body, aside), head, grid)]
  if (!length(line)) return(NULL)
  time <- line_times(label, line)
  dated <- any(head_roles(as.vector(grid$text[head, ])) %in% "time") ||
    any(!is.na(head_years(as.vector(grid$text[head, ]))$year))
  timed <- line[!is.na(time[line])]
  named <- without_translations(setdiff(line, timed), label)
  run <- findInterval(seq_along(label), head)
  if (dated) timed <- integer()
  named <- named[told_apart(name, body, c(named, timed), run, same_names)[run[named] + 1]]
  if (!length(c(timed, named))) return(NULL)
  columns <- list()
  if (length(timed)) columns[["\u5e74\u4efd"]] <- below_lines(time_text(time), timed, run)
  if (length(named)) {
    text <- unnumbered(label)
    text[named] <- with_unit_lines(text, named, unit, label)
    columns[["\u6307\u6807"]] <- below_lines(text, named, run)
  }
  add_columns(grid, columns, body, head, c(line, unit))
}

# "1. Output" may head a block, as it may be a footnote.
numbered_line <- function(x) {
  grepl("^\\s*[0-9]{1,2}\\s*[.\u3001)\uff09\uff0e]\\s*[^0-9\\s][^\u3002]{0,30}$", x, perl = TRUE)
}

# Times of lines: the text itself, or the one year in each of several that are otherwise the same.
line_times <- function(label, line) {
  time <- typed_times(bare_years(label))
  dates <- dated_periods(label[line])
  if (length(line) > 1 && !is.null(dates)) time[line] <- dates
  year <- "(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])"
  rest <- gsub(year, "", label[line], perl = TRUE)
  count <- lengths(regmatches(label[line], gregexpr(year, label[line], perl = TRUE)))
  if (length(line) > 1 && all(count == 1) && different(rest) == 1 && all(is.na(time[line]))) {
    found <- unlist(regmatches(label[line], regexpr(year, label[line], perl = TRUE)))
    if (!anyDuplicated(found)) time[line] <- as.integer(found)
  }
  time
}

# Lines below which rows of values come first, or another line.
heads_block <- function(line, lines, body, head, grid) {
  what <- rep("", nrow(grid$text))
  what[body] <- "body"
  what[head] <- "head"
  open <- setdiff(which(rowSums(has_text(grid$text)) > 0), lines)
  vapply(line, function(r) {
    below <- open[open > r]
    length(below) > 0 && what[below[1]] == "body"
  }, NA)
}

# In which runs (rows below one head) the lines tell rows of one name apart: blocks have much the
# same names. Groups of units have others, or share a few.
told_apart <- function(name, body, line, run, same_names) {
  vapply(0:max(run), function(k) {
    rows <- body[run[body] == k]
    block <- findInterval(rows, sort(line))
    sets <- lapply(split(name[rows], block), unique)
    all <- unique(unlist(sets))
    share <- lengths(sets) / length(all)
    length(sets) > 1 && if (same_names) all(share == 1) else all(share >= 0.7)
  }, NA)
}

# What a line says in English below the same in Chinese is said.
without_translations <- function(line, label) {
  han <- grepl("[\u4e00-\u9fff]", label, perl = TRUE)
  line[!((line - 1) %in% line & !han[line] & han[pmax(line - 1, 1)])]
}

# The text of the last line above each row, as far as the next head.
below_lines <- function(text, line, run) {
  out <- rep("", length(text))
  at <- findInterval(seq_along(text), line)
  some <- at > 0
  some[some] <- run[some] == run[line[at[some]]]
  out[some] <- text[line[at[some]]]
  out
}

# The number before a heading is none of its name.
unnumbered <- function(x) {
  sub(
    paste0(
      "^\\s*(?:[(\uff08][0-9\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341]{1,3}",
      paste0(
        "[)\uff09]|[\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d",
        "\u5341]{1,3}[\u3001.\uff0e]|"
      ),
      "[0-9]{1,2}\\s*[\u3001.\uff0e)\uff09](?=[^0-9]))\\s*"
    ),
    "", x, perl = TRUE
  )
}

# A line with the unit of measurement behind a line with a name belongs to it.
with_unit_lines <- function(text, named, unit, label) {
  next_line <- c(named[-1], Inf)
  vapply(seq_along(named), function(i) {
    own <- unit[unit > named[i] & unit < next_line[i]]
    if (!length(own)) return(text[named[i]])
    paste0(text[named[i]], "(", title_measure(label[own[1]]), ")")
  }, "")
}

# Columns on the left of a grid, headed by their names in the rows `head` (the first of `lines`
# where there is none); the lines are blank then.
add_columns <- function(grid, columns, body, head, lines) {
  if (!length(head)) head <- min(lines)
  added <- vapply(names(columns), function(name) {
    out <- rep("", nrow(grid$text))
    out[body] <- columns[[name]][body]
    replace(out, head, name)
  }, character(nrow(grid$text)))
  grid$blocks <- c(grid$blocks, unique(line_texts(grid$text[lines, , drop = FALSE])))
  grid$text[setdiff(lines, head), ] <- ""
  if (head[1] %in% lines) grid$text[head[1], ] <- ""
  grid$text <- unname(cbind(added, grid$text))
  if (!is.null(grid$number)) {
    grid$number[lines, ] <- NA
    grid$number <- cbind(matrix(NA_real_, nrow(added), ncol(added)), grid$number)
  }
  grid$column <- c(rep(NA_integer_, ncol(added)), grid$column)
  grid
}

# Units in a column, blocks below each other.
upright_blocks <- function(grid, rows, column, place) {
  kind <- rows$kind
  body <- which(kind %in% c("place", "aside", "unknown"))
  if (!length(body) || !any(kind %in% c("more", "text", "note"))) return(NULL)
  texts <- line_texts(grid$text)
  several <- kind %in% c("more", "text") & is.na(texts) & rowSums(has_text(grid$text)) > 0
  years <- several
  years[several] <- vapply(which(several), function(r) {
    !anyNA(typed_times(grid$text[r, has_text(grid$text[r, ])]))
  }, NA)
  head <- which(kind == "head" | years)
  # Of heads in lines that follow each other the first begins the table.
  head <- head[!(head - 1) %in% head]
  line <- kind %in% c("more", "text") | kind == "note" & numbered_line(texts)
  line <- line & !is.na(texts)
  first <- if (length(head)) head[1] else 0
  line[seq_len(first)] <- FALSE
  line <- line & is.na(city_row(replace(texts, is.na(texts), "")))
  name <- ifelse(is.na(place$row[, column]), grid$text[, column], place$row[, column])
  places <- body[kind[body] == "place"]
  aside <- setdiff(body, places)
  out <- blocked_grid(grid, line, places, head, name, !rows$by_province, aside)
  out %||% without_group_line(grid, which(line), head)
}

# Lines that group units say nothing of what the numbers are: the first is no part of the heads.
without_group_line <- function(grid, line, head) {
  first <- line[line %in% (head + 1)]
  if (!length(first) || !any(line > first[1] + 1)) return(NULL)
  grid$text[first[1], ] <- ""
  grid
}

# Units in columns: lines between the rows of what is in them.
turned_blocks <- function(grid, place) {
  across <- apply(place$row, 1, different)
  head <- which.max(across)
  over <- !is.na(place$row[head, ])
  texts <- line_texts(grid$text)
  below <- seq_along(texts) > head
  cells <- rowSums(has_text(grid$text[, over, drop = FALSE])) > 0
  body <- which(below & cells & is.na(texts) & across < 2)
  item <- which(!over & colSums(has_text(grid$text[body, , drop = FALSE])) > 0)
  if (!length(body) || !length(item)) return(grid)
  name <- grid$text[, item[length(item)]]
  blocked_grid(grid, below & !is.na(texts), body, head, name, FALSE) %||% grid
}

# Names of provinces in lines of their own, with the rows of their indicators or years below: the
# provinces become a column. Rows that a column of times tells apart, and cities, are units
# themselves.
nested_units <- function(grid, place, role, column) {
  if (any(role[, column] %in% "unit_city") || any(role[, -column] %in% "time")) return(NULL)
  kind <- place$kind[, column]
  text <- grid$text[, column]
  others <- grid$text[, -column, drop = FALSE]
  others[others == text] <- ""
  filled <- rowSums(has_text(others)) > 0
  unit <- which(kind %in% c("province", "nation", "region", "apart") & !filled)
  provinces <- which(kind == "province")
  if (length(provinces) < 2 || any(filled[provinces])) return(NULL)
  from <- findInterval(seq_along(text), unit)
  item <- which(kind == "other" & filled & from > 0 & row_figures(others) > 0)
  if (!length(item) || !all(provinces %in% unit[unique(from[item])])) return(NULL)
  below <- lapply(split(text[item], from[item]), unique)
  same <- lengths(below) / different(text[item])
  if (length(below) < 2 || any(same < 0.5) || mean(!is.na(city_row(text[item]))) > 0.5) return(NULL)
  head <- which(seq_along(text) < unit[1] & (filled | nzchar(text)))
  if (!length(head)) return(NULL)
  head <- max(head)
  times <- all(!is.na(typed_times(bare_years(text[item]))))
  grid$text[head, column] <- if (times) "\u5e74\u4efd" else "\u6307\u6807"
  units <- rep("", length(text))
  units[item] <- text[unit[from[item]]]
  add_columns(grid, stats::setNames(list(units), "\u5730\u533a"), item, head, unit)
}
