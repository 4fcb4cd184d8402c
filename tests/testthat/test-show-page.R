# Widths on paper, by hand: n letters at s points are n s .52 + 5 points wide.

made <- function(head, cells, numeric) {
  list(
    head = head, cells = cells, numeric = numeric, centred = FALSE, rules = 0, title = NULL,
    note = NULL
  )
}

test_that("columns are as wide as what is in them, a Chinese letter as two", {
  table <- made(
    c("name", "\u8026\u5408\u5ea6"), cbind(c("a", "abcdefghij"), c("0.123", "0.2")), c(FALSE, TRUE)
  )
  layout <- page_layout(table)
  expect_equal(layout$parts[[1]]$widths, (c(10, 6) * 9 * 0.56 + 5) / 72)
  expect_identical(layout[c("size", "across")], list(size = 9, across = FALSE))
})

test_that("wide tables shrink, then lie across, then come in parts that each name the rows", {
  wide <- function(n) {
    made(
      c("unit", paste0("x", seq_len(n))), cbind("Ohio", matrix("0.12345", 3, n)),
      c(FALSE, rep(TRUE, n))
    )
  }
  for (n in c(3, 9, 12, 18, 40)) {
    layout <- page_layout(wide(n))
    room <- page_width[[if (layout$across) "across" else "upright"]]
    for (part in layout$parts) expect_lte(sum(part$widths), room + 1e-9)
    expect_gte(layout$size, 8)
    expect_setequal(unlist(lapply(layout$parts, `[[`, "columns")), seq_len(n + 1))
    for (part in layout$parts) expect_identical(part$columns[1], 1L)
  }
  expect_false(page_layout(wide(9))$across)
  expect_true(page_layout(wide(18))$across)
  expect_gt(length(page_layout(wide(40))$parts), 1)
  # Long text breaks before numbers shrink
  text <- made(c("what", "n"), cbind(strrep("word ", 60), "1"), c(FALSE, TRUE))
  expect_equal(sum(page_layout(text)$parts[[1]]$widths), page_width[["upright"]])
})

test_that("a Word file is A4, across where it must be, in the faces of both languages", {
  skip_if_not_installed("officer")
  document <- function(file) {
    folder <- withr_tempdir(parent.frame())
    utils::unzip(file, exdir = folder)
    paste(readLines(
      file.path(folder, "word", "document.xml"), warn = FALSE, encoding = "UTF-8"
    ), collapse = "")
  }
  many <- as.data.frame(matrix(0.12345, 3, 20))
  across <- document(save_table(many, tempfile(fileext = ".docx")))
  expect_match(across, "w:orient=\"landscape\"")
  upright <- document(save_table(many[1:3], tempfile(fileext = ".docx")))
  expect_no_match(upright, "landscape")
  expect_match(upright, "w:eastAsia=\"SimSun\"")
  grid <- as.numeric(regmatches(across, gregexpr(
    "(?<=gridCol w:w=\")[0-9]+", across, perl = TRUE
  ))[[1]])
  expect_lte(sum(grid), 9.69 * 1440)
})
