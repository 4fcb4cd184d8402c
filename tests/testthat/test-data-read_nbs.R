# Files in the dress of the bureau's exports, with made-up numbers; Chinese through escapes.
heading <- "\ufeff\u6570\u636e\u5e93\uff1a\u5206\u7701\u5e74\u5ea6\u6570\u636e "
beijing <- "\u5317\u4eac\u5e02"
tianjin <- "\u5929\u6d25\u5e02"
tibet <- "\u897f\u85cf\u81ea\u6cbb\u533a"
source_line <- "\u6570\u636e\u6765\u6e90\uff1a\u56fd\u5bb6\u7edf\u8ba1\u5c40"
region <- "\u5730\u533a"
gdp_label <- "\u5730\u533a\u751f\u4ea7\u603b\u503c"

export_file <- function(lines, name = "x.csv", end = "\n", encoding = "UTF-8",
                        folder = tempfile("nbs")) {
  dir.create(folder, showWarnings = FALSE)
  path <- file.path(folder, name)
  text <- paste0(paste(lines, collapse = "\n"), end)
  writeBin(iconv(
    sub("^\ufeff", if (encoding == "UTF-8") "\ufeff" else "", text), "UTF-8", encoding, toRaw = TRUE
  )[[1]], path)
  path
}

row_of <- function(...) paste0(paste(c(...), collapse = "\t,"), "\t,")
years_file <- function(name, body, ...) {
  export_file(c(
    heading, "\u65f6\u95f4\uff1a ", row_of(region, "2022\u5e74", "2021\u5e74"), body, source_line
  ), name, ...)
}
year_file <- function(name, year, body,
                      columns = c(paste0(gdp_label, " (\u4ebf\u5143) "), "\u65b0\u6307\u6807"),
                      ...) {
  export_file(c(
    heading, paste0("\u65f6\u95f4\uff1a", year, "\u5e74 "), row_of(region, columns), body,
    source_line
  ), name, ...)
}

test_that("years in the columns: one indicator, named by the file or by the caller", {
  path <- years_file("cpi.csv", c(row_of(beijing, "101.5", ""), row_of(tibet, "99.25", "-3")))
  x <- read_nbs(path)
  expect_named(x, c("code", "province", "year", "indicator", "unit", "value", "file"))
  expect_identical(x$province, c("Beijing", "Beijing", "Tibet", "Tibet"))
  expect_identical(x$code, c(11L, 11L, 54L, 54L))
  expect_identical(x$year, c(2021L, 2022L, 2021L, 2022L))
  expect_identical(x$value, c(NA, 101.5, -3, 99.25))
  expect_identical(unique(x$indicator), "cpi")
  expect_identical(unique(x$file), "cpi.csv")
  expect_identical(attr(x, "notes")$text, source_line)
  expect_identical(nrow(attr(x, "unread")), 0L)
  expect_identical(
    names(read_nbs(c(prices = path), "wide")), c("code", "province", "year", "prices")
  )
})

test_that("the year in a heading: labels and units are kept, files of several years are joined", {
  a <- year_file("a.csv", 2020, c(row_of(beijing, "10", "1"), row_of(tianjin, "5.5", "2")))
  b <- year_file("b.csv", 2021, c(row_of(tianjin, "6", ""), row_of(beijing, "11", "3")))
  expect_message(x <- read_nbs(c(a, b), "wide"), "indicator_1 is", class = "ccdpanel_message_names")
  expect_identical(x$province, c("Beijing", "Beijing", "Tianjin", "Tianjin"))
  expect_identical(x$gdp, c(10, 11, 5.5, 6))
  expect_identical(x$indicator_1, c(1, 3, 2, NA))
  list <- attr(x, "indicators")
  expect_identical(list$indicator, c("gdp", "indicator_1"))
  expect_true(list$label[1] == gdp_label)
  expect_identical(list$unit, c("\u4ebf\u5143", NA))
  expect_identical(list$file, rep("a.csv; b.csv", 2))
  renamed <- read_nbs(c(a, b), "wide", rename = c(new = "\u65b0\u6307\u6807", product = gdp_label))
  expect_identical(names(renamed)[4:5], c("product", "new"))
  long <- suppressMessages(read_nbs(c(a, b)))
  expect_identical(long$value[long$indicator == "gdp"], c(10, 11, 5.5, 6))
  expect_identical(long$unit, rep(c("\u4ebf\u5143", NA), each = 4))
})

test_that("a file of different columns joins by province and year; what a file lacks is NA", {
  a <- years_file("a.csv", row_of(beijing, "1", "2"))
  b <- years_file("b.csv", row_of(tianjin, "3", "4"))
  x <- read_nbs(c(a, b), "wide")
  expect_identical(x$a, c(2, 1, NA, NA))
  expect_identical(x$b, c(NA, NA, 4, 3))
})

test_that("a broken trailing line is reported, not read", {
  path <- export_file(c(
    heading, "", row_of(region, "2022\u5e74", "2021\u5e74"), row_of(beijing, "1", "2"),
    paste0(tianjin, "\t,3\t,")
  ), "x.csv", end = "")
  expect_message(x <- read_nbs(path), "x.csv line 5", class = "ccdpanel_message_unread")
  expect_identical(unique(x$province), "Beijing")
  expect_identical(attr(x, "unread")$line, 5L)
  expect_identical(attr(x, "unread")$reason, "last line without an end")
  expect_true(startsWith(attr(x, "unread")$text, tianjin))
  # the same with its end, but too few fields
  path <- export_file(c(
    heading, "", row_of(region, "2022\u5e74", "2021\u5e74"), row_of(beijing, "1", "2"),
    paste0(tianjin, "\t,3\t,")
  ))
  x <- suppressMessages(read_nbs(path))
  expect_identical(attr(x, "unread")$reason, "wrong number of fields")
  # no closing comma in this dress: a last number may be cut, so an unfinished line is not trusted
  path <- export_file(c(
    heading, "", paste0(region, ",2022,2021"), paste0(beijing, ",1,2"), paste0(tianjin, ",3,4")
  ), end = "")
  x <- suppressMessages(read_nbs(path))
  expect_identical(x$value, c(2, 1))
  # a closing comma shows that nothing is lost
  path <- export_file(c(
    heading, "", row_of(region, "2022\u5e74", "2021\u5e74"), row_of(beijing, "1", "2")
  ), end = "")
  expect_silent(x <- read_nbs(path))
  expect_identical(x$value, c(2, 1))
})

test_that("totals, unknown places and cells that are no number are reported", {
  path <- years_file("x.csv", c(
    row_of("\u5168\u56fd", "9", "9"), row_of(beijing, "1e2x", "2"), row_of(tianjin, "3", "4"), ""
  ))
  expect_message(
    x <- read_nbs(path), "2 lines or cells in 1 file", class = "ccdpanel_message_unread"
  )
  expect_identical(x$value, c(2, NA, 4, 3))
  expect_identical(attr(x, "unread")$reason, c("no province", "not a number"))
  expect_identical(attr(x, "unread")$line, c(4L, 5L))
  expect_identical(attr(x, "unread")$text[2], "1e2x")
})

test_that("footnotes with commas and numbers are notes", {
  notes <- c("\u6ce8\uff1a1. \u4e00,\u4e8c\u3002", "2. 2012\u5e74,\u4e09\u3002")
  path <- years_file("x.csv", c(row_of(beijing, "1", "2"), notes))
  expect_silent(x <- read_nbs(path))
  expect_identical(attr(x, "notes")$text, c(notes, source_line))
  expect_identical(attr(x, "notes")$line, 5:7)
})

test_that("a year without any value stays and is said", {
  path <- years_file("x.csv", c(row_of(beijing, "", "2"), row_of(tianjin, "", "3")))
  expect_message(x <- read_nbs(path), "x 2022", class = "ccdpanel_message_empty")
  expect_identical(x$value, c(2, NA, 3, NA))
})

test_that("a file that a spreadsheet has saved again: no tabs, quotes, padded lines", {
  lines <- c(
    paste0(sub("\ufeff", "", heading), ",,"), "\u65f6\u95f4\uff1a2020\u5e74,,",
    paste0("\"", region, "\",", gdp_label, "(\u4ebf\u5143),"),
    paste0("\"", beijing, "\",10,"), paste0(source_line, ",,")
  )
  expect_silent(x <- read_nbs(export_file(lines)))
  expect_identical(x$value, 10)
  expect_identical(x$unit, "\u4ebf\u5143")
})

test_that("GBK and Windows line ends", {
  lines <- c(
    sub("\ufeff", "", heading), "", row_of(region, "2022\u5e74"), row_of(beijing, "1"), source_line
  )
  expect_identical(read_nbs(export_file(lines, encoding = "GBK"))$value, 1)
  expect_identical(read_nbs(export_file(paste0(c(heading, lines[-1]), "\r")))$value, 1)
})

test_that("the same table from Excel", {
  skip_if_not_installed("readxl")
  # made-up numbers: two indicators of 2021, one of them without a unit; Beijing, Tibet, a footnote
  # with a comma
  path <- test_path("fixtures", "nbs.xlsx")
  expect_silent(x <- read_nbs(path, "wide", rename = c(new = "\u65b0\u6307\u6807")))
  expect_identical(x[c("province", "year", "gdp", "new")], data.frame(
    province = c("Beijing", "Tibet"), year = 2021L, gdp = c(100.4, 7.25), new = c(3, NA)
  ), ignore_attr = TRUE)
  expect_identical(attr(x, "indicators")$unit, c("\u4ebf\u5143", NA))
  expect_length(attr(x, "notes")$text, 2)
})

test_that("the same cell twice: once if equal, an error naming both files if not", {
  folder <- tempfile("nbs")
  a <- years_file("a.csv", row_of(beijing, "1", ""), folder = folder)
  b <- years_file("b.csv", row_of(beijing, "1", "2"), folder = folder)
  expect_identical(read_nbs(c(z = a, z = b))$value, c(2, 1))
  c <- years_file("c.csv", row_of(beijing, "1.5", "2"), folder = folder)
  expect_error(
    read_nbs(c(z = a, z = c)), "z of Beijing in 2022: 1 in a.csv, 1.5 in c.csv",
    class = "ccdpanel_error_conflict"
  )
  d <- year_file(
    "d.csv", 2020, row_of(beijing, "10"), paste0(gdp_label, " (\u4ebf\u5143)"), folder = folder
  )
  e <- year_file(
    "e.csv", 2021, row_of(beijing, "10"), paste0(gdp_label, " (\u4e07\u5143)"), folder = folder
  )
  expect_error(read_nbs(c(d, e)), "d.csv and e.csv", class = "ccdpanel_error_conflict")
})

test_that("what is no such export is refused with a way out", {
  expect_error(read_nbs(character()), "paths of csv", class = "ccdpanel_error_type")
  expect_error(read_nbs(1), class = "ccdpanel_error_type")
  expect_error(read_nbs("nowhere.csv"), "nowhere.csv", class = "ccdpanel_error_file")
  expect_error(
    read_nbs(export_file(c("a,b", "1,2"))), "provinces in rows", class = "ccdpanel_error_file"
  )
  expect_error(
    read_nbs(export_file(row_of(region, "2022\u5e74"))), "no line of data",
    class = "ccdpanel_error_file"
  )
  empty <- tempfile()
  file.create(empty)
  expect_error(read_nbs(empty), "it is empty", class = "ccdpanel_error_file")
  binary <- tempfile()
  writeBin(as.raw(c(80, 75, 0, 3)), binary)
  expect_error(read_nbs(binary), "no text file", class = "ccdpanel_error_file")
  expect_error(
    read_nbs(export_file(c(heading, row_of(region, gdp_label), row_of(beijing, "1")))), "one year",
    class = "ccdpanel_error_year"
  )
  ok <- years_file("x.csv", row_of(beijing, "1", "2"))
  expect_error(read_nbs(ok, shape = "tall"), class = "ccdpanel_error_choice")
  expect_error(read_nbs(ok, rename = gdp_label), class = "ccdpanel_error_type")
})

test_that("the shipped example", {
  path <- system.file("extdata", "nbs_example.csv", package = "ccdpanel")
  expect_message(x <- read_nbs(path, "wide"), class = "ccdpanel_message_unread")
  expect_identical(x$province, c("Beijing", "Hebei", "Inner Mongolia", "Guangxi"))
  expect_identical(x$gdp, c(400.5, 380, 210.2, 240.9))
  expect_identical(x$gdp_per_capita, c(18000, 5100, NA, 4800))
  expect_identical(unique(x$year), 2021L)
})

test_that("the bureau's own files, as they are", {
  files <- c(
    "cpi", "fiscal_revenue", paste0("gdp_", 2019:2023), "gdp_index", "retail_sales",
    "urban_employment"
  )
  paths <- vapply(file.path("nbs", paste0(files, ".csv")), shared_file, "")
  skip_if(anyNA(paths), "the bureau's files are not beside the project")
  x <- suppressMessages(read_nbs(unname(paths)))
  # 31 provinces: fourteen indicators of five years, three of nine years, two of ten
  expect_identical(nrow(x), 31L * (14L * 5L + 3L * 9L + 2L * 10L))
  expect_setequal(x$province, provinces$name)
  wide <- suppressMessages(read_nbs(unname(paths), "wide"))
  expect_identical(dim(wide), c(310L, 3L + 19L))
  at <- function(province, year) wide[wide$province == province & wide$year == year, ]
  expect_identical(at("Beijing", 2019)$gdp, 37767)
  expect_identical(at("Xinjiang", 2023)$gdp_per_capita, 75616)
  expect_identical(at("Beijing", 2024)$cpi, 100.1)
  expect_identical(at("Ningxia", 2016)$urban_employment, 70.7)
  expect_identical(at("Tianjin", 2016)$fiscal_revenue, 2723.5)
  expect_identical(at("Hebei", 2017)$gdp_index, 106.6)
  # only 2025 is empty: two indicators
  expect_identical(sum(is.na(x$value)), 62L)
  # every file's last line lacks its end: a source, reported and kept with the notes
  expect_identical(attr(x, "unread")$reason, rep("last line without an end", 10))
  expect_identical(nrow(attr(x, "notes")), 23L)
  # the parts of the product add up to it, but for rounding
  gap <- with(wide, gdp - primary - secondary - tertiary)
  expect_lt(max(abs(gap), na.rm = TRUE), 0.25)
})

test_that("cells without a head are listed as not read, wherever the column stands", {
  body <- c(row_of(beijing, "10", "77", "1", "88"), row_of(tianjin, "5.5", "", "2", "99"))
  path <- year_file("a.csv", 2020, body, c(gdp_label, "", "\u65b0\u6307\u6807", ""))
  said <- expect_message(
    expect_message(x <- read_nbs(path, "wide"), class = "ccdpanel_message_unread"),
    "indicator_1 is \u65b0", class = "ccdpanel_message_names"
  )
  expect_identical(x$gdp, c(10, 5.5))
  expect_identical(x$indicator_1, c(1, 2))
  unread <- attr(x, "unread")
  expect_identical(unread$reason, rep("no head", 3))
  expect_identical(unread$text, c("77", "88", "99"))
  expect_identical(unread$line, c(4L, 4L, 5L))
  years <- export_file(c(
    heading, "", row_of(region, "2022\u5e74", "", "2021\u5e74"), row_of(beijing, "1", "2", "3")
  ), "cpi.csv")
  expect_message(x <- read_nbs(years), "no head", class = "ccdpanel_message_unread")
  expect_identical(x$value[order(x$year)], c(3, 1))
  # A last comma makes no cell, and neither does an empty column.
  empty <- year_file("a.csv", 2020, row_of(beijing, "10", ""), c(gdp_label, ""))
  expect_silent(read_nbs(empty))
})

test_that("what is wrong with the years above is said in full", {
  said <- function(lines) {
    path <- export_file(c(heading, lines, row_of(beijing, "1", "2")))
    error <- expect_error(read_nbs(path), class = "ccdpanel_error_year")
    gsub("\\s+", " ", conditionMessage(error))
  }
  expect_match(said(row_of(region, gdp_label, "x")), "the lines above name none\\.")
  expect_match(
    said(c("2011\u5e74 2012\u5e74", row_of(region, gdp_label, "x"))),
    "name \"2011\" and \"2012\"\\."
  )
  expect_match(said(row_of(region, "2011\u5e74", "x")), "only some columns are years")
  expect_match(said(row_of(region, "2011-01", "2011-02")), "`read_panel\\(\\)`.*\"2011-01\"")
})
