# Fiscal and school years: 2009/10. The number is the first year, and the panel that of 2009.

spans_by <- function(between, years = 2009:2012, full = FALSE, behind = "", before = "") {
  paste0(
    before, years, between, if (full) years + 1 else sprintf("%02d", (years + 1) %% 100), behind
  )
}

long_lines <- function(time, head = "time") {
  rows <- expand.grid(time = time, unit = c("Beijing", "Tianjin"), stringsAsFactors = FALSE)
  c(paste0("Region,", head, ",x"), paste(rows$unit, rows$time, seq_len(nrow(rows)), sep = ","))
}

expect_spans <- function(x, years, info) {
  expect_identical(as.vector(x$year), rep(as.integer(years), 2), info = info)
  label <- paste0(years, "/", sprintf("%02d", (years + 1) %% 100))
  expect_identical(names(attr(x$year, "labels")), label, info = info)
  expect_identical(as.vector(x$x), as.double(seq_len(2 * length(years))), info = info)
}

forms <- list(
  spans_by("/"), spans_by("-"), spans_by("/", full = TRUE), spans_by("-", full = TRUE),
  spans_by("\u2013"), spans_by("\u2014", full = TRUE), spans_by("-", behind = "\u5e74\u5ea6"),
  spans_by("/", behind = "\u5b66\u5e74"), spans_by("/", before = "FY"), spans_by(" / "),
  spans_by("")
)

test_that("a column in which each second year follows the first is of such years, and said", {
  for (time in forms) {
    info <- time[1]
    said <- expect_message(
      x <- read_panel(csv_of(long_lines(time))), class = "ccdpanel_message_read"
    )
    expect_match(conditionMessage(said), "2009/10 is\\s+2009")
    expect_spans(x, 2009:2012, info)
    expect_output(print(x), "2010/11")
  }
  across <- spans_by("/", 1998:2001)
  expect_identical(across[2], "1999/00")
  expect_spans(quietly_read(csv_of(long_lines(across))), 1998:2001, "1999/00")
  # Of all of these a month could be made but of none is one: the column decides.
  expect_spans(quietly_read(csv_of(long_lines(spans_by("-", 2002:2004)))), 2002:2004, "2002-03")
})

test_that("the number is a year: the lag of a row is the row before, and years meet by it", {
  x <- quietly_read(csv_of(long_lines(spans_by("/"))))
  x$y <- c(1, 5, 2, 7, 3, 9, 4, 6)
  fit <- suppressMessages(fe_reg(y ~ l(x) | province, x, panel = c("province", "year")))
  expect_identical(as.double(nobs(fit)), 6)
  other <- data.frame(province = x$province, year = rep(2009:2012, 2), z = 1:8)
  expect_identical(nrow(merge(x, other)), 8L)
})

test_that("heads of columns are decided together, alone or with a label", {
  wide <- function(heads) {
    csv_of(c(paste0("Region,", toString(heads)), "Beijing,1,2,3,4", "Tianjin,5,6,7,8"), "x.csv")
  }
  for (time in c(forms[1:9], list(spans_by(".", before = "X")))) {
    expect_spans(quietly_read(wide(time)), 2009:2012, time[1])
  }
  both <- quietly_read(wide(c(
    paste("GDP", spans_by("/", 2009:2010)), paste("CPI", spans_by("/", 2009:2010))
  )))
  expect_identical(as.vector(both$year), rep(2009:2010, 2))
  expect_identical(as.vector(both$GDP), c(1, 2, 5, 6))
  expect_identical(as.vector(both$CPI), c(3, 4, 7, 8))
  # A name's own.
  one <- quietly_read(csv_of(c(
    "Region,Year,Prices of 2005/06", "Beijing,2011,1", "Beijing,2012,2", "Tianjin,2011,3"
  )))
  expect_named(one, c("code", "province", "year", "Prices of 2005/06"))
})

test_that("months stay months", {
  months <- sprintf("2009-%02d", 1:12)
  x <- quietly_read(csv_of(long_lines(months)))
  expect_identical(as.vector(x$month), rep(12L * 2009L + 0:11, 2))
  x <- quietly_read(csv_of(long_lines(c("2009-10", "2009-11", "2009-12", "2010-01"))))
  expect_identical(as.vector(x$month), rep(12L * 2009L + 9:12, 2))
  x <- quietly_read(csv_of(long_lines(c("200909", "200910"))))
  expect_identical(as.vector(x$month), rep(12L * 2009L + 8:9, 2))
  wide <- c("Region,2009/09,2009/10", "Beijing,1,2", "Tianjin,3,4")
  expect_named(quietly_read(csv_of(wide)), c("code", "province", "month", "x"))
  # Of two files, one has the other months.
  paths <- c(
    csv_of(c("Region,v", "Beijing,1"), "v 2009-09.csv"),
    csv_of(c("Region,v", "Beijing,2"), "v 2009-10.csv")
  )
  expect_identical(as.vector(quietly_read(paths)$month), 12L * 2009L + 8:9)
})

test_that("one time that may be both is an error that says how to write either", {
  flat <- function(e) gsub("\\s+", " ", conditionMessage(e))
  for (lines in list(
    long_lines("2009-10"), c("Region,2009-10", "Beijing,1", "Tianjin,2")
  )) {
    error <- expect_error(read_panel(csv_of(lines)), class = "ccdpanel_error_year")
    expect_match(flat(error), "\"2009-10\" in .* may be October 2009 or the years 2009 to 2010")
    # Both ways that it names are read.
    ways <- regmatches(flat(error), gregexpr("(?<=Write \")[^\"]*", flat(error), perl = TRUE))[[1]]
    kinds <- vapply(ways, function(way) {
      names(quietly_read(csv_of(gsub("2009-10", way, lines, fixed = TRUE))))[3]
    }, "")
    expect_identical(unname(kinds), c("year", "month"))
  }
  # A head that says year is enough, and so are other files.
  expect_spans(quietly_read(csv_of(long_lines("2009-10", "Year"))), 2009, "Year")
  paths <- vapply(spans_by("-", c(2009, 2010, 2012)), function(span) {
    csv_of(c("Region,v", "Beijing,1"), sprintf("v %s.csv", span))
  }, "")
  expect_identical(as.vector(quietly_read(paths)$year), c(2009L, 2010L, 2012L))
  expect_error(read_panel(paths[1]), "October 2009", class = "ccdpanel_error_year")
})

test_that("spans beside years, and of more years, are errors", {
  error <- expect_error(
    read_panel(csv_of(long_lines(c("2009", "2010/11")))), class = "ccdpanel_error_year"
  )
  expect_match(conditionMessage(error), "\"2019\" or\\s+\"2020\"")
  expect_error(
    read_panel(csv_of(long_lines(c("2009-10", "2010-11", "2011-13")))), "2011-13",
    class = "ccdpanel_error_lost"
  )
  expect_error(
    read_panel(csv_of(long_lines(c("2009-2012", "2013-2016"), "Year"))), "2009-2012",
    class = "ccdpanel_error_year"
  )
  # A title that names the years of a table is no time of its own.
  expect_error(
    read_panel(csv_of(c("Data 2009-2010,", "Region,x", "Beijing,1", "Tianjin,2"), "y.csv")),
    class = "ccdpanel_error_year"
  )
})

test_that("data frames: an index keeps such years as they are, and what needs distances says how", {
  d <- state_capital
  d$year <- spans_by("/", d$year)
  idx <- composite_index(d, state_sheet(), c("state", "year"))
  plain <- composite_index(state_capital, state_sheet(), c("state", "year"))
  expect_identical(idx$year, d$year)
  expect_equal(idx$economy, plain$economy)
  expect_error(
    fe_reg(output ~ l(highways) | state, d, panel = c("state", "year")), "substr",
    class = "ccdpanel_error_panel"
  )
  d$highways[3] <- NA
  expect_error(impute_gaps(d, c("state", "year")), "substr", class = "ccdpanel_error_time")
})
