# The scripts that come with the package, run as a user would and their files read back.

word_packages <- c("readxl", "writexl", "officer", "xml2", "rmarkdown", "knitr")

skip_without_word <- function() {
  for (package in word_packages) skip_if_not_installed(package)
  skip_if_not(rmarkdown::pandoc_available("1.14"), "pandoc")
}

example_script <- function(name) {
  system.file("examples", name, package = "ccdpanel", mustWork = TRUE)
}

# What a process says that runs R with such arguments and finds the packages that are found here.
said_by_r <- function(...) {
  suppressWarnings(system2(
    file.path(R.home("bin"), "Rscript"), shQuote(c(...)), stdout = TRUE, stderr = TRUE,
    env = paste0("R_LIBS=", paste(.libPaths(), collapse = .Platform$path.sep))
  ))
}

test_that("from an Excel sheet and an Excel panel to a Word report in ten lines", {
  skip_without_word()
  script <- example_script("excel_to_word.R")
  lines <- readLines(script)
  expect_lte(sum(!grepl("^#|^$", lines)), 10)
  folder <- withr_tempdir(environment())
  file <- function(name) file.path(folder, name)
  few <- subset(state_capital, state %in% unique(state)[1:6] & year > 1980)
  writexl::write_xlsx(utils::read.csv(system.file(
    "extdata", "state_capital_indicators.csv", package = "ccdpanel"
  )), file("sheet.xlsx"))
  writexl::write_xlsx(few, file("panel.xlsx"))
  out <- said_by_r(script, file("sheet.xlsx"), file("panel.xlsx"), file("report.docx"))
  expect_match(paste(out, collapse = "\n"), "Report of infrastructure and economy", fixed = TRUE)
  cc <- coupling(composite_index(few, state_sheet(), c("state", "year")))
  cells <- word_text(file("report.docx"))$cells
  expect_true(all(formatC(summary(cc)$D, digits = 3, format = "f") %in% cells))
  back <- readxl::read_excel(file("report.xlsx"))
  expect_equal(back$average, wide_table(cc, "D")$average, tolerance = 1e-12)
})

# A yearbook's workbook as Excel users keep it: a sheet an indicator, three provinces and years.
small_yearbook <- function(file) {
  sheet <- function(name, unit, numbers) {
    data.frame(rbind(
      c(name, rep(NA, 3)), c(paste0("\u5355\u4f4d\uff1a", unit), rep(NA, 3)),
      c("\u5730  \u533a", "2020\u5e74", "2021\u5e74", "2022\u5e74"),
      cbind(c("\u5168  \u56fd", "\u5317\u4eac", "\u5b89  \u5fbd", "\u56db\u5ddd"), numbers)
    ))
  }
  numbers <- rbind(
    c("9,999", "9,999", "9,999"), c("1,234", "2,345", "3,456"), c("234", "\u2026", "456"),
    c("34", "45", "57")
  )
  indicators <- c("\u4e13\u5229", "\u7528\u6237", "\u7814\u53d1", "\u7535\u4fe1")
  sheets <- lapply(seq_along(indicators), function(i) {
    sheet(indicators[i], "\u4ef6", numbers[c(1, 1 + (seq_len(3) + i) %% 3 + 1), ])
  })
  writexl::write_xlsx(stats::setNames(sheets, indicators), file, col_names = FALSE)
  indicators
}

test_that("from a yearbook to a Word report in ten lines, in Chinese and in English", {
  skip_without_word()
  skip_if_not(l10n_info()[["UTF-8"]], "the script has Chinese letters")
  folder <- withr_tempdir(environment())
  file <- function(name) file.path(folder, name)
  indicators <- small_yearbook(file("yearbook.xlsx"))
  writexl::write_xlsx(data.frame(
    system = rep(c("\u521b\u65b0", "\u6570\u5b57"), each = 2), dimension = indicators,
    indicator = indicators, direction = "+"
  ), file("sheet.xlsx"))
  # One process for both: packages take longer to load than a small report to write.
  scripts <- example_script(c("yearbook_to_word.R", "nianjian_word.R"))
  reports <- file(c("en.docx", "zh.docx"))
  runner <- file("run.R")
  writeLines(c(
    "files <- commandArgs(trailingOnly = TRUE)",
    "for (i in 1:2) {",
    "  here <- new.env()",
    "  here$commandArgs <- function(...) files[c(1, 2, i + 4)]",
    "  source(files[i + 2], local = here, encoding = \"UTF-8\")",
    "}"
  ), runner)
  out <- said_by_r(runner, file("yearbook.xlsx"), file("sheet.xlsx"), scripts, reports)
  for (i in 1:2) {
    lines <- readLines(scripts[i], encoding = "UTF-8")
    expect_lte(sum(!grepl("^ *#|^ *$", lines)), 10)
    expect_identical(grep("^[^#]", lines, value = TRUE)[1], "library(ccdpanel)")
    expect_true(file.exists(reports[i]), info = paste(out, collapse = "\n"))
  }
  cells <- lapply(c(en = reports[1], zh = reports[2]), function(report) word_text(report)$cells)
  # The same numbers under other words.
  number <- function(x) sort(grep("^[0-9.]+$", x, value = TRUE))
  expect_identical(number(cells$en), number(cells$zh))
  expect_true(all(c("province", "Beijing", "average") %in% cells$en))
  expect_true(all(c("\u7701\u4efd", "\u5317\u4eac", "\u5747\u503c") %in% cells$zh))
  letters <- gsub("<[^>]*>|R2|log|p < ", "", cells$zh)
  expect_identical(grep("[A-Za-z]{2}", letters, value = TRUE), character())
})

test_that("the demonstration runs to its end and draws its pictures", {
  skip_if_not_installed("ggplot2")
  folder <- withr_tempdir(environment())
  out <- said_by_r(example_script("demo.R"), folder)
  expect_null(attr(out, "status"), info = paste(utils::tail(out, 8), collapse = "\n"))
  expect_gte(length(list.files(folder, "[.](png|pdf|svg)$")), 5)
})
