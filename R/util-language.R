# The language that results are shown in: an argument, else options(ccdpanel.language = ), else
# English. It changes words alone, never a number, a column of a result or a message.

#' The language of prints, tables, pictures and reports
#'
#' `options(ccdpanel.language = "zh")` makes everything that the package shows Chinese: prints,
#' [regression_table()], [save_table()], [pictures], [coupling_report()] and its paragraph of
#' methods. One call alone takes `language = "zh"` (or `"en"`), and so does every print:
#' `print(x, language = "zh")`.
#'
#' What programs read stays as it is: the columns of results (`x$weight`, `as.data.frame(x)`,
#' `tidy(x)`), the arguments and the messages. Names of the user's own columns and systems are shown
#' as they are, or as `labels =` says; provinces, regions, levels and the package's own heads are
#' translated. The checks and reasons of an [audit] are English in its lines and translated when
#' they are printed or drawn. The titles of what studies return ([by_group()], [add_controls()]) and
#' the levels of [coupling()] are written when the result is made, and in the language of that
#' moment.
#'
#' Chinese letters need a session in UTF-8, as on Linux, macOS and Windows with R 4.2 or later, and
#' pictures a font that has them ([pictures]).
#' @section Errors: `ccdpanel_error_choice` for any other language, in the argument or the option.
#' @returns The option is read, nothing is returned.
#' @examples
#' sheet <- indicator_sheet(
#'   system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' )
#' cc <- coupling(composite_index(state_capital, sheet, panel = c("state", "year")))
#' old <- options(ccdpanel.language = "zh")
#' if (l10n_info()[["UTF-8"]]) summary(cc)
#' options(old)
#' @name ccdpanel.language
#' @aliases language
NULL

# Until `frame` returns, heads are those of a subject first: the first and last of a change are no
# groups that are compared.
speak_of <- function(subject, frame = rlang::caller_env()) {
  if (!is.null(subject)) rlang::local_bindings(now = subject, .env = spoken_subject, .frame = frame)
}

spoken_subject <- new.env(parent = emptyenv())

subject_heads <- function() {
  switch(spoken_subject$now %||% "",
    regional = "regional_heads", convergence = c("convergence_heads", "regional_heads")
  )
}

# A table whose heads are of a subject, wherever it is printed or saved.
of_subject <- function(data, subject) if (!is.null(data)) structure(data, subject = subject)

languages <- c("en", "zh")

spoken <- function(language = NULL, call = rlang::caller_env()) {
  if (!is.null(language)) {
    check_choice(language, languages, "language", call)
    return(language)
  }
  language <- getOption("ccdpanel.language", "en")
  if (!rlang::is_string(language, languages)) {
    abort("choice", c(
      paste0(
        "{.code options(ccdpanel.language = )} must be {.val en} or {.val zh}, not ",
        "{found(language)}."
      ),
      i = "{.code options(ccdpanel.language = NULL)} goes back to English."
    ), call)
  }
  language
}

# Until `frame` returns, everything is shown in a language.
speak <- function(language = NULL, frame = rlang::caller_env()) {
  language <- spoken(language, frame)
  rlang::local_options(ccdpanel.language = language, .frame = frame)
  language
}

# The `...` of a method that prints: it holds nothing but the language.
check_print_dots <- function(..., language = NULL, call = rlang::caller_env()) {
  force(call)
  fn <- sys.function(sys.parent())
  speak(language, call)
  check_dots(..., call = call, fn = fn, also = "language")
}

# An English sentence in the language spoken, as gettext() does; inst/words/prints.csv has them.
tr <- function(text) {
  if (!length(text) || spoken() == "en") return(text)
  table <- word_table("prints")
  at <- match(text, table$en)
  out <- ifelse(is.na(at), text, table$zh[at])
  stats::setNames(out, names(text))
}

# sprintf() with a format in the language spoken; a translation may say %2$s before %1$s.
trf <- function(format, ...) sprintf(tr(format), ...)

# A number of things as it is shown: "1 row", "2 rows". In messages counted() is.
count_of <- function(n, noun) {
  if (spoken() == "en") return(counted(n, noun))
  paste0(format(n, scientific = FALSE), tr(noun))
}

# Several names with the language's own commas; "a and b".
listed <- function(x) paste(x, collapse = if (spoken() == "zh") "\u3001" else ", ")

joined_by_and <- function(x) paste(x, collapse = if (spoken() == "zh") "\u548c" else " and ")

# The mark before an explanation, and between parts of a line.
colon <- function() if (spoken() == "zh") "\uff1a" else ": "

semicolon <- function() if (spoken() == "zh") "\uff1b" else "; "

full_stop <- function() if (spoken() == "zh") "\u3002" else "."

has_chinese <- function(x) grepl("[\u3400-\u9fff]", enc2utf8(as.character(x)), perl = TRUE)

# The heads of a result's columns: those of the package, and the usual names of units and times; the
# user's own stay.
head_words <- function(head, language = spoken()) {
  if (language == "en") return(head)
  words <- words_of(c(subject_heads(), "columns", "names", "regional_heads"), "zh")
  words <- words[!duplicated(names(words))]
  # "West" is a region of China among names that are known, not among another country's.
  known <- all(head %in% names(words) | has_chinese(head) | !grepl("[A-Za-z]", head))
  if (!known) words <- words[!names(words) %in% chinese_regions]
  # D_lower is the lower end of D.
  end <- sub("^.*_", "", head)
  ends <- grepl("._(lower|upper)$", head) & !head %in% names(words)
  out <- exchanged(ifelse(ends, sub("_(lower|upper)$", "", head), head), words)
  out[ends] <- paste0(out[ends], words[end[ends]])
  # p_3 is the probability of level 3.
  sub("^p_([0-9]+)$", paste0("\\1", words[["level"]], words[["probability"]]), out)
}

# The same under the user's labels, which come first.
spoken_heads <- function(head, labels = NULL) {
  own <- match(head, names(labels))
  ifelse(is.na(own), head_words(head), unname(labels)[own])
}

# A data frame as it is shown: heads, and the cells of the columns whose words are the package's.
spoken_frame <- function(x, labels = NULL) {
  if (spoken() == "en" && is.null(labels)) return(x)
  speak_of(attr(x, "subject", exact = TRUE))
  cells <- words_of(c(subject_cells(), "cells"), "zh")
  chinese <- any(vapply(x, is_province, NA))
  x[] <- lapply(stats::setNames(names(x), names(x)), function(name) {
    v <- x[[name]]
    if (!is.character(v) && !is.factor(v)) return(v)
    if (name == "names") return(spoken_lists(as.character(v), labels))
    v <- exchanged(as.character(v), labels)
    if (spoken() == "en") return(v)
    if (name == "stage") return(spoken_stage(v))
    if (name == "measure") return(head_words(v))
    if (name %in% c("check", "reason")) return(spoken_audit(v))
    if (!name %in% word_columns) return(spoken_units(v, chinese))
    # Groups have names of their own but for all of them.
    own <- if (name %in% group_columns) v %in% "all" else v %in% names(cells)
    v[own] <- exchanged(v[own], cells)
    v[!own] <- spoken_units(spoken_facts(v[!own]), chinese)
    v
  })
  names(x) <- spoken_heads(names(x), labels)
  x
}

# A choice by its usual name, such as "entropy".
spoken_choice <- function(x) if (spoken() == "en") x else exchanged(x, words_of("cells", "zh"))

exchanged <- function(x, words) {
  at <- match(x, names(words))
  ifelse(is.na(at), x, unname(words)[at])
}

# Columns that hold words of the package's own.
word_columns <- c(
  "test", "verdict", "null", "method", "effect", "type", "prefers", "source", "rule", "shape",
  "criterion", "at", "variant", "changed", "note", "estimator", "method_1", "method_2",
  "part", "cluster", "chain", "over", "group", "club"
)

# Those of them that hold names.
group_columns <- c("chain", "group", "club")

# The total of a measure is no total effect, and what is filled linearly no linear weighting.
subject_cells <- function() {
  if (identical(spoken_subject$now, "gaps")) return("gap_cells")
  if (!is.null(subject_heads())) "regional_cells"
}

# Levels under the usual English names; a paper's own names stay.
spoken_stage <- function(stage) {
  table <- word_table("levels")
  exchanged(stage, stats::setNames(table$zh, table$en))
}

# Provinces and regions of China, where all are such.
spoken_units <- function(x, chinese = FALSE) {
  provinces <- getExportedValue("ccdpanel", "provinces")
  if (is_province(x)) return(exchanged(x, stats::setNames(provinces$zh, provinces$name)))
  regions <- words_of("names", "zh")[chinese_regions]
  known <- length(x) && all(x %in% c(chinese_regions, NA)) && (chinese || "Central" %in% x)
  if (known) exchanged(x, regions) else x
}

# Names of several units in a cell each, with the language's own commas.
spoken_lists <- function(x, labels = NULL) {
  parts <- strsplit(x, ", ", fixed = TRUE)
  each <- exchanged(unlist(parts), labels)
  if (spoken() == "zh") each <- spoken_units(each)
  # A comma within a name is not one between names: other names stay as they are.
  if (identical(each, unlist(parts)) && !all(has_chinese(each))) return(x)
  cell <- factor(rep(seq_along(parts), lengths(parts)), seq_along(parts))
  out <- unname(vapply(split(each, cell), listed, ""))
  replace(out, is.na(x), NA)
}

is_province <- function(x) {
  if (!is.character(x) && !is.factor(x) || !length(x) || all(is.na(x))) return(FALSE)
  provinces <- getExportedValue("ccdpanel", "provinces")
  all(as.character(x) %in% c(provinces$name, provinces$zh, NA))
}

# Regions of China, among other names than those of another country's.
chinese_regions <- c("East", "Central", "West", "Northeast")

# What standard errors are, as covariance_label() and its like say it in English, in the language
# spoken: inst/words/errors.csv has the pieces, patterns of which the first that fits is taken.
spoken_facts <- function(text) spoken_pieces(text, "errors")

# Checks, reasons and items of an audit, which are English in its lines: inst/words/audits.csv. The
# names of levels go by their own table.
spoken_audit <- function(text) {
  if (!length(text) || spoken() == "en") return(text)
  asked <- unique(text)
  out <- spoken_pieces(asked, "audits")
  stages <- word_table("levels")
  for (i in seq_len(nrow(stages))) {
    stage <- paste0("\uff08", c(stages$en[i], stages$zh[i]), "\uff09")
    out <- gsub(stage[1], stage[2], out, fixed = TRUE)
  }
  out[match(text, asked)]
}

# `whole`: by the patterns that fit a text from its beginning to its end alone.
spoken_pieces <- function(text, subject, whole = FALSE) {
  if (!length(text) || spoken() == "en") return(text)
  table <- word_table(subject)
  if (whole) table <- table[grepl("^\\^.*[$]$", table$en), ]
  for (i in seq_len(nrow(table))) text <- gsub(table$en[i], table$zh[i], text, perl = TRUE)
  text
}

# The stars of a table of coefficients, as printCoefmat() explains them.
star_codes <- function() {
  trf("Signif. codes:  %s", "0 '***' 0.001 '**' 0.01 '*' 0.05 '.' 0.1 ' ' 1")
}
