table_of <- function(...) {
  rows <- strsplit(c(...), ",", fixed = TRUE)
  width <- max(lengths(rows))
  text <- t(vapply(rows, function(r) c(r, rep("", width - length(r))), character(width)))
  sheet_tables(new_grid("file.csv", NA_character_, text))[[1]]
}

test_that("names, units and years of columns come from all lines of their heads", {
  heads <- series_heads(table_of(
    "\u5730\u533a,\u6536\u5165\uff08\u5143\uff09,,\u4eba\u53e3",
    ",2015\u5e74,2016\u5e74,2015\u5e74", "\u5317\u4eac,1,2,3", "\u5929\u6d25,4,5,6"
  ))
  expect_identical(heads$name, c("\u6536\u5165", "\u6536\u5165", "\u4eba\u53e3"))
  expect_identical(heads$year, c(2015L, 2016L, 2015L))
  expect_identical(heads$measure, c("\u5143", "\u5143", NA))
})

test_that("the same leaf below two heads is named by both", {
  heads <- series_heads(table_of(
    "\u5730\u533a,\u5e74\u4efd,\u57ce\u9547,,\u519c\u6751,",
    ",,\u6536\u5165,\u652f\u51fa,\u6536\u5165,\u652f\u51fa", "\u5317\u4eac,2015,1,2,3,4",
    "\u5929\u6d25,2015,1,2,3,4"
  ))
  expect_identical(heads$name, c(
    "\u57ce\u9547 \u6536\u5165", "\u57ce\u9547 \u652f\u51fa", "\u519c\u6751 \u6536\u5165",
    "\u519c\u6751 \u652f\u51fa"
  ))
})

test_that("a year in one head alone is part of its name", {
  heads <- series_heads(table_of(
    "\u7701\u4efd,\u5e74\u4efd,2005\u5e74\u4e0d\u53d8\u4ef7GDP,\u4eba\u53e3",
    "\u5317\u4eac,2015,1,2", "\u5929\u6d25,2015,1,2"
  ))
  expect_identical(heads$name, c("2005\u5e74\u4e0d\u53d8\u4ef7GDP", "\u4eba\u53e3"))
})

test_that("codes with leading zeros and mostly words are words", {
  cells <- panel_cells(table_of(
    "\u7701\u4efd,\u5e74\u4efd,\u80a1\u7968,\u7c7b\u578b", "\u5317\u4eac,2015,000001,a",
    "\u5929\u6d25,2015,000002,b"
  ), NA)
  expect_length(cells$words, 2)
})

head_file <- function(lines, name = "x_2012.csv") {
  path <- file.path(tempfile(), name)
  dir.create(dirname(path))
  writeLines(enc2utf8(lines), path, useBytes = TRUE)
  suppressMessages(read_panel(path))
}

test_that("a name with a unit of its own is no unit, below another head or above years", {
  x <- head_file(c(
    "\u7701\u4efd,GDP,,\u8fdb\u51fa\u53e3,",
    paste0(
      ",\u603b\u91cf\uff08\u4ebf\u5143\uff09,\u589e\u901f\uff08%\uff09,\u603b\u989d,\u5360",
      "\u6bd4\uff08%\uff09"
    ),
    "\u5317\u4eac,1,2,3,4", "\u5929\u6d25,5,6,7,8"
  ))
  expect_identical(names(x)[-(1:3)], c(
    "\u603b\u91cf", "\u589e\u901f", "\u603b\u989d", "\u5360\u6bd4"
  ))
  expect_identical(as.vector(x[["\u589e\u901f"]]), c(2, 6))
  expect_identical(attr(x, "indicators")$unit, c("\u4ebf\u5143", "%", NA, "%"))
  years <- head_file(c(
    "\u7701\u4efd,GDP\uff08\u4ebf\u5143\uff09,,GDP\u589e\u901f\uff08%\uff09,",
    ",2011,2012,2011,2012", "\u5317\u4eac,1,2,3,4", "\u5929\u6d25,5,6,7,8"
  ), "gdp.csv")
  expect_identical(as.vector(years[["GDP\u589e\u901f"]]), c(3, 4, 7, 8))
  above <- head_file(c(
    "\u7701\u4efd,2011,,2012,",
    paste0(
      ",\u7edd\u5bf9\u6570\uff08\u4ebf\u5143\uff09,\u6bd4\u4e0a\u5e74\u589e\u957f%,\u7edd\u5bf9",
      "\u6570\uff08\u4ebf\u5143\uff09,\u6bd4\u4e0a\u5e74\u589e\u957f%"
    ),
    "\u5317\u4eac,1,2,3,4", "\u5929\u6d25,5,6,7,8"
  ), "gdp.csv")
  expect_identical(as.vector(above[["\u6bd4\u4e0a\u5e74\u589e\u957f"]]), c(2, 4, 6, 8))
  stroke <- head_file(c(
    "\u7701\u4efd,2011,,2012,", ",GDP/\u4ebf\u5143,\u589e\u901f/%,GDP/\u4ebf\u5143,\u589e\u901f/%",
    "\u5317\u4eac,1,2,3,4", "\u5929\u6d25,5,6,7,8"
  ), "gdp.csv")
  expect_identical(as.vector(stroke$GDP), c(1, 3, 5, 7))
  expect_identical(as.vector(stroke[["\u589e\u901f"]]), c(2, 4, 6, 8))
  nearest <- head_file(c(
    "\u7701\u4efd,\u8fdb\u51fa\u53e3\uff08\u4ebf\u5143\uff09,,\u4eba\u53e3\uff08\u4eba\uff09,",
    ",\u603b\u989d,\u5360\u6bd4\uff08%\uff09,\u5408\u8ba1,\u5360\u6bd4%", "\u5317\u4eac,1,2,3,4",
    "\u5929\u6d25,5,6,7,8"
  ))
  expect_identical(attr(nearest, "indicators")$unit, c("\u4ebf\u5143", "%", "\u4eba", "%"))
  # Units alone stay units.
  units <- head_file(c(
    paste0(
      "\u7701\u4efd,\u4e07\u4eba\u62e5\u6709\u516c\u4ea4\u8f66\u8f86,\u4eba\u5747\u516c\u56ed",
      "\u7eff\u5730,\u6559\u80b2\u652f\u51fa,\u57ce\u9547\u5316\u7387"
    ),
    ",\u6807\u53f0/\u4e07\u4eba,\u5e73\u65b9\u7c73/\u4eba,\u5360GDP%,(%)",
    "\u5317\u4eac,1,2,3,4", "\u5929\u6d25,5,6,7,8"
  ))
  expect_identical(attr(units, "indicators")$unit, c(
    "\u6807\u53f0/\u4e07\u4eba", "\u5e73\u65b9\u7c73/\u4eba", "\u5360GDP%", "%"
  ))
})

test_that("a Chinese head broken over two cells, or filled with blanks, is one name", {
  x <- head_file(c(
    "\u5730\u533a,\u4eba\u5747\u5730\u533a,\u4eba\u3000\u53e3,\u57ce\u9547,\u57ce\u9547",
    paste0(
      ",\u751f\u4ea7\u603b\u503c\uff08\u5143\uff09,\uff08\u4e07\u4eba\uff09,\u4eba ",
      "\u53e3,\u9762\u79ef"
    ),
    "\u5317\u4eac,1,2,3,4", "\u5929\u6d25,5,6,7,8"
  ))
  expect_identical(names(x)[-(1:3)], c(
    "\u4eba\u5747\u5730\u533a \u751f\u4ea7\u603b\u503c", "\u4eba\u53e3",
    "\u57ce\u9547 \u4eba\u53e3", "\u9762\u79ef"
  ))
  expect_identical(attr(x, "indicators")$unit, c("\u5143", "\u4e07\u4eba", NA, NA))
})

test_that("units of one and two parts, of degrees and of none are an indicator's own", {
  x <- head_file(c(
    paste0(
      "\u5730\u533a,\u5e74\u4efd,\u9762\u79ef/\u5e73\u65b9\u7c73/\u4eba,PM2.5/\u03bcg/m\u00b3,",
      "\u7535\u8bdd/\u90e8/\u767e\u4eba,2010\u5e74\u4e0d\u53d8\u4ef7GDP\uff08\u4ebf\u5143\uff09"
    ),
    "\u5317\u4eac,2011,1,2,3,4",
    "\u5929\u6d25,2011,5,6,7,8"
  ))
  expect_identical(names(x)[-(1:3)], c(
    "\u9762\u79ef", "PM2.5", "\u7535\u8bdd", "2010\u5e74\u4e0d\u53d8\u4ef7GDP"
  ))
  expect_identical(attr(x, "indicators")$unit, c(
    "\u5e73\u65b9\u7c73/\u4eba", "\u03bcg/m\u00b3", "\u90e8/\u767e\u4eba", "\u4ebf\u5143"
  ))
  years <- head_file(c(
    "\u5730\u533a,\u6c14\u6e29/\u2103,,\u57fa\u7ad9\uff08\u4e07\u4e2a\uff09,",
    ",2011,2012,2011,2012", "\u5317\u4eac,1,2,3,4", "\u5929\u6d25,5,6,7,8"
  ), "data.csv")
  expect_identical(as.vector(years[["\u6c14\u6e29"]]), c(1, 2, 5, 6))
  below <- head_file(c(
    "\u5730\u533a,\u6c14\u6e29,\u566a\u58f0", ",\uff08\u5ea6\u6570\uff09,\uff08\u5206\u8d1d\uff09",
    "\u5317\u4eac,1,2", "\u5929\u6d25,5,6"
  ))
  expect_identical(names(below)[-(1:3)], c("\u6c14\u6e29", "\u566a\u58f0"))
  long <- head_file(c(
    "\u5730\u533a,\u6307\u6807,\u5355\u4f4d,2011", "\u5317\u4eac,\u91cc\u7a0b,\u516c\u91cc,1",
    "\u5317\u4eac,\u6307\u6570,,2", "\u5929\u6d25,\u91cc\u7a0b,\u516c\u91cc,3",
    "\u5929\u6d25,\u6307\u6570,,4"
  ), "data.csv")
  expect_identical(attr(long, "indicators")$unit, c("\u516c\u91cc", NA))
  merged <- head_file(c(
    "\u5730\u533a,\u6307\u6807,\u5355\u4f4d,2011", "\u5317\u4eac,\u91cc\u7a0b,\u516c\u91cc,1",
    "\u5929\u6d25,\u91cc\u7a0b,,3"
  ), "data.csv")
  expect_identical(attr(merged, "indicators")$unit, "\u516c\u91cc")
})

test_that("a title's years are not those of prices, nor the beginning of the end of a year", {
  expect_identical(
    vapply(c(
      "\u88682-1 \u5404\u5730\u533a2010\u5e74\u4e0d\u53d8\u4ef7GDP",
      "\u5404\u5730\u533a2012\u5e74\u672b\u4eba\u53e3",
      "3-2 2011-2015\u5e74\u5404\u5730\u533a\u7528\u7535\u91cf"
    ), title_label, ""),
    c("2010\u5e74\u4e0d\u53d8\u4ef7GDP", "\u5e74\u672b\u4eba\u53e3", "\u7528\u7535\u91cf"),
    ignore_attr = TRUE
  )
})

test_that("heads that end in a year are labelled without it", {
  x <- head_file(c(
    "\u5730\u533a,gdp2011,gdp2012", "\u5317\u4eac,1,2", "\u5929\u6d25,3,4"
  ), "data.csv")
  expect_identical(attr(x, "indicators")$label, "gdp")
})
