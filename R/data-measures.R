# Units of measurement as tables have them: in brackets behind a name, after a stroke, in a line of
# their own, or above the table.

looks_like_unit <- function(x, patterns = word_table("units")$pattern) {
  plain <- plain_letters(simplified(plain_figures(x)))
  out <- logical(length(x))
  for (pattern in patterns) out <- out | grepl(pattern, plain, perl = TRUE)
  out & nzchar(plain) & is.na(typed_times(x))
}

# Not what has a percent sign somewhere, or a stroke between any two words.
is_unit <- function(x) {
  patterns <- word_table("units")$pattern
  looks_like_unit(x, patterns[
    grepl("[a-z]{2}|=", patterns, perl = TRUE) | startsWith(patterns, "^(%")
  ])
}

# Names and units of texts such as "GDP (100 million yuan)": a data frame of `name` and `measure`.
split_measure <- function(x) {
  name <- trim_blank(x)
  measure <- rep(NA_character_, length(x))
  bracket <- paste0(
    paste0(
      "^(.*?)\\s*[(\uff08\\[\u3010]\\s*(?:[\u5355\u55ae]\u4f4d\\s*[:\uff1a])?([^()\uff08",
      "\uff09\\[\\]\u3010"
    ),
    "\u3011]*)[)\uff09\\]\u3011]$"
  )
  stroke <- paste0(
    "^(.*[^ -@])\\s*(?:[/_,\uff0c:\uff1a]|[\u5355\u55ae]\u4f4d\\s*[:",
    "\uff1a])\\s*([^/_,\uff0c:\uff1a]*)$"
  )
  # "area/square metres/person" has the unit of two parts.
  ratio <- which(grepl("^.*\\S\\s*/[^/]+/[^/]+$", name, perl = TRUE))
  if (length(ratio)) {
    inside <- sub("^.*?/\\s*([^/]+/[^/]+)$", "\\1", name[ratio], perl = TRUE)
    bare <- sub("\\s*/[^/]+/[^/]+$", "", name[ratio], perl = TRUE)
    known <- is_unit(inside) & !is_unit(bare)
    measure[ratio[known]] <- trim_blank(inside[known])
    name[ratio[known]] <- bare[known]
  }
  for (pattern in c(bracket, stroke)) {
    # Few names have it, and what a unit looks like takes long to tell.
    has <- which(is.na(measure) & grepl(pattern, name, perl = TRUE))
    if (!length(has)) next
    inside <- sub(pattern, "\\2", name[has], perl = TRUE)
    bare <- sub(pattern, "\\1", name[has], perl = TRUE)
    known <- looks_like_unit(inside) & nzchar(bare)
    # patents_count and gdp_index are names.
    if (pattern == stroke) known <- known & grepl("[^ -~]|%", inside, perl = TRUE)
    measure[has[known]] <- trim_blank(inside[known])
    name[has[known]] <- bare[known]
  }
  data.frame(name = trim_blank(name), measure, stringsAsFactors = FALSE)
}

# Text that stands in brackets as a whole.
out_of_brackets <- function(x) sub("^[(\uff08](.*)[)\uff09]$", "\\1", x, perl = TRUE)

unit_line <- "^.*(?:[\u5355\u55ae]\\s*\u4f4d|[Uu]nits?)\\s*[:\uff1a]\\s*(.*?)\\s*$"

# The unit in the line of a title, behind blanks or a comma.
unit_behind <- paste0(
  "(?<=\\S)[\\s\u3000,\uff0c;\uff1b\u3001]+(?:\u8ba1\u91cf)?",
  "(?:[\u5355\u55ae]\\s*\u4f4d|[Uu]nits?)\\s*[:\uff1a].*$"
)

# The unit that the lines above a table name for all of it.
title_measure <- function(lines) {
  said <- grepl(unit_line, lines, perl = TRUE)
  if (any(said)) {
    unit <- trim_blank(sub(unit_line, "\\1", lines[said][1], perl = TRUE))
    # A bracket closes what was opened before the word.
    open <- grepl("[(\uff08]", unit, perl = TRUE)
    return(if (open) unit else sub("\\s*[)\uff09]$", "", unit, perl = TRUE))
  }
  alone <- out_of_brackets(lines)
  alone <- alone[alone != lines & looks_like_unit(alone)]
  if (length(alone)) return(alone[1])
  found <- split_measure(lines)$measure
  c(found[!is.na(found)], NA_character_)[1]
}

# What a table is about, from its title: without its number, the words for "by region", its years
# and its unit.
title_label <- function(lines) {
  lines <- sub(unit_behind, "", lines, perl = TRUE)
  x <- lines[
    !grepl(unit_line, lines, perl = TRUE) | grepl("[(\uff08]\\s*\u5355", lines, perl = TRUE)
  ]
  meta <- "^(?:\u6570\u636e\u5e93|\u65f6\u95f4|\u5730\u533a|Database|Time|Region)\\s*[:\uff1a]"
  x <- x[!grepl(meta, x, perl = TRUE) & !grepl(note_pattern, x, perl = TRUE)]
  x <- sub("^\u6307\u6807\\s*[:\uff1a]\\s*", "", x, perl = TRUE)
  x <- sub(
    paste0(
      "\\s*[(\uff08]\\s*\u7eed\\s*\u8868?\\s*[0-9\u4e00-\u4e5d]*\\s*[)\uff09]\\s*$|^\\s*\u7eed",
      "\u8868\\s*[-0-9. ]*"
    ),
    "", x, perl = TRUE
  )
  # "20-1", "3.2", "Table 5" and "7. "; the number of "5G" is no table's.
  number <- paste0(
    "^\\s*(?:(?:\u8868|\u9644\u8868|[Tt]able)\\s*[A-Z]?[0-9]+(?:\\s*[-\u2014\u2013.]\\s*[0-9]+)*|",
    "[A-Z]?[0-9]+(?:\\s*[-\u2014\u2013.]\\s*[0-9]+)+|[0-9]+(?=[\\s.:\uff1a\u3001]))",
    "[\\s.:\uff1a\u3001]*"
  )
  numbered <- grepl(paste0(number, "\\S"), x, perl = TRUE) & is.na(typed_years(x)) &
    !grepl("^\\s*(?:19|20)[0-9]{2}", x, perl = TRUE)
  x[numbered] <- sub(number, "", x[numbered], perl = TRUE)
  x <- x[!grepl(
    "^\\s*(?:\u63a5\u4e0a\u8868|[(\uff08]?\u7eed\\s*\u8868?\\s*[0-9\u4e00-\u4e5d]*[)\uff09]?)\\s*$",
    simplified(x), perl = TRUE
  )]
  x <- split_measure(x)$name
  # The year of prices or of an index is the name's, and the end of a year is not parted from it.
  years <- paste0(
    "[(\uff08]?(?:19|20)[0-9]{2}(?!\u5e74?(?:\u4e0d\u53d8|\u53ef\u6bd4|\u4ef7|\u4e3a|=))",
    "(?:\u5e74(?![\u672b\u5e95\u521d]))?(?:\\s*[-\u2014\u2013~\uff5e\u81f3",
    "\u5230]+\\s*(?:19|20)?[0-9]{2})?(?:\u5e74(?![\u672b\u5e95\u521d]))?(?:\u5ea6)?[)\uff09]?"
  )
  x <- gsub(years, "", x, perl = TRUE)
  by <- paste0(
    "^\\s*(?:\u6211\u56fd|\u4e2d\u56fd|\u5168\u56fd)?\\s*(?:\u6309\u5730\u533a\u5206\u7ec4?",
    "\u7684?|[\u5206\u5404](?=\u5730\u533a\u751f\u4ea7\u603b\u503c)|\u5206\u5730\u533a|\u5404",
    "\u5730\u533a|\u5206\u7701\u4efd?|\u5404\u7701(?:\\s*[(\uff08].*?[)\uff09]|\u5e02\u533a|",
    "\u4efd|\u533a\u5e02)?|\u5404\u5e02|(?:30|31)\u7701(?:\u4efd|\u5e02|\u533a\u5e02)?)\\s*\u7684?"
  )
  start <- regexpr(by, simplified(x), perl = TRUE)
  x <- ifelse(start == 1, substr(x, attr(start, "match.length") + 1, nchar(x)), x)
  # The same in English behind it.
  x <- sub(
    "(?<=[\u4e00-\u9fff)\uff09])\\s+[A-Z][A-Za-z&]* [-A-Za-z0-9&,.()% ]+$", "", x, perl = TRUE
  )
  x <- trim_blank(split_measure(x)$name)
  c(x[nzchar(x)], NA_character_)[1]
}

closed_up <- function(x) gsub(paste0(blanks, "+"), "", x, perl = TRUE)

# Chinese letters that are set apart to fill a cell are one word.
unspaced <- function(x) {
  gsub(
    "(?<=[\u4e00-\u9fff])[ \u00a0\u2002-\u200a\u3000]+(?=[\u4e00-\u9fff])", "", x, perl = TRUE
  )
}

# A name that a narrow cell breaks is one: Chinese letters close up, others keep a blank.
unbroken <- function(x) {
  x <- gsub(
    "(?<=[\u4e00-\u9fff\uff00-\uffef])[ \t]*[\r\n]+[ \t]*(?=[\u4e00-\u9fff\uff00-\uffef])", "", x,
    perl = TRUE
  )
  gsub("[ \t]*[\r\n]+[ \t]*", " ", x, perl = TRUE)
}
