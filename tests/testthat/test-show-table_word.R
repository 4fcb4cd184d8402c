fit <- written("fit")
table <- written("table")
cells <- written("cells")
plain <- written("plain")

test_that("Word", {
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
  for (package in c("officer", "writexl", "readxl")) skip_if_not_installed(package)
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

# The parts of a Word file's text as Word has it.
word_xml <- function(path) {
  folder <- tempfile("word")
  on.exit(unlink(folder, recursive = TRUE))
  utils::unzip(path, "word/document.xml", exdir = folder)
  xml2::read_xml(file.path(folder, "word", "document.xml"))
}

test_that("no page parts a coefficient from its standard error, and a long table may break", {
  for (package in c("officer", "xml2")) skip_if_not_installed(package)
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
  for (package in c("officer", "xml2")) skip_if_not_installed(package)
  xml <- word_xml(save_table(table, tempfile(fileext = ".docx")))
  expect_true(any(grepl("clustered by state", xml2::xml_text(xml2::xml_find_all(xml, "//w:tbl")))))
  outside <- xml2::xml_find_all(xml, "//w:body/w:p")
  expect_false(any(grepl("clustered by state", xml2::xml_text(outside))))
})

test_that("every Chinese letter of a Word file has a Chinese face", {
  for (package in c("officer", "xml2")) skip_if_not_installed(package)
  chinese <- regression_table(fit, language = "zh", labels = c(output = "\u4ea7\u51fa"))
  path <- save_table(chinese, tempfile(fileext = ".docx"), title = "\u88681")
  runs <- xml2::xml_find_all(word_xml(path), "//w:r")
  runs <- runs[has_chinese(xml2::xml_text(runs))]
  expect_gt(length(runs), 8)
  faces <- xml2::xml_attr(xml2::xml_find_first(runs, "./w:rPr/w:rFonts"), "eastAsia")
  expect_identical(unique(faces), "SimSun")
})

# The order that the schema of ECMA-376 (part 1, annex A: CT_TblPr, CT_TcPr, CT_PPr, CT_RPr and
# others) gives the elements that a table here may have.
schema <- list(
  tbl = c("tblPr", "tblGrid", "tr"),
  tblPr = c(
    "tblStyle", "tblpPr", "tblOverlap", "bidiVisual", "tblStyleRowBandSize", "tblStyleColBandSize",
    "tblW", "jc", "tblCellSpacing", "tblInd", "tblBorders", "shd", "tblLayout", "tblCellMar",
    "tblLook"
  ),
  tblGrid = "gridCol", tblCellMar = c("top", "left", "bottom", "right"), tr = c("trPr", "tc"),
  tc = c("tcPr", "p"),
  tcPr = c(
    "cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar",
    "textDirection", "tcFitText", "vAlign"
  ),
  tcBorders = c("top", "left", "bottom", "right"), p = c("pPr", "r"),
  pPr = c(
    "pStyle", "keepNext", "keepLines", "pageBreakBefore", "pBdr", "shd", "tabs", "spacing", "ind",
    "contextualSpacing", "jc", "textAlignment", "rPr", "sectPr"
  ),
  r = c("rPr", "t", "br", "tab"),
  rPr = c("rStyle", "rFonts", "b", "bCs", "i", "iCs", "color", "spacing", "sz", "szCs")
)

test_that("every element stands where the schema of Word files has it", {
  for (package in c("officer", "xml2")) skip_if_not_installed(package)
  odd <- data.frame(a = c("x\ny\r\nz", "p\tq"), b = c("<k> & l", "bell\a"), c = 1:2)
  xml <- word_xml(save_table(
    odd, tempfile(fileext = ".docx"), title = "T", note = "A note"
  ))
  parents <- xml2::xml_find_all(xml, "//w:tbl | //w:tbl//* | //w:p | //w:p//*")
  parents <- parents[xml2::xml_length(parents) > 0]
  # Words and breaks of a run come in any order.
  for (parent in parents[xml2::xml_name(parents) != "trPr"]) {
    known <- schema[[xml2::xml_name(parent)]]
    at <- match(xml2::xml_name(xml2::xml_children(parent)), known)
    if (xml2::xml_name(parent) == "r") at <- pmin(at, 2)
    expect_false(anyNA(at), label = xml2::xml_name(parent))
    expect_false(is.unsorted(at), label = xml2::xml_name(parent))
  }
  # Between the elements there is no text.
  expect_setequal(xml2::xml_name(xml2::xml_parent(xml2::xml_find_all(
    xml, "//w:tbl//text()[normalize-space()]"
  ))), "t")
  cells <- xml2::xml_find_all(xml, "//w:tc")
  expect_length(cells, 10)
  # Table by table as wide as its grid; the note over all columns.
  grid <- as.numeric(xml2::xml_attr(xml2::xml_find_all(xml, "//w:gridCol"), "w"))
  cell_width <- as.numeric(xml2::xml_attr(xml2::xml_find_all(xml, "//w:tcW"), "w"))
  expect_identical(cell_width, c(rep(grid, 3), sum(grid)))
  expect_identical(xml2::xml_attr(xml2::xml_find_all(xml, "//w:gridSpan"), "val"), "3")
  shown <- vapply(cells, function(cell) {
    marks <- xml2::xml_find_all(cell, ".//w:t | .//w:br | .//w:tab")
    paste(ifelse(
      xml2::xml_name(marks) == "t", xml2::xml_text(marks), paste0("[", xml2::xml_name(marks), "]")
    ), collapse = "")
  }, "")
  expect_identical(shown[c(4, 5, 7, 8)], c("x[br]y[br]z", "<k> & l", "p[tab]q", "bell\ufffd"))
})

test_that("a table has three lines, thin ones where it asks for them, and a head on every page", {
  for (package in c("officer", "xml2")) skip_if_not_installed(package)
  rows <- xml2::xml_find_all(
    word_xml(save_table(table, tempfile(fileext = ".docx"))), "//w:tbl/w:tr"
  )
  line <- function(side) {
    vapply(rows, function(row) {
      size <- xml2::xml_attr(xml2::xml_find_all(
        row, paste0("./w:tc/w:tcPr[not(w:tcBorders/w:", side, ")] | .//w:", side, "[@w:sz]")
      ), "sz")
      stopifnot(length(unique(size)) == 1)
      size[1]
    }, "")
  }
  shown <- printed_rows(table)
  n <- nrow(shown)
  thin <- c(0, sum(table$part == "head"), attr(shown, "body")) + 1
  below <- rep(NA_character_, length(rows))
  below[thin] <- "6"
  below[n + 1] <- "12"
  expect_identical(line("bottom"), below)
  expect_identical(line("top"), c("12", rep(NA, length(rows) - 1)))
  head <- vapply(rows, function(row) length(xml2::xml_find_all(row, ".//w:tblHeader")), 0L)
  expect_identical(head, c(1L, rep(0L, length(rows) - 1)))
})
