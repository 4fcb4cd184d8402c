# What a line of heads becomes.
as_times <- function(...) {
  written_dates(list(text = matrix(c("province", ...), 1)))$text[1, -1]
}
quarters <- c("2019Q1", "2019Q2", "2020Q1", "2020Q2")

read_lines <- function(lines, ...) {
  path <- tempfile(fileext = ".csv")
  on.exit(unlink(path))
  writeLines(enc2utf8(lines), path, useBytes = TRUE)
  suppressMessages(read_panel(path, ...))
}

test_that("dates in heads are quarters, months or years, whoever wrote them", {
  for (heads in list(
    c("03/2019", "06/2019", "03/2020", "06/2020"),
    c("31/03/2019", "30/06/2019", "31/03/2020", "30/06/2020"),
    c("3/31/2019", "6/30/2019", "3/31/2020", "6/30/2020"),
    c("31.03.2019", "30.06.2019", "31.03.2020", "30.06.2020"),
    c("01.03.2019", "01.06.2019", "01.03.2020", "01.06.2020"),
    c("31-Mar-2019", "30-Jun-2019", "31-Mar-2020", "30-Jun-2020"),
    c("Mar 31, 2019", "Jun 30, 2019", "Mar 31, 2020", "Jun 30, 2020"),
    c("March 2019", "June 2019", "MARCH 2020", "JUNE 2020")
  )) expect_identical(as_times(heads), quarters, info = heads[1])
  expect_identical(
    as_times("Jan 2019", "Feb 2019", "Jan-2020", "Feb-2020"),
    c("2019-01", "2019-02", "2020-01", "2020-02")
  )
  expect_identical(as_times("12/2018", "12/2019"), c("2018", "2019"))
  # One month alone is a month, one day alone a year's.
  expect_identical(as_times("May 2019"), "2019-05")
  expect_identical(as_times("31/12/2019"), "2019")
})

test_that("names before dates stay, and names that are a month's", {
  expect_identical(
    as_times("GDP Jan 2019", "GDP Feb 2019", "CPI (01/2019)"),
    c("GDP 2019-01", "GDP 2019-02", "CPI (2019-01")
  )
  same <- c(
    "mar2011", "dec.2011", "mar_2012", "CO2-2011", "y 1.2019", "2011-12", "1/2", "2018/2019"
  )
  expect_identical(as_times(same), same)
  # A date in a sentence is none of a line of times.
  expect_identical(as_times("Last updated: 05/03/2019"), "Last updated: 05/03/2019")
})

test_that("a date whose month is not known stays, and is an error that names it", {
  open <- c("01/02/2019", "01/03/2019")
  expect_identical(as_times(open), open)
  expect_identical(as_times("13/02/2019", "01/13/2019"), c("13/02/2019", "01/13/2019"))
  expect_identical(as_times("31/02/2019", "30/13/2019"), c("31/02/2019", "30/13/2019"))
  # The first of January is the same either way.
  expect_identical(as_times("01/01/2019", "01/01/2020"), c("2019", "2020"))
  expect_error(
    read_lines(c(paste(c("province", open), collapse = ","), "Hebei,1,2", "Hunan,3,4")),
    "which of its parts is the month", class = "ccdpanel_error_year"
  )
  expect_identical(head_years(c("GDP 01/02/2019", open[1]))$year, c(NA_integer_, NA_integer_))
})

test_that("quarters are known with their number first", {
  expect_identical(time_text(head_years(c("1Q2019", "2019:Q1", "GDP Q1 2019"))$year), rep(
    "2019Q1", 3
  ))
  expect_identical(head_years("GDP 1Q2019")$label, "GDP")
})

test_that("dates in a column are read where those of what a database says of its series are not", {
  eight <- c(
    "province,date,x,patents", paste0("Hebei,", c("20190331,1,", "20190630,2,"), "20190101")
  )
  panel <- read_lines(c(eight, sub("Hebei", "Hunan", eight[-1])))
  expect_equal(as.vector(panel$quarter), rep(8076:8077, 2))
  # Figures under another head are numbers.
  expect_equal(panel$patents, rep(20190101, 4), ignore_attr = TRUE)
  panel <- read_lines(c(
    ",China: GDP: Hebei,China: GDP: Hunan", "Region,China,China", "Unit,RMB bn,RMB bn",
    "First Obs. Date,12/2018,12/2018", "Last Update Time,01/19/2020,06/19/2020", "12/2018,1,3",
    "12/2019,2,4"
  ))
  expect_equal(panel$year, c(2018, 2019, 2018, 2019))
  expect_equal(as.vector(panel[[4]]), 1:4)
})

test_that("marks of preliminary numbers behind a time are no names beside a time alone", {
  for (heads in list(
    c("2019", "2020p", "2021e"), c("2019", "2020 (p)", "2021 r"),
    c("2019", "2020\u5e74\uff08\u521d\u6b65\u6838\u7b97\uff09", "2021\u5e74\u9884\u8ba1\u6570")
  )) {
    got <- head_years(heads)
    expect_identical(got$year, 2019:2021, info = heads[2])
    expect_identical(got$label, rep("", 3), info = heads[2])
  }
  got <- head_years(c("2019Q1", "2019Q2E", "2019Q3 p"))
  expect_identical(time_text(got$year), c("2019Q1", "2019Q2", "2019Q3"))
  expect_identical(got$label, rep("", 3))
  # Without a time alone they are names.
  expect_identical(head_years(c("2019p", "2020p", "2019e", "2020e"))$label, c("p", "p", "e", "e"))
})

test_that("short forms of spreadsheets and of EViews are times, and are said", {
  two <- function(times) {
    n <- seq_along(times)
    c("province,date,x", paste0("Hebei,", times, ",", n), paste0("Hunan,", times, ",", n + 10))
  }
  times_of <- function(lines) {
    expect_message(
      panel <- read_panel(csv_of(lines)), "short forms", class = "ccdpanel_message_read"
    )
    expect_identical(panel$x, c(seq_len(nrow(panel) / 2), 10 + seq_len(nrow(panel) / 2)) + 0)
    code <- panel[[3]]
    names(attr(code, "labels"))[match(code, attr(code, "labels"))] %||% as.integer(code)
  }
  expect_identical(times_of(two(c("Mar-19", "Apr-19"))), rep(c("2019-03", "2019-04"), 2))
  expect_identical(times_of(two(c("Nov-99", "Feb-00"))), rep(c("1999-11", "2000-02"), 2))
  expect_identical(
    times_of(c("province,Dec-19,Jan-20", "Hebei,1,2", "Hunan,11,12")),
    rep(c("2019-12", "2020-01"), 2)
  )
  quarters <- outer(1:4, 2019:2020, function(q, y) paste0(y, ":", q))
  expect_identical(times_of(two(quarters)), rep(sub(":", "Q", quarters), 2))
  expect_identical(times_of(two(c("2019:01", "2019:02"))), rep(c("2019-01", "2019-02"), 2))
  expect_identical(times_of(two(c("2019:1", "2019:7"))), rep(c("2019-01", "2019-07"), 2))
  # A spreadsheet counts days: 43831 is the first of January 2020.
  day <- as.integer(as.Date(c("2020-01-01", "2021-01-01")) - as.Date("1899-12-30"))
  expect_identical(times_of(two(day)), rep(2020:2021, 2))
  day <- as.integer(as.Date(c("2020-01-31", "2020-02-29")) - as.Date("1899-12-30"))
  expect_identical(times_of(two(day)), rep(c("2020-01", "2020-02"), 2))
  # What may be two things is refused, with the way out.
  for (open in list(c("2019:1", "2019:2"), c("19-Mar", "19-Apr"), c("43831", "43840"))) {
    expect_error(
      read_panel(csv_of(two(open))), "may be (a quarter or a month|a day|how a spreadsheet)",
      class = "ccdpanel_error_year"
    )
  }
})

test_that("days as spreadsheets count them head years or quarters, and are said", {
  # 1 January 2000 is day 36526 of Excel, 2001 and 2002 follow 366 and 365 days later.
  lines <- c("Region,36526,36892,37257", "Beijing,1,2,3", "Tianjin,4,5,6")
  said <- paste(capture_messages(x <- read_panel(csv_of(lines, "gdp.csv"))), collapse = "")
  expect_identical(x$year, rep(2000:2002, 2))
  expect_equal(as.vector(x$gdp), c(1, 2, 3, 4, 5, 6))
  expect_match(said, "36526 is 2000-01-01")
  ends <- quietly_read(csv_of(c("country,36616,36707", "Peru,1,2", "Chile,3,4"), "gdp.csv"))
  expect_identical(as.vector(ends$quarter), rep(4L * 2000L + 0:1, 2))
  # 15 March of two years; a day apart they may be anything.
  middle <- quietly_read(csv_of(c("country,36600,36965", "Peru,1,2"), "gdp.csv"))
  expect_identical(middle$year, 2000:2001)
  expect_error(
    read_panel(csv_of(c("country,36600,36966", "Peru,1,2"))), class = "ccdpanel_error_year"
  )
  # Numbers of that size in the lines below are numbers.
  values <- quietly_read(csv_of(c(
    "province,indicator,36526,36892", "Beijing,GDP,36526,36892", "Beijing,CPI,1,2"
  )))
  expect_equal(as.vector(values$GDP), c(36526, 36892))
})
