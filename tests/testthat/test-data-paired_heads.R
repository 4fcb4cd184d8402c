pair_grid <- function(...) {
  rows <- strsplit(c(...), ",", fixed = TRUE)
  width <- max(lengths(rows))
  text <- t(vapply(rows, function(r) c(r, rep("", width - length(r))), character(width)))
  new_grid("x.csv", NA_character_, text)
}

test_that("heads of databases name unit and indicator in one cell", {
  lines <- c(
    paste0(
      "\u6307\u6807\u540d\u79f0,\u5317\u4eac:GDP,\u5929\u6d25:GDP,\u5317\u4eac:\u4eba\u53e3,\u4eba",
      "\u53e3:\u5929\u6d25"
    ),
    "\u9891\u7387,\u5e74,\u5e74,\u5e74,\u5e74",
    "\u5355\u4f4d,\u4ebf\u5143,\u4ebf\u5143,\u4e07\u4eba,\u4e07\u4eba",
    "\u6307\u6807ID,M01,M02,M03,M04", "2016-12-31,2,4,20,40", "2015-12-31,1234.5,3,10,30",
    "\u6570\u636e\u6765\u6e90\uff1a\u5e93"
  )
  path <- file.path(tempfile("pairs"), "x.csv")
  dir.create(dirname(path))
  writeBin(charToRaw(enc2utf8(paste0(paste(lines, collapse = "\n"), "\n"))), path)
  x <- suppressMessages(read_panel(path))
  expect_identical(x$province, rep(c("Beijing", "Tianjin"), each = 2))
  expect_identical(as.vector(x$year), c(2015L, 2016L, 2015L, 2016L))
  expect_identical(as.vector(x$GDP), c(1234.5, 2, 3, 4))
  expect_identical(as.vector(x[["\u4eba\u53e3"]]), c(10, 20, 30, 40))
  expect_identical(attr(x, "indicators")$unit, c("\u4ebf\u5143", "\u4e07\u4eba"))
})

test_that("lines of numbers that describe the series are none of a table, and units are read", {
  path <- tempfile(fileext = ".csv")
  writeLines(c(
    ",CN: GDP: Beijing,CN: GDP: Tianjin,CN: Population: Beijing,CN: Population: Tianjin",
    "Subnational,Beijing,Tianjin,Beijing,Tianjin", "Unit,RMB bn,RMB bn,%,%",
    "Series ID,101,102,103,104", "First Obs. Date,12/1999,12/1999,12/1999,12/1999",
    "Mean,3.5,4.5,5.5,6.5", "12/2019,3,4,5,6", "12/2020,4,5,6,7"
  ), path)
  x <- suppressMessages(read_panel(path))
  expect_identical(as.vector(x$year), rep(2019:2020, 2))
  expect_identical(as.vector(x[[4]]), c(3, 4, 4, 5))
  expect_identical(as.vector(x[[5]]), c(5, 6, 6, 7))
  expect_identical(attr(x, "indicators")$unit, c("RMB bn", "%"))
})

test_that("other colons are none of theirs", {
  for (line in c(
    "\u5355\u4f4d\uff1a\u4ebf\u5143,\u6765\u6e90\uff1a\u5e74\u9274",
    "\u65f6\u95f4\uff1a2015,\u5730\u533a\uff1a\u5317\u4eac", "a:b,c:d"
  )) {
    grid <- pair_grid(line, "\u5730\u533a,2015", "\u5317\u4eac,1")
    expect_identical(paired_heads(grid), grid)
  }
  expect_identical(
    split_pairs(c("\u5317\u4eac:GDP:\u7d2f\u8ba1", "GDP", "\u5317\u4eac:\u5929\u6d25"))$name,
    c("GDP:\u7d2f\u8ba1", "", "")
  )
})
