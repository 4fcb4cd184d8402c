# Excel workbooks as grids of cells, one a sheet: each cell as it is, not as its column's first
# thousand would have it.

read_workbook_grids <- function(path, call, sheets = NULL) {
  if (!requireNamespace("readxl", quietly = TRUE)) {
    abort("package", c(
      "Reading {.path {path}} needs the package {.pkg readxl}, which is not installed.",
      i = "Install it, or save the sheet as csv."
    ), call)
  }
  called <- path
  path <- path_as_found(path)
  if (path != called) on.exit(unlink(path))
  named <- open_workbook(called, readxl::excel_sheets(path), call)
  chosen <- chosen_sheets(named, sheets, called, call)
  marks <- if (file_content(path) == "xlsx") sheet_marks(path) else list()
  lapply(chosen, function(sheet) {
    grid <- sheet_grid(path, sheet, marks[[sheet]], call)
    grid$file <- basename(called)
    if (isTRUE(marks[[sheet]]$hidden)) grid$hidden <- sheet
    grid
  })
}

# readxl goes by a file's ending; many are called .xls and are .xlsx, or the other way round.
path_as_found <- function(path) {
  ending <- paste0(".", file_content(path))
  if (tolower(sub("^.*(?=[.])", "", basename(path), perl = TRUE)) == ending) return(path)
  copy <- tempfile(fileext = ending)
  file.copy(path, copy)
  copy
}

open_workbook <- function(path, code, call) {
  tryCatch(code, error = function(e) {
    if (is_open_document(path)) {
      abort("file", c(
        "{.path {path}} is a sheet of OpenDocument (.ods), which is not read.",
        i = "Open it in LibreOffice, WPS or Excel and save it as .xlsx."
      ), call)
    }
    reason <- conditionMessage(e)
    abort("file", c(
      "{.path {path}} must be an Excel workbook that can be opened; readxl says: {reason}",
      i = "Open it in a spreadsheet program and save it again as .xlsx or csv."
    ), call)
  })
}

is_open_document <- function(path) {
  bytes <- readBin(path, "raw", 200)
  grepl("opendocument", rawToChar(bytes[bytes != as.raw(0)]), fixed = TRUE, useBytes = TRUE)
}

chosen_sheets <- function(named, sheets, path, call) {
  if (is.null(sheets)) return(named)
  known <- if (is.numeric(sheets)) sheets %in% seq_along(named) else sheets %in% named
  if (!all(known)) {
    abort("sheet", c(
      "{.arg sheets} must be sheets of {.path {path}}; {.val {sheets[!known]}} {?is/are} none.",
      i = "They are {.val {named}}."
    ), call)
  }
  if (is.numeric(sheets)) named[sheets] else sheets
}

sheet_grid <- function(path, sheet, marks, call) {
  reader <- if (file_content(path) == "xls") readxl::read_xls else readxl::read_xlsx
  whole <- readxl::cell_limits(c(1L, 1L), c(NA_integer_, NA_integer_))
  cells <- open_workbook(path, suppressMessages(reader(
    path, sheet, range = whole, col_names = FALSE, col_types = "list", trim_ws = FALSE,
    .name_repair = "minimal"
  )), call)
  rows <- max(nrow(cells), 0L)
  years <- 0L
  cells <- lapply(cells, function(column) {
    shown <- vapply(column, is_dated_year, NA)
    years <<- years + sum(shown)
    column[shown] <- lapply(column[shown], function(x) as.character(excel_serial(x)))
    column
  })
  if (years) {
    inform("dated_years", c(i = paste0(
      "{.path {basename(path)}} shows {years} year{?s} as {?a date/dates}: ",
      "1905-07-11 is 2019."
    )))
  }
  text <- matrix(unlist(lapply(cells, cell_texts)) %||% "", rows, length(cells))
  number <- matrix(unlist(lapply(cells, cell_numbers)) %||% NA_real_, rows, length(cells))
  fill_merged(new_grid(path, sheet, text, number), marks)
}

# Day 2019 of a spreadsheet is in 1905: a year in a cell that is formatted as a date.
is_dated_year <- function(x) {
  inherits(x, "POSIXct") && length(x) == 1 && !is.na(x) && excel_serial(x) %in% 1900:2100
}

excel_serial <- function(x) as.double(x) / 86400 + 25569

cell_numbers <- function(column) {
  vapply(column, function(x) if (is.double(x) && !is.object(x)) x else NA_real_, 0)
}

# A date is written as such: it may be a year, and it is no number.
cell_texts <- function(column) {
  out <- vapply(column, function(x) {
    if (length(x) != 1 || is.na(x)) return("")
    if (inherits(x, "POSIXct")) return(format(x, "%Y-%m-%d"))
    if (is.double(x)) return("")
    as.character(x)
  }, "")
  number <- cell_numbers(column)
  out[!is.na(number)] <- format_cells(number[!is.na(number)])
  enc2utf8(out)
}

# Fifteen digits, as spreadsheets show.
format_cells <- function(x) {
  vapply(x, function(one) format(one, digits = 15, trim = TRUE, scientific = 15), "")
}

# What readxl does not say and the file does: which cells are merged, which hold an error (#DIV/0!)
# or a formula whose value was never worked out.
sheet_marks <- function(path) {
  folder <- tempfile("workbook")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  tryCatch({
    utils::unzip(path, exdir = folder)
    book <- file_text(file.path(folder, "xl", "workbook.xml"))
    links <- file_text(file.path(folder, "xl", "_rels", "workbook.xml.rels"))
    tags <- tags_of(book, "sheet")
    name <- xml_text(attribute_of(tags, "name"))
    relations <- tags_of(links, "Relationship")
    target <- attribute_of(relations, "Target")[
      match(attribute_of(tags, "[A-Za-z]*:id"), attribute_of(relations, "Id"))
    ]
    target <- sub("^/?(xl/)?", "", target)
    marks <- lapply(file.path(folder, "xl", target), marks_of_sheet)
    hidden <- attribute_of(tags, "state") %in% c("hidden", "veryHidden")
    stats::setNames(Map(c, marks, hidden = hidden), name)
  }, error = function(e) list(), warning = function(w) list())
}

# A formula whose value no program has worked out yet: a number that is lost.
unworked <- "= (a formula without a value: open the file in Excel or WPS and save it)"

file_text <- function(path) {
  text <- readChar(path, file.size(path), useBytes = TRUE)
  Encoding(text) <- "UTF-8"
  text
}

tags_of <- function(text, tag) {
  regmatches(text, gregexpr(paste0("<([a-z]+:)?", tag, "\\s[^>]*>"), text, perl = TRUE))[[1]]
}

attribute_of <- function(tags, name) {
  pattern <- paste0("(?s)^.*\\s", name, "=\"([^\"]*)\".*$")
  has <- grepl(pattern, tags, perl = TRUE)
  out <- rep(NA_character_, length(tags))
  out[has] <- sub(pattern, "\\1", tags[has], perl = TRUE)
  out
}

xml_text <- function(x) {
  for (pair in list(
    c("&lt;", "<"), c("&gt;", ">"), c("&quot;", "\""), c("&apos;", "'"), c("&amp;", "&")
  )) {
    x <- gsub(pair[1], pair[2], x, fixed = TRUE)
  }
  x
}

marks_of_sheet <- function(path) {
  xml <- file_text(path)
  merged <- attribute_of(tags_of(xml, "mergeCell"), "ref")
  errors <- regmatches(xml, gregexpr("<c [^>]*t=\"e\"[^>]*>.{0,2000}?</c>", xml, perl = TRUE))[[1]]
  blank <- regmatches(xml, gregexpr(
    "<c [^>]*[^/>]>\\s*<f[^>]*(?:/>|>[^<]*</f>)\\s*(?:<v>\\s*</v>|<v\\s*/>)?\\s*</c>", xml,
    perl = TRUE
  ))[[1]]
  value <- sub("(?s)^.*<v>(.*?)</v>.*$", "\\1", errors, perl = TRUE)
  first <- function(cells) sub(">.*$", ">", sub("(?s)(>).*$", "\\1", cells, perl = TRUE))
  list(
    merged = merged, at = c(attribute_of(first(errors), "r"), attribute_of(first(blank), "r")),
    text = c(value, rep(unworked, length(blank)))
  )
}

# "B12" -> row 12, column 2.
cell_address <- function(ref) {
  letters_of <- strsplit(gsub("[0-9$]", "", ref), "")
  column <- vapply(letters_of, function(x) {
    sum(match(x, LETTERS) * 26^(rev(seq_along(x)) - 1))
  }, 0)
  cbind(as.integer(gsub("[^0-9]", "", ref)), as.integer(column))
}

# Merged cells hold their text throughout; a number stands once, whatever it is merged over, unless
# it is a year.
fill_merged <- function(grid, marks) {
  if (is.null(marks)) return(grid)
  inside <- function(at) at[, 1] <= nrow(grid$text) & at[, 2] <= ncol(grid$text)
  at <- cell_address(marks$at)
  good <- !is.na(at[, 1]) & inside(at)
  grid$text[at[good, , drop = FALSE]] <- marks$text[good]
  for (ref in strsplit(marks$merged, ":", fixed = TRUE)) {
    at <- cell_address(ref)
    if (nrow(at) != 2 || anyNA(at)) next
    at <- pmin(at, rep(dim(grid$text), each = 2))
    value <- grid$text[at[1, 1], at[1, 2]]
    if (!nzchar(value) || (looks_numeric(value) && is.na(typed_years(value)))) next
    grid$text[at[1, 1]:at[2, 1], at[1, 2]:at[2, 2]] <- value
    grid$number[at[1, 1]:at[2, 1], at[1, 2]:at[2, 2]] <- grid$number[at[1, 1], at[1, 2]]
  }
  grid
}

looks_numeric <- function(x) grepl("^[-+]?[0-9.,]+$", x, perl = TRUE)
