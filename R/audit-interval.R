# What a printed number may have been before it was rounded, and arithmetic on such intervals.
#
# A printed v with k decimals stands for [v - h, v + h], h = 10^-k / 2 (a truncated one for [v, v +
# 10^-k], away from zero). Intervals are lists of two vectors, `lower` and `upper`; a cell that
# holds no number has NA in both. Ends are closed and let out by a few units in the last place, so
# that no verdict hangs on binary fractions.

interval <- function(lower, upper = lower) list(lower = lower, upper = upper)

loosen <- function(x) {
  by <- 1e-12 * pmax(1, abs(x$lower), abs(x$upper), na.rm = TRUE)
  interval(x$lower - by, x$upper + by)
}

clip <- function(x, min = 0, max = 1) {
  interval(pmin(pmax(x$lower, min), max), pmin(pmax(x$upper, min), max))
}

plus <- function(x, y) interval(x$lower + y$lower, x$upper + y$upper)

minus <- function(x, y) interval(x$lower - y$upper, x$upper - y$lower)

# Products of anything: the extremes are at corners.
times <- function(x, y) {
  corners <- list(x$lower * y$lower, x$lower * y$upper, x$upper * y$lower, x$upper * y$upper)
  interval(do.call(pmin, corners), do.call(pmax, corners))
}

scaled <- function(x, by) {
  if (by >= 0) interval(x$lower * by, x$upper * by) else interval(x$upper * by, x$lower * by)
}

# An increasing function of each of its arguments, which must not be negative.
rising <- function(f, ...) {
  parts <- lapply(list(...), function(x) interval(pmax(x$lower, 0), pmax(x$upper, 0)))
  interval(do.call(f, lapply(parts, `[[`, "lower")), do.call(f, lapply(parts, `[[`, "upper")))
}

total_of <- function(parts) Reduce(plus, parts)

overlap <- function(x, y) x$lower <= y$upper & y$lower <= x$upper

# How print is read, checked once: the same for all audits.
reading <- function(rounding, digits, scale, table, call) {
  check_data_frame(table, "table", call)
  if (!nrow(table)) {
    abort("rows", c(
      "{.arg table} has no rows; there is nothing to audit.",
      i = "Give the printed table, one row a printed row."
    ), call)
  }
  check_choice(rounding, c("round", "truncate"), "rounding", call)
  check_digits(digits, table, call)
  check_scale(scale, table, call)
  list(
    rounding = rounding, digits = digits, scale = scale %||% 1, scale_told = !is.null(scale),
    call = call
  )
}

# `scale` and `digits` of columns that no check reads.
check_columns_read <- function(opts, columns) {
  read <- vapply(columns, `[[`, "", "name")
  for (arg in c("scale", "digits")) {
    idle <- setdiff(names(opts[[arg]]), read)
    if (length(idle)) {
      abort("argument", c(
        "{.arg {arg}} names {.val {idle}}, which {?is a column/are columns} that no check reads.",
        i = "The columns that are read are {.val {read}}."
      ), opts$call)
    }
  }
}

check_digits <- function(digits, table, call) {
  if (is.null(digits)) return(invisible())
  whole <- is_bare_numeric(digits) && length(digits) && !anyNA(digits) &&
    all(digits >= 0 & digits <= 15 & digits == trunc(digits))
  named <- !is.null(names(digits)) && all(names(digits) %in% names(table))
  if (whole && (named || (length(digits) == 1 && is.null(names(digits))))) return(invisible())
  abort("digits", c(
    paste0(
      "{.arg digits} must be one whole number from 0 to 15, or such numbers named by columns of ",
      "{.arg table}, not {found(digits)}."
    ),
    i = paste0(
      "For instance {.code digits = 3}, or {.code digits = c({names(table)[1]} = 3)}; ",
      "{.code NULL} reads the digits as printed."
    )
  ), call)
}

# A column of print: text, interval, decimals. `scaled = FALSE` for counts, which no percent sign
# touches.
read_printed <- function(table, name, arg, opts, call, scaled = TRUE) {
  check_one_column(name, table, arg, call)
  x <- table[[name]]
  if (is.factor(x)) x <- as.character(x)
  if (is_coded(x)) x <- decoded(x)
  if (is.object(x) && is.numeric(x) || !is.null(dim(x))) {
    x <- as_numbers(x, cli::format_inline("Column {.val {name}}"), "type", call)
  }
  if (!is.numeric(x) && !is.character(x) && !all(is.na(x))) {
    abort("type", c(
      "Column {.val {name}} must hold numbers or printed strings, and is {.obj_type_friendly {x}}.",
      i = "{.arg {arg}} is read digit by digit."), call)
  }
  asked <- if (is.null(names(opts$digits))) {
    opts$digits
  } else if (name %in% names(opts$digits)) {
    opts$digits[[name]]
  }
  cells <- if (is.character(x)) {
    parse_printed(x, name, call)
  } else {
    number_cells(as.double(x), asked, name, call)
  }
  if (is.character(x) && !is.null(asked)) cells$digits <- pmax(cells$needed, asked)
  ends <- printed_interval(cells$value, cells$digits, opts$rounding)
  by <- ifelse(cells$percent, 100, scale_of(opts$scale, name, scaled))
  ends <- loosen(interval(ends$lower / by, ends$upper / by))
  c(ends, list(text = cells$text, value = cells$value / by, digits = cells$digits, name = name))
}

check_one_column <- function(name, table, arg, call) {
  if (rlang::is_string(name)) return(check_columns(name, table, arg, call))
  abort("column", c("{.arg {arg}} must be one column name as a string, not {found(name)}.",
    i = "The columns are {.val {names(table)}}."), call)
}

printed_interval <- function(value, digits, rounding) {
  unit <- 10^-digits
  if (rounding == "round") return(interval(value - unit / 2, value + unit / 2))
  interval(ifelse(value > 0, value, value - unit), ifelse(value < 0, value, value + unit))
}

# Numbers have lost their trailing zeros: the column's digits are the most that any of its cells
# needs.
number_cells <- function(x, asked, name, call) {
  if (any(is.infinite(x))) {
    abort("printed", c(
      "Column {.val {name}} holds infinite values; no table prints those.",
      i = "Correct the cells, or make them NA."
    ), call)
  }
  text <- ifelse(is.na(x), NA_character_, vapply(x, function(v) {
    format(v, digits = 15, scientific = FALSE, trim = TRUE, decimal.mark = ".")
  }, ""))
  needed <- nchar(sub("^[^.]*\\.?", "", text[!is.na(x)]))
  digits <- max(c(needed, asked, 0L))
  list(text = text, value = x, digits = rep(digits, length(x)), percent = logical(length(x)))
}

# Brackets, stars, digits and marks as Chinese type sets them.
full_width <- paste0(
  "\uff08\uff09\uff3b\uff3d\uff0a\uff0e\uff0c\uff05\uff0b\uff10\uff11\uff12\uff13\uff14\uff15",
  "\uff16\uff17\uff18\uff19"
)
half_width <- "()[]*.,%+0123456789"

# Strings keep their digits. Dashes, blanks, "NA" and "..." are empty cells; stars and brackets
# about a number go.
parse_printed <- function(x, name, call) {
  text <- gsub(
    "[\u2012-\u2015\u2212\uff0d]", "-", chartr(full_width, half_width, enc2utf8(trimws(x)))
  )
  empty <- is.na(text) | text %in% c(
    "", "-", "--", "---", ".", "..", "...", "/", "NA", "N/A", "n.a."
  )
  bare <- sub("^[(\\[](.*)[)\\]]$", "\\1", gsub("[*+]+$", "", text), perl = TRUE)
  percent <- !empty & grepl("%$", bare)
  bare <- trimws(sub("%$", "", bare))
  grouped <- grepl("^-?[0-9]{1,3}(,[0-9]{3})+(\\.[0-9]*)?$", bare)
  bare[grouped] <- gsub(",", "", bare[grouped])
  good <- empty | grepl("^-?([0-9]+\\.?[0-9]*|\\.[0-9]+)(e-?[0-9]+)?$", bare, ignore.case = TRUE)
  if (!all(good)) abort_unreadable(x, which(!good), name, call)
  bare[empty] <- NA_character_
  power <- ifelse(
    grepl("e", bare, ignore.case = TRUE), as.integer(sub("^[^eE]*[eE]?", "", bare)), 0L
  )
  mantissa <- sub("[eE].*$", "", bare)
  decimals <- ifelse(grepl(".", mantissa, fixed = TRUE), nchar(sub("^[^.]*\\.", "", mantissa)), 0L)
  zeros <- ifelse(decimals > 0, nchar(mantissa) - nchar(sub("0+$", "", mantissa)), 0L)
  list(
    text = ifelse(empty, NA_character_, trimws(x)), value = as.double(bare),
    digits = decimals - power, needed = decimals - power - zeros, percent = percent
  )
}

abort_unreadable <- function(x, bad, name, call) {
  abort("printed", c(
    paste0(
      "Column {.val {name}} must hold printed numbers; {length(bad)} of {length(x)} cell{?s} ",
      "cannot be read, the first in row {bad[1]} ({.val {x[bad[1]]}})."
    ),
    i = paste0(
      "A cell is a number such as {.val 0.170}, {.val -1.2***}, {.val (0.03)}, {.val 12%} or ",
      "{.val 1,234}, or a dash for none."
    )
  ), call)
}
