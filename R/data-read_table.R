# One table of a sheet, read: its cells with what is lost, missing, set aside and noted.

# Cells of a table with the table's notes, and what of it is lost or set aside.
read_table <- function(table, name, call) {
  grid <- table$grid
  got <- panel_cells(table, name, call)
  cells <- got$cells
  if (!is.null(cells) && anyNA(cells$year) && is.na(table$roles$time)) {
    year <- table_year(table)
    ranks <- summary_series(got$heads, cells)
    cells <- cells[is.na(match(cells$series, ranks)) | !is.na(year), , drop = FALSE]
    if (is.na(year) && anyNA(cells$year)) abort_year(table, cells, call)
    cells$year[is.na(cells$year)] <- year
    got$ranks <- if (is.na(year)) got$heads$path[ranks]
  }
  with_place <- function(x) {
    if (is.null(x) || !nrow(x)) return(NULL)
    cbind(file = grid$file, sheet = grid$sheet, x, stringsAsFactors = FALSE)
  }
  repeats <- repeated_places(table, cells)
  cells <- cells[!cells$series %in% repeats$series, , drop = FALSE]
  words <- read_words(table, got, cells)
  lost <- lost_cells(table, cells, got$lost_times)
  cells <- cells[!cells$series %in% got$headless, , drop = FALSE]
  if (!is.null(cells)) {
    cells <- cells[!is.na(cells$year), , drop = FALSE]
    cells$label <- got$heads$path[cells$series]
    if (!is.na(table$roles$indicator)) cells$label <- cells$name
    if (!is.null(grid$labels)) cells <- labelled_series(cells, split_measure(grid$labels))
    cells$by_province <- rep(table$by_province, nrow(cells))
    cells$city <- rep(table$city, nrow(cells))
    cells <- named_by_measure(cells)
  }
  list(
    cells = with_place(cells), words = with_place(words$words), lost = with_place(lost),
    missing = with_place(missing_codes_of(cells)),
    notes = grid_notes(grid, table$data, table$title),
    aside = with_place(rows_aside(table, got$lost_times, got$ranks)),
    filled = table$filled, blocks = grid$blocks, hidden = grid$hidden, below = table$below,
    repeats = c(repeats$name, words$repeats), of_indicator = words$of_indicator,
    of_time = words$of_time, codes = with_place(words$codes),
    percent = unique(cells$name[cells$percent]), marked = sum(cells$marked, table$grid$flagged),
    told = grid$told, joined = grid$joined, tellers = grid$tellers,
    by_measure = attr(cells, "by_measure")
  )
}

# Two cells of one name, unit and time with other units of measurement ("GDP (yuan)" and "GDP (%)")
# are two indicators, called by these too.
named_by_measure <- function(cells) {
  names <- unique(data.frame(name = cells$name, measure = cells$measure))
  several <- unique(names$name[duplicated(names$name)])
  if (!length(several)) return(cells)
  here <- cells[cells$name %in% several, c("unit", "year", "name", "measure")]
  twice <- here$name[duplicated(here[-4]) & !duplicated(here)]
  at <- cells$name %in% twice & !is.na(cells$measure)
  if (!any(at)) return(cells)
  cells$name[at] <- cells$label[at] <- sprintf("%s (%s)", cells$name[at], cells$measure[at])
  structure(cells, by_measure = unique(cells$name[at]))
}

# What a variable of Stata or SPSS is labelled, with a unit in brackets.
labelled_series <- function(cells, labels) {
  label <- labels$name[cells$column]
  cells$label <- ifelse(is.na(label), cells$label, label)
  cells$measure <- ifelse(is.na(cells$measure), labels$measure[cells$column], cells$measure)
  cells
}

abort_year <- function(table, cells, call) {
  heads <- unique(cells$name[is.na(cells$year)])
  path <- table$grid$file
  if (!is.na(table$grid$sheet)) path <- paste0(path, ", sheet ", table$grid$sheet)
  abort("year", c(
    paste0(
      paste0(
        "{path} must say which year its numbers are of: a column headed year, ",
        "years as heads, or one "
      ),
      "year in the title, the sheet's or the file's name; the columns {.val {heads}} have none."
    ),
    x = "Its first cells are: {first_cells(table$grid)}",
    i = paste0(
      "Add a column of years (2011), quarters (2011Q1) or months (2011-03), or the time to the ",
      "name of the file; delete columns that are of no time."
    ), as_ways(lost_ways(year_texts(table$grid, heads)))
  ), call)
}

# What may have been meant as years: heads, and cells under a head that says year.
year_texts <- function(grid, heads) {
  said <- which(
    grepl("\u5e74|(?i:year)", grid$text, perl = TRUE) | head_roles(grid$text) %in% "time"
  )
  under <- unique(ceiling(said / max(nrow(grid$text), 1)))
  c(heads, as.vector(grid$text[, under]))
}

# Words for what sums years up.
summary_words <- paste0(
  paste0(
    "\u5747|\u5408\u8ba1|\u603b\u8ba1|\u5c0f\u8ba1|\u7d2f\u8ba1|\u589e\u957f|\u589e\u901f|\u589e",
    "\u5e45|\u53d8\u5316|"
  ),
  "\u6807\u51c6\u5dee|\u6700[\u5927\u5c0f]|\u4e2d\u4f4d|\u53d8\u5f02|\u6392\u540d|",
  "(?i:average|mean|total|sum|growth|change|median|std|s\\.?d\\.|max|min|rank|all)"
)

# Columns of ranks and growth rates, or without any number, beside columns of years are no indicator
# of a year.
summary_series <- function(heads, cells) {
  timed <- unique(cells$series[!is.na(cells$year)])
  open <- unique(cells$series[is.na(cells$year)])
  known <- paste0(
    summary_words,
    "|(?i:estimates start)|\u4f4d\u6b21|\u540d\u6b21|\u5e8f\u4f4d|\u6392\u5e8f|\u589e\u51cf"
  )
  numbers <- unique(cells$series[cells$kind %in% c("number", "lost", "word")])
  empty <- !open %in% numbers
  if (length(timed)) open[empty | grepl(known, heads$path[open], perl = TRUE)] else integer()
}

# Rows whose time is a word for a mean or a total over the years, or that have no numbers, are set
# aside.
is_summary <- function(table, rows) {
  text <- table$grid$text[rows, table$roles$time]
  values <- table$grid$text[rows, table$roles$values, drop = FALSE]
  figures <- rowSums(matrix(grepl("[0-9]", values, perl = TRUE), nrow(values))) > 0
  !nzchar(text) & !figures | nzchar(text) & !grepl("[0-9]", text, perl = TRUE) &
    (!figures | grepl(summary_words, text, perl = TRUE))
}

rows_aside <- function(table, lost_times, columns = NULL) {
  grid <- table$grid
  words <- lost_times[is_summary(table, lost_times)]
  names <- paste(grid$text[words, table$column], grid$text[words, table$roles$time])
  data.frame(
    row = c(grid$line[c(table$aside$line, words)], rep(NA_integer_, length(columns))),
    name = c(table$aside$name, if (length(words)) names, columns), stringsAsFactors = FALSE
  )
}

missing_codes_of <- function(cells) {
  gone <- cells[cells$kind %in% c("blank", "missing", "word"), , drop = FALSE]
  if (is.null(gone) || !nrow(gone)) return(NULL)
  text <- ifelse(gone$kind == "blank", "", gone$text)
  count <- table(factor(text, unique(text)))
  data.frame(text = base::names(count), cells = as.integer(count), stringsAsFactors = FALSE)
}

# Numbers that are the codes of the rows' own provinces say nothing new.
repeated_places <- function(table, cells) {
  if (!table$by_province || is.null(cells)) return(NULL)
  coded <- grepl("^[0-9]{2}(0000)?$", cells$text, perl = TRUE)
  candidates <- unique(cells$series)
  candidates <- candidates[vapply(candidates, function(k) all(coded[cells$series == k]), NA)]
  candidates <- candidates[vapply(candidates, function(k) {
    here <- cells[cells$series == k, ]
    identical(province_row(here$text, province_table()), named_provinces(here$unit))
  }, NA)]
  list(series = candidates, name = unique(cells$name[cells$series %in% candidates]))
}

# Columns of words, by unit and year. What repeats the province (its code, its other names) or the
# indicator (its code) is none.
read_words <- function(table, got, cells) {
  years <- unique(cells$year)
  own <- named_provinces(table$unit)
  repeats <- of_indicator <- of_time <- character()
  codes <- table$grid$codes
  keep <- lapply(got$words, function(part) {
    part$name <- ifelse(nzchar(part$name), part$name, "text")
    code_of <- c(codes$kind[match(got$heads$at[part$series[1]], codes$at)], NA)[1]
    if (code_of %in% "time") {
      of_time <<- c(of_time, part$name[1])
      return(NULL)
    }
    if (code_of %in% indicator_kinds || says_indicator(part)) {
      of_indicator <<- c(of_indicator, part$name[1])
      return(NULL)
    }
    part$name <- words_by_indicator(part)
    also <- province_row(part$text, province_table())
    if (table$by_province && all(!nzchar(part$text) | also == own) %in% TRUE) {
      repeats <<- c(repeats, part$name[1])
      return(NULL)
    }
    part[nzchar(part$text), c("unit", "year", "name", "text", "row"), drop = FALSE]
  })
  out <- do.call(rbind, keep)
  said <- list(
    repeats = repeats, of_indicator = of_indicator, of_time = of_time,
    codes = left_codes(codes, got$words, got$heads)
  )
  if (is.null(out) || !nrow(out)) return(said)
  timeless <- is.na(out$year)
  if (any(timeless) && is.na(table$roles$time) && length(years)) {
    each <- lapply(years, function(y) transform(out[timeless, ], year = y))
    out <- do.call(rbind, c(each, list(out[!timeless, ])))
  }
  out$by_province <- rep(table$by_province, nrow(out))
  c(list(words = out), said)
}

# Whether the words of each of several indicators are the same in all rows, and not in all the same
# (a code, a definition).
says_indicator <- function(part) {
  if (different(part$indicator) < 2) return(FALSE)
  each <- tapply(part$text, part$indicator, different)
  all(each == 1) && different(part$text) > 1
}

# Words that tell indicators of one unit and time apart are each indicator's own.
words_by_indicator <- function(part) {
  pairs <- unique(part[nzchar(part$text), c("unit", "year", "text"), drop = FALSE])
  own <- part$indicator == part$name
  if (all(own) || !anyDuplicated(pairs[c("unit", "year")])) return(part$name)
  trim_blank(paste(part$indicator, part$name))
}

# Titles, footnotes and sources: what stands around the data.
grid_notes <- function(grid, rows, title = NULL) {
  if (isTRUE(grid$turned)) return(NULL)
  at <- setdiff(seq_len(nrow(grid$text)), rows)
  if (!length(at)) return(NULL)
  single <- apply(grid$text[at, , drop = FALSE], 1, function(x) different(x[nzchar(x)])) == 1
  single <- at[single | is_note_row(grid$text[at, , drop = FALSE])]
  if (!length(single)) return(NULL)
  data.frame(
    file = grid$file, sheet = grid$sheet, row = grid$line[single],
    text = vapply(single, function(r) {
      paste(unique(grid$text[r, nzchar(grid$text[r, ])]), collapse = ", ")
    }, ""),
    stringsAsFactors = FALSE
  )
}

bind_parts <- function(parts) {
  tables <- c("cells", "words", "lost", "missing", "notes", "aside", "codes")
  out <- lapply(stats::setNames(tables, tables), function(what) {
    do.call(rbind, lapply(parts, `[[`, what))
  })
  out$notes <- unique(out$notes)
  add <- function(what) sum(unlist(lapply(parts, `[[`, what)))
  c(out, list(
    filled = add("filled"), marked = add("marked"), sheets = add("sheets"),
    percent = unique(unlist(lapply(parts, `[[`, "percent"))),
    repeats = unique(unlist(lapply(parts, `[[`, "repeats"))),
    of_indicator = unique(unlist(lapply(parts, `[[`, "of_indicator"))),
    of_time = unique(unlist(lapply(parts, `[[`, "of_time"))),
    blocks = unique(unlist(lapply(parts, `[[`, "blocks"))),
    hidden = unique(unlist(lapply(parts, `[[`, "hidden"))),
    told = unique(unlist(lapply(parts, `[[`, "told"))),
    joined = unique(unlist(lapply(parts, `[[`, "joined"))),
    tellers = unique(unlist(lapply(parts, `[[`, "tellers"))),
    by_measure = unique(unlist(lapply(parts, `[[`, "by_measure"))),
    below = unique(unlist(lapply(parts, `[[`, "below"))),
    encoding = unlist(lapply(parts, `[[`, "encoding"))
  ))
}
