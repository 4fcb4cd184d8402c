test_that("no number goes unseen: rows without a year, tables that are not understood", {
  means <- csv_of(c(
    "\u7701\u4efd,\u5e74\u4efd,x", "\u5317\u4eac,2015,1", "\u5317\u4eac,\u5e73\u5747,1.5",
    "\u5929\u6d25,2015,1", "\u5929\u6d25,\u5e73\u5747,1.5"
  ))
  x <- quietly_read(means)
  expect_identical(attr(x, "aside")$name, c(
    "\u5317\u4eac \u5e73\u5747", "\u5929\u6d25 \u5e73\u5747"
  ))
  expect_error(
    read_panel(csv_of(c("\u7701\u4efd,\u5e74\u4efd,x", "\u5317\u4eac,,1", "\u5929\u6d25,2015,3"))),
    "no year", class = "ccdpanel_error_lost"
  )
  second <- c(
    "\u5730\u533a,2015,2016", "\u5317\u4eac,1,2", "\u5929\u6d25,3,4", "\u6ce8\uff1a\u7565",
    "\u6536\u5165,\u652f\u51fa,\u4f59\u989d", "5.5,6.5,7.5"
  )
  expect_error(read_panel(csv_of(second)), class = "ccdpanel_error_lost")
})

test_that("rows whose time is a word are set aside only where it says that it sums years up", {
  lines <- c(
    "\u7701\u4efd,\u5e74\u4efd,GDP", "\u5317\u4eac,2015,1", "\u5317\u4eac,\u5747\u503c,5",
    "\u5929\u6d25,2015,3", "\u5929\u6d25,\u4eca\u5e74,7"
  )
  expect_error(
    read_panel(csv_of(lines)), "\u4eca\u5e74 \\(no year\\)", class = "ccdpanel_error_lost"
  )
  x <- quietly_read(csv_of(lines[1:4]))
  expect_identical(as.vector(x$GDP), c(1, 3))
  expect_identical(attr(x, "aside")$name, "\u5317\u4eac \u5747\u503c")
})

test_that("an error about years shows the first cells", {
  path <- csv_of(c("\u7701\u4efd,\u5e74\u4efd,GDP", "\u5317\u4eac,\u6c11\u56fd\u5143\u5e74,1"))
  expect_error(read_panel(path), "\u6c11\u56fd\u5143\u5e74", class = "ccdpanel_error_year")
})

test_that("ranks and growth beside years are set aside, and said", {
  expect_message(
    x <- read_panel(csv_of(c(
      "\u6392\u540d,\u5730\u533a,2015\u5e74,2016\u5e74,2016\u5e74\u6bd42015\u5e74\u589e\u957f(%)",
      "2,\u5317\u4eac,1,2,5", "1,\u5929\u6d25,3,4,6"
    ))),
    "Set aside, columns of no year.*\u589e\u957f"
  )
  expect_identical(as.vector(x[["x"]]), c(1, 2, 3, 4))
  expect_identical(attr(x, "aside")$row, c(NA_integer_, NA_integer_))
})

test_that("words beside the numbers of several files agree, or are an error", {
  head <- c("province,year,GDP,note", "Beijing,2015,1,high", "Tianjin,2015,2,low")
  one <- csv_of(head)
  other <- csv_of(c("province,year,people,note", "Beijing,2015,1,high", "Tianjin,2016,3,low"))
  x <- quietly_read(c(one, other))
  expect_identical(x$note, c("high", "low", "low"))
  against <- csv_of(c("province,year,GDP,note", "Beijing,2015,1,low"))
  expect_error(
    quietly_read(c(one, against)), "Beijing in 2015 is \"high\"", class = "ccdpanel_error_conflict"
  )
})

test_that("words beside a column of indicators are called by their heads", {
  path <- tempfile(fileext = ".csv")
  writeLines(c(
    "Country Name,Country Code,Series Name,Series Code,2019 [YR2019],2020 [YR2020]",
    "Peru,PER,Output,NY.1,1,2", "Chile,CHL,Output,NY.1,3,4", "Peru,PER,Prices,FP.2,5,6",
    "Chile,CHL,Prices,FP.2,7,..", ",,,,,", "Data from database: World Development Indicators,,,,,",
    "Last Updated: 06/28/2024,,,,,"
  ), path)
  said <- paste(capture_messages(panel <- read_panel(path)), collapse = "")
  expect_identical(panel[["Country Code"]], c("PER", "PER", "CHL", "CHL"))
  expect_identical(as.vector(panel$Output), c(1, 2, 3, 4))
  expect_identical(as.vector(panel$Prices), c(5, 6, 7, NA))
  expect_named(panel, c("unit", "year", "Country Code", "Output", "Prices"))
  expect_match(said, "repeat the indicator: Series Code")
  expect_identical(attr(panel, "notes")$row, 7:8)
})

test_that("words that differ between the indicators of a unit and year are each indicator's", {
  path <- tempfile(fileext = ".csv")
  writeLines(c(
    "country,year,indicator,value,flag", "Peru,2019,Output,1,p", "Peru,2019,Prices,2,e",
    "Chile,2019,Output,3,e", "Chile,2019,Prices,4,e"
  ), path)
  panel <- suppressMessages(read_panel(path))
  expect_identical(panel[["Output flag"]], c("p", "e"))
  expect_identical(panel[["Prices flag"]], c("e", "e"))
})

test_that("rows that disagree are told apart by the words beside them", {
  path <- tempfile(fileext = ".csv")
  writeLines(c(
    "Stkcd,Accper,Typrep,assets", "000001,2019-12-31,A,100", "000001,2019-12-31,B,90",
    "000002,2019-12-31,A,10", "000002,2019-12-31,B,9"
  ), path)
  expect_error(
    read_panel(path), "differ in Typrep \\(A, B\\)", class = "ccdpanel_error_conflict"
  )
})

test_that("cells that come twice with one value are counted, words of no row are said", {
  path <- tempfile(fileext = ".csv")
  writeLines(c("province,year,gdp", "Beijing,2019,1", "Beijing,2019,1", "Hebei,2019,2"), path)
  said <- paste(capture_messages(panel <- read_panel(path)), collapse = "")
  expect_match(said, "1 cell came twice with the same value")
  expect_identical(as.vector(panel$gdp), c(1, 2))
})

test_that("numbers of days under a head of times are dates, or say how they may be meant", {
  path <- tempfile(fileext = ".csv")
  days <- function(first) {
    c("firm,date,x", paste0(c("a,", "a,", "b,", "b,"), c(first, 44196), ",", 1:4))
  }
  writeLines(days(43830), path)
  expect_message(
    panel <- read_panel(path), "43830 is 2019-12-31", class = "ccdpanel_message_read"
  )
  expect_equal(panel$year, c(2019, 2020, 2019, 2020))
  # Days within a month may be anything.
  writeLines(days(43829), path)
  expect_error(read_panel(path), "the day 2019-12-30", class = "ccdpanel_error_year")
})
