# Years, quarters and months in the heads of columns.

# Years in heads, alone or with a label before or behind: "2011", "GDP (2011)", "gdp2011".
head_years <- function(texts) {
  texts <- with_year_flags(without_status(without_year_unit(texts)))
  year <- typed_times(bare_years(texts))
  label <- ifelse(is.na(year), texts, "")
  period <- head_periods(texts)
  named <- is.na(year) & !is.na(period$time)
  year[named] <- period$time[named]
  label[named] <- period$label[named]
  behind <- paste0(label_before, "((?:19|20)[0-9]{2})(?:\u5e74\u5ea6?)?[)\uff09]?$")
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

# The label before a time, and what parts them: not of figures and signs alone, and not what stands
# before a year in a date ("03/2019"). One that ends with a figure (PM2.5, CO2) has a letter, and a
# blank or a sign behind the figure.
label_before <- paste0(
  "^(?![0-9\\s./:,_(\uff08-]*+$|.*(?<![0-9])[0-9]{1,2}/(?:19|20)[0-9]{2}[)\uff09]?$)",
  "(.*?[^0-9\\s_.(\uff08-]|(?=.*[A-Za-z\u4e00-\u9fff]).*?[0-9](?=[\\s_.(\uff08-])|",
  ".*?[^0-9\\s])[\\s_.(\uff08-]*"
)

# A year with a unit of measurement in brackets behind it, without that.
without_year_unit <- function(texts) {
  split <- split_measure(texts)
  yearly <- !is.na(split$measure) & !is.na(typed_times(bare_years(split$name)))
  ifelse(yearly, split$name, texts)
}

# Quarters and months before or behind a label.
head_periods <- function(texts) {
  texts <- quarter_last(texts)
  time <- rep(NA_integer_, length(texts))
  label <- texts
  for (pattern in c(any_span, unlist(period_patterns()))) {
    behind <- paste0(label_before, "(", pattern, ")[)\uff09]?$")
    before <- paste0("^(", pattern, ")[\\s_.:\uff1a-]*([^0-9\\s].*)$")
    for (way in c(behind, before)) {
      at <- which(is.na(time) & grepl(way, texts, perl = TRUE))
      if (!length(at)) next
      period <- sub(way, if (way == behind) "\\2" else "\\1", texts[at], perl = TRUE)
      known <- !is.na(typed_periods(period))
      if (!any(known)) next
      at <- at[known]
      period <- period[known]
      time[at] <- typed_periods(period)
      rest <- mapply(function(p, x) sub(p, "", x, fixed = TRUE), period, texts[at])
      label[at] <- gsub("^[\\s_.:\uff1a-]+|[\\s_.(\uff08)\uff09-]+$", "", rest, perl = TRUE)
    }
  }
  data.frame(time, label, stringsAsFactors = FALSE)
}

# Times without what says of their numbers that they are preliminary, estimated, a forecast or
# revised ("2020 p", "2021(e)", "2021Q2E"), where another is a time alone.
without_status <- function(texts) {
  mark <- "(?<=[0-9\u5e74\u6708\u5ea6])\\s?[(\uff08]?(?:A|[efprEFPR])[)\uff09]?$"
  marked <- grepl(mark, texts, perl = TRUE)
  if (!any(marked) || all(is.na(typed_times(texts[!marked])))) return(texts)
  time <- sub(mark, "", texts[marked], perl = TRUE)
  texts[marked] <- ifelse(is.na(typed_times(time)), texts[marked], time)
  texts
}

# A year as a program or a forecaster marks it: "X2011" (R), "y2011", "2011A", "2011 (E)", the
# twelve months of 2011.
bare_years <- function(texts) {
  texts <- without_status(texts)
  year <- "((?:19|20)[0-9]{2})"
  marks <- c(
    paste0("^(?:[XxYy]|(?i:year|yr))[ _.]?", year, "$"),
    paste0(
      "^", year,
      "\u5e74? ?[(\uff08]? ?(?:[AEFP]|\u9884\u6d4b|\u9884\u8ba1|\u5b9e\u9645|\u5feb\u62a5|",
      "\u4f30\u8ba1|\u4fee\u8ba2|\u521d\u6b65(?:\u6838\u7b97|\u7edf\u8ba1)?)[\u6570\u503c]?",
      "[)\uff09]?$"
    ),
    paste0("^", year, "\u5e74?[(\uff08 ]?0?1[-\u2014~\uff5e\u81f3]12\u6708[)\uff09]?$"),
    paste0("^", year, "\\s*\u5e74?\\s+(?i:year)$"),
    # As the World Bank's data bank heads them: "2019 [YR2019]".
    paste0("^", year, " ?\\[YR\\1\\]$")
  )
  for (mark in marks) texts <- sub(mark, "\\1", texts, perl = TRUE)
  # What R makes of a head such as 2009/10.
  sub("^X((?:19|20)[0-9]{2})[.]((?:19|20)?[0-9]{2})$", "\\1/\\2", texts, perl = TRUE)
}

# FAOSTAT heads the marks of the numbers of Y2011 by Y2011F, and the notes on them by Y2011N.
with_year_flags <- function(texts) {
  flag <- "^([XxYy]?)((?:19|20)[0-9]{2})([FN])$"
  at <- grep(flag, texts, perl = TRUE)
  at <- at[sub("[FN]$", "", texts[at]) %in% texts]
  word <- c(F = "Flag", N = "Note")[sub(flag, "\\3", texts[at], perl = TRUE)]
  texts[at] <- paste(word, sub(flag, "\\2", texts[at], perl = TRUE), recycle0 = TRUE)
  texts
}
