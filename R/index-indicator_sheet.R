#' Indicator sheet: which indicators make which system, and in which direction
#'
#' Reads or checks the table with which a study of composite indices begins: one row an indicator.
#'
#' @param x A data frame, or the path of a `.csv` file (UTF-8 with or without a byte order mark, or
#'   GBK) or of an Excel file (`.xlsx`, `.xls`; needs the package readxl). Columns, in any order and
#'   any case:
#'   * `system`, `dimension`, `indicator`: names as strings. `indicator` names a column of the data.
#'     Where a study has no dimensions, repeat the system's name.
#'   * `direction`: `"+"` (more is better), `"-"` (less is better) or `"interval"` (best inside an
#'     optimal range). Also accepted: positive, negative, and the usual Chinese words.
#'   * optional `label` and `unit` (for print), `derive` (an expression over columns of the data
#'     that makes the indicator, such as `"output / employment"`: see Details), `lower` and `upper`
#'     (the optimal range of an interval indicator, or goalposts), `weight` (given weights). Heads
#'     may be Chinese: the words for system, dimension, indicator, direction, name, unit and weight
#'     are known.
#' @return A data frame of class `indicator_sheet` with the columns above, directions spelt `"+"`,
#'   `"-"` and `"interval"`, in the order of `x`. Other columns are kept at the end.
#' @details A sheet may come from anybody, so `derive` is a language of its own and never runs as R.
#'   It has names of columns (between backticks where they hold spaces), numbers, `+ - * / ^ %%
#'   %/%`, comparisons, `& | !`, brackets, and the functions `log`, `exp`, `sqrt`, `abs`, `min`,
#'   `max`, `pmin`, `pmax`, `ifelse`, `round`, `sum`, `mean` and `sd` (over all rows, as in R), and,
#'   within each unit in order of time, `cumsum(x)` and `lag(x, 1)` (missing where that time is).
#'   Anything else is an error when the sheet is read.
#'
#'   Indicators that two systems share couple these systems by construction: the sheet says so when
#'   it is printed and once in a message when it is made.
#' @section Errors: `ccdpanel_error_sheet` (empty, unreadable, a column or a name missing, an
#'   indicator twice in a system, a range that is none), `ccdpanel_error_direction` (names the
#'   rows), `ccdpanel_error_derive` (names the row, the expression and what in it is not allowed).
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' indicator_sheet(path)
#' indicator_sheet(data.frame(
#'   system = "economy", dimension = "labour", indicator = c("employment", "unemployment"),
#'   direction = c("+", "negative")
#' ))
#' @export
indicator_sheet <- function(x) {
  if (inherits(x, "indicator_sheet")) x <- plain_sheet(x)
  if (is.character(x)) x <- read_sheet(x)
  check_data_frame(x, "x")
  x <- as.data.frame(x)
  names(x) <- sheet_names(names(x))
  x <- x[!blank_rows(x), , drop = FALSE]
  check_sheet_columns(x)
  for (name in intersect(c(
    "system", "dimension", "indicator", "label", "unit", "derive"
  ), names(x))) {
    x[[name]] <- trimws(as.character(x[[name]]))
  }
  for (name in intersect(c("lower", "upper", "weight"), names(x))) {
    x[[name]] <- sheet_number(x[[name]], name)
  }
  x$direction <- sheet_direction(x$direction)
  check_sheet_names(x)
  check_sheet_ranges(x)
  check_sheet_derive(x)
  sheet <- new_sheet(x)
  inform_shared(sheet)
  sheet
}

sheet_columns <- c(
  "system", "dimension", "indicator", "direction", "label", "unit", "derive", "lower", "upper",
  "weight"
)

new_sheet <- function(x) {
  x <- x[c(intersect(sheet_columns, names(x)), setdiff(names(x), sheet_columns))]
  rownames(x) <- NULL
  class(x) <- c("indicator_sheet", "data.frame")
  x
}

plain_sheet <- function(x) {
  class(x) <- "data.frame"
  x
}

as_sheet <- function(x) suppressMessages(indicator_sheet(x), classes = "ccdpanel_message_shared")

# Known column names in lower case, whatever the case typed; a byte order mark that a reader left is
# no part of a name.
sheet_names <- function(x) {
  plain <- tolower(trimws(sub("^\ufeff", "", x)))
  heads <- word_table("sheet_heads")
  chinese <- heads$column[match(plain, heads$spelling)]
  ifelse(plain %in% sheet_columns, plain, ifelse(is.na(chinese), x, chinese))
}

blank_rows <- function(x) {
  if (!nrow(x)) return(logical())
  Reduce(`&`, lapply(x, function(column) is.na(column) | !nzchar(trimws(as.character(column)))))
}

read_sheet <- function(path, call = rlang::caller_env()) {
  if (length(path) != 1 || is.na(path) || !file.exists(path)) {
    abort("sheet", c(
      "{.arg x} must be a data frame or the path of a file; {.val {path}} does not exist.",
      i = "The working folder is {.path {getwd()}}."
    ), call)
  }
  check_readable(path, "x", call, "sheet")
  if (is_excel(path)) return(as.data.frame(excel_cells(path, TRUE, call, "sheet")))
  if (file_content(path) != "text") {
    abort("sheet", c(
      "{.path {path}} must be a csv file or an Excel workbook; it is {file_content(path)}.",
      i = "Save it again from the program that made it."
    ), call)
  }
  out <- utils::read.csv(
    text = read_utf8(path), colClasses = "character", na.strings = c("", "NA"), check.names = FALSE,
    encoding = "UTF-8",
    blank.lines.skip = TRUE, strip.white = TRUE
  )
  names(out) <- unguarded_cells(names(out))
  out[] <- lapply(out, unguarded_cells)
  out
}

# The lines of a text file as UTF-8; a file that is not valid UTF-8 is taken to be GBK, which
# spreadsheets write in China.
read_utf8 <- function(path) {
  lines <- readLines(path, warn = FALSE, encoding = "bytes")
  Encoding(lines) <- "UTF-8"
  if (!all(validUTF8(lines))) {
    Encoding(lines) <- "bytes"
    lines <- iconv(lines, "GBK", "UTF-8")
  }
  lines[1] <- sub("^\ufeff", "", lines[1])
  lines
}

check_sheet_columns <- function(x, call = rlang::caller_env()) {
  needed <- c("system", "dimension", "indicator", "direction")
  absent <- setdiff(needed, names(x))
  if (length(absent)) {
    abort("sheet", c(
      paste0(
        "An indicator sheet must have the columns {.val {needed}}; {.val {absent}} ",
        "{?is/are} missing."
      ),
      i = "The columns found are {.val {names(x)}}."
    ), call)
  }
  if (anyDuplicated(names(x))) {
    abort("sheet", c(
      paste0(
        "An indicator sheet must have each column once; ",
        "{.val {unique(names(x)[duplicated(names(x))])}} {?comes/come} twice."
      ),
      i = "Rename or drop one of them."
    ), call)
  }
  if (!nrow(x)) {
    abort("sheet", c(
      "An indicator sheet must have at least one row, one an indicator; this one has none.",
      i = "Columns are {.val {needed}}."), call)
  }
}

check_sheet_names <- function(x, call = rlang::caller_env()) {
  for (name in c("system", "dimension", "indicator")) {
    empty <- which(is.na(x[[name]]) | !nzchar(x[[name]]))
    if (length(empty)) {
      abort("sheet", c(
        paste0(
          "Column {.val {name}} of the sheet must be filled in; it is empty in ",
          "{cli::qty(length(empty))}row{?s} {as.character(empty)}."
        ),
        i = "Repeat the name in every row; merged cells of a spreadsheet fill the first row only."
      ), call)
    }
  }
  twice <- duplicated(x[c("system", "indicator")])
  if (any(twice)) {
    abort("sheet", c(
      paste0(
        "A system must name an indicator once; {.val {unique(x$indicator[twice])}} {?comes/come} ",
        "again in {cli::qty(length(which(twice)))}row{?s} {as.character(which(twice))}."
      ),
      i = "Remove the repeated rows, or name another column of the data."
    ), call)
  }
}

sheet_direction <- function(x, call = rlang::caller_env()) {
  typed <- tolower(trimws(as.character(x)))
  known <- word_table("sheet_directions")
  out <- known$direction[match(enc2utf8(typed), known$spelling)]
  bad <- which(is.na(out))
  if (!length(bad)) return(out)
  abort("direction", c(
    paste0(
      "Direction must be {.or {.val {unique(known$direction)}}}; {cli::qty(length(bad))}row{?s} ",
      "{as.character(bad)} of the sheet {?has/have} {.val {unique(as.character(x)[bad])}}."
    ),
    i = "Also understood: positive, negative and the usual Chinese words."
  ), call)
}

sheet_number <- function(x, name, call = rlang::caller_env()) {
  typed <- trimws(as.character(x))
  out <- suppressWarnings(as.double(typed))
  bad <- which(is.na(out) & !is.na(x) & nzchar(typed) & typed != "NA")
  if (!length(bad)) return(out)
  abort("sheet", c(
    paste0(
      "Column {.val {name}} of the sheet must hold numbers; {cli::qty(length(bad))}row{?s} ",
      "{as.character(bad)} {?has/have} {.val {typed[bad]}}."
    ),
    i = "Leave a cell empty where there is no number."
  ), call)
}

check_sheet_ranges <- function(x, call = rlang::caller_env()) {
  lower <- x[["lower"]] %||% rep(NA_real_, nrow(x))
  upper <- x[["upper"]] %||% rep(NA_real_, nrow(x))
  endless <- which(is.infinite(lower) | is.infinite(upper))
  if (length(endless)) {
    abort("sheet", c(
      paste0(
        "{.val lower} and {.val upper} must be finite; in {cli::qty(length(endless))}row{?s} ",
        "{as.character(endless)} {?one is/they are} not."
      ),
      i = "Leave the cell empty where there is no goalpost: the data's own range is taken."
    ), call)
  }
  without <- which(x$direction == "interval" & (is.na(lower) | is.na(upper)))
  if (length(without)) {
    abort("sheet", c(
      paste0(
        "An interval indicator must have its optimal range in {.val lower} and {.val upper}; ",
        "{cli::qty(length(without))}row{?s} {as.character(without)} {?has/have} none."
      ),
      i = "Give both numbers, or another direction."
    ), call)
  }
  crossed <- which(
    !is.na(lower) & !is.na(upper) & (lower > upper | (lower == upper & x$direction != "interval"))
  )
  if (length(crossed)) {
    abort("sheet", c(
      paste0(
        "{.val lower} must lie below {.val upper}; in {cli::qty(length(crossed))}row{?s} ",
        "{as.character(crossed)} it does not."
      ),
      i = "Exchange the two."
    ), call)
  }
}

shared_indicators <- function(sheet) {
  unique(sheet$indicator[duplicated(sheet$indicator)])
}

inform_shared <- function(sheet) {
  shared <- shared_indicators(sheet)
  if (!length(shared)) return(invisible())
  inform("shared", c(
    "!" = paste0(
      "{length(shared)} indicator{?s} {?is/are} used by more than one system, which couples these ",
      "systems by construction: {.val {shared}}."
    )
  ))
}

#' @export
`[.indicator_sheet` <- function(x, ...) {
  out <- NextMethod()
  if (is.data.frame(out) && !all(sheet_columns[1:4] %in% names(out))) class(out) <- "data.frame"
  out
}

#' @export
print.indicator_sheet <- function(x, n = NULL, ...) {
  check_print_dots(...)
  if (!is.null(n)) check_shown(n = n)
  systems <- unique(x$system)
  n <- n %||% max(32 %/% length(systems) - 4, 2)
  say(trf(
    "Indicator sheet: %d indicators in %s", nrow(x), count_of(length(systems), "system")
  ))
  for (s in systems) {
    rows <- x[x$system == s, , drop = FALSE]
    cat(sprintf("\n%s\n", s))
    shown <- rows[intersect(c(
      "dimension", "indicator", "direction", "unit", "lower", "upper", "weight"
    ), names(rows))]
    print_rows(plain_sheet(shown), n, c("unit", "dimension"), right = FALSE)
  }
  shared <- shared_indicators(x)
  cat("\n")
  if (length(shared)) {
    say(trf("Shared by systems (coupled by construction): %s", listed(shared)))
  }
  next_steps("indicator_weights(data, x, panel)", "composite_index(data, x, panel)")
  invisible(x)
}
