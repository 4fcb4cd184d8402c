# A session in a Chinese locale that is not UTF-8, made for the test, reads, prints and writes what
# a session in UTF-8 does.

# A folder with the locale, or NULL where the system cannot make it.
made_locale <- function(name, envir = parent.frame()) {
  folder <- withr_tempdir(envir)
  made <- suppressWarnings(system2(
    "localedef", c("-i", "zh_CN", "-f", sub("^[^.]*[.]", "", name), file.path(folder, name)),
    stdout = FALSE, stderr = FALSE
  ))
  if (made == 0) folder
}

# Reads a table in each encoding, makes an index, prints and writes; everything kept is UTF-8.
session_script <- function(folder) {
  bquote({
    library(ccdpanel)
    options(ccdpanel.language = "zh", cli.unicode = TRUE)
    file <- function(name) file.path(.(folder), name)
    read <- lapply(c("utf8.csv", "gb.csv"), function(name) {
      suppressMessages(as.data.frame(read_panel(file(name))))
    })
    sheet <- suppressMessages(indicator_sheet(system.file(
      "extdata", "sheet_gu.csv", package = "ccdpanel"
    )))
    cc <- coupling(composite_index(simulate_provinces(1), sheet, c("province", "year")))
    wide <- wide_table(cc, "D")
    names(wide)[1] <- "a \"b\""
    out <- tempfile(fileext = c(".csv", ".tex", ".md"))
    for (name in out) save_table(wide, name)
    written <- lapply(out, function(name) readBin(name, "raw", 1e6))
    printed <- enc2utf8(utils::capture.output(print(cc)))
    unknown <- tryCatch(match_province("\u54c8\u54c8"), warning = conditionMessage)
    saveRDS(
      list(
        utf8 = l10n_info()[["UTF-8"]], read = lapply(read, lapply, function(v) {
          if (is.character(v)) enc2utf8(v) else v
        }),
        written = written, printed = printed, unknown = enc2utf8(unknown)
      ),
      file(paste0(Sys.getenv("LC_ALL"), ".rds"))
    )
  })
}

test_that("GB18030: the same tables are read, printed and written as in UTF-8", {
  skip_on_cran()
  skip_on_os(c("windows", "mac"))
  skip_if_not_installed("tinytable")
  locale <- "zh_CN.GB18030"
  path <- made_locale(locale)
  skip_if(is.null(path), "localedef makes no zh_CN.GB18030")
  folder <- withr_tempdir(environment())
  text <- paste0(
    "\u5730\u533a,2020\u5e74,2021\u5e74\n\u5317\u4eac,1,2\n\u5929\u6d25,\uff13,4\n"
  )
  writeBin(charToRaw(enc2utf8(text)), file.path(folder, "utf8.csv"))
  writeBin(
    iconv(text, "UTF-8", "GB18030", toRaw = TRUE)[[1]], file.path(folder, "gb.csv")
  )
  script <- file.path(folder, "session.R")
  writeLines(deparse(session_script(folder)), script)
  session <- function(locale) {
    said <- system2(
      file.path(R.home("bin"), "Rscript"), shQuote(script), stdout = TRUE, stderr = TRUE,
      env = c(
        paste0("R_LIBS=", paste(.libPaths(), collapse = .Platform$path.sep)),
        paste0("LOCPATH=", path), paste0("LC_ALL=", locale)
      )
    )
    file <- file.path(folder, paste0(locale, ".rds"))
    expect_true(file.exists(file), info = paste(said, collapse = "\n"))
    readRDS(file)
  }
  chinese <- session(locale)
  plain <- session("C.UTF-8")
  expect_false(chinese$utf8)
  expect_true(plain$utf8)
  expect_identical(chinese[-1], plain[-1])
  names <- rep(c("\u5317\u4eac", "\u5929\u6d25"), each = 2)
  expect_identical(lapply(chinese$read, `[[`, 2), list(names, names))
  expect_identical(chinese$read[[1]][[4]], c(1, 2, 3, 4))
  expect_match(chinese$printed[1], "^\u8026\u5408\u534f\u8c03\u5ea6")
})
