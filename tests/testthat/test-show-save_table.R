# Files are read back, and hold what the table shows.

fit <- written("fit")
table <- written("table")
cells <- written("cells")
plain <- written("plain")

test_that("Excel, with the numbers on a second sheet", {
  skip_if_not_installed("writexl")
  skip_if_not_installed("readxl")
  path <- save_table(table, tempfile(fileext = ".xlsx"))
  found <- suppressMessages(readxl::read_excel(path, "table"))
  expect_true(all(cells %in% found$a))
  numbers <- readxl::read_excel(path, "numbers")
  expect_equal(numbers$estimate[1:2], unname(coef(fit)), tolerance = 1e-12)
  expect_equal(
    readxl::read_excel(save_table(plain, tempfile(fileext = ".xlsx")))$value, plain$value
  )
})

test_that("Markdown and csv, Chinese too", {
  text <- readLines(save_table(plain, tempfile(fileext = ".md")))
  expect_identical(text[3:4], c("| x\\_1 | 1.235 | 3 |", "| a\\|b |  | 4 |"))
  path <- save_table(regression_table(fit, language = "zh"), tempfile(fileext = ".md"))
  expect_true(any(grepl("\u89c2\u6d4b\u503c", readLines(path, encoding = "UTF-8"))))
  back <- read.csv(save_table(plain, tempfile(fileext = ".csv")))
  expect_equal(back$value, plain$value)
  path <- save_table(
    stats::setNames(data.frame(c("\u5317\u4eac", "a \"b\""), 1:2), c("\u5e02", "n")),
    tempfile(fileext = ".csv")
  )
  bytes <- readBin(path, "raw", 200)
  expect_identical(rawToChar(bytes), rawToChar(c(
    charToRaw('"'), as.raw(c(0xe5, 0xb8, 0x82)), charToRaw('","n"\n"'),
    as.raw(c(0xe5, 0x8c, 0x97, 0xe4, 0xba, 0xac)), charToRaw('",1\n"a ""b""",2\n')
  )))
})

test_that("a table prints itself in R Markdown", {
  skip_if_not_installed("knitr")
  text <- knitr::knit_print(table)
  expect_s3_class(text, "knit_asis")
  expect_match(text, gsub("*", "\\*", cells[2], fixed = TRUE), fixed = TRUE)
})

test_that("errors", {
  expect_error(save_table(table, "x.pdf"), class = "ccdpanel_error_file")
  expect_error(save_table(table, c("a.md", "b.md")), class = "ccdpanel_error_file")
  expect_error(
    save_table(table, file.path(tempdir(), "none", "x.md")), class = "ccdpanel_error_file"
  )
  expect_error(save_table(1:3, "x.md"), class = "ccdpanel_error_type")
})

hostile <- data.frame(
  a = c("<b>x</b>", "=1+1", "line\none & two"), b = c("-2+3", "`<u>`{=html}", "@SUM(1)"),
  n = c(-1.5, 2, 3), t = c("-0.034***", "-", "&lt;")
)

test_that("csv: texts that a spreadsheet would run are guarded, numbers are not", {
  path <- tempfile(fileext = ".csv")
  save_table(stats::setNames(hostile, c("=a", "b", "n", "t")), path)
  back <- utils::read.csv(path, check.names = FALSE)
  expect_identical(names(back), c("'=a", "b", "n", "t"))
  expect_identical(back[["'=a"]], c("<b>x</b>", "'=1+1", "line\none & two"))
  expect_identical(back$b, c("'-2+3", "`<u>`{=html}", "'@SUM(1)"))
  expect_identical(back$n, c(-1.5, 2, 3))
  expect_identical(back$t, c("-0.034***", "-", "&lt;"))
})

test_that(
  "csv: a sheet goes out and comes back as it was, texts that look like formulas and signs too", {
  sheet <- indicator_sheet(data.frame(
    system = "=s", dimension = c("+d", "'-d"), indicator = c("@x", "-y+1"), direction = c("+", "-"),
    label = c("'quoted'", "=1+1"), lower = c(-1, NA)
  ))
  path <- tempfile(fileext = ".csv")
  save_table(sheet, path)
  expect_equal(indicator_sheet(path)[names(sheet)], sheet)
})

test_that("Markdown and LaTeX keep a row on a line, and text stays text", {
  path <- tempfile(fileext = ".md")
  save_table(hostile, path, title = "A\n\nb", note = "# no head")
  lines <- readLines(path)
  expect_identical(lines[1], "**A b**")
  expect_length(grep("^[|].*[|]$", lines), 5)
  expect_match(lines[6], "\\`\\<u>\\`{=html}", fixed = TRUE)
  expect_match(lines[7], "| line one & two | @SUM(1) | 3.000 | \\&lt; |", fixed = TRUE)
  expect_identical(lines[9], "\\# no head")
  skip_if_not_installed("tinytable")
  path <- tempfile(fileext = ".tex")
  save_table(hostile, path, title = "A\n\nb")
  expect_length(grep("line one", readLines(path)), 1)
})

test_that("labels and the language go to every format; what programs read stays", {
  cc <- coupling(composite_index(state_capital, state_sheet(), c("state", "year")))
  labels <- c(infrastructure = "Roads and pipes", D = "Degree")
  read <- function(...) {
    path <- save_table(summary(cc), tempfile(fileext = ".csv"), ...)
    utils::read.csv(path, check.names = FALSE, encoding = "UTF-8")
  }
  named <- read(labels = labels)
  expect_named(named, c(
    "year", "rows", "omitted", "Roads and pipes", "economy", "C", "T", "Degree", "level", "stage"
  ))
  expect_equal(named$Degree, summary(cc)$D, tolerance = 1e-14)
  chinese <- read(labels = labels, language = "zh")
  expect_identical(names(chinese)[c(1, 4)], c("\u5e74\u4efd", "Roads and pipes"))
  expect_true(all(has_chinese(chinese[[10]])))
  expect_error(
    save_table(summary(cc), tempfile(fileext = ".csv"), labels = "x"),
    class = "ccdpanel_error_labels"
  )
  skip_if_not_installed("readxl")
  skip_if_not_installed("writexl")
  path <- save_table(summary(cc), tempfile(fileext = ".xlsx"), language = "zh")
  expect_true("\u5e74\u4efd" %in% names(readxl::read_excel(path)))
})

test_that("cells of several values and paths that are no text are refused", {
  d <- data.frame(a = 1:2)
  d$l <- list(1, 2:3)
  file <- tempfile(fileext = ".csv")
  expect_error(save_table(d, file), "several", class = "ccdpanel_error_column")
  d$l <- matrix(1:4, 2)
  expect_error(save_table(d, file), "several", class = "ccdpanel_error_column")
  for (bad in c(`Encoding<-`("\xe5\x8c.csv", "bytes"), paste0(strrep("x", 5000), ".csv"))) {
    expect_error(save_table(d["a"], bad), class = "ccdpanel_error_file")
  }
})
