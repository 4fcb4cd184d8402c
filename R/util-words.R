# Words in two languages are data: inst/words has a csv a subject, in UTF-8, with columns key, en
# and zh; {name} in a text stands for what is filled in.

word_store <- new.env(parent = emptyenv())

# The table of a subject, read once; its letters are UTF-8 in any locale.
word_table <- function(subject) {
  if (is.null(word_store[[subject]])) {
    path <- system.file("words", paste0(subject, ".csv"), package = "ccdpanel", mustWork = TRUE)
    word_store[[subject]] <- utils::read.csv(
      path, colClasses = "character", na.strings = character(), encoding = "UTF-8"
    )
  }
  word_store[[subject]]
}

# The spellings of a subject as `key` makes them for comparing, made once.
spelling_keys <- function(subject, key) {
  name <- paste(subject, "keys")
  if (is.null(word_store[[name]])) word_store[[name]] <- key(word_table(subject)$spelling)
  word_store[[name]]
}

# The words of subjects in a language, by key.
words_of <- function(subjects, language) {
  tables <- lapply(subjects, word_table)
  unlist(lapply(tables, function(table) stats::setNames(table[[language]], table$key)))
}

# What stands under a key, filled in; where a value is a vector, so is the text.
phrase <- function(words, key, ...) {
  values <- list(...)
  # Between braces is every second piece.
  pieces <- strsplit(words[[key]], "[{}]", perl = TRUE)[[1]]
  inside <- seq_along(pieces) %% 2 == 0
  stopifnot(pieces[inside] %in% names(values))
  parts <- as.list(pieces)
  parts[inside] <- values[pieces[inside]]
  do.call(paste0, parts)
}

# The key of the singular where there is one of something.
one_or_many <- function(key, n) if (n == 1) paste0(key, "_one") else key

# Several names or clauses, with the language's own mark between them.
join_words <- function(words, x, mark = "list") paste(x, collapse = words[[mark]])
