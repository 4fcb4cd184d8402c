# The scripts that come with the package, run as a user would and their files read back.

test_that("from an Excel sheet and an Excel panel to a Word report in ten lines", {
  for (package in c("readxl", "writexl", "officer", "flextable", "rmarkdown", "knitr")) {
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
