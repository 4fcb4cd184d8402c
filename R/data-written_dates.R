# Dates as programs and offices write them ("31/03/2019", "31.03.2019", "03/2019", "Mar 2019",
# "20190331") as the times they are, before tables are looked for: what is left of "03/2019" without
# its year is no name.

written_dates <- function(grid) {
  grid <- counted_heads(counted_dates(short_times(grid)))
  found <- date_cells(grid$text)
  # A column of times, or times as heads: a date is one of the line that holds more of them.
  in_row <- tabulate(found$row, nrow(grid$text))[found$row]
  in_column <- tabulate(found$column, ncol(grid$text))[found$column]
  found$line <- ifelse(in_row > in_column, -found$row, found$column)
  found <- found[!nzchar(found$label) | in_row > 1, , drop = FALSE]
  for (at in split(seq_len(nrow(found)), found$line)) {
    time <- line_dates(found[at, , drop = FALSE])
    at <- at[!is.na(time)]
    text <- paste0(found$label[at], time_text(time[!is.na(time)]))
    grid$text[cbind(found$row, found$column)[at, , drop = FALSE]] <- text
  }
  grid
}

# Times in the short forms of programs, as lines of nothing else hold them, spelt out and said.
short_times <- function(grid) {
  for (form in list(colon_periods, short_months)) {
    read <- form(grid$text)
    if (!nrow(read)) next
    at <- cbind(read$row, read$column)
    grid$told <- c(grid$told, unique(paste(grid$text[at], "is", read$time)))
    grid$text[at] <- read$time
  }
  grid
}

# The cells that a pattern knows, in the column or the row that holds more of them, two at least.
cells_in_lines <- function(text, pattern) {
  at <- which(of_cells(text, function(x) grepl(pattern, x, perl = TRUE)), arr.ind = TRUE)
  in_row <- tabulate(at[, 1], nrow(text))[at[, 1]]
  in_column <- tabulate(at[, 2], ncol(text))[at[, 2]]
  out <- data.frame(row = unname(at[, 1]), column = unname(at[, 2]), text = text[at])
  out$line <- ifelse(in_row > in_column, -out$row, out$column)
  out[pmax(in_row, in_column) > 1, , drop = FALSE]
}

# "2019:1" of EViews and gretl: a month where the line has a fifth one or "01", a quarter where some
# year has four and no more; else not known.
colon_periods <- function(text) {
  pattern <- "^((?:19|20)[0-9]{2}):(1[0-2]|0?[1-9])$"
  found <- cells_in_lines(text, pattern)
  year <- as.integer(sub(pattern, "\\1", found$text, perl = TRUE))
  part <- sub(pattern, "\\2", found$text, perl = TRUE)
  known <- lapply(split(seq_along(year), found$line), function(at) {
    number <- as.integer(part[at])
    parts <- if (any(number > 4 | startsWith(part[at], "0"))) 12L else 4L
    whole <- any(tapply(number, year[at], different) == 4)
    if (parts == 12L || whole) data.frame(at, code = period_code(year[at], number, parts))
  })
  known <- do.call(rbind, known)
  data.frame(found[known$at, c("row", "column")], time = time_text(known$code))
}

# "Mar-19" of spreadsheets, where "19-Mar" is a day. Two figures are those of a year up to 2029.
short_months <- function(text) {
  pattern <- paste0("^", english_months, "[-'\u2019 ]{1,2}([0-9]{2})$")
  found <- cells_in_lines(text, pattern)
  month <- match(tolower(substr(found$text, 1, 3)), tolower(month.abb))
  year <- as.integer(sub(pattern, "\\2", found$text, perl = TRUE))
  year <- year + ifelse(year < 30, 2000L, 1900L)
  data.frame(found[c("row", "column")], time = time_text(period_code(year, month, 12L)))
}

# Dates of eight figures, or days as spreadsheets count them, below a head that says that they are
# times; elsewhere they are numbers.
counted_dates <- function(grid) {
  eight <- "^((?:19|20)[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$"
  for (j in which(colSums(matrix(grepl(counted_date, grid$text), nrow(grid$text))) > 0)) {
    text <- grid$text[, j]
    at <- which(grepl("^[0-9]", text))
    if (!"time" %in% head_roles(text[-at])) next
    if (all(grepl(eight, text[at], perl = TRUE))) {
      date <- sub(eight, "\\1-\\2-\\3", text[at], perl = TRUE)
    } else {
      date <- serial_dates(text[at])
      if (anyNA(date)) next
      grid$told <- c(grid$told, unique(paste(text[at], "is", date)))
    }
    grid$text[at, j] <- date
    if (!is.null(grid$number)) grid$number[at, j] <- NA
  }
  grid
}

# The same as heads, beside one that says what is below it: all figures of the line are days in
# their order, of the first or last days of months, or one day of several years.
counted_heads <- function(grid) {
  five <- of_cells(grid$text, function(x) grepl("^[2-5][0-9]{4}$", x, perl = TRUE))
  figures <- of_cells(grid$text, function(x) grepl("^[-+]?[0-9]", x, perl = TRUE))
  for (r in which(rowSums(five) > 1 & rowSums(five) == rowSums(figures))) {
    at <- which(five[r, ])
    if (!any(head_roles(grid$text[r, -at]) %in% line_roles)) next
    step <- diff(as.integer(grid$text[r, at]))
    date <- serial_dates(grid$text[r, at])
    if (anyNA(date)) date <- yearly_dates(grid$text[r, at])
    if (anyNA(date) || !(all(step > 0) || all(step < 0))) next
    grid$told <- c(grid$told, paste(grid$text[r, at], "is", date))
    grid$text[r, at] <- date
    if (!is.null(grid$number)) grid$number[r, at] <- NA
  }
  grid
}

# What heads the column beside the years that head the others.
line_roles <- c("unit", "unit_province", "unit_city", "entity", "code", "indicator", "measure")

# One day of the year, in several years.
yearly_dates <- function(text) {
  date <- format(as.Date(as.integer(text), origin = "1899-12-30"))
  if (different(substr(date, 6, 10)) == 1) date else rep(NA_character_, length(text))
}

counted_date <- "^([2-5][0-9]{4}|(19|20)[0-9]{6})$"

# Days since the end of 1899: first and last days of months, or none are known.
serial_dates <- function(text) {
  out <- rep(NA_character_, length(text))
  if (!all(grepl("^[2-5][0-9]{4}$", text))) return(out)
  date <- as.Date(as.integer(text), origin = "1899-12-30")
  if (all(is_month_end(as.integer(format(date, "%Y%m%d"))))) format(date) else out
}

english_months <- paste0(
  "(J(?:an(?:uary)?|AN(?:UARY)?|une?|UNE?|uly?|ULY?)|F(?:eb(?:ruary)?|EB(?:RUARY)?)|",
  "M(?:ar(?:ch)?|AR(?:CH)?|ay|AY)|A(?:pr(?:il)?|PR(?:IL)?|ug(?:ust)?|UG(?:UST)?)|",
  "S(?:ept?(?:ember)?|EPT?(?:EMBER)?)|O(?:ct(?:ober)?|CT(?:OBER)?)|",
  "N(?:ov(?:ember)?|OV(?:EMBER)?)|D(?:ec(?:ember)?|EC(?:EMBER)?))"
)

# Patterns of dates behind a label (the first group), and which part is which: "a" and "b" are day
# and month in an order that the line says, "m" is a month, "n" the name of one, "y" a year.
date_forms <- function() {
  year <- "((?:19|20)[0-9]{2})"
  part <- "([0-9]{1,2})"
  data.frame(
    pattern = c(
      paste0(part, "([./-])", part, "\\3", year), paste0("(0?[1-9]|1[0-2])[/-]", year),
      paste0(part, "[ /-]", english_months, "[.,]?[ /-]", year),
      paste0(english_months, "[.]? ", part, "(?:,| |, )", year),
      paste0(english_months, "(?:[ /-]|[.,'] ?)", year), paste0(year, "[ /-]?", english_months),
      # Without a label it is known as it is.
      paste0("(?<=.)", year, "[-/.](1[0-2]|0?[1-9])[-/.]", part)
    ),
    parts = c("asby", "my", "any", "nay", "ny", "yn", "yma"), stringsAsFactors = FALSE
  )
}

# The cells that are dates, or end in one behind a label.
date_cells <- function(text) {
  try <- which(grepl("(?:19|20)[0-9]{2}", text, perl = TRUE) & nchar(text) <= 80)
  forms <- date_forms()
  found <- lapply(seq_len(nrow(forms)), function(k) {
    whole <- paste0("^(|.*?[\\s_(\uff08:\uff1a,])", forms$pattern[k], "[)\uff09]?$")
    at <- try[grepl(whole, text[try], perl = TRUE)]
    if (!length(at)) return(NULL)
    try <<- setdiff(try, at)
    parts <- strsplit(forms$parts[k], "")[[1]]
    piece <- function(name) {
      i <- match(name, parts)
      if (is.na(i)) rep(NA_character_, length(at)) else {
        sub(whole, paste0("\\", i + 1), text[at], perl = TRUE)
      }
    }
    named <- match(tolower(substr(piece("n"), 1, 3)), tolower(month.abb))
    data.frame(
      row = (at - 1L) %% nrow(text) + 1L, column = (at - 1L) %/% nrow(text) + 1L,
      label = sub(whole, "\\1", text[at], perl = TRUE), a = as.integer(piece("a")),
      b = as.integer(piece("b")), point = piece("s") %in% ".",
      month = ifelse(is.na(named), as.integer(piece("m")), named), year = as.integer(piece("y")),
      stringsAsFactors = FALSE
    )
  })
  out <- do.call(rbind, found)
  if (is.null(out)) data.frame(row = integer(), column = integer(), label = character()) else out
}

# The times of the dates of one line: months or quarters where they tell parts of a year apart, else
# years. One date of a month alone is that month. NA where the order of day and month is not known.
line_dates <- function(found) {
  month <- found$month
  two <- !is.na(found$b)
  if (any(two)) month[two] <- ordered_months(found$a[two], found$b[two], found$point[two])
  out <- rep(NA_integer_, nrow(found))
  known <- which(month %in% 1:12)
  if (!length(known)) return(out)
  dates <- sprintf("%04d-%02d-01", found$year[known], month[known])
  alone <- different(dates) == 1 && all(is.na(found$a[known]))
  out[known] <- if (alone) {
    period_code(found$year[known], month[known], 12L)
  } else {
    dated_periods(dates) %||% found$year[known]
  }
  out
}

# Months of dates of two numbers before the year: a day above 12 says which is which, and points
# stand behind days.
ordered_months <- function(a, b, point) {
  days <- c(any(a > 12), any(b > 12))
  if (!any(days) && all(point)) days[1] <- TRUE
  if (sum(days) != 1 && any(a != b)) return(rep(NA_integer_, length(a)))
  month <- if (days[1]) b else a
  day <- if (days[1]) a else b
  ifelse(day %in% 1:31, month, NA_integer_)
}
