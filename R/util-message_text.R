# What cli makes of a message, where it makes nothing but plain text of it: word for word the same,
# in a tenth of the time. Signalling an error lays its message out whether anybody reads it or not,
# and who tries many fits meets many errors. Where there are colours, links or a theme, and for any
# markup that is not below, cli is asked.

# Is text plain here?
says_plainly <- function() {
  cli::num_ansi_colors() == 1L && is.null(getOption("cli.theme")) &&
    is.null(getOption("cli.user_theme")) && !isTRUE(getOption("cli.hyperlink"))
}

# A line of a message with its markup and its values, as cli::format_inline() has it. Where a value
# is text that is none in its encoding, R warns of it while cli looks at it, from R 4.6 on: what the
# message says of it is enough.
said_inline <- function(text, envir) {
  out <- if (says_plainly()) plain_inline(text, envir)
  out %||% suppressWarnings(cli::format_inline(text, .envir = envir))
}

# `{x}`, `{.arg word}` or `{.arg {x}}`.
markup <- "\\{(?:[^{}]*|[.][a-z_]+ \\{[^{}]+\\})\\}"

# NULL where cli has to be asked: markup within markup, values of classes, plurals before a number.
plain_inline <- function(text, envir) {
  if (!is_simple(text)) return(NULL)
  at <- gregexpr(markup, text, perl = TRUE)
  pieces <- regmatches(text, at)[[1]]
  between <- regmatches(text, at, invert = TRUE)[[1]]
  if (any(grepl("[{}]", between, perl = TRUE))) return(NULL)
  number <- NULL
  for (i in seq_along(pieces)) {
    piece <- if (startsWith(pieces[i], "{?")) {
      plain_plural(pieces[i], number)
    } else {
      plain_piece(pieces[i], envir)
    }
    if (is.null(piece$said) || !is_simple(piece$said)) return(NULL)
    pieces[i] <- piece$said
    number <- piece$number %||% number
  }
  enc2utf8(paste0(between, c(pieces, ""), collapse = ""))
}

# "{?s}", "{?is/are}", "{?none/one/some}" of the number that came last.
plain_plural <- function(piece, number) {
  if (is.null(number) || is.na(number) || piece == "{?}") return(NULL)
  words <- strsplit(paste0(substr(piece, 3, nchar(piece) - 1), "/."), "/", fixed = TRUE)[[1]]
  words <- words[-length(words)]
  at <- switch(length(words), if (number == 1) 2 else 1, if (number == 1) 1 else 2,
    if (number %in% 0:1) number + 1 else 3
  )
  if (!is.null(at)) list(said = c(words, "")[at])
}

# Without what wraps, colours or hides.
is_simple <- function(text) {
  all(Encoding(text) != "bytes") && all(validEnc(text)) && !any(grepl("[[:cntrl:]]", text)) &&
    !any(grepl("\u00a0", text, fixed = TRUE))
}

plain_piece <- function(piece, envir) {
  inside <- substr(piece, 2, nchar(piece) - 1)
  if (!startsWith(inside, ".")) return(plain_value(inside, "", envir))
  style <- sub("^[.]([a-z_]+) .*$", "\\1", inside)
  inside <- substr(inside, nchar(style) + 3, nchar(inside))
  if (startsWith(inside, "{")) {
    return(plain_value(substr(inside, 2, nchar(inside) - 1), style, envir))
  }
  # A word that is fixed is marked up once.
  if (is.null(said_words[[piece]])) said_words[[piece]] <- cli::format_inline(piece)
  list(said = said_words[[piece]])
}

said_words <- new.env(parent = emptyenv())

plain_value <- function(code, style, envir) {
  if (!style %in% c("", "arg", "code", "val") || startsWith(code, ".")) return(NULL)
  value <- eval(parse(text = code, keep.source = FALSE), envir)
  # cli::qty() gives a number to plurals, and no text.
  if (inherits(value, "cli_noprint")) return(list(said = "", number = as.integer(value)))
  plain <- is.null(attributes(value)) && length(value) %in% 1:5 &&
    (is.character(value) || is.numeric(value) || is.logical(value))
  if (!plain) return(NULL)
  ticked <- style %in% c("arg", "code")
  if (ticked && (!all(nzchar(value)) || any(grepl("`", value, fixed = TRUE)))) return(NULL)
  said <- if (ticked) {
    paste0("`", value, "`")
  } else if (style == "val" && is.character(value)) {
    encodeString(value, quote = "\"")
  } else {
    paste0(value)
  }
  number <- if (!is.numeric(value)) length(value) else if (length(value) == 1) trunc(value) else NA
  list(said = listed_plainly(said), number = number)
}

# "a", "a and b", "a, b, and c"
listed_plainly <- function(x) {
  n <- length(x)
  if (n < 3) paste(x, collapse = " and ") else paste0(toString(x[-n]), ", and ", x[n])
}

# The lines of a message or warning with their bullets, laid out; `ask` is cli's own function.
said_lines <- function(lines, envir, ask) {
  plain <- if (says_plainly()) lapply(lines, plain_inline, envir)
  out <- if (length(plain) && all(lengths(plain))) plain_bullets(unlist(plain))
  out %||% ask(lines, .envir = envir)
}

# NULL where cli has to be asked. The title of an error stands before its first line until all are
# laid out.
plain_bullets <- function(lines, title = "") {
  if (!is.null(getOption("cli.condition_unicode_bullets"))) return(NULL)
  marks <- c("v" = cli::symbol$tick, "i" = cli::symbol$info, "x" = cli::symbol$cross, "!" = "!")
  kind <- names(lines) %||% rep("", length(lines))
  marked <- kind %in% names(marks)
  if (!all(marked | !nzchar(kind), nzchar(lines)) || !is_simple(lines)) return(NULL)
  width <- getOption("cli.condition_width") %||% cli::console_width()
  if (width == Inf) width <- .Machine$integer.max
  # A mark stays on the line of its first word.
  lines[marked] <- paste0(marks[kind[marked]], "\u00a0", lines[marked])
  lines[1] <- paste0(title, lines[1])
  said <- Map(cli::ansi_strwrap, lines, width, exdent = 2 * marked)
  said <- gsub("\u00a0", " ", paste(unlist(said), collapse = "\n"), fixed = TRUE)
  enc2utf8(if (nzchar(title)) sub("Error:[ ]?", "", said) else said)
}

# What cli::format_error() makes of an error's lines.
#' @export
conditionMessage.ccdpanel_error <- function(c) {
  others <- c("parent", "header", "footer", "rlang")
  lines <- c(c$message, c$body)
  alone <- isTRUE(c$use_cli_format) && all(vapply(others, function(x) is.null(c[[x]]), NA)) &&
    is.character(lines) && !nzchar(names(lines)[1] %||% "")
  out <- if (alone && says_plainly()) plain_bullets(lines, "Error: ")
  out %||% NextMethod()
}
