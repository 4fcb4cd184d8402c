# What stands in the column of units: provinces in any of their forms, totals and regions that are
# set aside, notes, and other names.

# The letters that say which place it is: without blanks and footnote marks, and of a name in two
# languages the Chinese one.
place_text <- function(x) {
  x <- gsub(paste0(blanks, "+"), " ", x, perl = TRUE)
  han <- grepl("[\u4e00-\u9fff]", x, perl = TRUE)
  x[han] <- gsub("[ -~]+|[\u2460-\u2473\uff10-\uff19\uff0e\u3001\uff0a]+", "", x[han], perl = TRUE)
  trimws(gsub("[*#]+$", "", x, perl = TRUE))
}

note_pattern <- paste0(
  "^\\s*(?:\u6ce8|\u5907\u6ce8|\u8bf4\u660e|\u8d44\u6599\u6765\u6e90|\u6570\u636e\u6765\u6e90|",
  "\u6765\u6e90|\u672c\u8868|\\*+|[\u2460-\u2473]|[(\uff08][0-9]+[)\uff09]|",
  "[0-9]+ *[.\u3001\uff0e)] *[^0-9 ]|[a-z][)] |(?i:notes?|sources?|data sources?) *[:\uff1a.])"
)

# One row a text: `kind` is "province", "nation", "region", "apart", "note", "blank" or "other";
# `row` that of the province.
place_kinds <- function(x) {
  asked <- unique(x)
  text <- place_text(asked)
  key <- plain_letters(gsub("[ _-]+", " ", text, perl = TRUE))
  known <- word_table("places")
  row <- rep(NA_integer_, length(asked))
  try <- nchar(text) <= 40 & !grepl("^[-+0-9.,% ]*$", text, perl = TRUE)
  row[try] <- province_row(text[try], province_table())
  kind <- known$kind[match(
    gsub(" ", "", key, fixed = TRUE), gsub(" ", "", known$spelling, fixed = TRUE)
  )]
  kind[is.na(kind)] <- "other"
  kind[grepl(note_pattern, asked, perl = TRUE)] <- "note"
  kind[!is.na(row)] <- "province"
  kind[!nzchar(text) & !nzchar(trim_blank(asked))] <- "blank"
  at <- match(x, asked)
  data.frame(kind = kind[at], row = row[at], stringsAsFactors = FALSE)
}

# Roles of the words that head a column: which are units, times, indicators and so on; NA for
# others.
head_roles <- function(x) {
  known <- word_table("panel_heads")
  key <- head_key(x)
  han <- grepl("[\u4e00-\u9fff]", x, perl = TRUE)
  role <- known$role[match(key, head_key(known$spelling))]
  # The words for year behind a year head no column of years.
  open <- is.na(role) & han & !grepl("[0-9]", x, perl = TRUE)
  role[open] <- known$role[match(
    gsub("[ -~]+", "", key[open], perl = TRUE), head_key(known$spelling)
  )]
  role
}

head_key <- function(x) {
  plain_letters(gsub(
    "[\\s\u3000\u00a0\ufeff_.,/\\\\|:;()\\[\\]\u3001\uff0c\uff1a\uff08\uff09\u00b7-]+", "", x,
    perl = TRUE
  ))
}

unit_roles <- c("unit_province", "unit_city", "unit")

# One name for a place that is spelt in several ways (with and without the word for city, blanks,
# capitals): that of the table of cities where all names are in it, else the spelling that came
# first.
one_spelling <- function(x) {
  row <- city_row(x)
  if (length(x) && !anyNA(row)) return(city_table()$name[row])
  key <- ifelse(is.na(row), place_key(place_text(x)), paste0("city", row))
  key[!nzchar(key)] <- x[!nzchar(key)]
  first <- !duplicated(key)
  place_text(x[first])[match(key, key[first])]
}
