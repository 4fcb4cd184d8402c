# What printed results share: lines no wider than the screen, tables that fit it, and a last line
# that says what to do next.

screen_width <- function() min(getOption("width"), 80)

say <- function(text, indent = 0, exdent = 0) {
  cat(wrapped(text, screen_width() + 1, indent, exdent), sep = "\n")
}

# Text as wide as its widest.
pad_width <- function(text, side) {
  gap <- max(nchar(text, "width")) - nchar(text, "width")
  if (side == "left") paste0(text, strrep(" ", gap)) else paste0(strrep(" ", gap), text)
}

# How many lines of the screen say() takes.
line_count <- function(text, ...) length(wrapped(text, screen_width() + 1, ...))

# strwrap(), which breaks at spaces alone: between two Chinese letters a line may break as well, but
# not before a mark that ends something.
wrapped <- function(text, width, indent = 0, exdent = 0) {
  if (!any(has_chinese(text))) {
    return(strwrap(text, width = width, indent = indent, exdent = exdent))
  }
  letter <- "[\u2014\u2026\u3000-\u9fff\uff00-\uffef]"
  gap <- sprintf("(?<=%s)(?=[^\\s])|(?<=[^\\s])(?=%s)", letter, letter)
  stuck <- "[\u3001\u3002\u300b\uff0c\uff1a\uff1b\uff09\uff1f,.;:)\\]]"
  unlist(lapply(text, function(line) {
    pieces <- strsplit(
      gsub(gap, "\u200b", enc2utf8(line), perl = TRUE), "(?<=\\s)|\u200b", perl = TRUE
    )[[1]]
    wrapped_pieces(pieces, grepl(paste0("^", stuck), pieces, perl = TRUE), width, indent, exdent)
  }))
}

wrapped_pieces <- function(pieces, stuck, width, indent, exdent) {
  units <- tapply(pieces, cumsum(!stuck | seq_along(pieces) == 1), paste, collapse = "")
  lines <- strrep(" ", indent)
  for (unit in units) {
    last <- length(lines)
    if (
      nchar(trimws(paste0(lines[last], unit), "right"), "width") >= width &&
        nzchar(trimws(lines[last]))
    ) {
      lines <- c(lines, paste0(strrep(" ", exdent), unit))
    } else {
      lines[last] <- paste0(lines[last], unit)
    }
  }
  trimws(lines, "right")
}

# Names of units and times. Codes of places have up to twelve digits, all of which tell them apart.
format_key <- function(x) {
  if (!is.numeric(x)) return(as.character(x))
  if (any(x != round(x), na.rm = TRUE)) return(format(x, trim = TRUE))
  format(x, trim = TRUE, scientific = FALSE, digits = 15)
}

# Digits of what a model prints, as R's own do: three less than of a number alone, and no more than
# a double holds.
usual_digits <- function() max(3L, min(15L, getOption("digits") - 3L))

# Counts as they are shown: 100,000, which format() alone would write 1e+05.
with_commas <- function(n, ...) format(n, big.mark = big_mark(), scientific = FALSE, ...)

# Where `options(OutDec = ",")` takes the comma, thousands have the point.
big_mark <- function() if (identical(getOption("OutDec"), ",")) "." else ","

# "a, b, c and 5 more"; of long names fewer, so that a list takes two lines or so. In messages.

first_names <- function(names, n = 10) {
  n <- names_that_fit(names, n)
  more <- length(names) - n
  paste0(toString(utils::head(names, n)), if (more > 0) paste(" and", more, "more"))
}

# The same in what is printed, in the language spoken.
shown_names <- function(names, n = 10) {
  n <- names_that_fit(names, n)
  more <- length(names) - n
  shown <- listed(utils::head(names, n))
  if (more > 0) trf("%s and %d more", shown, more) else shown
}

names_that_fit <- function(names, n) {
  if (is.finite(n)) {
    n <- min(n, max(sum(
      cumsum(nchar(utils::head(names, n), "width") + 2) <= 2 * screen_width()
    ), 1))
  }
  max(floor(n), 1)
}

# Calls by which a reader goes on from a printed result: "Next: summary(x), plot(x)."
next_steps <- function(...) {
  steps <- c(...)
  if (length(steps)) say(trf("Next: %s.", listed(tr(steps))), exdent = 6)
}

# Prints the columns that fit, leaving out the last of `expendable` first; at last, long text is
# cut.
print_fitting <- function(x, expendable = character(), ...) {
  kept <- names(x)
  x <- spoken_frame(x)
  x[] <- lapply(x, whole_in_full)
  expendable <- names(x)[match(intersect(expendable, kept), kept)]
  width <- function(d) {
    max(nchar(utils::capture.output(print(d, row.names = FALSE, width = 10000, ...)), "width"), 0)
  }
  all <- names(x)
  # R breaks a line that is as wide as the screen. A line is as wide as its columns alone are.
  if (length(expendable) && width(x) >= getOption("width")) {
    each <- vapply(seq_along(x), function(j) width(x[j]), 0)
    last <- rev(match(expendable, all))
    left <- sum(each) - cumsum(each[last])
    x <- x[-last[seq_len(match(TRUE, left < getOption("width"), length(last)))]]
  }
  over <- width(x) - getOption("width") + 1
  if (over > 0) x <- cut_longest(x, over)
  print(x, row.names = FALSE, ...)
  gone <- setdiff(all, names(x))
  # Which columns are hidden is said in full but where they are as many as the years of a century.
  if (length(gone)) {
    say(trf("(not shown: %s)", shown_names(gone, if (length(gone) > 40) 10 else Inf)))
  }
}

# A column of whole numbers of which R would write some as 1e+05, written out.
whole_in_full <- function(v) {
  if (!is.numeric(v) || is.object(v) || !any(abs(v) >= 1e5, na.rm = TRUE)) return(v)
  known <- v[!is.na(v)]
  whole <- all(is.finite(known)) && all(known == round(known)) && max(abs(known)) < 1e15
  if (whole && any(grepl("e", format(v), fixed = TRUE))) format(v, scientific = FALSE) else v
}

# The widest column of text, narrower by `over`; of what is cut the ends stay, which tell long names
# apart. Intervals are numbers, and stay whole.
cut_longest <- function(x, over) {
  cuttable <- function(v) (is.character(v) || is.factor(v)) && !any(grepl("^\\[.*\\]$", v))
  text <- names(x)[vapply(x, cuttable, NA)]
  if (!length(text)) return(x)
  size <- vapply(text, function(name) {
    max(nchar(as.character(x[[name]]), "width"), 0, na.rm = TRUE)
  }, 0)
  name <- text[which.max(size)]
  room <- max(max(size) - over, 12)
  x[[name]] <- cut_text(as.character(x[[name]]), room)
  x
}

cut_text <- function(text, room) {
  long <- which(nchar(text, "width") > room)
  half <- (room - 2) / 2
  ends <- function(t) {
    last <- strsplit(t, "")[[1]]
    keep <- sum(cumsum(rev(nchar(last, "width"))) <= floor(half))
    paste0(strtrim(t, ceiling(half)), "..", paste(utils::tail(last, keep), collapse = ""))
  }
  text[long] <- vapply(text[long], ends, "")
  text
}

# A data frame that prints its first `n` rows and what to do next; a part of it is a plain data
# frame. The title is one string, or a list of a format and what goes into it. `keys`: columns that
# name the rows, whose numbers are never rounded.
previewed <- function(data, title, ..., n = 10, keys = NULL) {
  structure(
    data, class = c("ccd_preview", "data.frame"), title = title, steps = c(...), shown = n,
    subject = spoken_subject$now, keys = keys
  )
}

# The data frame that was previewed, with what else it carries (the notes of a reader).
without_preview <- function(data) {
  if (!inherits(data, "ccd_preview")) return(data)
  class(data) <- setdiff(class(data), "ccd_preview")
  for (name in c("title", "steps", "shown", "subject", "keys")) attr(data, name) <- NULL
  data
}

# Columns of numbers without a class: times and quantities are shown as their class shows them.
plain_doubles <- function(x) vapply(x, function(v) is.double(v) && !is.object(v), NA)

# Prints the columns of a text matrix that fit, the first at least, and says which do not and where
# they are.
print_columns <- function(cells, elsewhere) say_columns(print_fitting_columns(cells), elsewhere)

say_columns <- function(gone, elsewhere) {
  if (length(gone)) say(trf("(not shown for width: %s; see %s)", shown_names(gone), elsewhere))
}

# Names of the columns that do not fit.
print_fitting_columns <- function(cells) {
  width <- nchar(colnames(cells), "width")
  for (j in seq_along(width)) width[j] <- max(width[j], nchar(cells[, j], "width")) + 1
  room <- getOption("width") - max(nchar(rownames(cells), "width"), 0)
  fits <- seq_len(max(sum(cumsum(width) < room), 1))
  print(cells[, fits, drop = FALSE], quote = FALSE, right = TRUE)
  colnames(cells)[-fits]
}

# What users leave of a result prints as the data frame that it is, where its own lines need more.
has_columns <- function(x, ...) all(c(...) %in% names(x))

# A result's columns as a plain data frame, without what only its own methods need.
plain_result <- function(x) {
  attributes(x) <- attributes(x)[c("names", "row.names")]
  class(x) <- "data.frame"
  x
}

#' @export
print.ccd_preview <- function(x, n = attr(x, "shown", exact = TRUE), digits = 4, ...) {
  check_print_dots(...)
  check_shown(n = n, digits = digits)
  if (is.null(attr(x, "title", exact = TRUE))) return(invisible(print(plain_result(x))))
  speak_of(attr(x, "subject", exact = TRUE))
  print_preview(
    plain_result(with_value_labels(x)), attr(x, "title", exact = TRUE),
    attr(x, "steps", exact = TRUE), n, digits, attr(x, "keys", exact = TRUE)
  )
  invisible(x)
}

# The first `n` rows, and how many more there are; `show` makes them ready.
print_rows <- function(x, n, expendable = character(), ..., show = identity) {
  if (!nrow(x)) return(say(tr("No rows.")))
  print_fitting(show(utils::head(x, n)), expendable, ...)
  if (nrow(x) > n) say(trf("... and %d more rows: print(x, n = Inf)", nrow(x) - n))
}

# The first `n` rows under a title; of many columns the first and the last say most, and the middle
# goes first. Inf shows all of both.
print_preview <- function(data, title, steps, n = 10, digits = 4, keys = NULL) {
  say(if (is.list(title)) do.call(trf, spoken_title(title)) else tr(title))
  cat("\n")
  rounded <- function(rows) {
    number <- plain_doubles(rows) & !names(rows) %in% keys
    rows[number] <- lapply(rows[number], signif_decimals, digits)
    p <- intersect(c("p.value", "p_value"), names(rows)[number])
    rows[p] <- lapply(data[seq_len(nrow(rows)), p, drop = FALSE], p_text)
    rows
  }
  middle <- seq_along(data)[-1]
  inner <- if (is.finite(n)) names(data)[middle[order(-abs(middle - mean(middle)))]]
  print_rows(data, n, inner, show = rounded)
  next_steps(steps)
}

# What goes into a title may be the name of a column.
spoken_title <- function(title) {
  c(title[1], lapply(title[-1], function(x) if (is.character(x)) head_words(x) else x))
}

# Rounded such that the largest number of a column keeps `digits` decimals or significant digits,
# whichever are fewer.
signif_decimals <- function(x, digits) {
  size <- max(abs(x[is.finite(x)]), 0)
  round(
    x,
    if (size >= 1) {
      max(digits - 1 - floor(log10(size)), 0)
    } else if (size > 0) {
      digits - 1 - floor(log10(size))
    } else {
      0
    }
  )
}

#' @export
`[.ccd_preview` <- function(x, ...) plain_result(x)[...]

#' @export
as.data.frame.ccd_preview <- function(x, ...) {
  check_dots(..., passed = c("row.names", "optional", "stringsAsFactors", "make.names"))
  plain_result(x)
}

# Significant digits, unpadded: all that are asked for, also noughts at the end (29.90 below 33.01),
# and in scientific notation where that is shorter.
short_number <- function(x, digits, none = "") {
  science <- formatC(x + 0, digits = max(digits, 1) - 1, format = "e")
  power <- suppressWarnings(as.integer(sub("^.*e", "", science)))
  decimals <- ifelse(is.finite(x), pmax(max(digits, 1) - 1 - power, 0), 0)
  fixed <- sprintf("%.*f", as.integer(decimals), x + 0)
  ifelse(is.na(x), none, trimws(ifelse(nchar(fixed) <= nchar(science), fixed, science)))
}

# "[0.1200, 29.90]"; nothing where either end is missing.
interval_text <- function(low, high, digits) {
  ifelse(
    is.na(low) | is.na(high), "",
    paste0("[", short_number(low, digits), ", ", short_number(high, digits), "]")
  )
}

# "48 rows, state: 4, year: 1970 to 1981"
panel_size <- function(x, panel) {
  trf(
    "%d rows, %s: %d, %s: %s", nrow(x), head_words(panel[1]), length(unique(x[[panel[1]]])),
    head_words(panel[2]), time_span(shown_column(x, panel[2]))
  )
}

time_span <- function(time) {
  if (!length(time)) return(tr("none"))
  span <- if (is.character(time) || is.factor(time)) in_order(time) else range(time)
  span <- trimws(format(span[c(1, length(span))]))
  if (span[1] == span[2]) span[1] else paste(span, collapse = tr(" to "))
}

# A number that rounds to nought, written without its sign.
unsigned_nought <- function(text) sub("^-(0(?:[.]0*)?)$", "\\1", text, perl = TRUE)

# Fixed decimals, scientific where they would show nothing but zeros; nought has no sign.
fixed_text <- function(x, digits, thousands = "") {
  out <- trimws(formatC(x + 0, digits = digits, format = "f", big.mark = thousands))
  small <- !is.na(x) & x != 0 & !grepl("[1-9]", out) & is.finite(x)
  replace(out, small, formatC(x[small], digits = 2, format = "e"))
}
