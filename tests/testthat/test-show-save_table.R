# Files are read back, and hold what the table shows.

fit <- fe_reg(
  log(output) ~ log(highways) + unemployment | state + year, state_capital, vcov = ~state
)
table <- regression_table(a = fit, title = "Output & highways")
cells <- c(table$a[nzchar(table$a)])
plain <- data.frame(name = c("x_1", "a|b"), value = c(1.23456, NA), n = c(3L, 4L))

test_that("Word", {
  skip_if_not_installed("flextable")
  skip_if_not_installed("officer")
  path <- save_table(table, tempfile(fileext = ".docx"))
  found <- officer::docx_summary(officer::read_docx(path))
  expect_true(all(cells %in% found$text))
  expect_true("Output & highways" %in% found$text)
  expect_true(any(grepl("clustered by state", found$text)))
  back <- officer::docx_summary(officer::read_docx(save_table(plain, tempfile(fileext = ".docx"))))
  expect_true("1.235" %in% back$text)
})

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

test_that("Word and Excel in Chinese, with first stages and instruments' tests, cell by cell", {
  for (package in c("flextable", "officer", "writexl", "readxl")) skip_if_not_installed(package)
  iv <- suppressMessages(fe_reg(
    log(output) ~ unemployment | state + year | log(private_capital) ~ l(log(private_capital), 1),
    state_capital, panel = c("state", "year"), vcov = ~state
  ))
  both <- regression_table(
    iv, first_stage = TRUE, labels = c(state = "\u5dde", year = "\u5e74\u4efd"), title = "\u88681",
    language = "zh"
  )
  shown <- printed_rows(both)
  word <- officer::docx_summary(officer::read_docx(save_table(both, tempfile(fileext = ".docx"))))
  word <- word[word$content_type == "table cell", ]
  # Below the head; the notes are the last rows.
  found <- matrix(word$text[order(word$row_id, word$cell_id)], ncol = 3, byrow = TRUE)[-1, ]
  expect_identical(found[seq_len(nrow(shown)), ], unname(as.matrix(shown)))
  expect_identical(found[-seq_len(nrow(shown)), 1], attr(both, "note"))
  excel <- suppressMessages(readxl::read_excel(
    save_table(both, tempfile(fileext = ".xlsx")), "table"
  ))
  body <- as.matrix(excel[seq_len(nrow(shown)), ])
  body[is.na(body)] <- ""
  expect_identical(unname(body), unname(as.matrix(shown)))
  expect_true(all(c("\u5dde\u56fa\u5b9a\u6548\u5e94", "\u89c2\u6d4b\u503c") %in% body[, 1]))
})

test_that("HTML is a page by itself, with caption, note and nothing to fetch or run", {
  skip_if_not_installed("flextable")
  skip_if_not_installed("officer")
  text <- paste(readLines(
    save_table(table, tempfile(fileext = ".html")), encoding = "UTF-8"
  ), collapse = "\n")
  expect_true(all(vapply(cells, function(x) grepl(paste0(">", x, "<"), text, fixed = TRUE), NA)))
  expect_match(text, "<caption.*Output &amp; highways")
  expect_match(text, "clustered by state", fixed = TRUE)
  expect_no_match(text, "src=|href=|<script|url\\(")
  expect_match(text, "^<!DOCTYPE html>")
  long <- regression_table(
    "a head that is much longer than the numbers below it and is broken" = fit,
    "another head that is much longer than what is below" = fit
  )
  wide <- paste(readLines(save_table(long, tempfile(fileext = ".html"))), collapse = "\n")
  widths <- as.numeric(regmatches(wide, gregexpr(
    "(?<=[{;]width:)[0-9.]+(?=in)", wide, perl = TRUE
  ))[[1]])
  # Three columns on the 6.27 inches between the margins of A4
  expect_gt(length(widths), 2)
  expect_lte(sum(unique(widths)), 6.28)
  chinese <- save_table(regression_table(fit, language = "zh"), tempfile(fileext = ".html"))
  expect_match(
    paste(readLines(chinese, encoding = "UTF-8"), collapse = ""), "\u89c2\u6d4b\u503c", fixed = TRUE
  )
})

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

test_that("a p-value never shows as zero", {
  lines <- readLines(save_table(
    data.frame(test = c("a", "b", "c"), p.value = c(4e-12, 0.0123, NA)), tempfile(fileext = ".md")
  ))
  expect_identical(lines[3:5], c("| a | \\< 0.001 |", "| b | 0.012 |", "| c |  |"))
  expect_identical(readLines(save_table(
    data.frame(test = "a", p_value = 1e-9), tempfile(fileext = ".md"), digits = 4
  ))[3], "| a | \\< 0.0001 |")
  expect_identical(read.csv(save_table(
    data.frame(p.value = 4e-12), tempfile(fileext = ".csv")
  ))$p.value, 4e-12)
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

test_that("HTML: the title of the page is text", {
  skip_if_not_installed("flextable")
  path <- tempfile(fileext = ".html")
  save_table(hostile, path, title = "x</title><script>y</script> & z", note = "<i>n</i>")
  page <- paste(readLines(path, encoding = "UTF-8"), collapse = "\n")
  expect_match(
    page, "x&lt;/title&gt;&lt;script&gt;y&lt;/script&gt; &amp; z\n</title>", fixed = TRUE
  )
  expect_no_match(page, "<script>|<b>x|<i>n|<u>")
})

# The parts of a Word file's text as Word has it.
word_xml <- function(path) {
  folder <- tempfile("word")
  on.exit(unlink(folder, recursive = TRUE))
  utils::unzip(path, "word/document.xml", exdir = folder)
  xml2::read_xml(file.path(folder, "word", "document.xml"))
}

test_that("no page parts a coefficient from its standard error, and a long table may break", {
  for (package in c("flextable", "officer", "xml2")) skip_if_not_installed(package)
  many <- state_capital
  for (k in 1:16) many[[paste0("x", k)]] <- sin(seq_len(nrow(many)) * k)
  long <- fe_reg(stats::reformulate(paste0("x", 1:16), "output"), many)
  rows <- xml2::xml_find_all(
    word_xml(save_table(regression_table(long), tempfile(fileext = ".docx"))), "//w:tbl/w:tr"
  )
  text <- vapply(rows, function(row) {
    xml2::xml_text(xml2::xml_find_first(row, "./w:tc"))
  }, "")
  number <- vapply(rows, function(row) xml2::xml_text(xml2::xml_find_all(row, "./w:tc"))[2], "")
  kept <- vapply(rows, function(row) length(xml2::xml_find_all(row, ".//w:keepNext")) > 0, NA)
  error <- which(grepl("^[(].*[)]$", number) & text == "")[-1] # less the head
  expect_length(error, 17)
  expect_true(all(kept[error - 1]))
  expect_false(any(kept[utils::head(error, -1)]))
  # A short one stays whole.
  short <- xml2::xml_find_all(
    word_xml(save_table(table, tempfile(fileext = ".docx"))), "//w:tbl/w:tr[.//w:keepNext]"
  )
  expect_gt(length(short), 8)
})

test_that("notes stand within the table, as wide as it is", {
  for (package in c("flextable", "officer", "xml2")) skip_if_not_installed(package)
  xml <- word_xml(save_table(table, tempfile(fileext = ".docx")))
  expect_true(any(grepl("clustered by state", xml2::xml_text(xml2::xml_find_all(xml, "//w:tbl")))))
  outside <- xml2::xml_find_all(xml, "//w:body/w:p")
  expect_false(any(grepl("clustered by state", xml2::xml_text(outside))))
})

test_that("every Chinese letter of a Word file has a Chinese face", {
  for (package in c("flextable", "officer", "xml2")) skip_if_not_installed(package)
  chinese <- regression_table(fit, language = "zh", labels = c(output = "\u4ea7\u51fa"))
  path <- save_table(chinese, tempfile(fileext = ".docx"), title = "\u88681")
  runs <- xml2::xml_find_all(word_xml(path), "//w:r")
  runs <- runs[has_chinese(xml2::xml_text(runs))]
  expect_gt(length(runs), 8)
  faces <- xml2::xml_attr(xml2::xml_find_first(runs, "./w:rPr/w:rFonts"), "eastAsia")
  expect_identical(unique(faces), "SimSun")
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

test_that("small numbers of a plain table do not show as nought, nor p-values of three decimals", {
  path <- tempfile(fileext = ".md")
  save_table(data.frame(x = c(-0.0004, 1e-10, 0.25), p.value = c(0, 0.0004, 0.5)), path)
  expect_identical(readLines(path)[3:5], c(
    "| -4.00e-04 | \\< 0.001 |", "| 1.00e-10 | \\< 0.001 |", "| 0.250 | 0.500 |"
  ))
  expect_identical(p_text(c(0.0004, 0.001, 0.04999, NA), 3), c("< 0.001", "0.001", "0.050", ""))
})
