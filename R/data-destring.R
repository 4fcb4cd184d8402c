#' Make numbers of columns of text
#'
#' What a spreadsheet or a csv file left as text becomes numbers, read as [read_panel()] reads
#' cells: `"5,155"`, full-width digits, `"57.44%"`, `"12*"`, and codes for missing. Stata's command
#' of this name does the same.
#'
#' @param data A data frame.
#' @param vars Names of the columns; by default every column of text (or factor) in which at least
#'   half of the cells that say something are numbers. Columns of text that are left are said.
#' @inheritParams read_panel
#' @param ... Nothing: an argument of any other name is an error.
#' @return `data` with these columns as numbers, in the class it came in. A column of texts such as
#'   `"2011-12-31"`, or the same year with the Chinese word for year behind, becomes years.
#'   Attribute `lost`: data frame of `row`, `column`, `text`, the cells that hold digits and are no
#'   number; and `missing`: data frame of `column`, `text`, `cells`.
#' @section Conditions: Errors `ccdpanel_error_lost` (lists the cells), `ccdpanel_error_percent` (a
#'   column with and without percent signs), `ccdpanel_error_column`, `ccdpanel_error_choice`;
#'   message `ccdpanel_message_destring`.
#' @seealso [read_panel()], which does this to files.
#' @examples
#' typed <- data.frame(
#'   province = c("Beijing", "Tianjin", "Hebei"), patents = c("5,155", "1 233*", "..."),
#'   urban = c("57.44%", "58.58%", "-")
#' )
#' destring(typed)
#' @export
destring <- function(data, vars = NULL, percent = "share", lost = "error", ...) {
  check_dots(...)
  check_required("destring")
  call <- rlang::current_env()
  check_data_frame(data)
  by_default <- missing(percent)
  check_choice(percent, c("share", "percent"), "percent")
  check_choice(lost, c("error", "allow"), "lost")
  if (!is.null(vars)) check_columns(vars, data, "vars", call)
  at <- if (is.null(vars)) typed_columns(data) else vars[is_text_column(data[vars])]
  read <- lapply(stats::setNames(at, at), function(name) read_text_column(data[[name]]))
  keep <- vapply(read, function(r) !is.null(vars) || r$numbers * 2 >= r$said && r$numbers > 0, NA)
  left <- at[!keep]
  read <- read[keep]
  gone <- do.call(rbind, unname(Map(lost_rows, read, names(read))))
  check_lost_rows(gone, lost, call)
  values <- Map(
    function(r, name) column_values(r, name, percent, by_default, call), read, names(read)
  )
  out <- replace_columns(data, match(names(values), names(data)), unname(values))
  absent <- do.call(rbind, unname(Map(missing_rows, read, names(read))))
  say_destring(read, left, gone, absent, percent)
  attr(out, "lost") <- gone
  attr(out, "missing") <- absent
  out
}

is_text_column <- function(data) {
  vapply(data, function(x) is.factor(x) || (is.character(x) && is.null(dim(x))), NA)
}

typed_columns <- function(data) names(data)[is_text_column(data)]

read_text_column <- function(x) {
  text <- if (is.factor(x)) levels(x)[x] else class_text(as_vector(x))
  text <- as_utf8(text)
  text[is.na(text)] <- ""
  cells <- typed_cells(text)
  year <- typed_years(text)
  blank <- cells$kind %in% c("blank", "missing")
  if (any(!blank) && all(blank | !is.na(year)) && any(cells$kind == "lost")) {
    cells$value <- as.double(year)
    cells$kind[!blank] <- "number"
  }
  c(list(
    text = text, said = sum(!blank), numbers = sum(cells$kind == "number"),
    label = attr(x, "label", exact = TRUE)
  ), cells)
}

lost_rows <- function(read, name) {
  at <- which(read$kind == "lost")
  data.frame(
    row = at, column = rep(name, length(at)), text = read$text[at], stringsAsFactors = FALSE
  )
}

missing_rows <- function(read, name) {
  at <- read$kind %in% c("blank", "missing", "word")
  text <- read$text[at]
  count <- table(factor(text, unique(text)))
  data.frame(
    column = rep(name, length(count)), text = names(count), cells = as.integer(count),
    stringsAsFactors = FALSE
  )
}

check_lost_rows <- function(gone, lost, call) {
  if (is.null(gone) || !nrow(gone) || lost == "allow") return(invisible())
  shown <- utils::head(gone, 5)
  text <- paste0(shown$column, ", row ", shown$row, ": ", shown$text)
  if (nrow(gone) > 5) text <- c(text, paste("and", nrow(gone) - 5, "more"))
  abort("lost", c(
    "{nrow(gone)} cell{?s} hold{?s/} digits and no number that is understood:",
    stats::setNames(escaped(text), rep("*", length(text))),
    i = "Correct them, name other columns in {.arg vars}, or say {.code lost = \"allow\"}.",
    as_ways(lost_ways(gone$text))
  ), call, lost = gone)
}

column_values <- function(read, name, percent, by_default, call) {
  bare <- read$kind == "number" & !read$percent & read$value != 0
  if (by_default && any(read$percent) && any(bare)) {
    abort("percent", c(
      paste0(
        "{.val {name}} has {sum(read$percent)} cell{?s} with a percent sign and ",
        "{sum(bare)} without: these may be shares or percentages."
      ),
      i = "Say {.code percent = \"percent\"} or {.code percent = \"share\"}; bare numbers stay."
    ), call)
  }
  value <- read$value
  if (percent == "share") value[read$percent] <- value[read$percent] / 100
  whole <- !anyNA(suppressWarnings(as.integer(value[!is.na(value)]))) &&
    all(value == round(value), na.rm = TRUE) && !all(is.na(value))
  years <- whole && all(is.na(value) | !is.na(typed_years(read$text)))
  if (years) value <- as.integer(value)
  attr(value, "label") <- read$label
  value
}

say_destring <- function(read, left, gone, absent, percent) {
  lines <- c("v" = paste0(
    "Made numbers of {length(read)} column{?s}",
    if (length(read)) ": {first_names(escaped(names(read)), 8)}", "."
  ))
  add <- function(...) lines <<- c(lines, i = paste0(...))
  if (length(absent) && nrow(absent)) {
    count <- tapply(absent$cells, factor(absent$text, unique(absent$text)), sum)
    said <- ifelse(
      nzchar(names(count)), sprintf("%s (%d)", names(count), count), sprintf("blank (%d)", count)
    )
    add("Missing: ", first_names(escaped(said), 8), ".")
  }
  if (length(gone) && nrow(gone)) {
    add("Lost: ", counted(nrow(gone), "cell"), " with digits that are no number.")
  }
  signs <- names(read)[vapply(read, function(r) any(r$percent), NA)]
  if (length(signs)) {
    add(
      "Percent signs in ", first_names(escaped(signs), 5), ": 57.44% is ",
      if (percent == "share") "0.5744." else "57.44."
    )
  }
  if (length(left)) add("Left as text: ", first_names(escaped(left), 8), ".")
  inform("destring", lines)
}
