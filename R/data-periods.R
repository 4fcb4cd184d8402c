# Quarters and months as times of a panel. While a file is read, a time is one whole number: a year
# as it is, a quarter or a month as its place among those since year nought above a million for each
# part of a year, so that kinds never mix unseen. Years such as 2009/10 have numbers of their own
# (R/data-year_spans.R).

period_parts <- c(quarter = 4L, month = 12L)

period_kinds <- c(year = 0L, span = 1L, either = 2L, period_parts)

period_code <- function(year, part, parts) parts * 1000000L + year * parts + part - 1L

period_kind <- function(code) {
  names(period_kinds)[match(ifelse(code < 1000000L, 0L, code %/% 1000000L), period_kinds)]
}

# "2011", "2011Q1", "2011-03", "2011/12".
time_text <- function(code) {
  kind <- period_kind(code)
  place <- code %% 1000000L
  parts <- period_parts[kind]
  format <- c(quarter = "%dQ%d", month = "%d-%02d")[kind]
  out <- as.character(code)
  two <- which(kind %in% c("span", "either"))
  between <- ifelse(kind[two] == "span", "/", "-")
  out[two] <- sprintf("%d%s%02d", place[two], between, (place[two] + 1L) %% 100L)
  some <- which(kind %in% names(period_parts))
  out[some] <- sprintf(
    format[some], as.integer(place[some] %/% parts[some]),
    as.integer(place[some] %% parts[some] + 1L)
  )
  out
}

# What of a year a text may name: patterns whose first group is the year and whose second is the
# part, or the other way round. A number of six figures is a month only where a time is expected.
period_patterns <- function() {
  year <- "((?:19|20)[0-9]{2})"
  list(
    quarter = c(paste0(
      year,
      " ?\u5e74?[ ._/:-]?(?:\u7b2c? ?([1-4\u4e00\u4e8c\u4e09\u56db]) ?\u5b63\u5ea6?|[Qq]([1-4]))"
    )),
    month = c(paste0(year, " ?\u5e74 ?(1[0-2]|0?[1-9]) ?\u6708(?:\u4efd|\u5ea6)?"), paste0(
      year, "[-/](1[0-2]|0[1-9]|[1-9])(?![-/0-9])"
    ), paste0(year, " ?[Mm](1[0-2]|0?[1-9])"))
  )
}

typed_periods <- function(text, six = FALSE) {
  plain <- quarter_last(trim_blank(plain_figures(text)))
  plain <- sub(" ?[*#\u2460-\u2473\u00b9\u00b2\u00b3]+$", "", plain, perl = TRUE)
  if (six) plain <- sub("^((?:19|20)[0-9]{2})(1[0-2]|0[1-9])$", "\\1-\\2", plain, perl = TRUE)
  out <- typed_spans(plain, six)
  patterns <- period_patterns()
  for (kind in names(patterns)) {
    for (pattern in patterns[[kind]]) {
      whole <- paste0("^", pattern, "$")
      at <- which(is.na(out) & grepl(whole, plain, perl = TRUE))
      if (!length(at)) next
      year <- as.integer(sub(whole, "\\1", plain[at], perl = TRUE))
      part <- sub(whole, if (kind == "quarter") "\\2\\3" else "\\2", plain[at], perl = TRUE)
      part <- as.integer(chartr("\u4e00\u4e8c\u4e09\u56db", "1234", part))
      out[at] <- period_code(year, part, period_parts[[kind]])
    }
  }
  out
}

# "Q1 2011" and "1Q2011" as "2011Q1".
quarter_last <- function(x) {
  x <- gsub(
    "(?<![A-Za-z0-9])([1-4])[Qq][ '/-]?((?:19|20)[0-9]{2})(?![0-9])", "\\2Q\\1", x, perl = TRUE
  )
  gsub(
    "(?<![A-Za-z0-9])[Qq]([1-4])[ /-]?((?:19|20)[0-9]{2})(?![0-9])", "\\2Q\\1", x, perl = TRUE
  )
}

# Years, quarters and months as they are typed and headed.
typed_times <- function(text, number = NULL, six = FALSE) {
  if (is.null(number) && anyDuplicated(text)) return(by_text(text, typed_times, six = six))
  year <- typed_years(text, number)
  open <- which(is.na(year))
  year[open] <- typed_periods(text[open], six)
  year
}

# A column of times. Dates in several months of a year are those of quarters or months.
column_times <- function(text, number = NULL, head = character()) {
  dates <- dated_periods(text)
  if (!is.null(dates)) return(dates)
  settled_spans(typed_times(bare_years(text), number, six = TRUE), head)
}

date_pattern <- paste0(
  "^((?:19|20)[0-9]{2})[-/.\u5e74] ?([0-9]{1,2})[-/.\u6708] ?[0-9]{1,2}\u65e5?(?:[ T][0-9:.]+Z?)?$"
)

is_date_text <- function(text) grepl(date_pattern, plain_figures(text), perl = TRUE)

# NULL where not all texts are dates, or where no year has two months.
dated_periods <- function(text) {
  plain <- plain_figures(text)
  if (!length(plain) || !all(is_date_text(text) | !nzchar(plain))) return(NULL)
  year <- suppressWarnings(as.integer(sub(date_pattern, "\\1", plain, perl = TRUE)))
  month <- suppressWarnings(as.integer(sub(date_pattern, "\\2", plain, perl = TRUE)))
  seen <- unique(month[!is.na(month)])
  several <- tapply(month, year, different)
  if (!any(several > 1) || any(!seen %in% 1:12)) return(NULL)
  # Quarters are dated by their first or their last month.
  quarters <- all(seen %in% c(3, 6, 9, 12)) || all(seen %in% c(1, 4, 7, 10))
  if (quarters) period_code(year, (month + 2L) %/% 3L, 4L) else period_code(year, month, 12L)
}

# The one time that a title, the name of a sheet or of a file names; NA for several, and for parts
# of a year that are none, such as the first half or the months up to March.
named_time <- function(text) {
  if (!length(text) || all(is.na(text))) return(NULL)
  dates <- unique(named_dates(text))
  if (length(dates)) return(if (length(dates) == 1) dates else NA_integer_)
  text <- quarter_last(text)
  found <- lapply(c(period_patterns(), list(short_span)), function(patterns) {
    unlist(lapply(patterns, function(p) {
      unlist(regmatches(text, gregexpr(paste0("(?<![0-9])", p), text, perl = TRUE)))
    }))
  })
  found <- typed_periods(unlist(found))
  found <- unique(found[!is.na(found)])
  other <- paste0(
    paste0(
      "(?:19|20)[0-9]{2} ?\u5e74? ?(?:[\u4e0a\u4e0b]\u534a\u5e74|\u524d[0-9\u4e00-",
      "\u4e5d]{1,3}\\s*(?:\u4e2a\u6708|\u5b63)|"
    ),
    paste0(
      "(?!0?1 ?[-\u2014~\uff5e\u81f3] ?12)[0-9]{1,2} ?(?:\u6708)? ?[-\u2014~\uff5e\u81f3] ",
      "?[0-9]{1,2} ?\u6708)"
    )
  )
  if (any(grepl(other, text, perl = TRUE))) return(NA_integer_)
  if (length(found) == 1) return(found)
  if (length(found) > 1) return(NA_integer_)
  year <- regmatches(text, gregexpr("(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", text, perl = TRUE))
  year <- unique(unlist(year))
  if (!length(year)) return(NULL)
  if (length(year) == 1) as.integer(year) else NA_integer_
}

# Dates in titles and names, as negative numbers (-20210331) until all that a panel has are known:
# one alone does not say whether it is that of a year, a quarter or a month. In names of files days
# within a month are those of a download.
named_dates <- function(text) {
  day <- "(0?[1-9]|[12][0-9]|3[01])"
  month <- "(1[0-2]|0?[1-9])"
  patterns <- c(
    paste0(
      "(?<![0-9])((?:19|20)[0-9]{2})\\s?[-/._\u5e74]\\s?", month, "\\s?[-/._\u6708]\\s?", day,
      "\u65e5?(?![0-9])"
    ),
    "(?<![0-9])((?:19|20)[0-9]{2})(1[0-2]|0[1-9])(0[1-9]|[12][0-9]|3[01])(?![0-9])"
  )
  found <- unlist(lapply(patterns, function(p) {
    hits <- unlist(regmatches(text, gregexpr(p, text, perl = TRUE)))
    parts <- lapply(1:3, function(k) {
      as.integer(sub(paste0("^", p, "$"), paste0("\\", k), hits, perl = TRUE))
    })
    parts[[1]] * 10000L + parts[[2]] * 100L + parts[[3]]
  }))
  found <- found[is_month_end(found)]
  if (length(found)) -found else integer()
}

# The first and the last days of months.
is_month_end <- function(date) {
  year <- date %/% 10000L
  month <- date %/% 100L %% 100L
  leap <- (year %% 4L == 0L & year %% 100L != 0L) | year %% 400L == 0L
  last <- c(31L, 28L, 31L, 30L, 31L, 30L, 31L, 31L, 30L, 31L, 30L, 31L)[month]
  date %% 100L %in% 1L | date %% 100L == last + (month == 2L & leap)
}

# The dates of titles, sheets and files as times: as those of a column are, or of the kind that all
# other times have.
settled_dates <- function(found) {
  dates <- unique(found$cells$year[found$cells$year < 0])
  if (!length(dates)) return(found)
  year <- -dates %/% 10000L
  month <- -dates %/% 100L %% 100L
  text <- sprintf("%04d-%02d-%02d", year, month, -dates %% 100L)
  others <- unique(period_kind(found$cells$year[found$cells$year > 0]))
  times <- dated_periods(text) %||% year
  if (identical(others, "quarter")) times <- period_code(year, (month + 2L) %/% 3L, 4L)
  if (identical(others, "month")) times <- period_code(year, month, 12L)
  settle <- function(x) {
    at <- match(x$year, dates)
    x$year[!is.na(at)] <- times[at[!is.na(at)]]
    x
  }
  found$cells <- settle(found$cells)
  if (!is.null(found$words)) found$words <- settle(found$words)
  found$dated <- paste(text, "is", time_text(times))
  found
}

# What of a year a head or a cell of its own may name, sums over part of it (which are no time of a
# panel) included.
year_part <- paste0(
  paste0(
    "^(?:\u7b2c?\\s?[1-4\u4e00\u4e8c\u4e09\u56db]\\s?\u5b63",
    "\u5ea6?|[Qq][1-4]|(?:1[0-2]|0?[1-9])\\s?\u6708(?:\u4efd)?|"
  ),
  "0?1\\s?[-\u2014~\uff5e\u81f3]\\s?[0-9]{1,2}\\s?\u6708(?:\u4efd)?|[\u4e0a\u4e0b]\u534a\u5e74|",
  "\u524d[\u4e00-\u4e5d0-9]\\s?(?:\u4e2a\u6708|\u5b63\u5ea6?))$"
)

joined_time <- function(year, part) {
  bare <- grepl("^[Qq]", part, perl = TRUE)
  paste0(year, ifelse(bare, "", "\u5e74"), toupper(part))
}

# A column of years with one of quarters or months beside it is a column of these.
joined_times <- function(grid, role) {
  key <- head_key(simplified(as.vector(grid$text)))
  parts <- list(
    quarter = c("\u5b63\u5ea6", "\u5b63", "quarter", "qtr"),
    month = c("\u6708\u4efd", "\u6708", "month", "mon")
  )
  for (kind in names(parts)) {
    at <- which(matrix(key %in% parts[[kind]], nrow(grid$text)), arr.ind = TRUE)
    for (i in seq_len(nrow(at))) {
      year <- which(role[at[i, 1], ] %in% "time")
      if (length(year) != 1) next
      rows <- seq_len(nrow(grid$text)) > at[i, 1]
      time <- parts_of_years(grid$text[rows, year], grid$text[rows, at[i, 2]], kind)
      if (is.null(time)) next
      grid$text[rows, year] <- time
      if (!is.null(grid$number)) grid$number[rows, year] <- NA
      grid$text[, at[i, 2]] <- ""
      if (!is.null(grid$number)) grid$number[, at[i, 2]] <- NA
      return(grid)
    }
  }
  grid
}

# Years and their parts, row by row; NULL where a year has a part that is none, or the other way
# round.
parts_of_years <- function(year, part, kind) {
  year_of <- typed_years(year)
  part <- sub("^0+(?=[1-9])", "", trim_blank(plain_figures(part)), perl = TRUE)
  number <- chartr("\u4e00\u4e8c\u4e09\u56db", "1234", gsub(
    "\u7b2c|\u5b63|\u5ea6|\u6708|\u4efd|[Qq]|\\s", "", part, perl = TRUE
  ))
  number <- suppressWarnings(as.integer(number))
  good <- !is.na(year_of) & number %in% seq_len(period_parts[[kind]])
  if (!any(good) || any(xor(is.na(year_of), !nzchar(part)) | (!is.na(year_of) & !good))) {
    return(NULL)
  }
  out <- year
  out[good] <- time_text(period_code(year_of[good], number[good], period_parts[[kind]]))
  out
}

# Times of one kind, as whole numbers in which the next is one more, and what they are called.
check_one_kind <- function(cells, call) {
  kinds <- unique(period_kind(cells$year))
  if (length(kinds) == 1) return(if (kinds == "span") "year" else kinds)
  shown <- vapply(kinds, function(k) time_text(cells$year[period_kind(cells$year) == k][1]), "")
  files <- vapply(kinds, function(k) cells$file[period_kind(cells$year) == k][1], "")
  each <- paste0(shown, " in ", files)
  abort("year", c(
    paste0(
      "The times of a panel must be all years, all years such as 2019/20, all quarters or all ",
      "months; there are {each}."
    ),
    i = "Read the files, or the sheets, of one kind at a time.",
    as_ways(lost_ways(shown))
  ), call)
}

# Numbers of quarters and months carry what each is called.
period_column <- function(code) {
  if (all(period_kind(code) == "year")) return(code)
  place <- code %% 1000000L
  known <- sort(unique(code))
  structure(place, labels = stats::setNames(known %% 1000000L, time_text(known)))
}
