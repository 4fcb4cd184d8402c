plain <- function(x) {
  x <- as.data.frame(x)
  x[] <- lapply(x, as.vector)
  attributes(x) <- attributes(x)[c("names", "row.names")]
  class(x) <- "data.frame"
  x
}

# Two provinces, two years, two indicators: the panel behind every shape below.
two <- data.frame(
  code = c(11L, 11L, 12L, 12L), province = c("Beijing", "Beijing", "Tianjin", "Tianjin"),
  year = c(2015L, 2016L, 2015L, 2016L), GDP = c(1234.5, 2, 3, 4),
  people = c(10, 20, 30, NA)
)
names(two)[5] <- "\u4eba\u53e3"

gdp <- two[c("code", "province", "year", "GDP")]

test_that("a yearbook's sheet: title, unit, spaced heads and names, totals and notes", {
  lines <- c(
    "3-1 \u5206\u5730\u533aGDP (2015-2016\u5e74),,", ",,\u5355\u4f4d\uff1a\u4ebf\u5143",
    "\u5730  \u533a,2015\u5e74,2016\u5e74", "\u5168  \u56fd,\"9,999\",9",
    "\u5317  \u4eac,\"1,234.5\",2", "\u5929  \u6d25,3,4", "\u4e1c\u90e8\u5730\u533a,1,1",
    "\u6ce8\uff1a1. 2016\u5e74\u4e3a\u521d\u6b65\u6570,\u53ef\u80fd\u8c03\u6574\u3002,,",
    "\u8d44\u6599\u6765\u6e90\uff1a\u56fd\u5bb6\u7edf\u8ba1\u5c40\u3002,,"
  )
  for (encoding in c("UTF-8", "GB18030", "UTF-16LE")) {
    expect_message(
      x <- read_panel(csv_of(lines, encoding = encoding)), class = "ccdpanel_message_read"
    )
    expect_identical(plain(x), gdp)
  }
  expect_identical(attr(x, "aside")$name, c("\u5168  \u56fd", "\u4e1c\u90e8\u5730\u533a"))
  expect_identical(attr(x, "indicators")$unit, "\u4ebf\u5143")
  expect_identical(attr(x$GDP, "label"), "GDP (\u4ebf\u5143)")
  expect_identical(nrow(attr(x, "lost")), 0L)
  expect_true(any(grepl("\u521d\u6b65\u6570", attr(x, "notes")$text)))
})

test_that("the same panel in every shape", {
  shapes <- list(
    long = c(
      "\u7701\u4efd,\u5e74\u4efd,GDP\uff08\u4ebf\u5143\uff09,\u4eba\u53e3(\u4e07\u4eba)",
      "\u5317\u4eac\u5e02,2015\u5e74,\"1,234.5\",10", "\u5317\u4eac\u5e02,2016\u5e74,2,20",
      "\u5929\u6d25,2015\u5e74,3,30", "\u5929\u6d25,2016\u5e74,4,\u2026"
    ),
    merged = c(
      "\u7701\u4efd,\u5e74\u4efd,GDP,\u4eba\u53e3", "\u5317\u4eac\u5e02,2015,1234.5,10",
      ",2016,2,20", "\u5929\u6d25,2015,3,30", ",2016,4,\u2026"
    ),
    year_first = c(
      "year;province;GDP;\u4eba\u53e3", "2015;Beijing;1234.5;10", ";Tianjin;3;30",
      "2016;Beijing;2;20", ";Tianjin;4;-"
    ),
    indicators = c(
      "\u6307\u6807\t\u5730\u533a\t\u65f6\u95f4\t\u6570\u503c",
      "GDP\t\u5317\u4eac\t2015-12-31\t1234.5", "GDP\t\u5317\u4eac\t2016-12-31\t2",
      "GDP\t\u5929\u6d25\t2015-12-31\t3",
      "GDP\t\u5929\u6d25\t2016-12-31\t4", "\u4eba\u53e3\t\u5317\u4eac\t2015-12-31\t10",
      "\u4eba\u53e3\t\u5317\u4eac\t2016-12-31\t20", "\u4eba\u53e3\t\u5929\u6d25\t2015-12-31\t30",
      "\u4eba\u53e3\t\u5929\u6d25\t2016-12-31\t.."),
    half = c(
      "\u7701\u4efd,\u6307\u6807,\u5355\u4f4d,2015,2016", "\u5317\u4eac,GDP,\u4ebf\u5143,1234.5,2",
      ",\u4eba\u53e3,\u4e07\u4eba,10,20", "\u5929\u6d25,GDP,\u4ebf\u5143,3,4",
      ",\u4eba\u53e3,\u4e07\u4eba,30,NA"
    ),
    two_heads = c(
      "\u5730\u533a,GDP\uff08\u4ebf\u5143\uff09,,\u4eba\u53e3,", ",2015,2016,2015,2016",
      "\u5317\u4eac,1234.5,2,10,20", "\u5929\u6d25,3,4,30,\u7f3a\u5931"
    ),
    turned_heads = c(
      "\u5730\u533a,2015\u5e74,,2016\u5e74,", ",GDP,\u4eba\u53e3,GDP,\u4eba\u53e3",
      "\u5317\u4eac,1234.5,10,2,20", "\u5929\u6d25,3,30,4,\u2014"
    ),
    named = c(
      "province,GDP2015,GDP2016,\u4eba\u53e32015,\u4eba\u53e32016", "Beijing,1234.5,2,10,20",
      "Tianjin,3,4,30,"
    ),
    across = c(
      "\u5e74\u4efd,\u6307\u6807,\u5317\u4eac\u5e02,\u5929\u6d25\u5e02", "2015,GDP,1234.5,3",
      "2016,GDP,2,4", "2015,\u4eba\u53e3,10,30", "2016,\u4eba\u53e3,20,N/A"
    ),
    stacked = c(
      "\u88681 GDP", "\u5355\u4f4d\uff1a\u4ebf\u5143", "\u5730\u533a,2015\u5e74,2016\u5e74",
      "\u5317\u4eac,1234.5,2", "\u5929\u6d25,3,4", "\u6ce8\uff1a1. \u521d\u6b65\u6570", "",
      "\u88682 \u4eba\u53e3", "\u5730\u533a,2015\u5e74,2016\u5e74", "\u5317\u4eac,10,20",
      "\u5929\u6d25,30,\u2026"
    )
  )
  for (name in names(shapes)) {
    x <- plain(quietly_read(csv_of(shapes[[name]])))
    expect_identical(x, two, info = name)
  }
  beside <- quietly_read(csv_of(c(
    "\u88681 GDP(\u4ebf\u5143),,,,,", "\u5730\u533a,2015,2016,\u5730\u533a,2015,2016",
    "\u5317\u4eac,1234.5,2,\u6cb3\u5317,5,6", "\u5929\u6d25,3,4,\u5c71\u897f,7,8"
  )))
  expect_identical(plain(beside)[1:4, ], gdp)
  expect_identical(plain(beside)$GDP[5:8], c(5, 6, 7, 8))
  across <- quietly_read(csv_of(c(
    "\u88682 GDP,,", "\u5e74\u4efd,\u5317\u4eac\u5e02,\u5929\u6d25\u5e02", "2015\u5e74,1234.5,3",
    "2016\u5e74,2,4", "\u6570\u636e\u6765\u6e90\uff1a\u5e74\u9274,,"
  )))
  expect_identical(plain(across), gdp)
  years <- c(
    csv_of(c(
      "\u5730\u533a,GDP,\u4eba\u53e3", "\u5317\u4eac,1234.5,10", "\u5929\u6d25,3,30"
    ), "y2015.csv"),
    csv_of(c(
      "\u4e3b\u8981\u6307\u6807,2016\u5e74,", "\u6307\u6807,\u5317\u4eac,\u5929\u6d25", "GDP,2,4",
      "\u4eba\u53e3,20,"
    ), "b.csv")
  )
  expect_identical(plain(quietly_read(years)), two)
  corner <- quietly_read(csv_of(c("GDP,2015,2016", "\u5317\u4eac,1234.5,2", "\u5929\u6d25,3,4")))
  expect_identical(plain(corner), gdp)
  goes_on <- quietly_read(csv_of(c(
    "\u88681 GDP", "\u5730\u533a,2015\u5e74", "\u5317\u4eac,1234.5", "\u5929\u6d25,3",
    "\u7eed\u8868", "\u5730\u533a,2016\u5e74", "\u5317\u4eac,2", "\u5929\u6d25,4"
  )))
  expect_identical(plain(goes_on), gdp)
  pairs <- quietly_read(csv_of(c(
    "\u5e74\u4efd,\u5317\u4eac,,\u5929\u6d25,", ",GDP,\u4eba\u53e3,GDP,\u4eba\u53e3",
    "2015,1234.5,10,3,30", "2016,2,20,4,"
  )))
  expect_identical(plain(pairs), two)
  one <- quietly_read(csv_of(c(
    "\u5730\u533a\uff1a\u5317\u4eac\u5e02", "\u6307\u6807,2016\u5e74,2015\u5e74",
    "GDP(\u4ebf\u5143),2,1234.5", "\u4eba\u53e3,20,10",
    "\u6570\u636e\u6765\u6e90\uff1a\u56fd\u5bb6\u7edf\u8ba1\u5c40"
  ), "y.csv"))
  expect_identical(plain(one), two[1:2, ])
})

test_that(
  "percent signs are shares or percentages, as said; beside bare numbers they must be told", {
  path <- csv_of(c(
    "\u5730\u533a,2015\u5e74,2016\u5e74", "\u5317\u4eac,57.44%,50%", "\u5929\u6d25,58%,0"
  ))
  expect_equal(quietly_read(path)[["x"]], c(.5744, .5, .58, 0), ignore_attr = TRUE)
  expect_equal(
    quietly_read(path, percent = "percent")[["x"]], c(57.44, 50, 58, 0), ignore_attr = TRUE
  )
  path <- csv_of(c(
    "\u5730\u533a,2015\u5e74,2016\u5e74", "\u5317\u4eac,57.44%,50", "\u5929\u6d25,58%,0"
  ))
  expect_error(read_panel(path), "with a percent sign", class = "ccdpanel_error_percent")
  expect_equal(
    quietly_read(path, percent = "percent")[["x"]], c(57.44, 50, 58, 0), ignore_attr = TRUE
  )
})

test_that("overlaps count once where they agree, and are errors where they do not", {
  a <- csv_of(c("\u5730\u533a,GDP2015,GDP2016", "\u5317\u4eac,1,2", "\u5929\u6d25,3,4"), "a.csv")
  b <- csv_of(c("\u5730\u533a,GDP2016,GDP2017", "\u5317\u4eac,2,5", "\u5929\u6d25,4,6"), "b.csv")
  expect_identical(as.vector(quietly_read(c(a, b))$GDP), c(1, 2, 5, 3, 4, 6))
  c <- csv_of(c("\u5730\u533a,GDP2016,GDP2017", "\u5317\u4eac,2.5,5", "\u5929\u6d25,4,6"), "c.csv")
  expect_error(
    read_panel(c(a, c)), "2 in a.csv .*, 2.5 in c.csv", class = "ccdpanel_error_conflict"
  )
  d <- csv_of(c(
    "\u5730\u533a,GDP(\u4ebf\u5143)2015,GDP(\u4ebf\u5143)2016", "\u5317\u4eac,1,2"
  ), "d.csv")
  e <- csv_of(c("\u7701\u4efd,\u5e74\u4efd,x(\u4ebf\u5143)", "\u5317\u4eac,2015,1"), "e.csv")
  f <- csv_of(c("\u7701\u4efd,\u5e74\u4efd,x(\u4e07\u5143)", "\u5317\u4eac,2016,1"), "f.csv")
  expect_error(read_panel(c(e, f)), "e.csv.*f.csv", class = "ccdpanel_error_conflict")
})

test_that("errors say what was seen and what is understood", {
  path <- csv_of(c("hello,world", "1,2"))
  expect_error(read_panel(path), "hello \\| world.*Region", class = "ccdpanel_error_file")
  expect_error(
    read_panel(csv_of(c("\u5730\u533a,GDP", "\u5317\u4eac,1", "\u5929\u6d25,2"))), "which year",
    class = "ccdpanel_error_year"
  )
  expect_error(read_panel("nowhere.csv"), "nowhere", class = "ccdpanel_error_file")
  expect_error(read_panel(1), class = "ccdpanel_error_type")
  expect_error(read_panel(path, shape = "tall"), class = "ccdpanel_error_choice")
  expect_error(read_panel(path, names = "code"), class = "ccdpanel_error_choice")
})

test_that("names, shapes and the language of provinces", {
  path <- csv_of(c("\u5730\u533a,2015,2016", "\u5317\u4eac,1,2", "\u5929\u6d25,3,4"))
  expect_identical(names(quietly_read(c(gdp = path)))[4], "gdp")
  long <- quietly_read(c(gdp = path), shape = "long")
  expect_named(long, c("code", "province", "year", "indicator", "unit", "value", "file"))
  expect_identical(quietly_read(path, names = "zh")$province[1], "\u5317\u4eac")
  old <- options(ccdpanel.language = "zh")
  on.exit(options(old))
  expect_identical(quietly_read(path)$province[3], "\u5929\u6d25")
})

test_that("verbs of indices take paths", {
  data <- csv_of(c(
    "\u7701\u4efd,\u5e74\u4efd,a,b", "\u5317\u4eac,2015,1,4", "\u5317\u4eac,2016,2,9",
    "\u5929\u6d25,2015,3,1", "\u5929\u6d25,2016,4,2"
  ))
  sheet <- csv_of(c("system,dimension,indicator,direction", "s,d,a,+", "s,d,b,-"))
  idx <- suppressMessages(composite_index(data, sheet, c("province", "year"), weights = "equal"))
  # min-max by hand: a is 0, 1/3, 2/3, 1; b falls from 9 to 1
  expect_equal(idx$s, (c(0, 1, 2, 3) / 3 + (9 - c(4, 9, 1, 2)) / 8) / 2)
  expect_error(
    composite_index("nowhere.csv", sheet, c("province", "year")), class = "ccdpanel_error_file"
  )
})

test_that("random tables end in a panel or a classed error", {
  set.seed(3)
  cells <- c(
    "\u5730\u533a", "\u5317\u4eac", "\u5929\u6d25", "2015\u5e74", "2016", "\u5e74\u4efd", "1",
    "2.5", "", "", "x", "\u5168\u56fd", "\u2026", "\u6ce8\uff1a", "\u6307\u6807",
    "\u5355\u4f4d\uff1a\u4ebf\u5143", "12\u4e07", "9%"
  )
  for (i in 1:50) {
    n <- sample(1:6, 2, TRUE)
    lines <- apply(matrix(sample(cells, prod(n), TRUE), n[1]), 1, paste, collapse = ",")
    path <- csv_of(lines)
    got <- tryCatch(
      quietly_read(path, lost = sample(c("error", "allow"), 1)), ccdpanel_error = function(e) NULL
    )
    expect_true(is.null(got) || (is.data.frame(got) && !anyDuplicated(got[1:3])))
  }
})

test_that("the bureau's own files read as read_nbs() reads them", {
  files <- c("cpi", "gdp_2019", "gdp_2020", "gdp_index", "retail_sales")
  paths <- vapply(file.path("nbs", paste0(files, ".csv")), shared_file, "")
  skip_if(anyNA(paths), "the bureau's files are not beside the project")
  x <- quietly_read(unname(paths))
  y <- suppressMessages(read_nbs(unname(paths), "wide"))
  expect_identical(
    x[c("code", "province", "year")], y[c("code", "province", "year")], ignore_attr = TRUE
  )
  expect_identical(as.vector(x[["\u5730\u533a\u751f\u4ea7\u603b\u503c"]]), y$gdp)
  expect_identical(as.vector(x$cpi), y$cpi)
  expect_identical(nrow(attr(x, "lost")), 0L)
})

test_that("a sheet that is called by a number is named by its title", {
  skip_if_not_installed("writexl")
  path <- tempfile(fileext = ".xlsx")
  typed <- data.frame(
    a = c(
      "3-1 \u5730\u533a\u751f\u4ea7\u603b\u503c", "\u5730\u533a", "\u5317\u4eac", "\u5929\u6d25"
    ),
    b = c(NA, "2015", "1", "2")
  )
  for (sheet in c("3-1", "C3-1", "\u88683-1", "3")) {
    writexl::write_xlsx(stats::setNames(list(typed), sheet), path, col_names = FALSE)
    expect_identical(
      names(quietly_read(path))[4], "\u5730\u533a\u751f\u4ea7\u603b\u503c", info = sheet
    )
  }
})

test_that("dates in names of sheets and files are quarters, months or years, as they tell apart", {
  skip_if_not_installed("readxl")
  skip_if_not_installed("writexl")
  sheet <- function(v) {
    data.frame(a = c("\u5730\u533a", "\u5317\u4eac", "\u5929\u6d25"), b = c("GDP", v, v))
  }
  book <- function(names) {
    path <- tempfile(fileext = ".xlsx")
    sheets <- stats::setNames(lapply(seq_along(names), sheet), names)
    writexl::write_xlsx(sheets, path, col_names = FALSE)
    quietly_read(path)
  }
  for (dates in list(
    c("2021-03-31", "2021-06-30"), c("2021.03.31", "2021.06.30"), c("20210331", "20210630"),
    c("2021\u5e743\u670831\u65e5", "2021\u5e746\u670830\u65e5"), c("2021Q1", "2021-06-30")
  )) {
    x <- book(dates)
    expect_identical(as.vector(x$quarter), rep(2021L * 4L + 0:1, 2), info = dates[1])
    expect_identical(as.vector(x$GDP), c(1, 2, 1, 2))
  }
  expect_identical(as.vector(book(c("2021-02-28", "2021-03-31"))$month), rep(2021L * 12L + 1:2, 2))
  expect_identical(as.vector(book(c("20201231", "20211231"))$year), rep(2020:2021, 2))
  expect_identical(is_month_end(c(20200229L, 20210229L, 20210401L, 20210415L)), c(
    TRUE, FALSE, TRUE, FALSE
  ))
})

test_that("quarters and months in a head or a column of their own are parts of the year", {
  two_heads <- quietly_read(csv_of(c(
    "\u5730\u533a,2015\u5e74,,2016\u5e74,",
    ",\u4e00\u5b63\u5ea6,\u4e8c\u5b63\u5ea6,\u4e00\u5b63\u5ea6,\u4e8c\u5b63\u5ea6",
    "\u5317\u4eac,1,2,3,4", "\u5929\u6d25,5,6,7,8"
  )))
  expect_identical(as.vector(two_heads$quarter), rep(c(8060L, 8061L, 8064L, 8065L), 2))
  expect_identical(as.vector(two_heads[["x"]]), as.double(1:8))
  for (part in c(
    "\u5b63\u5ea6,1,2", "\u5b63\u5ea6,\u7b2c\u4e00\u5b63\u5ea6,\u7b2c\u4e8c\u5b63\u5ea6",
    "Quarter,Q1,Q2"
  )) {
    p <- strsplit(part, ",", fixed = TRUE)[[1]]
    x <- quietly_read(csv_of(c(
      paste0("\u7701\u4efd,\u5e74\u4efd,", p[1], ",y"), paste0("\u5317\u4eac,2015,", p[2], ",1"),
      paste0("\u5317\u4eac,2015,", p[3], ",2"),
      paste0("\u5929\u6d25,2015,", p[2], ",3"), paste0("\u5929\u6d25,2015,", p[3], ",4")
    )))
    expect_identical(as.vector(x$quarter), rep(8060:8061, 2), info = part)
    expect_identical(as.vector(x[["y"]]), as.double(1:4))
  }
  x <- quietly_read(csv_of(c(
    "\u7701\u4efd,\u5e74\u4efd,\u6708\u4efd,y", "\u5317\u4eac,2015,1,1",
    "\u5317\u4eac,2015,12\u6708,2", "\u5929\u6d25,2015,01,3"
  )))
  expect_identical(as.vector(x$month), 2015L * 12L + c(0L, 11L, 0L))
  expect_error(
    read_panel(csv_of(c(
      "\u5730\u533a,2015\u5e74,", ",1-3\u6708,1-6\u6708", "\u5317\u4eac,1,2", "\u5929\u6d25,3,4"
    ))),
    class = "ccdpanel_error_year"
  )
})

test_that("a table that goes on has the name of what it goes on from", {
  skip_if_not_installed("readxl")
  skip_if_not_installed("writexl")
  path <- tempfile(fileext = ".xlsx")
  writexl::write_xlsx(stats::setNames(list(
    data.frame(
      a = c(
        "3-1 GDP", "\u5730\u533a", "\u5317\u4eac", "\u5929\u6d25", "3-1 \u7eed\u8868",
        "\u5730\u533a", "\u5317\u4eac", "\u5929\u6d25"
      ),
      b = c(NA, "2015", "1", "2", NA, "2016", "3", "4")
    ),
    data.frame(
      a = c("3-1 \u7eed\u8868", "\u5730\u533a", "\u5317\u4eac", "\u5929\u6d25"),
      b = c(NA, "2017", "5", "6")
    )
  ), c("3-1", "3-1\u7eed")), path, col_names = FALSE)
  x <- quietly_read(path)
  expect_identical(names(x)[4:length(x)], "GDP")
  expect_identical(as.vector(x$GDP), c(1, 3, 5, 2, 4, 6))
})

test_that("a workbook with the other kind's ending is read; OpenDocument says what to do", {
  skip_if_not_installed("readxl")
  skip_if_not_installed("writexl")
  path <- tempfile(fileext = ".xls")
  writexl::write_xlsx(
    data.frame(a = c("\u5730\u533a", "\u5317\u4eac"), b = c("2015", "1")), path, col_names = FALSE
  )
  x <- quietly_read(c(gdp = path))
  expect_identical(as.vector(x$gdp), 1)
  expect_identical(attr(x, "indicators")$file, basename(path))
  ods <- tempfile(fileext = ".ods")
  mime <- "application/vnd.oasis.opendocument.spreadsheet"
  writeBin(c(as.raw(c(0x50, 0x4b, 3, 4)), raw(20), charToRaw(paste0("mimetype", mime))), ods)
  expect_error(read_panel(ods), "OpenDocument", class = "ccdpanel_error_file")
})

test_that("a corner that names what is below and beside it is a head of units", {
  for (corner in c(
    "\u5730\u533a\\\u65f6\u95f4", "\u5e74\u4efd/\u7701\u4efd", "\u7701\u4efd\uff5c\u6307\u6807"
  )) {
    x <- quietly_read(csv_of(c(
      paste0(corner, ",2015,2016"), "\u5317\u4eac,1,2", "\u5929\u6d25,3,4"
    ), "gdp.csv"))
    expect_identical(names(x)[4], "gdp", info = corner)
  }
})

test_that("indicators are renamed by what they are called, or by their labels", {
  path <- csv_of(c(
    "province,year,GDP,people", "Beijing,2015,1,10", "Tianjin,2015,2,20"
  ))
  x <- quietly_read(path, rename = c(output = "GDP"))
  expect_identical(as.vector(x$output), c(1, 2))
  expect_identical(as.vector(x$people), c(10, 20))
  expect_identical(attr(x, "indicators")$label[attr(x, "indicators")$indicator == "output"], "GDP")
  expect_error(quietly_read(path, rename = c(year = "GDP")), class = "ccdpanel_error_name")
})

test_that("files without a byte, and sheets that are no names, are refused", {
  empty <- tempfile(fileext = ".csv")
  file.create(empty)
  expect_error(quietly_read(empty), "is empty", class = "ccdpanel_error_file")
  path <- csv_of(c("province,year,GDP", "Beijing,2015,1"))
  for (sheets in list(NA, TRUE, list(1))) {
    expect_error(quietly_read(path, sheets = sheets), "sheets", class = "ccdpanel_error_type")
  }
})

test_that("files that are packed are named so, and workbooks are not", {
  expect_packed <- function(open, what) {
    path <- tempfile(fileext = ".csv")
    on.exit(unlink(path))
    to <- open(path, "wb")
    writeLines(c("Region,2021", "Beijing,1", "Tianjin,2"), to)
    close(to)
    expect_error(read_panel(path), paste("packed by", what), class = "ccdpanel_error_file")
  }
  expect_packed(gzfile, "gzip")
  expect_packed(bzfile, "bzip2")
  expect_packed(xzfile, "xz")
  # The directory of a zip archive of one empty file, and the beginning of one that is cut off.
  path <- tempfile(fileext = ".xlsx")
  on.exit(unlink(path))
  name <- charToRaw("a.csv")
  local <- as.raw(c(0x50, 0x4b, 3, 4, 10, rep(0, 21), 5, 0, 0, 0))
  central <- as.raw(c(0x50, 0x4b, 1, 2, 10, 0, 10, rep(0, 21), 5, rep(0, 17)))
  end <- as.raw(c(
    0x50, 0x4b, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0, 51, 0, 0, 0, 35, 0, 0, 0, 0, 0
  ))
  writeBin(c(local, name, central, name, end), path)
  expect_identical(packed_by(path), "zip")
  writeBin(local, path)
  expect_identical(packed_by(path), NA_character_)
})
