# Directions as tables print them: signs, words in two languages, with or without the word for
# indicator behind them, in brackets, with an optimal range.

# "+", "-" or "interval" for each text; NA where none is understood.
read_directions <- function(x) {
  if (!length(x)) return(character())
  known <- word_table("sheet_directions")
  understood <- function(x) {
    each <- unique(x)
    key <- direction_key(each)
    known$direction[match(key, spelling_keys("sheet_directions", direction_key))][match(x, each)]
  }
  out <- understood(x)
  # A word with its sign in brackets, where the two agree.
  pattern <- "^(.+?)\\s*[(\uff08\\[]([^()\uff08\uff09]+)[)\uff09\\]]$"
  open <- which(is.na(out) & grepl(pattern, x, perl = TRUE))
  if (!length(open)) return(out)
  word <- understood(sub(pattern, "\\1", x[open], perl = TRUE))
  sign <- understood(sub(pattern, "\\2", x[open], perl = TRUE))
  out[open] <- ifelse(word == sign, word, NA)
  out
}

# Without brackets, blanks, an optimal range, and the words for indicator, kind and effect.
direction_key <- function(x) {
  key <- plain_letters(simplified(plain_figures(as_utf8(x))))
  key <- sub("^'", "", key)
  key <- gsub("^[(\\[<\u300a\u3010\u201c\"]+|[)\\]>\u300b\u3011\u201d\"]+$", "", key, perl = TRUE)
  key <- sub("[.]0+$", "", key)
  range <- paste0(
    "\\s*[(\\[]?\\s*[0-9][0-9.]*%?\\s*(?:[,~\uff5e\u81f3\u5230\u2014",
    "\u2013-]|to)+\\s*[0-9][0-9.]*%?\\s*[)\\]]?$"
  )
  bare <- sub(range, "", key, perl = TRUE)
  key <- ifelse(nzchar(bare), bare, key)
  key <- gsub("[\\s\uff0c,;\u3001]+", " ", key, perl = TRUE)
  repeat {
    shorter <- sub(
      paste0(
        "(?<=.)(?:\u6307\u6807|\u578b|\u6027|\u5411|\u6570|\u503c| ",
        "?(?:indicators?|index|effect|type|direction|attribute|correlation)|[ -]type)$"
      ),
      "", key, perl = TRUE
    )
    if (identical(shorter, key)) break
    key <- shorter
  }
  trimws(key)
}

# A direction in brackets behind a name: the name without it, and the direction.
split_direction <- function(x) {
  pattern <- paste0(
    "^(.*?)\\s*[(\uff08\\[\u3010]\\s*([^()\uff08\uff09\\[\\]\u3010",
    "\u3011]*)\\s*[)\uff09\\]\u3011]$"
  )
  has <- grepl(pattern, x, perl = TRUE)
  inside <- ifelse(has, sub(pattern, "\\2", x, perl = TRUE), NA)
  direction <- rep(NA_character_, length(x))
  direction[has] <- read_directions(inside[has])
  found <- !is.na(direction)
  x[found] <- sub(pattern, "\\1", x[found], perl = TRUE)
  data.frame(name = trim_blank(x), direction, stringsAsFactors = FALSE)
}

# Two numbers as an optimal range: "[40, 60]", "40-60", "0.4~0.6", "40% to 60%".
read_range <- function(x) {
  plain <- plain_figures(as_utf8(x))
  one <- "([-+]?[0-9]+(?:[.][0-9]+)?)\\s*(%?)"
  pattern <- paste0(
    "^.*?[(\\[]?\\s*", one, "\\s*(?:[,;~\uff5e\u81f3\u5230\u2014\u2013-]+|to)\\s*", one,
    "\\s*[)\\]]?$"
  )
  has <- grepl(pattern, plain, perl = TRUE)
  number <- function(value, sign) {
    out <- rep(NA_real_, length(x))
    out[has] <- as.double(sub(pattern, value, plain[has], perl = TRUE))
    percent <- has & grepl("%", plain, fixed = TRUE) & sub(pattern, sign, plain, perl = TRUE) == "%"
    out[percent] <- out[percent] / 100
    out
  }
  data.frame(lower = number("\\1", "\\4"), upper = number("\\3", "\\4"))
}
