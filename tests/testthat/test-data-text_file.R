text_file <- function(text, encoding = "UTF-8", mark = raw()) {
  path <- tempfile(fileext = ".csv")
  writeBin(c(mark, iconv(text, "UTF-8", encoding, toRaw = TRUE)[[1]]), path)
  path
}
grid_of <- function(...) read_text_grid(text_file(...), NULL)

test_that("encodings are found", {
  text <- "\u5730\u533a,2015\u5e74\n\u5317\u4eac,1\n"
  expected <- rbind(c("\u5730\u533a", "2015\u5e74"), c("\u5317\u4eac", "1"))
  for (encoding in c("UTF-8", "GB18030", "UTF-16LE", "UTF-16BE")) {
    grid <- grid_of(text, encoding)
    expect_identical(grid$text, expected)
    expect_identical(grid$encoding, encoding)
  }
  expect_identical(grid_of(text, "UTF-8", as.raw(c(0xef, 0xbb, 0xbf)))$text, expected)
  expect_identical(grid_of(text, "UTF-16LE", as.raw(c(0xff, 0xfe)))$text, expected)
  expect_identical(grid_of(text, "UTF-16BE", as.raw(c(0xfe, 0xff)))$text, expected)
  # letters that GBK lacks and GB18030 has
  expect_identical(grid_of("\u3400,\u9fa6\n", "GB18030")$text, cbind("\u3400", "\u9fa6"))
  expect_identical(grid_of("caf\u00e9,2015\n", "latin1")$text, cbind("caf\u00e9", "2015"))
})

test_that("a file cut off in the middle of a letter keeps its encoding", {
  for (encoding in c("UTF-8", "GB18030")) {
    bytes <- iconv(
      "\u5730\u533a,1\n\u5317\u4eac,2\n\u4e0a\u6d77", "UTF-8", encoding, toRaw = TRUE
    )[[1]]
    path <- tempfile()
    writeBin(utils::head(bytes, -1), path)
    grid <- read_text_grid(path, NULL)
    expect_identical(grid$text[1:2, ], rbind(c("\u5730\u533a", "1"), c("\u5317\u4eac", "2")))
  }
})

test_that("separators are found", {
  expected <- rbind(c("a", "b", "c"), c("1,5", "2", "3"))
  expect_identical(grid_of("a\tb\tc\n1,5\t2\t3\n")$text, expected)
  expect_identical(grid_of("a;b;c\n1,5;2;3\n")$text, expected)
  expect_identical(grid_of("a,b,c\n\"1,5\",2,3\n")$text, expected)
  expect_identical(
    grid_of("a  b  c\n1.5  2  3\n")$text, rbind(c("a", "b", "c"), c("1.5", "2", "3"))
  )
  # the bureau's tab before each comma
  expect_identical(
    grid_of("a\t,b\t,c\t,\n1\t,2\t,3\t,\n")$text[, 1:3], rbind(letters[1:3], c("1", "2", "3"))
  )
})

test_that("empty fields between separators of several bytes, on lines with quotes", {
  wide <- function(...) paste(..., sep = "\uff0c")
  text <- paste(wide("a", "b", "c", "d"), wide("\"x\uff0cy\"", "", "", "2"), "", sep = "\n")
  expect_identical(grid_of(text)$text, rbind(letters[1:4], c("x\uff0cy", "", "", "2")))
})

test_that("quotes: commas, doubled quotes and line breaks inside, and one that never closes", {
  expect_identical(
    grid_of("a,b\n\"x, \"\"y\"\"\",\"two\nlines\"\n")$text,
    rbind(c("a", "b"), c("x, \"y\"", "two\nlines"))
  )
  open <- grid_of("a,b\n\"x,1\ny,2\n")
  expect_identical(open$text[3, ], c("y", "2"))
  grid <- grid_of("a,b\n\"two\nlines\",1\nz,2\n")
  expect_identical(grid$line, c(1L, 2L, 4L))
})

test_that("a comma is the decimal mark of a file with semicolons, if it is one anywhere", {
  expect_identical(grid_of("a;b\n1,25;2\n")$decimal, ",")
  expect_identical(grid_of("a;b\n1,25;2.5\n")$decimal, ".")
  for (comma in c("0,125;2", "1.234,5;2", "1.234.567;2", "1234,567;2", "1,25%;2")) {
    expect_identical(grid_of(paste0("a;b\n", comma, "\n"))$decimal, ",", info = comma)
  }
  for (point in c("1,255;2.5", "1,234,567;2", "1,255.5;2", "1,255;2\n12;3")) {
    expect_identical(grid_of(paste0("a;b\n", point, "\n"))$decimal, ".", info = point)
  }
  expect_identical(grid_of("a\tb\n1,255\t2\n")$decimal, ".")
  expect_identical(grid_of("a\tb\n1,25\t2\n")$decimal, ",")
})

test_that("commas that all have three digits behind them are thousands or decimals: asked", {
  expect_identical(grid_of("a;b\n1,255;2\n")$decimal, NA_character_)
  path <- tempfile(fileext = ".csv")
  writeLines(c("province;year;x", "Beijing;2011;1,255", "Beijing;2012;72,120"), path)
  expect_error(read_panel(path), "72,120.*decimal = ", class = "ccdpanel_error_decimal")
  values <- function(decimal) as.vector(suppressMessages(read_panel(path, decimal = decimal))$x)
  expect_identical(values("."), c(1255, 72120))
  expect_identical(values(","), c(1.255, 72.12))
  expect_error(read_panel(path, decimal = "x"), class = "ccdpanel_error_choice")
})

test_that("a web page that is called a workbook is refused as one", {
  path <- tempfile(fileext = ".xls")
  for (text in c(
    "<html><table><tr><td>1</td></tr></table>", "\n<?xml version=\"1.0\"?><Workbook>"
  )) {
    writeLines(text, path)
    expect_error(read_panel(path), "web page", class = "ccdpanel_error_file")
  }
})

test_that("the guard that save_table() puts before a formula comes off", {
  path <- tempfile(fileext = ".csv")
  table <- data.frame(a = c("=1+1", "@x", "-b", "'=q"), b = c(Inf, -Inf, NA, 1.5))
  save_table(table, path)
  grid <- read_text_grid(path, NULL)
  expect_identical(grid$text[-1, 1], table$a)
  expect_identical(typed_cells(grid$text[-1, 2])$value, table$b)
})

test_that("what is no text is refused", {
  path <- tempfile()
  writeBin(as.raw(c(1, 0, 0, 5, 7, 0, 9)), path)
  expect_error(read_text_grid(path, NULL), class = "ccdpanel_error_file")
})

test_that("a letter zero is in no text, whatever its encoding", {
  text <- utf8ToInt("a,b\n1,2\n")
  zeroed <- append(text, 0, 5)
  mark <- as.raw(c(0xef, 0xbb, 0xbf))
  wide <- function(x) as.raw(rbind(x, 0))
  late <- c(rep(text, length.out = 70000), 0, text)
  for (bytes in list(
    c(mark, as.raw(zeroed)), as.raw(late), c(as.raw(c(0xff, 0xfe)), wide(zeroed))
  )) {
    path <- tempfile()
    writeBin(bytes, path)
    expect_error(read_text_grid(path, NULL), class = "ccdpanel_error_file")
    expect_error(read_nbs(path), class = "ccdpanel_error")
    expect_error(indicator_sheet(path), class = "ccdpanel_error")
  }
})

test_that("random bytes and lines end in a grid or a classed error", {
  set.seed(2)
  for (i in 1:50) {
    path <- tempfile()
    if (i %% 2) {
      writeBin(as.raw(sample(0:255, sample(200, 1), TRUE)), path)
    } else {
      cells <- sample(c(
        ",", ";", "\t", "\"", "\n", "a", "1", "\u5e74", " ", "|"
      ), sample(200, 1), TRUE)
      writeBin(charToRaw(paste(cells, collapse = "")), path)
    }
    got <- tryCatch(read_text_grid(path, NULL)$text, ccdpanel_error = function(e) matrix(""))
    expect_true(is.character(got) && is.matrix(got) && !anyNA(got))
  }
})
