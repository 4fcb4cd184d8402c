fit <- written("fit")
table <- written("table")
cells <- written("cells")
plain <- written("plain")

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
  # Below the head; the notes are the last rows, whose cells are one.
  found <- matrix("", max(word$row_id), 3)
  found[cbind(word$row_id, word$cell_id)] <- word$text
  found <- found[-1, ]
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

test_that("HTML: the title of the page is text", {
  skip_if_not_installed("flextable")
  path <- tempfile(fileext = ".html")
  hostile <- data.frame(a = "<b>x</b>", b = "`<u>`{=html}")
  save_table(hostile, path, title = "x</title><script>y</script> & z", note = "<i>n</i>")
  page <- paste(readLines(path, encoding = "UTF-8"), collapse = "\n")
  expect_match(
    page, "x&lt;/title&gt;&lt;script&gt;y&lt;/script&gt; &amp; z</title>", fixed = TRUE
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
