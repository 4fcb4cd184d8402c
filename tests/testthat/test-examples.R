# The scripts that come with the package, run as a user would and their files read back.

test_that("from an Excel sheet and an Excel panel to a Word report in ten lines", {
  for (package in c("readxl", "writexl", "officer", "flextable", "xml2", "rmarkdown", "knitr")) {
    skip_if_not_installed(package)
  }
  skip_if_not(rmarkdown::pandoc_available("1.14"), "pandoc")
  script <- system.file("examples", "excel_to_word.R", package = "ccdpanel", mustWork = TRUE)
  lines <- readLines(script)
  expect_lte(sum(!grepl("^#|^$", lines)), 10)
  folder <- withr_tempdir(environment())
  file <- function(name) file.path(folder, name)
  few <- subset(state_capital, state %in% unique(state)[1:6] & year > 1980)
  writexl::write_xlsx(utils::read.csv(system.file(
    "extdata", "state_capital_indicators.csv", package = "ccdpanel"
  )), file("sheet.xlsx"))
  writexl::write_xlsx(few, file("panel.xlsx"))
  out <- system2(
    file.path(R.home("bin"), "Rscript"),
    shQuote(c(script, file("sheet.xlsx"), file("panel.xlsx"), file("report.docx"))),
    stdout = TRUE, stderr = TRUE,
    env = paste0("R_LIBS=", paste(.libPaths(), collapse = .Platform$path.sep)))
  expect_match(paste(out, collapse = "\n"), "Report of infrastructure and economy", fixed = TRUE)
  cc <- coupling(composite_index(few, state_sheet(), c("state", "year")))
  found <- officer::docx_summary(officer::read_docx(file("report.docx")))
  cells <- found$text[found$content_type == "table cell"]
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
  for (package in c("readxl", "writexl", "officer", "flextable", "xml2", "rmarkdown", "knitr")) {
    skip_if_not_installed(package)
  }
  skip_if_not(rmarkdown::pandoc_available("1.14"), "pandoc")
  skip_if_not(l10n_info()[["UTF-8"]], "the script has Chinese letters")
  folder <- withr_tempdir(environment())
  file <- function(name) file.path(folder, name)
  indicators <- small_yearbook(file("yearbook.xlsx"))
  writexl::write_xlsx(data.frame(
    system = rep(c("\u521b\u65b0", "\u6570\u5b57"), each = 2), dimension = indicators,
    indicator = indicators, direction = "+"
  ), file("sheet.xlsx"))
  cells <- lapply(c(en = "yearbook_to_word.R", zh = "nianjian_word.R"), function(name) {
    script <- system.file("examples", name, package = "ccdpanel", mustWork = TRUE)
    lines <- readLines(script, encoding = "UTF-8")
    expect_lte(sum(!grepl("^ *#|^ *$", lines)), 10)
    out <- system2(
      file.path(R.home("bin"), "Rscript"),
      shQuote(c(script, file("yearbook.xlsx"), file("sheet.xlsx"), file(paste0(name, ".docx")))),
      stdout = TRUE, stderr = TRUE,
      env = paste0("R_LIBS=", paste(.libPaths(), collapse = .Platform$path.sep))
    )
    expect_true(file.exists(file(paste0(name, ".docx"))), info = paste(out, collapse = "\n"))
    found <- officer::docx_summary(officer::read_docx(file(paste0(name, ".docx"))))
    found$text[found$content_type == "table cell"]
  })
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
  script <- system.file("examples", "demo.R", package = "ccdpanel", mustWork = TRUE)
  out <- suppressWarnings(system2(
    file.path(R.home("bin"), "Rscript"), shQuote(c(script, folder)), stdout = TRUE, stderr = TRUE,
    env = paste0("R_LIBS=", paste(.libPaths(), collapse = .Platform$path.sep))
  ))
  expect_null(attr(out, "status"), info = paste(utils::tail(out, 8), collapse = "\n"))
  expect_gte(length(list.files(folder, "[.](png|pdf|svg)$")), 5)
})
