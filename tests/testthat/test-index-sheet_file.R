test_that("titles above, notes below, sheets of a workbook bound", {
  skip_if_not_installed("readxl")
  skip_if_not_installed("writexl")
  table <- function(title, rows) as.data.frame(do.call(rbind, c(list(c(title, NA, NA, NA)), rows)))
  head <- c("\u4e00\u7ea7\u6307\u6807", "\u4e8c\u7ea7\u6307\u6807", "\u5c5e\u6027", "\u5355\u4f4d")
  path <- tempfile(fileext = ".xlsx")
  sheets <- list(
    table(
      "\u88681 \u79d1\u6280\u521b\u65b0\u8bc4\u4ef7\u6307\u6807\u4f53\u7cfb",
      list(
        head, c("\u6295\u5165", "\u4eba\u5458", "\u6b63", "\u4eba"),
        c(NA, "\u7ecf\u8d39", "\u6b63", "\u5143"), c("\u6ce8\uff1a\u7565", NA, NA, NA)
      )
    ),
    table(
      "\u88682 \u6570\u5b57\u7ecf\u6d4e\u6307\u6807\u4f53\u7cfb",
      list(head, c("\u57fa\u7840", "\u5bbd\u5e26", "\u6b63", "\u6237"))
    )
  )
  writexl::write_xlsx(
    stats::setNames(sheets, c("\u79d1\u6280\u521b\u65b0", "\u6570\u5b57\u7ecf\u6d4e")), path,
    col_names = FALSE
  )
  sheet <- suppressMessages(indicator_sheet(path))
  expect_identical(sheet$system, c(
    "\u79d1\u6280\u521b\u65b0", "\u79d1\u6280\u521b\u65b0", "\u6570\u5b57\u7ecf\u6d4e"
  ))
  expect_identical(sheet$dimension, c("\u6295\u5165", "\u6295\u5165", "\u57fa\u7840"))
  expect_identical(sheet$unit, c("\u4eba", "\u5143", "\u6237"))
})

test_that("what is no table of indicators is refused with what was seen", {
  path <- tempfile(fileext = ".csv")
  writeLines(c("hello,world", "1,2"), path)
  expect_error(indicator_sheet(path), "hello \\| world", class = "ccdpanel_error_sheet")
  writeBin(as.raw(c(1, 0, 0, 3, 0)), path)
  expect_error(indicator_sheet(path), class = "ccdpanel_error_sheet")
})

test_that("a table that save_table() wrote comes back", {
  plain <- data.frame(
    system = "s", dimension = "d", indicator = c("=x", "@y"), direction = c("+", "-")
  )
  path <- save_table(plain, tempfile(fileext = ".csv"))
  expect_identical(indicator_sheet(path), indicator_sheet(plain))
})

test_that("random tables end in a sheet or a classed error", {
  set.seed(4)
  cells <- c(
    "\u7cfb\u7edf", "\u7ef4\u5ea6", "\u6307\u6807", "\u65b9\u5411", "system", "indicator", "+", "-",
    "\u6b63\u5411", "x", "y", "", "0.5", "\u533a\u95f4", "[1,2]", "\u6ce8\uff1a"
  )
  for (i in 1:60) {
    n <- sample(1:5, 2, TRUE)
    path <- tempfile(fileext = ".csv")
    writeLines(enc2utf8(apply(
      matrix(sample(cells, prod(n), TRUE), n[1]), 1, paste, collapse = ","
    )), path, useBytes = TRUE)
    got <- tryCatch(suppressMessages(indicator_sheet(path)), ccdpanel_error = function(e) NULL)
    expect_true(is.null(got) || inherits(got, "indicator_sheet"))
  }
})

csv_sheet <- function(...) {
  path <- tempfile(fileext = ".csv")
  writeLines(enc2utf8(c(...)), path, useBytes = TRUE)
  suppressMessages(indicator_sheet(path))
}

test_that("heads in two lines are one, merged or not", {
  merged <- csv_sheet(
    "\u7ef4\u5ea6,\u6307\u6807,,\u6027\u8d28",
    "\u7ef4\u5ea6,\u540d\u79f0,\u8ba1\u7b97\u65b9\u6cd5,\u6027\u8d28", "\u6295\u5165,x,x/y,\u6b63",
    ",z,z/y,\u8d1f"
  )
  expect_identical(merged$indicator, c("x", "z"))
  expect_identical(merged$dimension, c("\u6295\u5165", "\u6295\u5165"))
  expect_identical(merged$direction, c("+", "-"))
  plain <- csv_sheet(
    "\u76ee\u6807\u5c42,\u6307\u6807,,\u5c5e\u6027",
    ",\u4e00\u7ea7\u6307\u6807,\u4e8c\u7ea7\u6307\u6807,",
    "\u6570\u5b57\u7ecf\u6d4e,\u6295\u5165,x,\u6b63", ",,z,\u8d1f"
  )
  expect_identical(plain$indicator, c("x", "z"))
  expect_identical(plain$dimension, c("\u6295\u5165", "\u6295\u5165"))
  lower <- csv_sheet(
    "\u7cfb\u7edf,\u6307\u6807,,,\u5c5e\u6027",
    ",\u4e00\u7ea7\u6307\u6807,\u4e8c\u7ea7\u6307\u6807,\u4e09\u7ea7\u6307\u6807,",
    "\u6570\u5b57\u7ecf\u6d4e,\u6295\u5165,\u7532,x,\u6b63", ",,,z,\u8d1f"
  )
  expect_identical(lower$indicator, c("x", "z"))
  expect_identical(lower$system, rep("\u6570\u5b57\u7ecf\u6d4e", 2))
  # a first row of data is none
  expect_identical(csv_sheet(
    "\u7cfb\u7edf,\u6307\u6807,\u5c5e\u6027", "s,x,\u6b63", "s,z,\u8d1f"
  )$indicator, c("x", "z"))
})

test_that("a name that a narrow cell breaks is one, and finds its column", {
  sheet <- csv_sheet(
    "\u7cfb\u7edf,\u6307\u6807,\u65b9\u5411",
    "\"\u6570\n\u5b57\n\u7ecf\n\u6d4e\",\"\u5bbd\u5e26\n\u7528\u6237\",\u6b63",
    "\u7eff \u8272,\"SO2\nkg\",\u8d1f"
  )
  expect_identical(sheet$system, c("\u6570\u5b57\u7ecf\u6d4e", "\u7eff\u8272"))
  expect_identical(sheet$indicator, c("\u5bbd\u5e26\u7528\u6237", "SO2 kg"))
  data <- stats::setNames(data.frame(1:2, 3:4), c(
    "\u5bbd\u5e26 \u7528\u6237(\u4e07\u6237)", "SO2kg"
  ))
  expect_identical(names(without_measures(data, sheet)), sheet$indicator)
  twice <- stats::setNames(data.frame(1, 2), c(
    "\u5bbd\u5e26 \u7528\u6237", "\u5bbd \u5e26\u7528\u6237"
  ))
  expect_identical(names(without_measures(twice, sheet[1, ])), names(twice))
})
