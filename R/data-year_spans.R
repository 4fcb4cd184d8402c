# Years that begin in one calendar year and end in the next: fiscal and school years, 2009/10. A
# time such as 2009-10 may be one of them, and may be a month: the column, or all that is read with
# it, decides. While a file is read these are numbers of their own: `span` for what is one, `either`
# for what may be both.

span_code <- function(year) 1000000L + year

either_code <- function(year) 2000000L + year

span_between <- " ?(?:[-/~\u2010-\u2015\uff0d\uff0f\uff5e\u2212]|\u81f3|(?i:to)) ?"

span_words <- paste0(
  "(?:\u8d22\u653f\u5e74\u5ea6|\u8d22\u5e74|\u5b66\u5e74\u5ea6?|\u8d5b\u5b63|\u5e74\u5ea6?|",
  "(?i:fiscal year|school year|academic year|season))"
)

span_marks <- "(?:(?:FY|AY|SY|(?i:fiscal year|school year|academic year)) ?)"

# In a head a span may have four digits twice; in a title two years are those of all its times.
any_span <- paste0(
  "(?:19|20)[0-9]{2}", span_between, "(?:(?:19|20)[0-9]{2}|[0-9]{2})(?![-/0-9])",
  "(?: ?", span_words, ")?+"
)

short_span <- c(
  paste0("(?:19|20)[0-9]{2}", span_between, "[0-9]{2}(?![-/0-9])(?: ?", span_words, ")?+"),
  paste0("(?:19|20)[0-9]{2}", span_between, "(?:19|20)[0-9]{2} ?", span_words)
)

# Spans among texts, NA for all others. Six figures are such where times are expected.
typed_spans <- function(plain, six = FALSE) {
  if (six) plain <- sub("^((?:19|20)[0-9]{2})([0-9]{2})$", "\\1-\\2", plain, perl = TRUE)
  whole <- paste0(
    "^(", span_marks, "?)((?:19|20)[0-9]{2})(", span_between, ")((?:19|20)?[0-9]{2}) ?(",
    span_words,
    "?)$"
  )
  out <- rep(NA_integer_, length(plain))
  at <- grep(whole, plain, perl = TRUE)
  part <- function(k) sub(whole, paste0("\\", k), plain[at], perl = TRUE)
  first <- as.integer(part(2))
  end <- part(4)
  second <- as.integer(end)
  next_year <- ifelse(nchar(end) == 4, second == first + 1L, second == (first + 1L) %% 100L)
  month <- nchar(end) == 2 & second %in% 1:12 & trim_blank(part(3)) %in% c("-", "/") &
    !nzchar(part(1)) & !nzchar(part(5))
  out[at] <- ifelse(next_year, ifelse(month, either_code(first), span_code(first)), NA)
  out
}

# Times of one column, or of all heads of a table, or of all that is read: what may be both is a
# month beside a month, a span beside a span, and a span where there are several, none of which is
# another month of the same year. What heads a column may say it too.
settled_spans <- function(time, head = character()) {
  kind <- period_kind(time)
  either <- which(kind == "either")
  if (!length(either)) return(time)
  year <- time[either] %% 1000000L
  said <- function(words) any(grepl(words, simplified(head), perl = TRUE))
  if ("month" %in% kind || said("\u6708|(?i:month)")) {
    time[either] <- period_code(year, (year + 1L) %% 100L, 12L)
  } else if ("span" %in% kind || different(year) > 1 || said("\u5e74|(?i:year|season)")) {
    time[either] <- span_code(year)
  }
  time
}

# The same of all that is read together.
settled_time <- function(found, call) {
  found$cells$year <- settled_spans(
    found$cells$year, if ("year" %in% period_kind(found$cells$year)) "year" else character()
  )
  open <- which(period_kind(found$cells$year) == "either")
  if (length(open)) abort_either(found$cells[open[1], ], call)
  if (!is.null(found$words)) {
    spans <- found$cells$year[period_kind(found$cells$year) == "span"] %% 1000000L
    either <- which(period_kind(found$words$year) == "either")
    year <- found$words$year[either] %% 1000000L
    found$words$year[either] <- ifelse(
      year %in% spans, span_code(year), period_code(year, (year + 1L) %% 100L, 12L)
    )
  }
  found
}

abort_either <- function(cell, call) {
  year <- cell$year %% 1000000L
  month <- month.name[(year + 1L) %% 100L]
  abort("year", c(
    paste0(
      "{.val {time_text(cell$year)}} in {.path {cell$file}} may be {month} {year} or the years ",
      "{year} to {year + 1L}, and no other time tells which."
    ),
    i = paste0(
      "Write {.val {sprintf('%d/%d', year, year + 1L)}} for years that begin in one ",
      "and end in the next."
    ),
    i = "Write {.val {sprintf('%dM%02d', year, (year + 1L) %% 100L)}} for a month."
  ), call)
}

# The way to numbers for a column of text that holds such years.
span_way <- function(time) {
  text <- as.character(unique(time))
  if (!length(text) || anyNA(typed_spans(plain_figures(text)))) return(NULL)
  cli::format_inline(
    paste0(
      "Of years such as {.val {text[1]}} the number is the first: ",
      "{.code as.integer(substr(x, 1, 4))}."
    )
  )
}
