bulk <- function(...) {
  path <- tempfile("nama_", fileext = ".tsv")
  writeLines(c(...), path)
  path
}

test_that("the one cell of all dimensions is cut, marks of quality are counted", {
  path <- bulk(
    "freq,unit,na_item,geo\\TIME_PERIOD\t2019 \t2020 ", "A,CP_MEUR,B1GQ,AT\t397170.5 \t381040.0 p",
    "A,CP_MEUR,B1GQ,DE\t3473260.0 bp\t: c", "A,CP_MEUR,B1GQ,FR\t:\t-2.5e3 "
  )
  said <- capture_messages(panel <- read_panel(path))
  expect_identical(panel$unit, rep(c("AT", "DE", "FR"), each = 2))
  expect_identical(panel$year, rep(2019:2020, 3))
  expect_identical(as.vector(panel[["CP_MEUR B1GQ"]]), c(397170.5, 381040, 3473260, NA, NA, -2500))
  expect_match(paste(said, collapse = ""), "2 numbers had the mark")
  expect_identical(attr(panel, "missing")$cells, 2L)
})

test_that("dimensions that vary name indicators", {
  panel <- suppressMessages(read_panel(bulk(
    "unit,na_item,geo\\time\t2019 \t2020 ", "CP,B1GQ,AT\t1 \t2 ", "CP,P3,AT\t3 \t4 ",
    "CP,B1GQ,DE\t5 \t6 ", "CP,P3,DE\t7 \t8 "
  )))
  expect_identical(setdiff(names(panel), c("unit", "year")), c("B1GQ", "P3"))
  expect_identical(as.vector(panel$P3), c(3, 4, 7, 8))
})
