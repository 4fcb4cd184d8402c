#' Provinces by any of their names
#'
#' Finds the province behind a code, an English name or a Chinese name, and gives the column of
#' [provinces] that is wanted.
#'
#' @param x A vector or factor of names or codes, mixed as they come: GB/T 2260 codes with two or
#'   six digits, English names (any case, with or without spaces, hyphens and words such as
#'   "Province" and "Municipality"), their usual variants (Xizang, Nei Mongol), two-letter
#'   abbreviations, Chinese short or full names and the one letter that stands for a province. Of
#'   codes that all bear labels (Stata, SPSS) the labels are taken.
#' @param to Name of a column of [provinces], `"name"` by default; `"code"`, `"zh"` and `"region4"`
#'   are other useful ones.
#' @param ... Nothing: an argument of any other name is an error.
#' @return A vector as long as `x`, of the type of that column; `NA` where `x` is missing or not
#'   matched.
#' @details A city is no province: Jilin City is in Jilin, and neither it nor its Chinese name
#'   matches; the four municipalities are both.
#'
#'   Misspelt names are not guessed: "Shannxi" is one letter away from both Shaanxi and Shanxi. What
#'   was not matched is reported once, with how often it comes and the names near it.
#' @section Conditions: Error `ccdpanel_error_choice` (`to`), `ccdpanel_error_type` (`x`); warning
#'   `ccdpanel_warning_unmatched`, which carries the strings and counts as the data frame
#'   `unmatched`.
#' @seealso [provinces]
#' @examples
#' match_province(c("inner-mongolia", "Shaanxi Province", "Xizang", "11"))
#' match_province(provinces$zh_full[1:3], to = "code")
#' suppressWarnings(match_province("Shannxi", to = "region4"))
#' @export
match_province <- function(x, to = "name", ...) {
  check_dots(...)
  check_required("match_province")
  table <- province_table()
  check_choice(to, names(table), "to")
  # Codes that bear labels (Stata, SPSS) are what these say.
  x <- shown_column(list(x = x), "x")
  x <- column_levels(x) %||% x
  if (!is.character(x) && !is.factor(x) && !is.numeric(x) && !(is.logical(x) && all(is.na(x)))) {
    abort("type", c(
      "{.arg x} must be names or codes of provinces, not {.obj_type_friendly {x}}.",
      i = "A character vector, a factor or whole numbers are understood."
    ))
  }
  if (is.factor(x)) x <- levels(x)[x]
  asked <- unique(x[!is.na(x)])
  row <- province_row(asked, table)
  lost <- asked[is.na(row)]
  if (length(lost)) warn_unmatched(lost, x, table$name)
  table[[to]][row[match(x, asked)]]
}

# Data sets are not in the namespace's own scope.
province_table <- function() getExportedValue("ccdpanel", "provinces")

# The row of `table` of each name or code; NA where there is none. Who is called a city is one of
# the four municipalities, or no province.
province_row <- function(x, table) {
  x <- as_utf8(if (is.numeric(x)) format(x, trim = TRUE, scientific = FALSE, digits = 15) else x)
  code <- sub("^([0-9]{2})0000$", "\\1", trimws(x))
  variants <- strsplit(table$variants, ";", fixed = TRUE)
  english <- c(table$name, table$abbreviation, unlist(variants))
  at <- c(seq_along(table$name), seq_along(table$name), rep(seq_along(variants), lengths(variants)))
  row <- match(code, as.character(table$code))
  ascii <- !grepl("[^ -~\t]", x, perl = TRUE)
  row[ascii & is.na(row)] <- at[match(english_key(x[ascii & is.na(row)]), english_key(english))]
  row[ascii] <- toned_shanxi(x[ascii], row[ascii], table)
  x[!ascii] <- sub("(?<=.)[*#\u2460-\u2473]+$", "", simplified(trimws(x[!ascii])), perl = TRUE)
  row[!ascii] <- match(chinese_key(x[!ascii]), chinese_key(table$zh))
  # What else a province is called: by one letter, or by its short name and its people's.
  other <- word_table("provinces")
  open <- !ascii & is.na(row)
  row[open] <- match(other$name[match(chinese_key(x[open]), other$spelling)], table$name)
  row[is_city_name(x) & !table$municipality[row]] <- NA
  row
}

# Shanxi and Shaanxi are told apart by the figures of their tones (Shan1xi1, Shan3xi1). A 3 behind
# Shanxi alone may be that, or the mark of a footnote.
toned_shanxi <- function(x, row, table) {
  row[grepl("^\\s*shan ?3[ _-]?xi ?1?\\s*$", x, perl = TRUE, ignore.case = TRUE)] <- match(
    "Shaanxi", table$name
  )
  row[grepl("^\\s*shan[ _-]?xi[ _-]?3\\s*$", x, perl = TRUE, ignore.case = TRUE)] <- NA
  row
}

is_city_name <- function(x) {
  english <- "\\b(city|municipality|shi)\\W*$|^\\W*(city|municipality) of\\b"
  grepl(paste0("\u5e02[[:space:]\u3000\u00a0]*$|", english), plain_letters(x), perl = TRUE)
}

# Lower case in any locale.
plain_letters <- function(x) chartr(paste(LETTERS, collapse = ""), paste(letters, collapse = ""), x)

# The same place has the same key: without blanks, in small letters, without the kind of place
# behind a Chinese name of at least two other letters, or an English one. A province and a county
# keep their kind: Jilin is a province and a city in it.
place_key <- function(x) {
  x <- gsub("[[:space:]\u3000\u00a0\ufeff]+", " ", plain_letters(as_utf8(x)), perl = TRUE)
  x <- trimws(x)
  kinds <- "\u7279\u522b\u884c\u653f\u533a|\u5730\u533a|\u5e02|\u76df|\u5dde"
  x <- sub(paste0("(?<=[^ -~]{2})(", kinds, ")$"), "", x, perl = TRUE)
  sub("[ -]+(city|municipality|prefecture|shi)$", "", x, perl = TRUE)
}

# Lower-case letters only, without the words that say what kind of division it is.
english_key <- function(x) {
  x <- gsub("[^a-z]+", " ", plain_letters(x), perl = TRUE)
  key <- gsub(
    "\\b(province|municipality|city|autonomous|region|sheng|shi)\\b| ", "", x, perl = TRUE
  )
  # The same in Pinyin without blanks; Jilinshi is the city.
  key <- sub(paste0(
    "(?<=[a-z]{3})((zhuang|hui)(zu)?zizhiqu|(weiwu[ei]r|uyghur|uygur)(zu)?zizhiqu|zizhiqu|sheng|",
    "(?<=^beijing|^tianjin|^shanghai|^chongqing)shi)$"
  ), "", key, perl = TRUE)
  ifelse(nzchar(key), key, NA_character_)
}

# Without spaces and the kind of division: the short name.
chinese_key <- function(x) {
  x <- gsub("[[:space:]\u3000\u00a0\ufeff]", "", x, perl = TRUE)
  sub(
    "((\u58ee\u65cf|\u56de\u65cf|\u7ef4\u543e\u5c14\u65cf?)?\u81ea\u6cbb\u533a|\u7701|\u5e02)$", "",
    x,
    perl = TRUE
  )
}

# The provinces that a letter tells from a name, "" for none.
near_province <- function(x, names = province_table()$name) {
  vapply(as_utf8(x), function(one) {
    distance <- if (grepl("[^ -~]", one, perl = TRUE)) {
      Inf
    } else {
      utils::adist(english_key(one), english_key(names))[1, ]
    }
    paste(names[!is.na(distance) & distance <= 1], collapse = " or ")
  }, "", USE.NAMES = FALSE)
}

warn_unmatched <- function(lost, x, names, call = rlang::caller_env()) {
  count <- tabulate(match(x, lost), length(lost))
  near <- near_province(lost, names)
  unmatched <- data.frame(string = as_utf8(lost), count = count, near = near)
  shown <- utils::head(unmatched, 10)
  text <- paste0(
    "\"", shown$string, "\" (", shown$count,
    ifelse(nzchar(shown$near), paste0("; near ", shown$near), ""), ")"
  )
  if (nrow(unmatched) > 10) text <- paste(toString(text), "and", nrow(unmatched) - 10, "more")
  warn("unmatched", c(
    "{sum(count)} value{?s} of {.arg x} match{?es/} no province and give{?s/} {.code NA}: {text}.",
    i = paste0(
      "Nothing is guessed: correct {cli::qty(length(lost))}{?the spelling/the spellings}; ",
      "{.code provinces} lists what is understood."
    )
  ), call, unmatched = unmatched)
}
