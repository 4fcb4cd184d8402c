# What the rows of a table are: heads, places, totals, notes; and where tables begin and end.

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
  # The United Nations' footnotes are a table of their own, below the other.
  footnotes <- which(grepl(
    "^footnote(?: ?SeqID|s)$", text[, column], perl = TRUE, ignore.case = TRUE
  ))
  if (length(footnotes)) out[seq_along(out) >= footnotes[1]] <- "note"
  below <- lines_below(text, out)
  out[below] <- "note"
  list(kind = out, by_province = by_province, figures = figures, below = below)
}

# Lines below the last named row with nothing but words in the first column: notes, though no word
# says so.
lines_below <- function(text, kind) {
  first <- which(colSums(has_text(text)) > 0)[1]
  named <- which(kind %in% c("place", "aside", "unknown"))
  line <- which(kind == "more")
  line <- line[line > max(named, Inf[!length(named)])]
  line <- line[grepl("[A-Za-z\u4e00-\u9fff]", text[line, first], perl = TRUE)]
  line <- line[is.na(typed_times(text[line, first]))]
  line[apply(text[line, , drop = FALSE], 1, function(x) different(x[has_text(x)])) == 1]
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
# called Jilin with it, the bare name is the city's. Suzhou ends like a prefecture, and is none.
named_like_province <- function(names) {
  bare <- gsub(" ", "", place_text(names), fixed = TRUE)
  bare[!is.na(head_roles(names))] <- ""
  city <- grepl("[\u5e02\u76df\u533a]$|..\u5dde$", bare, perl = TRUE)
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
