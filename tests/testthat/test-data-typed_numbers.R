kinds <- function(x, ...) typed_cells(x, ...)$kind
values <- function(x, ...) typed_cells(x, ...)$value

test_that("numbers as people type them", {
  typed <- c(
    "5,155", "1,234,567.8", "\uff11\uff12\uff13", "\uff0d\uff11\uff12\uff0e\uff15", "1 234 567",
    "1 234", "1'234", "12*", "12 **",
    "12\u2460", "12[1]", "\uffe51,200", "1.5E+03", "+7", " 3 ", ".5", "5.", "\u22124", "Inf",
    "-Inf", "1e-10"
  )
  expect_identical(values(typed), c(
    5155, 1234567.8, 123, -12.5, 1234567, 1234, 1234, 12, 12, 12, 12, 1200, 1500, 7, 3, .5, 5, -4,
    Inf, -Inf, 1e-10
  ))
  expect_identical(typed_cells(typed)$marked, typed %in% c("12*", "12 **", "12\u2460", "12[1]"))
  percent <- typed_cells(c("57.44%", "57.44\uff05", "3\u2030", "57.44 %"))
  expect_equal(percent$value, c(57.44, 57.44, .3, 57.44))
  expect_true(all(percent$percent))
})

test_that("missing codes, blanks, words and lost cells are told apart", {
  expect_identical(kinds(c(
    "\u2026", "\u2026\u2026", "...", "..", "-", "\u2014", "\u2014\u2014", "NA", "N/A", "n.a.",
    "\u7f3a\u5931", "#DIV/0!", ".a", "NaN", "\uff0d"
  )), rep("missing", 15))
  expect_identical(kinds(c("", " ", "\u3000", " ")), rep("blank", 4))
  expect_identical(kinds(c("\u4e1c\u90e8", "East")), rep("word", 2))
  # what R's own reading would take, or no reading can know
  expect_identical(
    kinds(c(
      "12\u4e07", "0x1F", "1e5L", "12,5", "1,23,456", "5-6", "(123)", "12 5", "2011-01-02", "1..2"
    )),
    rep("lost", 10)
  )
})

test_that("a comma is the decimal mark only where it is said to be", {
  expect_identical(values(c("12,5", "1.234,5", "1234"), decimal = ","), c(12.5, 1234.5, 1234))
})

test_that("cells that are numbers to the file stay as they are", {
  expect_identical(values(c("1", "x"), number = c(1 / 3, NA)), c(1 / 3, NA))
})

test_that("years as they are typed and headed", {
  expect_identical(
    typed_years(c(
      "2011", "2011\u5e74", "2011\u5e74\u5ea6", "2011-12-31", "\uff12\uff10\uff11\uff11",
      "\u4e8c\u3007\u4e00\u4e00\u5e74", "2011\u5e74\u672b", "2011*", "FY2011"
    )),
    rep(2011L, 9)
  )
  expect_identical(
    typed_years(c("12", "20111", "x", "2011\u5e743\u6708", "1234", "")), rep(NA_integer_, 6)
  )
  expect_identical(typed_years(c("2011", "2011.5"), c(2011, 2011.5)), c(2011L, NA))
})

test_that("whatever is typed, reading it ends in a kind", {
  set.seed(1)
  letters_of <- c(
    0:9, ",", ".", "-", "+", "%", "*", " ", "e", "\u5e74", "\u2026", "'", "(", "\"", "\\", "\uff11"
  )
  typed <- replicate(2000, paste(sample(letters_of, sample(0:8, 1), TRUE), collapse = ""))
  cells <- typed_cells(typed)
  expect_true(all(cells$kind %in% c("number", "blank", "missing", "word", "lost")))
  # a plain number is read as R reads it
  plain <- grepl("^[0-9]+[.]?[0-9]*$", typed)
  expect_identical(cells$value[plain], as.double(typed[plain]))
  # every cell with a digit is a number, a known code, or lost
  digits <- grepl("[0-9\uff11]", typed)
  expect_false(any(cells$kind[digits] %in% c("word", "blank")))
})

test_that("a group of thousands does not begin with a nought", {
  cells <- typed_cells(c("0,123", "-0,123", "012,345", "10,123", "0.123", "0"))
  expect_identical(cells$kind, c("lost", "lost", "lost", "number", "number", "number"))
  expect_identical(cells$value[4:6], c(10123, 0.123, 0))
  expect_identical(typed_cells("0,123", decimal = ",")$value, 0.123)
})

test_that("years spelt with the letter O, in brackets, behind an apostrophe", {
  expect_identical(
    typed_years(c(
      "\u4e8cO\u4e00\u56db\u5e74", "\u4e8c\uff2f\u4e00\u56db",
      "\u4e8c\u3007\u4e00\u56db\u5e74\u5ea6", "\uff082014\uff09", "'2014",
      "\u4e00\u4e5d\u4e5d\u516b\u5e74"
    )),
    c(rep(2014L, 5), 1998L)
  )
  expect_identical(typed_years(c("\u4e09O\u4e00\u56db\u5e74", "(2014")), c(NA_integer_, NA))
})

test_that("a number in any of its spellings is that number, whatever the number", {
  set.seed(1)
  x <- c(
    0, round(stats::rnorm(200) * 10^sample(0:7, 200, TRUE), sample(0:4, 200, TRUE)), 1e6, -1234567
  )
  plain <- formatC(x, digits = 15, format = "fg", width = 1)
  expect_equal(as.double(plain), x, tolerance = 1e-14)
  whole <- sub("[.].*$", "", plain)
  rest <- substring(plain, nchar(whole) + 1)
  grouped <- function(mark) {
    paste0(formatC(as.double(whole), big.mark = mark, format = "d", width = 1), rest)
  }
  # formatC() writes "-0.5" as whole part "-0", of which the number has no sign.
  sign <- startsWith(plain, "-") & as.double(whole) == 0
  wide <- c(
    "-" = "\uff0d", "0" = "\uff10", "1" = "\uff11", "2" = "\uff12", "3" = "\uff13",
    "4" = "\uff14", "5" = "\uff15", "6" = "\uff16", "7" = "\uff17", "8" = "\uff18",
    "9" = "\uff19", "." = "\uff0e"
  )
  full <- function(text) {
    vapply(strsplit(text, ""), function(letters) paste(wide[letters], collapse = ""), "")
  }
  spellings <- list(
    plain, full(plain), paste0(" ", plain, "\u3000"), paste0(plain, "*"), paste0(plain, "[1]"),
    paste0(plain, "%"), sub("^-", "\u2212", plain)
  )
  for (text in spellings) {
    cells <- typed_cells(text)
    expect_true(all(cells$kind == "number"))
    expect_equal(cells$value, x, tolerance = 1e-14)
  }
  for (mark in c(",", " ", "'")) {
    expect_equal(typed_cells(grouped(mark)[!sign])$value, x[!sign], tolerance = 1e-14)
  }
})

test_that("random text has one kind, and no digit goes unseen", {
  set.seed(2)
  letters <- c(
    0:9, 0:9, ",", ".", "-", "+", "%", "*", " ", "'", "e", "E", "x", "(", ")", "[", "]", "/",
    "\u5e74", "\u2026", "\u3000", "\uff11", "\uff0c", "\u2212", "\u2030", "\u00a0", "na", "L",
    "$", "\t"
  )
  text <- replicate(3000, paste(sample(letters, sample(0:9, 1), TRUE), collapse = ""))
  cells <- typed_cells(text)
  expect_true(all(cells$kind %in% c("number", "blank", "missing", "word", "lost")))
  expect_identical(is.na(cells$value), cells$kind != "number")
  digits <- grepl("[0-9\uff11]", text, perl = TRUE)
  expect_false(any(cells$kind[digits] %in% c("blank", "missing", "word")))
  expect_false(any(cells$kind[!digits] %in% c("number", "lost")))
  # What R reads as a number without help is that number.
  own <- suppressWarnings(as.double(text))
  easy <- !is.na(own) & grepl("^[-+]?[0-9]+([.][0-9]*)?$", text)
  expect_gt(sum(easy), 20)
  expect_equal(cells$value[easy], own[easy])
})

test_that("errors of lost numbers and years name the way out of what was seen", {
  skip_if_not(l10n_info()[["UTF-8"]], "Chinese heads are written to a file")
  read <- function(...) {
    path <- tempfile(fileext = ".csv")
    on.exit(unlink(path))
    con <- file(path, "wb")
    writeBin(charToRaw(enc2utf8(paste0(paste(c(...), collapse = "\n"), "\n"))), con)
    close(con)
    tryCatch(suppressMessages(read_panel(path)), error = function(e) e)
  }
  expect_way <- function(e, class, words) {
    expect_s3_class(e, paste0("ccdpanel_error_", class))
    expect_match(cli::ansi_strip(conditionMessage(e)), words, fixed = TRUE)
  }
  head <- "\u7701\u4efd,\u5e74\u4efd,x"
  rows <- function(values, years = c(2019, 2020)) {
    paste(rep(c("\u5317\u4eac", "\u5929\u6d25"), each = 2), years, values, sep = ",")
  }
  expect_way(read(head, rows(c("(123.4)", 1, 2, 3))), "lost", "\"-123.4\" or \"123.4\"")
  expect_way(read(head, rows(c("\uff08123.4\uff09", 1, 2, 3))), "lost", "\"-123.4\" or \"123.4\"")
  expect_way(read(head, rows(c("3.5-", 1, 2, 3))), "lost", "\"-3.5\"")
  expect_way(read(head, rows(1:4, c("19", "20"))), "year", "four digits: \"2019\"")
  expect_way(read(head, rows(1:4, c("2019", "20"))), "lost", "four digits: \"2019\"")
  expect_way(
    read("\u5730\u533a,19\u5e74,20\u5e74", "\u5317\u4eac,1,2", "\u5929\u6d25,3,4"), "year",
    "four digits"
  )
  expect_way(read(head, rows(1:4, c("2019/20", "2020/22"))), "lost", "\"2019\" or \"2020\"")
  expect_way(read(head, rows(1:4, c("2019", "2019/20"))), "year", "\"2019\" or \"2020\"")
  # Amounts in words are lost numbers, with other columns of numbers beside them too; classes that
  # come again and again are words.
  amounts <- c("1.2\u4e07", "\u7ea6100", "12\u4e07", ">50")
  expect_way(read(head, rows(amounts)), "lost", "A unit stands in the head")
  expect_way(
    read(paste0(head, ",y"), paste0(rows(1:4), ",", amounts)), "lost", "row 2, column 4"
  )
  classes <- rep(c("50\u4e07\u4ee5\u4e0b", "100\u4e07\u4ee5\u4e0a"), each = 2)
  expect_identical(read(paste0(head, ",y"), paste0(rows(1:4), ",", classes))$y, classes)
})

test_that("letters of provisional and revised numbers are marks, those of units are none", {
  marked <- c(
    "12.5(p)", "12.5 (p)", "123.4r", "7p", "1,234 P", "5%(a)", "3.1\u24c5", "2[1]",
    "6\uff08r\uff09"
  )
  read <- read_typed(marked)
  expect_identical(read$value, c(12.5, 12.5, 123.4, 7, 1234, 5, 3.1, 2, 6))
  expect_true(all(read$marked))
  for (unit in c("12.5k", "12.5m", "12.5(m)", "12.5t", "12.5b", "13.1e", "1e5r2", "5pp", "12(3)")) {
    expect_identical(read_typed(unit)$kind, "lost", info = unit)
  }
})
