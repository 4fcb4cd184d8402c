#' Read the statistics bureau's exports
#'
#' The special case of [read_panel()] that is strict about lines: it reads files as the site of the
#' National Bureau of Statistics of China hands them out into one tidy panel: byte order mark,
#' heading lines, tabs before commas, full province names, years in a heading or in the columns,
#' footnotes and all.
#'
#' @param files Paths of csv files (their encoding is found) or Excel files
#'   (first sheet; needs the package readxl): provinces in rows, and in columns either indicators
#'   (then the heading line names the year) or years (then the file holds one indicator, which it
#'   does not name: it is called by the name of the element, as in `c(prices = "cpi.csv")`, or else
#'   by the name of the file).
#' @param shape `"long"`, one row a province, year and indicator; or `"wide"`, one row a province
#'   and year and one column an indicator.
#' @param rename Names for indicators: a character vector of Chinese labels, named by what each is
#'   to be called. The bureau's fourteen indicators of gross regional product have names already
#'   (`gdp`, `primary`, ..., `gdp_per_capita`); a label without a name becomes `indicator_1`,
#'   `indicator_2` and so on, and a message says so.
#' @param ... Nothing: an argument of any other name is an error.
#' @return A data frame in order of indicator (if long), code and year. Long: `code`, `province`,
#'   `year`, `indicator`, `unit`, `value`, `file`. Wide: `code`, `province`, `year` and the
#'   indicators. Empty cells are `NA`. Attributes:
#'   * `indicators`: data frame of `indicator`, `label` (Chinese; `NA` where the file names none),
#'     `unit` (as printed; `NA` where there is none) and `file` (all, separated by semicolons);
#'   * `notes`: data frame of `file`, `line`, `text`: the footnotes and sources;
#'   * `unread`: data frame of `file`, `line`, `reason`, `text`: what was not read.
#' @details Lines that are neither data nor notes (a wrong number of fields, a name that is no
#'   province) are reported in a message and listed in `unread`, never read in part; so are cells
#'   that are no number or have no head, and a last line that does not end, as a broken download
#'   leaves it (a note among these is kept with the notes all the same; a row of data is read if its
#'   closing comma shows that nothing is lost). The same cell in two files counts once where the
#'   values agree, and is an error where they do not.
#' @section Conditions: Errors `ccdpanel_error_file` (absent, empty, not such an export),
#'   `ccdpanel_error_package` (readxl is needed), `ccdpanel_error_year` (no year),
#'   `ccdpanel_error_conflict`, `ccdpanel_error_choice`, `ccdpanel_error_type`; messages
#'   `ccdpanel_message_unread`, `ccdpanel_message_empty` (a year without any value),
#'   `ccdpanel_message_names`.
#' @seealso [match_province()], [impute_gaps()]
#' @examples
#' path <- system.file("extdata", "nbs_example.csv", package = "ccdpanel")
#' panel <- read_nbs(path, shape = "wide")
#' head(panel, 3)
#' attr(panel, "unread")[c("line", "reason")]
#' @export
read_nbs <- function(files, shape = "long", rename = NULL, ...) {
  check_dots(...)
  check_required("read_nbs")
  check_choice(shape, c("long", "wide"), "shape")
  check_nbs_arguments(files, rename)
  call <- rlang::current_env()
  parts <- lapply(seq_along(files), function(i) read_nbs_file(files[[i]], names(files)[i], call))
  bound <- function(what) do.call(rbind, lapply(parts, `[[`, what))
  unread <- bound("unread")
  if (nrow(unread)) inform_unread(unread)
  cells <- name_indicators(bound("cells"), rename)
  indicators <- indicator_list(cells, call)
  cells <- one_value(cells, call)
  inform_empty(cells)
  out <- if (shape == "wide") {
    widen_cells(cells)
  } else {
    cells[c("code", "province", "year", "indicator", "unit", "value", "file")]
  }
  rownames(out) <- NULL
  files_read <- sprintf(
    "%d file%s, %d indicator%s", length(files), if (length(files) == 1) "" else "s",
    nrow(indicators), if (nrow(indicators) == 1) "" else "s"
  )
  out <- previewed(
    out, files_read, "attr(x, \"indicators\")", "attr(x, \"unread\")",
    "impute_gaps(x, c(\"province\", \"year\"))"
  )
  structure(out, indicators = indicators, notes = bound("notes"), unread = unread)
}

check_nbs_arguments <- function(files, rename, call = rlang::caller_env()) {
  if (!is.character(files) || !length(files) || anyNA(files) || !is_readable(files)) {
    abort("type", c(
      "{.arg files} must be paths of csv or Excel files, not {found(files)}.",
      i = "{.code list.files(folder, \"csv$\", full.names = TRUE)} gives them."
    ), call)
  }
  absent <- files[!is_there(files)]
  if (length(absent)) {
    abort("file", c(
      "{.arg files} must exist; {.val {absent}} {?does/do} not.",
      i = "The working folder is {.path {getwd()}}."
    ), call)
  }
  check_readable(files, "files", call)
  if (is.null(rename) || (
    is.character(rename) && !is.null(names(rename)) && all(nzchar(names(rename)))
  )) return(invisible())
  abort("type", c(
    "{.arg rename} must be labels named by what each is to be called, not {found(rename)}.",
    i = "As in {.code c(gdp = \"label in the file\")}."
  ), call)
}

# Cells, notes and unread lines of one file. `name` is what to call its one indicator, if its
# columns are years.
read_nbs_file <- function(path, name, call) {
  file <- basename(path)
  lines <- nbs_lines(path, call)
  field <- strsplit(lines$text, ",", fixed = TRUE)
  first <- squeeze(vapply(field, function(x) if (length(x)) x[1] else "", ""))
  head <- which(head_roles(first) %in% unit_roles)[1]
  if (is.na(head)) {
    abort_not_nbs(path, "no line begins with the word for region, {.val {\"\u5730\u533a\"}}", call)
  }
  columns <- heading_columns(
    squeeze(field[[head]])[-1], lines$text[seq_len(head - 1)], path, name, call
  )
  rows <- body_rows(lines, first, head)
  data <- which(rows$kind == "data")
  if (!length(data)) abort_not_nbs(path, "under its heading is no line of data", call)
  cells <- do.call(rbind, lapply(data, function(i) {
    row_cells(field[[rows$line[i]]], columns, rows[i, ])
  }))
  cells$file <- file
  bad <- cells$kind %in% c("lost", "word")
  unread <- rbind(
    rows[nzchar(rows$reason), c("line", "reason", "text")], cells[bad, c("line", "reason", "text")],
    do.call(rbind, lapply(rows$line[data], function(i) headless_cells(field[[i]], columns, i)))
  )
  list(
    cells = cells, notes = with_file(rows[rows$kind == "note", c("line", "text")], file),
    unread = with_file(unread, file)
  )
}

abort_not_nbs <- function(path, what, call) {
  abort("file", c(
    paste0(
      "{.val {path}} must be an export of the statistics bureau with provinces in rows; ", what, "."
    ),
    i = "When exporting, choose provinces for the rows and csv or Excel for the format."
  ), call)
}

with_file <- function(x, file) {
  x <- cbind(file = rep(file, nrow(x)), x)
  rownames(x) <- NULL
  x
}

# The lines of a file as UTF-8, and whether the last one ends.
nbs_lines <- function(path, call) {
  if (is_excel(path)) return(list(text = excel_lines(path, call), ended = TRUE))
  bytes <- readBin(path, "raw", file.size(path))
  if (!length(bytes)) abort_not_nbs(path, "it is empty", call)
  text <- if (file_content(path) == "text") decoded_text(bytes) else NA
  if (is.na(text)) abort_not_nbs(path, "it is no text file", call)
  text <- gsub("[\r\"]", "", text, perl = TRUE)
  ended <- endsWith(text, "\n")
  list(text = strsplit(text, "\n", fixed = TRUE)[[1]], ended = ended)
}

# An Excel sheet as the lines of a csv file; a comma inside a cell becomes a full-width one.
excel_lines <- function(path, call) {
  cells <- read_workbook_grids(path, call, 1)[[1]]$text
  if (!nrow(cells)) abort_not_nbs(path, "it is empty", call)
  cells[] <- gsub(",", "\uff0c", cells, fixed = TRUE)
  paste0(apply(cells, 1, paste, collapse = ","), ",")
}

squeeze <- function(x) trimws(gsub("[\t\u3000\u00a0]", " ", x, perl = TRUE))

# One row a column that has a head: its place, year, indicator (if it has a name yet), label, unit.
heading_columns <- function(heading, above, path, name, call) {
  at <- which(nzchar(heading))
  n <- length(at)
  heading <- heading[at]
  is_year <- grepl("^[0-9]{4}\u5e74?$", heading, perl = TRUE)
  if (n && all(is_year)) {
    if (length(name) != 1 || is.na(name) || !nzchar(name)) {
      name <- make.names(file_title(path))
    }
    return(data.frame(
      at, year = as.integer(substr(heading, 1, 4)), indicator = name, label = NA_character_,
      unit = NA_character_
    ))
  }
  years <- unique(unlist(regmatches(above, gregexpr("[0-9]{4}(?=\u5e74)", above, perl = TRUE))))
  if (length(years) != 1 || !n || any(is_year)) {
    above <- if (length(years)) cli::format_inline("{.val {years}}") else "none"
    abort("year", c(
      paste0(
        "{.val {path}} must name one year in the lines above its table, or have years for ",
        "columns; the lines above name {above}",
        if (n && any(is_year)) ", and only some columns are years", "."
      ),
      i = "Export one year a file, or one indicator a file.",
      i = if (any(!is.na(typed_times(heading[!is_year])))) {
        "{.fn read_panel} reads other times too, such as {.val {heading[!is_year][1]}}."
      }
    ), call)
  }
  pattern <- "^(.*?) *[(\uff08]([^()\uff08\uff09]*)[)\uff09]$"
  has <- grepl(pattern, heading, perl = TRUE)
  label <- ifelse(has, sub(pattern, "\\1", heading, perl = TRUE), heading)
  unit <- ifelse(has, sub(pattern, "\\2", heading, perl = TRUE), NA_character_)
  data.frame(at, year = as.integer(years), indicator = NA_character_, label, unit)
}

# What each line under the heading is (data, note, blank, unread), and why it is not read.
body_rows <- function(lines, first, head) {
  line <- seq_along(lines$text)[-seq_len(head)]
  text <- lines$text[line]
  commas <- function(x) nchar(gsub("[^,]", "", x, perl = TRUE), "bytes")
  note <- grepl(
    "^ *(\u6ce8|\u6570\u636e\u6765\u6e90|\u8d44\u6599\u6765\u6e90|[0-9]+ *[.\u3001\uff0e])", text,
    perl = TRUE
  )
  whole <- commas(text) == commas(lines$text[head])
  table <- province_table()
  row <- province_row(first[line], table)
  kind <- ifelse(
    !nzchar(squeeze(text)), "blank",
    ifelse(note, "note", ifelse(whole & !is.na(row), "data", "unread"))
  )
  reason <- ifelse(kind != "unread", "", ifelse(whole, "no province", "wrong number of fields"))
  # A last line may have lost its end with a part of its last number, unless a closing comma shows
  # that it has not.
  last <- length(line)
  if (last && !lines$ended && !(
    kind[last] == "data" && grepl(",[ \t]*$", text[last], perl = TRUE)
  )) {
    reason[last] <- "last line without an end"
    if (kind[last] == "data") kind[last] <- "unread"
  }
  data.frame(line, text, kind, reason, code = table$code[row], province = table$name[row])
}

row_cells <- function(field, columns, row) {
  text <- squeeze(field[-1])[columns$at]
  text[is.na(text)] <- ""
  cells <- typed_cells(text)
  data.frame(
    code = row$code, province = row$province, columns[-1], value = cells$value, kind = cells$kind,
    line = row$line, reason = "not a number", text = text, row.names = NULL
  )
}

# What stands in columns without a head is no number of anything.
headless_cells <- function(field, columns, line) {
  text <- squeeze(field[-1])
  text <- text[setdiff(which(nzchar(text)), columns$at)]
  data.frame(line = rep(line, length(text)), reason = rep("no head", length(text)), text)
}

# Names for labels: the caller's, the package's, or a number.
name_indicators <- function(cells, rename) {
  known <- word_table("nbs")
  label <- c(unname(rename), known$label)
  name <- c(names(rename), known$name)
  open <- is.na(cells$indicator)
  cells$indicator[open] <- name[match(cells$label[open], label)]
  nameless <- unique(cells$label[is.na(cells$indicator)])
  open <- is.na(cells$indicator)
  cells$indicator[open] <- paste0("indicator_", match(cells$label[open], nameless))
  if (length(nameless)) {
    inform("names", c(
      "!" = paste0(
        "{length(nameless)} indicator{?s} {?has/have} no name yet: ",
        "{paste0('indicator_', seq_along(nameless), ' is ', nameless)}."
      ),
      i = "Give {.arg rename}, as in {.code c(gdp = \"label in the file\")}."
    ))
  }
  cells
}

# One row an indicator: its label, unit and files. One name must not stand for two units.
indicator_list <- function(cells, call) {
  all <- unique(cells[c("indicator", "label", "unit", "file")])
  out <- unique(all[c("indicator", "label", "unit")])
  twice <- out$indicator[duplicated(out$indicator)]
  if (length(twice)) {
    of <- all[all$indicator == twice[1], ]
    abort("conflict", c(
      paste0(
        "Each indicator must have one label and one unit; {twice[1]} has ",
        "{.val {unique(paste0(of$label, ' (', of$unit, ')'))}} in {unique(of$file)}."
      ),
      i = paste0(
        "Read files with different units apart, or tell them apart with {.arg rename} or by the ",
        "names of {.arg files}."
      )
    ), call)
  }
  out$file <- vapply(out$indicator, function(name) {
    paste(all$file[all$indicator == name], collapse = "; ")
  }, "")
  rownames(out) <- NULL
  out
}

# Each province, year and indicator once; values that disagree are an error that names both files.
one_value <- function(cells, call, words = NULL) {
  cells <- cells[order(
    match(cells$indicator, cells$indicator), cells$code, cells$year, is.na(cells$value)
  ), ]
  key <- paste(cells$indicator, cells$code, cells$year, sep = "\r")
  original <- match(key, key)
  differs <- which(!is.na(cells$value) & cells$value != cells$value[original])
  if (length(differs)) {
    b <- cells[differs[1], ]
    a <- cells[original[differs[1]], ]
    abort_overlap(a, b, length(differs), call, row_tellers(a, b, words))
  }
  cells[original == seq_along(original), ]
}

# How many numbers come more than once with the same value.
repeated_cells <- function(cells) {
  cells <- cells[!is.na(cells$value), c("indicator", "code", "year", "value")]
  sum(duplicated(cells))
}

# Columns of words that tell two rows of one sheet apart: what each says.
row_tellers <- function(a, b, words) {
  of <- function(x) {
    here <- words$file == x$file & words$sheet %in% x$sheet & words$row == x$row
    stats::setNames(words$text[here], words$name[here])
  }
  if (is.null(words$row) || !length(a$row) || anyNA(c(a$row, b$row))) return(character())
  one <- of(a)
  two <- of(b)
  both <- intersect(names(one), names(two))
  both <- both[one[both] != two[both]]
  paste0(both, " (", one[both], ", ", two[both], ")", recycle0 = TRUE)
}

abort_overlap <- function(a, b, count, call, tellers = character()) {
  place <- function(x) {
    row <- if (length(x$row) && !is.na(x$row)) paste0(" (row ", x$row, ")")
    paste0(x$value, " in ", x$file, row)
  }
  first <- paste0(
    a$indicator, " of ", a$province, " in ", time_text(a$year), ": ", place(a), ", ", place(b)
  )
  same <- identical(a$file, b$file) && identical(a$sheet, b$sheet)
  abort("conflict", c(
    paste0(
      "{.arg files} must agree where they overlap; {count} cell{?s} {?does/do} not, ",
      "the first is {first}."
    ),
    i = if (same) {
      paste0(
        "A unit that comes several times in a sheet needs what tells its rows apart: a column of ",
        "years or of indicators, or above each block a line or a head that names its year or its ",
        "indicator."
      )
    } else {
      paste0(
        "Leave out the older file, or give the files names of their own, as in ",
        "{.code c(old = \"a.csv\", new = \"b.csv\")}."
      )
    },
    i = if (length(tellers)) {
      paste0(
        "These rows differ in {tellers}: keep those of one, or make the column that tells ",
        "indicators apart one headed {.val indicator}."
      )
    }
  ), call)
}

widen_cells <- function(cells) {
  key <- paste(cells$code, cells$year)
  out <- unique(cells[c("code", "province", "year")])
  out <- out[order(out$code, out$year), ]
  for (name in unique(cells$indicator)) {
    one <- cells$indicator == name
    out[[name]] <- cells$value[one][match(paste(out$code, out$year), key[one])]
  }
  out
}

inform_unread <- function(unread) {
  text <- paste0(unread$file, " line ", unread$line, " (", unread$reason, ")")
  if (length(text) > 4) text <- c(text[1:3], paste(length(text) - 3, "more"))
  inform("unread", c(
    "!" = paste0(
      "Not read as data: {nrow(unread)} line{?s} or cell{?s} in ",
      "{length(unique(unread$file))} file{?s}: {text}."
    ),
    i = "{.code attr(x, \"unread\")} lists them with their text."
  ))
}

inform_empty <- function(cells) {
  column <- paste(cells$indicator, cells$year)
  some <- tapply(!is.na(cells$value), column, any)
  empty <- names(some)[!some]
  if (length(empty)) {
    inform("empty", c(i = "Without any value, and {.code NA} throughout: {empty}."))
  }
}
