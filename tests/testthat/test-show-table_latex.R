fit <- written("fit")
table <- written("table")
cells <- written("cells")
plain <- written("plain")

test_that("LaTeX holds the cells, escaped as it must be, the rules and the note", {
  skip_if_not_installed("tinytable")
  text <- readLines(save_table(table, tempfile(fileext = ".tex")))
  expect_identical(text[1], "% \\usepackage{tabularray}")
  expect_true(any(grepl("caption={Output \\& highways}", text, fixed = TRUE)))
  shown <- sub("^-", "$-$", cells)
  expect_true(any(startsWith(shown, "$")))
  expect_true(all(vapply(shown, function(x) {
    any(grepl(paste0("& ", x, " "), text, fixed = TRUE))
  }, NA)))
  # One note: old versions of tabularray keep the last of several
  expect_length(grep("^note", text), 1)
  expect_match(grep("^note", text, value = TRUE), "* p \\textless{} 0.1", fixed = TRUE)
  expect_true(any(grepl("note.*clustered by state", text)))
  # Above, below the heads, before the facts, and below: five lines
  expect_length(grep("hline", text), 5)
  text <- readLines(save_table(plain, tempfile(fileext = ".tex")))
  expect_true("x\\_1 & 1.235 & 3 \\\\" %in% text)
  bracket <- readLines(save_table(data.frame(a = "[1]", b = 2), tempfile(fileext = ".tex")))
  expect_true("{[}1] & 2 \\\\" %in% bracket)
  star <- readLines(save_table(data.frame(a = "*", b = -2), tempfile(fileext = ".tex")))
  expect_true("{*} & $-$2 \\\\" %in% star)
  chinese <- readLines(save_table(
    regression_table(fit, language = "zh"), tempfile(fileext = ".tex")
  ), encoding = "UTF-8")
  expect_true(any(grepl("\u89c2\u6d4b\u503c & ", chinese, fixed = TRUE)))
})

test_that("LaTeX compiles with no package beside tabularray, in Chinese with ctex", {
  skip_if_not_installed("tinytable")
  latex <- function(x, program, before = "", ...) {
    style <- if (nzchar(before)) "ctex.sty" else "tabularray.sty"
    skip_if_not(
      nzchar(Sys.which(program)) &&
        length(suppressWarnings(system2("kpsewhich", style, stdout = TRUE))) > 0,
      paste(program, "with", style)
    )
    folder <- withr_tempdir(parent.frame())
    save_table(x, file.path(folder, "table.tex"), ...)
    writeLines(
      c(
        "\\documentclass{article}", before, "\\usepackage{tabularray}", "\\begin{document}",
        "\\input{table}", "\\end{document}"
      ),
      file.path(folder, "page.tex")
    )
    old <- setwd(folder)
    on.exit(setwd(old))
    system2(
      program, c("-interaction=nonstopmode", "-halt-on-error", "page.tex"), stdout = FALSE,
      stderr = FALSE
    )
  }
  odd <- data.frame(
    text = c("50% & more", "a_b^2", "#1 $x$ ~ {}\\", "[<x>|"), number = c(-1.5, NA, 2, 3)
  )
  expect_identical(latex(table, "pdflatex"), 0L)
  expect_false(any(grepl("footnotesize", readLines(save_table(table, tempfile(fileext = ".tex"))))))
  expect_identical(latex(
    regression_table(a = fit, b = fit, c = fit, d = fit, title = "Wide"), "pdflatex"
  ), 0L)
  expect_true(any(grepl("font=\\footnotesize", readLines(save_table(
    regression_table(a = fit, b = fit, c = fit, d = fit), tempfile(fileext = ".tex")
  )), fixed = TRUE)))
  expect_identical(latex(odd, "pdflatex", title = "100% of #1", note = "p < 5% & x_1"), 0L)
  expect_identical(latex(
    regression_table(fit, language = "zh", title = "\u57fa\u51c6\u56de\u5f52"), "xelatex",
    "\\usepackage{ctex}"
  ), 0L)
})

test_that("LaTeX has letters that its first font has not, and tables longer or wider than a page", {
  skip_if_not_installed("tinytable")
  skip_if_not(l10n_info()[["UTF-8"]])
  text <- readLines(save_table(
    data.frame(a = c(
      "PM\u2082.\u2085", "\u03c4 \u2264 \u2212\u221e", "\u33a1, \u2161, 10 km\u00b2"
    )),
    tempfile(fileext = ".tex")
  ), encoding = "UTF-8")
  expect_true("PM\\textsubscript{2}.\\textsubscript{5} \\\\" %in% text)
  expect_true(
    "\\ensuremath{\\tau} \\ensuremath{\\leq} \\ensuremath{-}\\ensuremath{\\infty} \\\\" %in% text
  )
  expect_true("m\\textsuperscript{2}, II, 10 km\\textsuperscript{2} \\\\" %in% text)
  long <- readLines(save_table(data.frame(a = 1:60), tempfile(fileext = ".tex"), note = "n"))
  expect_length(grep("\\{longtblr\\}", long), 2)
  expect_true("rowhead=1," %in% long)
  expect_length(grep("\\{table\\}", long), 0)
  wide <- readLines(save_table(
    as.data.frame(matrix(123456.789, 2, 12)), tempfile(fileext = ".tex")
  ))
  expect_true(any(grepl("font=\\tiny", wide, fixed = TRUE)))
  both <- readLines(save_table(
    as.data.frame(matrix(123456.789, 60, 12)), tempfile(fileext = ".tex")
  ))
  expect_true("rowhead=1," %in% both && any(grepl("entry=none, label=none", both)))
})

test_that("signs that LaTeX would join to another are as they were typed", {
  skip_if_not_installed("tinytable")
  text <- readLines(save_table(
    data.frame(a = c("2011--2020", "x---y", "?`!`", "a,,b", "``q''")), tempfile(fileext = ".tex")
  ))
  for (shown in c("2011-{}-2020", "x-{}-{}-y", "?{}`!{}`", "a,{},b", "`{}`q'{}'")) {
    expect_true(any(startsWith(text, shown)), label = shown)
  }
})

test_that("tables of more letters than tabularray takes are longtables", {
  skip_if_not_installed("tinytable")
  x <- data.frame(unit = paste0("u_", 1:1500), value = seq(-7, 8, length.out = 1500))
  x[paste0("v", 1:3)] <- lapply(1:3, function(k) k * x$value)
  folder <- withr_tempdir(parent.frame())
  text <- readLines(save_table(x, file.path(folder, "table.tex"), title = "A & b", note = "n_1"))
  expect_identical(text[1], "% \\usepackage{longtable}")
  expect_true("u\\_1 & $-$7.000 & $-$7.000 & $-$14.000 & $-$21.000 \\\\" %in% text)
  expect_length(grep("^u.*_", text), 1500)
  expect_true("\\caption{A \\& b}\\\\" %in% text && "n\\_1\\par" %in% text)
  skip_if_not(nzchar(Sys.which("pdflatex")))
  old <- setwd(folder)
  on.exit(setwd(old))
  writeLines(c(
    "\\documentclass{article}", "\\usepackage{longtable}", "\\begin{document}",
    "\\input{table}", "\\end{document}"
  ), "page.tex")
  expect_identical(system2(
    "pdflatex", c("-interaction=nonstopmode", "-halt-on-error", "page.tex"), stdout = FALSE,
    stderr = FALSE
  ), 0L)
})
