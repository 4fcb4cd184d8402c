#' Indicator sheet: which indicators make which system, and in which direction
#'
#' Reads or checks the table with which a study of composite indices begins: one row an indicator.
#'
#' @param x A data frame, or the path of a `.csv` or `.txt` file (its encoding and separator are
#'   found) or of an Excel file (`.xlsx`, `.xls`; needs the package readxl; several sheets are
#'   bound). Columns, in any order and any case, under these heads or those listed below:
#'   * `system`, `dimension`, `indicator`: names. `indicator` names a column of the data. A table
#'     without dimensions has its system's name for one; a table without systems is of one system,
#'     called by `system`, or else by its title.
#'   * `direction`: `"+"` (more is better), `"-"` (less is better) or `"interval"` (best inside an
#'     optimal range), or another of the words listed below.
#'   * optional `label` and `unit` (for print), `derive` (an expression over columns of the data
#'     that makes the indicator, such as `"output / employment"`: see Details), `lower` and `upper`
#'     (the optimal range of an interval indicator, or goalposts), `weight` (given weights, also as
#'     `30%` or `1/6`).
#' @param system What the one system of the table is called. Then the coarsest level of the table
#'   names dimensions; by default, where a table has three levels or more, it names systems.
#' @param direction `"+"` or `"-"`: the direction of indicators for which the table has none.
#' @param ... Nothing: an argument of any other name is an error.
#' @return A data frame of class `indicator_sheet` with the columns above, directions spelt `"+"`,
#'   `"-"` and `"interval"`, in the order of `x`. Other columns are kept at the end.
#' @details **Tables as they are printed.** Titles above the heads and notes below are left out. Of
#'   the columns that are levels (first-level to fourth-level indicators; target, criterion and
#'   indicator layer; and the Chinese words for these) the finest names the indicators, the coarsest
#'   systems, that after it dimensions; a level between stays under its own head. Empty cells of
#'   levels are those of merged cells: they are filled from above, no further than the coarser level
#'   goes, counted and said. Directions (`GDP (+)`), units (`GDP (yuan)`), weights (`GDP (0.35)`)
#'   and optimal ranges (`interval [40, 60]`) may stand in brackets. A column of data called `GDP
#'   (yuan)` is the indicator `GDP`; blanks and line breaks in names make no difference. Heads in
#'   two lines are read as one. A head that ends with the word for weight, whatever method stands
#'   before it, or in English begins with it, heads weights; under one that says per cent, 14.3 is
#'   .143. Of several columns of weights the comprehensive or final one is taken, else the first
#'   right of the indicators, and this is said; weights in brackets behind systems and dimensions
#'   are left out, and said. Directions may be ticked, each in a column of its own.
#'
#'   A sheet may come from anybody, so `derive` is a language of its own and never runs as R.
#'   It has names of columns (between backticks where they hold spaces), numbers, `+ - * / ^ %%
#'   %/%`, comparisons, `& | !`, brackets, and the functions `log`, `exp`, `sqrt`, `abs`, `min`,
#'   `max`, `pmin`, `pmax`, `ifelse`, `round`, `sum`, `mean` and `sd` (over all rows, as in R), and,
#'   within each unit in order of time, `cumsum(x)` and `lag(x, 1)` (missing where that time is).
#'   Anything else is an error when the sheet is read.
#'
#'   Indicators that two systems share couple these systems by construction: the sheet says so when
#'   it is printed and once in a message when it is made.
#' @section Words understood: Blanks, capitals, punctuation and what stands in brackets behind a
#'   head make no difference, nor do the words for indicator and type behind a direction.
#'
#'   \Sexpr[results=rd,stage=render]{ccdpanel:::sheet_words()}
#' @section Errors: `ccdpanel_error_sheet` (empty, unreadable, a column or a name missing, an
#'   indicator twice in a system, a range that is none), `ccdpanel_error_direction` (names the
#'   rows), `ccdpanel_error_derive` (names the row, the expression and what in it is not allowed).
#' @section Messages: `ccdpanel_message_sheet` (cells that were filled, weights that were left),
#'   `ccdpanel_message_shared`.
#' @examples
#' path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
#' indicator_sheet(path)
#' indicator_sheet(data.frame(
#'   system = "economy", dimension = "labour", indicator = c("employment", "unemployment"),
#'   direction = c("+", "negative")
#' ))
#' @export
indicator_sheet <- function(x, system = NULL, direction = NULL, ...) {
  check_dots(...)
  check_required("indicator_sheet")
  call <- rlang::current_env()
  check_sheet_arguments(system, direction, call)
  if (inherits(x, "indicator_sheet")) x <- plain_sheet(x)
  x <- if (is.character(x)) {
    read_sheet(x, system, call)
  } else {
    check_data_frame(x, "x")
    settle_heads(as_text_frame(x, call), system, NULL, call)
  }
  filled <- attr(x, "filled")
  x <- x[!blank_rows(x[!names(x) %in% c("system", "dimension")]), , drop = FALSE]
  x <- split_names(x)
  if (!is.null(direction)) x <- given_direction(x, direction)
  check_sheet_columns(x)
  for (name in intersect(c(
    "system", "dimension", "indicator", "label", "unit", "derive"
  ), names(x))) {
    x[[name]] <- trim_blank(as.character(x[[name]]))
  }
  x <- sheet_ranges(x)
  for (name in intersect(c("lower", "upper", "weight"), names(x))) {
    x[[name]] <- sheet_number(x[[name]], name)
  }
  x$direction <- sheet_direction(x$direction)
  check_sheet_names(x)
  check_sheet_ranges(x)
  check_sheet_derive(x)
  sheet <- new_sheet(x)
  say_sheet(sheet, filled)
  inform_shared(sheet)
  sheet
}

check_sheet_arguments <- function(system, direction, call) {
  if (!is.null(system) && !(rlang::is_string(system) && nzchar(system))) {
    abort("type", c(
      "{.arg system} must be the name of the one system of the table, not {found(system)}.",
      i = "Leave it out where a column names the systems."
    ), call)
  }
  if (!is.null(direction)) check_choice(direction, c("+", "-"), "direction", call)
}

# Factors and other classes as what they show; in columns that the sheet does not read anything may
# stand.
as_text_frame <- function(x, call) {
  x <- as.data.frame(x)
  read <- sheet_roles(names(x))
  for (j in which(vapply(x, function(v) is.object(v) || !is.null(dim(v)), NA))) {
    cells <- if (is.factor(x[[j]])) as.character(x[[j]]) else column_levels(x[[j]])
    if (is.null(cells) && is.na(read[j])) next
    x[[j]] <- cells %||% abort_column(
      x[[j]], cli::format_inline("Column {.val {names(x)[j]}} of the sheet"),
      "a vector of numbers or text", "sheet", call
    )
  }
  x
}

# Directions, units and weights in brackets behind the names of indicators.
split_names <- function(x) {
  if (!"indicator" %in% names(x)) return(x)
  split <- split_indicator(as.character(x$indicator))
  x$indicator <- split$name
  for (column in c("direction", "unit", "weight")) {
    found <- split[[column]]
    if (all(is.na(found))) next
    own <- x[[column]]
    if (is.null(own)) own <- rep(NA, nrow(x))
    open <- is_empty(own) & !is.na(found)
    own[open] <- found[open]
    x[[column]] <- own
  }
  for (level in intersect(c("system", "dimension"), names(x))) {
    name <- gsub(han_blanks, "", trim_blank(as.character(x[[level]])), perl = TRUE)
    split <- split_weight(name)
    say_upper_weights(level, unique(split[!is.na(split$weight), , drop = FALSE]))
    x[[level]] <- split$name
  }
  x
}

# What stands in brackets behind a name, in any order: the first of each kind.
split_indicator <- function(name) {
  none <- rep(NA_character_, length(name))
  out <- data.frame(name = trim_blank(name), direction = none, unit = none, weight = none)
  for (pass in 1:3) {
    way <- split_direction(out$name)
    unit <- split_measure(way$name)
    weight <- split_weight(unit$name)
    out$name <- weight$name
    found <- list(direction = way$direction, unit = unit$measure, weight = weight$weight)
    for (kind in names(found)) {
      out[[kind]] <- ifelse(is.na(out[[kind]]), found[[kind]], out[[kind]])
    }
  }
  out
}

# Weights of systems and dimensions enter nothing, and are not lost without a word.
say_upper_weights <- function(level, split) {
  if (!nrow(split)) return(invisible())
  shown <- paste0(split$name, " (", split$weight, ")")
  inform("sheet", c(i = paste0(
    "Weights in brackets behind names of the column {.val {level}} are left out: {.val {shown}}; ",
    "those of the indicators are taken."
  )))
}

# Blanks that spread two Chinese letters over a cell.
han_blanks <- "(?<=[\u4e00-\u9fff])\\s+(?=[\u4e00-\u9fff])"

# "(0.35)" and "(35%)" behind a name are its weight.
split_weight <- function(x) {
  pattern <- paste0(
    "^(.*[^ (\uff08\\[])\\s*[(",
    "\uff08\\[]\\s*(?:w\\s*=\\s*)?((?:0?[.][0-9]+|1(?:[.]0+)?|[0-9.]+\\s*[%\uff05]))\\s*[)",
    "\uff09\\]]$"
  )
  has <- grepl(pattern, x, perl = TRUE)
  weight <- rep(NA_character_, length(x))
  weight[has] <- sub(pattern, "\\2", x[has], perl = TRUE)
  x[has] <- sub(pattern, "\\1", x[has], perl = TRUE)
  data.frame(name = x, weight, stringsAsFactors = FALSE)
}

given_direction <- function(x, direction) {
  if (is.null(x$direction)) x$direction <- rep(NA_character_, nrow(x))
  x$direction[is_empty(x$direction)] <- direction
  x
}

# The optimal range, where it stands in one column or behind the direction.
sheet_ranges <- function(x) {
  typed <- list(x[["interval"]], x[["direction"]])
  for (text in typed[lengths(typed) > 0]) {
    range <- read_range(as.character(text))
    for (end in c("lower", "upper")) {
      if (all(is.na(range[[end]]))) next
      own <- x[[end]]
      if (is.null(own)) own <- rep(NA, nrow(x))
      open <- is_empty(own) & !is.na(range[[end]])
      own[open] <- range[[end]][open]
      x[[end]] <- own
    }
  }
  x
}

# What was filled in, and which names the systems have where no head says so.
say_sheet <- function(sheet, filled) {
  if (!length(filled) || !filled) return(invisible())
  inform("sheet", c(i = paste0(
    "{filled} empty cell{?s} of systems and dimensions filled from the row above, as merged cells ",
    "are; {length(unique(sheet$system))} system{?s}: {.val {unique(sheet$system)}}."
  )))
}

sheet_columns <- c(
  "system", "dimension", "indicator", "direction", "label", "unit", "derive", "lower", "upper",
  "weight"
)

new_sheet <- function(x) {
  at <- match(sheet_columns, names(x))
  x <- x[c(at[!is.na(at)], which(!names(x) %in% sheet_columns))]
  rownames(x) <- NULL
  class(x) <- c("indicator_sheet", "data.frame")
  x
}

plain_sheet <- function(x) {
  class(x) <- "data.frame"
  x
}

# A sheet comes to one function after the other, and each reads all of it, since between two calls
# it may have been changed: the last that was read without a word is kept beside what came of it.
# Both are copies, which columns that are set in place (data.table::set()) do not reach.
as_sheet <- function(x) {
  if (is.data.frame(x) && identical(x, last_sheet$given)) return(unserialize(last_sheet$read))
  said <- FALSE
  sheet <- withCallingHandlers(
    suppressMessages(indicator_sheet(x), classes = "ccdpanel_message_shared"),
    message = function(m) said <<- TRUE, warning = function(w) said <<- TRUE
  )
  if (is.data.frame(x) && !said) {
    last_sheet$given <- unserialize(serialize(x, NULL))
    last_sheet$read <- serialize(sheet, NULL)
  }
  sheet
}

last_sheet <- new.env(parent = emptyenv())

blank_rows <- function(x) {
  if (!nrow(x) || !length(x)) return(logical(nrow(x)))
  Reduce(`&`, lapply(x, function(column) {
    blank <- is.na(column) | !nzchar(trimws(as.character(column)))
    if (is.null(dim(column))) blank else rowSums(matrix(!blank, nrow(x))) == 0
  }))
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
      i = paste0(
        "The columns found are {.val {names(x)}}; {.code ?indicator_sheet} lists ",
        "the words understood."
      ),
      i = if ("direction" %in% absent) {
        "Where all indicators have one direction, {.code direction = \"+\"} says it."
      }
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
  out <- read_directions(as.character(x))
  bad <- which(is.na(out))
  if (!length(bad)) return(out)
  abort("direction", c(
    paste0(
      "Direction must be {.or {.val {c('+', '-', 'interval')}}}; {cli::qty(length(bad))}row{?s} ",
      "{as.character(bad)} of the sheet {?has/have} {.val {unique(as.character(x)[bad])}}."
    ),
    i = paste0(
      paste0(
        "Also understood: positive, negative, benefit, cost, 1, -1 and the usual ",
        "Chinese words, which "
      ),
      "{.code ?indicator_sheet} lists; {.arg direction} says it for rows without one."
    )
  ), call)
}

# Numbers as they are typed; weights may be percentages and fractions.
sheet_number <- function(x, name, call = rlang::caller_env()) {
  if (is.numeric(x)) return(as.double(x))
  typed <- trim_blank(as.character(x))
  typed[is.na(typed)] <- ""
  cells <- typed_cells(typed)
  out <- ifelse(cells$percent, cells$value / 100, cells$value)
  fraction <- "^([0-9.]+)\\s*/\\s*([0-9.]+)$"
  parts <- grepl(fraction, typed, perl = TRUE)
  out[parts] <- as.double(sub(fraction, "\\1", typed[parts], perl = TRUE)) /
    as.double(sub(fraction, "\\2", typed[parts], perl = TRUE))
  bad <- which(is.na(out) & !cells$kind %in% c("blank", "missing"))
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
