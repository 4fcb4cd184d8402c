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
  "[0-9]+ *[.\u3001\uff0e)] *[^0-9 ]|[a-z][)] |(?i:notes?|sources?|data sources?) *[:\uff1a.]|",
  "(?i:data from database|last updated?|data extracted on|extracted on)(?![A-Za-z]))"
)

# "Of which": what is named behind it is a part of the place above.
part_pattern <- "^\u5176\u4e2d[:\uff1a,\uff0c\u3001 ]*(?=.)"

# A name without what a bracket behind it says of its number: that it includes a part that others
# leave out, that it is preliminary, or the mark of a footnote. Other brackets (a city, "without")
# say that it is another place, and stay.
without_note <- function(x) {
  note <- paste0(
    "\\s*[(\uff08\\[\u3010\u3014]\\s*(?:\u542b|\u5305\u62ec|\u5305\u542b|(?:\u89c1)?\u6ce8|",
    "\u521d\u6b65|\u9884\u8ba1|\u5feb\u62a5|\u4e0d\u542b\u6e2f|(?i:incl|note|prelim)|",
    "[0-9a-z*\u2460-\u2473\uff10-\uff19]{1,2}(?=[)\uff09\\]\u3011\u3015]))",
    "[^()\uff08\uff09\\[\\]]*[)\uff09\\]\u3011\u3015]\\s*$"
  )
  at <- which(grepl(note, simplified(x), perl = TRUE))
  start <- regexpr(note, simplified(x[at]), perl = TRUE)
  x[at] <- ifelse(start > 1, substr(x[at], 1, start - 1), x[at])
  x
}

# One row a text: `kind` is "province", "nation", "region", "apart", "note", "blank" or "other";
# `row` that of the province.
place_kinds <- function(x) {
  asked <- unique(x)
  text <- simplified(place_text(without_note(asked)))
  key <- plain_letters(gsub("[ _-]+", " ", text, perl = TRUE))
  known <- word_table("places")
  row <- rep(NA_integer_, length(asked))
  try <- nchar(text) <= 40 & !grepl("^[-+0-9.,% ]*$", text, perl = TRUE)
  row[try] <- province_row(text[try], province_table())
  kind <- known$kind[match(
    gsub(" ", "", key, fixed = TRUE), gsub(" ", "", known$spelling, fixed = TRUE)
  )]
  kind[is.na(kind)] <- "other"
  kind[grepl(note_pattern, simplified(asked), perl = TRUE)] <- "note"
  kind[!is.na(row)] <- "province"
  part <- kind == "other" & grepl(part_pattern, text, perl = TRUE)
  if (any(part)) {
    of <- place_kinds(sub(part_pattern, "", text[part], perl = TRUE))
    kind[part] <- ifelse(of$kind == "other", "apart", of$kind)
    row[part] <- of$row
  }
  kind[!nzchar(text) & !nzchar(trim_blank(asked))] <- "blank"
  at <- match(x, asked)
  data.frame(kind = kind[at], row = row[at], stringsAsFactors = FALSE)
}

# Roles of the words that head a column: which are units, times, indicators and so on; NA for
# others.
head_roles <- function(x) by_text(x, text_roles)

text_roles <- function(x) {
  known <- word_table("panel_heads")
  x <- simplified(x)
  key <- head_key(x)
  han <- grepl("[\u4e00-\u9fff]", x, perl = TRUE)
  known_keys <- spelling_keys("panel_heads", head_key)
  role <- known$role[match(key, known_keys)]
  # The words for year behind a year head no column of years.
  open <- is.na(role) & han & !grepl("[0-9]", x, perl = TRUE)
  role[open] <- known$role[match(gsub("[ -~]+", "", key[open], perl = TRUE), known_keys)]
  # A corner names what stands below and beside it.
  both <- which(is.na(role) & grepl("[^\\s][\\\\/|\uff0f\uff3c\uff5c][^\\s]", x, perl = TRUE))
  role[both] <- vapply(
    strsplit(x[both], "[\\\\/|\uff0f\uff3c\uff5c]", perl = TRUE), function(parts) {
    roles <- head_roles(parts)
    if (anyNA(roles)) return(NA_character_)
    c(roles[roles %in% unit_roles], roles)[1]
  }, "")
  role
}

# What a function says of texts, asked once of each.
by_text <- function(x, f, ...) {
  asked <- unique(x)
  f(asked, ...)[match(x, asked)]
}

# The roles of the cells of a grid. A word in three lines that follow each other is what a column
# holds ("Country" below "Location type"), and heads none.
cell_roles <- function(text) {
  role <- matrix(head_roles(as.vector(text)), nrow(text))
  for (j in which(colSums(!is.na(role)) > 2)) {
    runs <- rle(text[, j])
    role[rep(runs$lengths > 2, runs$lengths), j] <- NA
  }
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
  text <- unmarked_name(x)
  key <- ifelse(is.na(row), place_key(text), paste0("city", row))
  key[!nzchar(key)] <- x[!nzchar(key)]
  first <- !duplicated(key)
  text[first][match(key, key[first])]
}

# Names that are no places of a table: without the mark of a footnote, and in one language where all
# are in two. Latin letters belong to a name such as that of a firm.
unmarked_name <- function(x) {
  x <- gsub(paste0(blanks, "+"), " ", x, perl = TRUE)
  x <- trimws(gsub("(?<=.)[*#\u2460-\u2473\uff0a]+$", "", x, perl = TRUE))
  two <- "^([^ -~].*?) ([A-Z][a-z'-]+(?: [A-Za-z'-]+)*)$"
  if (length(x) && all(grepl(two, x, perl = TRUE))) return(place_text(x))
  han <- !grepl("[ -~]*[!-~]", x, perl = TRUE)
  x[han] <- gsub(" ", "", x[han], fixed = TRUE)
  x
}
