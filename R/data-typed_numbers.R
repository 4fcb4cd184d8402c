# Numbers as people type them. A cell is a number, blank, a missing code (a dash, three points, the
# word for missing), a word, or lost: it holds digits, and no number is understood.

# What cells hold: `value` (NA but for numbers), `kind` ("number", "blank", "missing", "word",
# "lost"), `percent` and `marked` (a footnote's mark was taken off). `number` has the values of
# cells that are numbers to the file.
typed_cells <- function(text, number = NULL, decimal = ".") {
  known <- if (is.null(number)) logical(length(text)) else !is.na(number)
  unique_text <- unique(text[!known])
  read <- read_typed(unique_text, decimal)[match(text, unique_text), ]
  read$value[known] <- number[known]
  read$kind[known] <- "number"
  read$percent[known] <- FALSE
  read$marked[known] <- FALSE
  rownames(read) <- NULL
  read
}

read_typed <- function(text, decimal = ".") {
  # An apostrophe makes text of a number in a spreadsheet.
  plain <- sub("^['\u2018\u2019](?=[-+0-9.])", "", plain_figures(text), perl = TRUE)
  missing <- tolower_ascii(simplified(plain)) %in% missing_codes() |
    tolower_ascii(trim_blank(text)) %in% missing_codes() | startsWith(plain, user_missing)
  blank <- !nzchar(plain)
  bare <- sub(number_marks, "", plain, perl = TRUE)
  marked <- bare != plain
  percent <- grepl("[%\u2030]$", bare, perl = TRUE)
  scale <- ifelse(grepl("\u2030$", bare, perl = TRUE), 10, 1)
  figures <- without_separators(sub("\\s*[%\u2030]$", "", bare, perl = TRUE), decimal)
  value <- suppressWarnings(as.double(figures)) / scale
  number <- !is.na(value) & !missing & !blank
  spelt <- paste0(
    "^\u8d1f?[\u96f6\u3007\u4e00\u4e8c\u4e24\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341\u767e",
    "\u5343\u4e07\u4ebf\u70b9]{2,}$"
  )
  digits <- grepl("[0-9]", plain, perl = TRUE) | grepl(spelt, simplified(plain), perl = TRUE) |
    text %in% unworked
  kind <- ifelse(blank, "blank", ifelse(
    missing, "missing", ifelse(number, "number", ifelse(digits, "lost", "word"))
  ))
  data.frame(
    value = ifelse(number, value, NA), kind, percent = percent & number, marked = marked & number,
    stringsAsFactors = FALSE
  )
}

# What stands behind a number and is none of it: marks of footnotes, letters in brackets, p and r of
# provisional and revised ones. Letters that may be a unit (k, m, t) are none.
number_marks <- paste0(
  "(?<=[0-9%.])\\s*(?:[*#\u2020\u2021\u00b9\u00b2\u00b3\u2460-\u2473\u24b6-\u24e9]+|",
  "\\[[0-9a-z]{1,2}\\]|\\([a-jlnopqrsu-zA-JLNOPQRSU-Z]\\)|(?<![eE])[prPR](?![a-zA-Z]))+$"
)

# How a value that a file declares missing is written.
user_missing <- "user-missing "

tolower_ascii <- function(x) plain_letters(x)

missing_codes <- function() word_table("missing")$spelling

# Full-width figures and signs as the plain ones, every dash before a figure a minus, blanks between
# figures one kind of blank.
plain_figures <- function(x) {
  x <- formula_texts(x)
  wide <- grepl("[^ -~]", x, perl = TRUE)
  # A dash must come first: chartr() takes it for a range elsewhere.
  x[wide] <- chartr(
    paste0(
      "\uff0d\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19\uff0c\uff0e",
      "\uff05\uff0b\uff0a\uff08\uff09\uff3b\uff3d\uff03"
    ),
    "-0123456789,.%+*()[]#", x[wide]
  )
  x[wide] <- gsub("^[\u2212\u2013\u2010\u2011\ufe63](?=\\s*[0-9.])", "-", x[wide], perl = TRUE)
  x[wide] <- gsub(blanks, " ", x[wide], perl = TRUE)
  x <- gsub("[\t\n\r ]+", " ", x, perl = TRUE)
  x <- gsub("^ | $", "", x, perl = TRUE)
  sub("^([-+]?) ?[\u00a5\uffe5$\u20ac\u00a3] ?(?=[0-9.])", "\\1", x, perl = TRUE)
}

# "5,155", "1 234 567.8" and "1'234" without what separates thousands; "" where the whole is none of
# a number's spellings, so that "1e5L", "0x1F" and "12,5" are not read as R would read them. No
# group of thousands begins with a nought: "0,123" is none.
without_separators <- function(x, decimal) {
  if (decimal == ",") x <- chartr(".,", "'.", x)
  grouped <- grepl(
    "^[-+]? ?[1-9][0-9]{0,2}([,' ])[0-9]{3}(\\1[0-9]{3})*([.][0-9]*)?$", x, perl = TRUE
  )
  x[grouped] <- gsub("[,' ]", "", x[grouped], perl = TRUE)
  x <- sub("^([-+]) ", "\\1", x, perl = TRUE)
  good <- grepl("^[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,3})?$", x, perl = TRUE)
  endless <- grepl("^[-+]?(inf|infinity|\u221e)$", plain_letters(x), perl = TRUE)
  x[endless] <- ifelse(startsWith(x[endless], "-"), "-Inf", "Inf")
  ifelse(good | endless, x, "")
}

# Years as people type and head them: 2011, "2011", the same with the word for year or the end of a
# year behind it, dates and spelt-out years. NA where a text is no year.
typed_years <- function(text, number = NULL) {
  plain <- sub("^['\u2018\u2019](?=[0-9])", "", plain_figures(text), perl = TRUE)
  plain <- sub("^[(\\[]([^()]*)[)\\]]$", "\\1", plain, perl = TRUE)
  # The nought of a year is also typed as the letter.
  figures <- "\u3007\u25cb\u96f6\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5dOo\uff2f"
  spelt <- grepl(paste0("^[\u4e00\u4e8c][", figures, "]{3}"), plain, perl = TRUE)
  plain[spelt] <- chartr(figures, "000123456789000", plain[spelt])
  pattern <- paste0(
    "^(?:FY|fy|CY|\u516c\u5143|\u622a\u81f3)? ?((?:18|19|20|21)[0-9]{2})(?:[.]0+)?",
    " ?(?:\u5e74(?:\u5ea6|\u672b|\u5e95|\u521d|\u5408\u8ba1)?|",
    "[-/.\u5e74] ?[0-9]{1,2} ?[-/.\u6708] ?[0-9]{1,2}\u65e5?(?:[ T][0-9:.]+Z?)?)?",
    " ?[*#\u2460-\u2473\u00b9\u00b2\u00b3]*$"
  )
  year <- ifelse(grepl(pattern, plain, perl = TRUE), sub(pattern, "\\1", plain, perl = TRUE), NA)
  year <- as.integer(year)
  if (!is.null(number)) {
    whole <- !is.na(number) & number == round(number) & number >= 1800 & number < 2200
    year[!is.na(number)] <- ifelse(whole, number, NA)[!is.na(number)]
  }
  as.integer(year)
}

# Ways out for texts with digits that are no number: one line a kind.
lost_ways <- function(text) {
  plain <- plain_figures(text)
  seen <- function(pattern) any(grepl(pattern, plain, perl = TRUE))
  c(
    if (seen("^\\([-+]?[0-9][0-9., ]*%?\\)$")) {
      "A number in brackets may be below zero or bear a mark: write {.val -123.4} or {.val 123.4}."
    },
    if (seen("^[0-9][0-9., ]*-$")) "A minus stands before its number: {.val -3.5}.",
    if (seen("[0-9] ?[\u5341\u767e\u5343\u4e07\u4ebf]")) {
      "A unit stands in the head, and the numbers are in it: {.val 1.2} under a head with the unit."
    },
    if (seen(short_year)) {
      "A year has four digits: {.val 2019}."
    },
    if (seen("^[2-5][0-9]{4}$")) {
      day <- as.integer(grep("^[2-5][0-9]{4}$", plain, value = TRUE)[1])
      paste0(
        "{.val ", day, "} may be how a spreadsheet counts the day ",
        as.Date(day, origin = "1899-12-30"), ": give the column the format of dates."
      )
    },
    if (seen(open_date)) {
      date <- grep(open_date, plain, value = TRUE, perl = TRUE)[1]
      paste0(
        "{.val ", date, "} does not say which of its parts is the month, nor do the others of its ",
        "line: write dates as 2019-03-31."
      )
    },
    if (seen(colon_time)) {
      time <- grep(colon_time, plain, value = TRUE, perl = TRUE)[1]
      paste0(
        "{.val ", time, "} may be a quarter or a month: write {.val 2019Q1} or {.val 2019-01}."
      )
    },
    if (seen(day_month)) {
      day <- grep(day_month, plain, value = TRUE, perl = TRUE)[1]
      paste0("{.val ", day, "} may be a day or the month of a year: write {.val 2019-03}.")
    },
    if (seen(two_years)) {
      paste0(
        "Where not all times are such, write of two years such as 2019/20 the one that is meant, ",
        "{.val 2019} or {.val 2020}."
      )
    }
  )
}

open_date <- "^[0-9]{1,2}[/-][0-9]{1,2}[/-](?:19|20)[0-9]{2}$"

colon_time <- "^(?:19|20)[0-9]{2}:[0-9]{1,2}(?: \\(no year\\))?$"

day_month <- "^[0-9]{1,2}-[A-Za-z]{3}(?: \\(no year\\))?$"

short_year <- "^'?[0-9]{2}\u5e74?(?: \\(no year\\))?$"

two_years <- paste0(
  "^(?:19|20)[0-9]{2} ?[-/\u2014\u2013] ?(?:(?:19|20)?[0-9]{2})",
  "\u5e74?(?: \\(no year\\))?$"
)
