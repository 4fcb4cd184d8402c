# Workbooks are made by writexl, which merges nothing; what it cannot make is patched into the xml.
book <- function(...) {
  path <- tempfile(fileext = ".xlsx")
  writexl::write_xlsx(list(...), path, col_names = FALSE)
  path
}
frame <- function(rows) as.data.frame(do.call(rbind, rows))

test_that("every sheet of a yearbook, titles and all", {
  skip_if_not_installed("readxl")
  skip_if_not_installed("writexl")
  sheet <- function(title, unit, a, b) {
    frame(list(
      c(title, NA, NA), c(paste0("\u5355\u4f4d\uff1a", unit), NA, NA),
      c("\u5730  \u533a", "2015\u5e74", "2016\u5e74"), c("\u5168  \u56fd", "9", "9"),
      c("\u5317\u4eac\u5e02", a), c("\u5929\u6d25\u5e02", b), c("\u6ce8\uff1a\u7565", NA, NA)
    ))
  }
  path <- book(
    Sheet1 = sheet(
      "20-1 \u5206\u5730\u533aR&D\u4eba\u5458", "\u4eba\u5e74", c("5,155", "2"), c("\u2026", "4")
    ),
    Sheet2 = sheet(
      "20-2 \u5206\u5730\u533a\u4e13\u5229\u6388\u6743\u6570", "\u4ef6", c("1", "2"), c("3", "-")
    )
  )
  x <- suppressMessages(read_panel(path))
  expect_identical(names(x)[4:5], c("R&D\u4eba\u5458", "\u4e13\u5229\u6388\u6743\u6570"))
  expect_equal(x[["R&D\u4eba\u5458"]], c(5155, 2, NA, 4), ignore_attr = TRUE)
  expect_equal(x[["\u4e13\u5229\u6388\u6743\u6570"]], c(1, 2, 3, NA), ignore_attr = TRUE)
  expect_identical(attr(x, "indicators")$unit, c("\u4eba\u5e74", "\u4ef6"))
  expect_identical(attr(x, "missing")$cells, c(1L, 1L))
  expect_identical(nrow(attr(x, "aside")), 2L)
  expect_identical(
    names(suppressMessages(read_panel(path, sheets = 2)))[4], "\u4e13\u5229\u6388\u6743\u6570"
  )
  expect_error(read_panel(path, sheets = "x"), "Sheet1", class = "ccdpanel_error_sheet")
})

test_that("a column that begins with blanks keeps its numbers", {
  skip_if_not_installed("readxl")
  skip_if_not_installed("writexl")
  years <- 1000L
  data <- data.frame(
    province = rep(c("Beijing", "Tianjin"), each = 105), year = rep(1911:2015, 2), a = NA_real_,
    b = 1
  )
  data <- data[rep(seq_len(210), 6), ]
  data$province <- rep(provinces$name[1:12], each = 105)
  data <- data[order(data$year), ]
  data$a[1255:1260] <- c(1.5, 2:6)
  path <- tempfile(fileext = ".xlsx")
  writexl::write_xlsx(data, path)
  x <- suppressMessages(read_panel(path))
  expect_identical(sort(as.vector(x$a)), c(1.5, 2, 3, 4, 5, 6))
})

test_that("merged cells, errors and formulas without a value are seen in the file itself", {
  xml <- paste0(
    "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row><row r=\"2\">",
    "<c r=\"B2\" s=\"1\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c><c r=\"C2\"><f>A1+1</f></c>",
    "<c r=\"D2\"><f>A1</f><v>3</v></c></row></sheetData><mergeCells count=\"1\">",
    "<mergeCell ref=\"A1:B2\"/></mergeCells></worksheet>"
  )
  path <- tempfile()
  writeLines(xml, path)
  marks <- marks_of_sheet(path)
  expect_identical(marks$merged, "A1:B2")
  expect_identical(marks$at, c("B2", "C2"))
  expect_identical(marks$text, c("#DIV/0!", unworked))
  expect_identical(unname(cell_address(c("A1", "AB12"))), cbind(c(1L, 12L), c(1L, 28L)))
  grid <- new_grid("x", "s", rbind(c("group", "", "5"), c("", "", "")), matrix(NA_real_, 2, 3))
  filled <- fill_merged(grid, list(
    merged = c("A1:B2", "C1:C2"), at = character(), text = character()
  ))
  # a text reaches over all of its cells; a number stands once
  expect_identical(filled$text, rbind(c("group", "group", "5"), c("group", "group", "")))
})

test_that("a column of formulas without a value is lost, and no column of words", {
  skip_if_not_installed("readxl")
  skip_if_not_installed("writexl")
  path <- tempfile(fileext = ".xlsx")
  writexl::write_xlsx(data.frame(
    province = c("Beijing", "Tianjin"), year = 2011, a = 1:2,
    b = writexl::xl_formula(c("=C2*2", "=C3*2"))
  ), path)
  # writexl writes 0 for a formula's value.
  folder <- file.path(tempdir(), "formulas")
  utils::unzip(path, exdir = folder)
  sheet <- file.path(folder, "xl", "worksheets", "sheet1.xml")
  writeLines(gsub("</f><v>[^<]*</v>", "</f>", readLines(sheet, warn = FALSE)), sheet)
  path <- tempfile(fileext = ".xlsx")
  old <- setwd(folder)
  on.exit(setwd(old))
  utils::zip(path, list.files(recursive = TRUE, all.files = TRUE), flags = "-qr")
  expect_error(read_panel(path), "row 2, column D", class = "ccdpanel_error_lost")
})

test_that("infinite values and what looks like a formula come back", {
  skip_if_not_installed("readxl")
  skip_if_not_installed("writexl")
  table <- data.frame(
    province = "Beijing", year = 2011:2014, x = c(1, Inf, -Inf, 2), w = c("=1+1", "@a", "+b", "c")
  )
  for (ending in c(".xlsx", ".csv")) {
    path <- save_table(table, tempfile(fileext = ending))
    x <- suppressMessages(read_panel(path))
    expect_identical(as.vector(x$x), table$x)
    expect_identical(x$w, table$w)
  }
})

test_that("what is no workbook is refused", {
  skip_if_not_installed("readxl")
  path <- tempfile(fileext = ".xlsx")
  writeBin(as.raw(c(0x50, 0x4b, 3, 4, 1, 2, 3)), path)
  expect_error(read_panel(path), class = "ccdpanel_error_file")
})

test_that("a formula without a value is a lost number", {
  expect_identical(typed_cells(c(unworked, "=", "="))$kind, c("lost", "word", "word"))
  grid <- new_grid("x", "s", rbind(c("province", "2011"), c("Beijing", "")), matrix(NA_real_, 2, 2))
  marks <- list(merged = character(), at = "B2", text = unworked)
  cells <- panel_cells(sheet_tables(fill_merged(grid, marks))[[1]], "x", NULL)$cells
  expect_identical(cells$kind, "lost")
  expect_match(cells$text, "open the file in Excel")
})

test_that("hidden sheets are read, and said", {
  skip_if_not_installed("readxl")
  skip_if_not_installed("writexl")
  folder <- tempfile("hidden")
  dir.create(folder)
  path <- file.path(folder, "x.xlsx")
  sheet <- function(v) {
    frame(list(c("\u5730\u533a", "2015"), c("\u5317\u4eac", v), c("\u5929\u6d25", v)))
  }
  writexl::write_xlsx(list(GDP = sheet("1"), old = sheet("2")), path, col_names = FALSE)
  skip_if(!nzchar(Sys.which("zip")), "zip patches the workbook")
  utils::unzip(path, exdir = folder)
  book <- file.path(folder, "xl", "workbook.xml")
  text <- sub("name=\"old\"", "name=\"old\" state=\"hidden\"", readLines(book, warn = FALSE))
  writeLines(text, book)
  before <- setwd(folder)
  on.exit(setwd(before))
  utils::zip("x.xlsx", "xl/workbook.xml", flags = "-q")
  expect_message(x <- read_panel(path), "Hidden sheets were read too: old")
  expect_identical(as.vector(x$old), c(2, 2))
})

test_that("a year that a sheet shows as a date of 1905 is that year, and it is said", {
  skip_if_not_installed("writexl")
  skip_if_not_installed("readxl")
  path <- tempfile(fileext = ".xlsx")
  on.exit(unlink(path))
  day <- function(serial) as.Date(serial, origin = "1899-12-30")
  writexl::write_xlsx(data.frame(
    province = rep(c("Beijing", "Tianjin"), each = 2), year = day(c(2019, 2020)), x = 1:4
  ), path)
  suppressMessages(expect_message(
    panel <- read_panel(path), "4 years", class = "ccdpanel_message_dated_years"
  ))
  expect_identical(panel$year, c(2019L, 2020L, 2019L, 2020L))
  # A date of another time is a date.
  writexl::write_xlsx(data.frame(
    province = rep(c("Beijing", "Tianjin"), each = 2), year = day(c(43830, 44196)), x = 1:4
  ), path)
  panel <- suppressMessages(read_panel(path))
  expect_identical(panel$year, c(2019L, 2020L, 2019L, 2020L))
})
