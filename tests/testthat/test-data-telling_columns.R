test_that("subjects, sexes and measures tell the rows of one unit and time apart", {
  rows <- expand.grid(
    time = 2018:2019, subject = c("B1_GE", "P31"), place = c("AUS", "AUT"),
    stringsAsFactors = FALSE
  )
  rows$value <- c(184, 194, 104, 105, 38, 39, 18, 19)
  names <- c(AUS = "Australia", AUT = "Austria", B1_GE = "Gross product", P31 = "Consumption")
  lines <- c(
    "LOCATION,Country,SUBJECT,Subject,MEASURE,Measure,TIME,Time,Unit Code,Unit,Value",
    sprintf(
      "%s,%s,%s,%s,C,Current prices,%d,%d,%s,Currency,%g", rows$place, names[rows$place],
      rows$subject, names[rows$subject], rows$time, rows$time, rows$place, rows$value
    )
  )
  expect_message(
    x <- read_panel(csv_of(lines)), "told apart by: Subject", class = "ccdpanel_message_read"
  )
  expect_identical(x$unit, rep(c("Australia", "Austria"), each = 2))
  expect_identical(x$LOCATION, rep(c("AUS", "AUT"), each = 2))
  expect_equal(as.vector(x[["Gross product"]]), c(184, 194, 38, 39))
  expect_equal(as.vector(x$Consumption), c(104, 105, 18, 19))
  # Without names the codes do, and what says in which power of ten they are is no number of them.
  lines <- c(
    "REF_AREA,FREQ,MEASURE,TIME_PERIOD,OBS_VALUE,UNIT_MULT,DECIMALS",
    sprintf("%s,A,%s,%d,%g,6,0", rows$place, rows$subject, rows$time, rows$value)
  )
  x <- suppressMessages(read_panel(csv_of(lines)))
  expect_setequal(names(x), c("unit", "year", "FREQ", "UNIT_MULT", "DECIMALS", "B1_GE", "P31"))
  expect_equal(as.vector(x$P31), c(104, 105, 18, 19))
  # Several columns of values: each has its parts.
  sexes <- c(
    "country,year,sex,population,employed", "A,2019,male,1,2", "A,2019,female,3,4",
    "B,2019,male,5,6", "B,2019,female,7,8"
  )
  x <- suppressMessages(read_panel(csv_of(sexes)))
  expect_equal(as.vector(x[["male population"]]), c(1, 5))
  expect_equal(as.vector(x[["female employed"]]), c(4, 8))
})

test_that("persons, firms and marks name no indicator, and rows that come twice are an error", {
  conflict <- function(lines) {
    expect_error(read_panel(csv_of(lines)), class = "ccdpanel_error_conflict")
  }
  conflict(c(
    "country,year,owner,sales", "A,2019,Acme,1", "A,2019,Bell,2", "B,2019,Core,3", "B,2019,Dome,4"
  ))
  conflict(c(
    "country,year,flag,sales", "A,2019,e,1", "A,2019,,2", "B,2019,e,3", "B,2019,,4"
  ))
  conflict(c(
    "country,year,sex,sales", "A,2019,male,1", "A,2019,female,2", "A,2019,male,9", "B,2019,male,3",
    "B,2019,female,4"
  ))
})

test_that("labels beside codes are the names", {
  lines <- c(
    "Economy,Economy Label,Indicator,Indicator Label,Year,Value", "0156,China,10,GDP,2019,1",
    "0156,China,20,Exports,2019,2", "0004,Peru,10,GDP,2019,3", "0004,Peru,20,Exports,2019,4"
  )
  x <- suppressMessages(read_panel(csv_of(lines)))
  expect_identical(x$unit, c("China", "Peru"))
  expect_identical(x[["Economy code"]], c("0156", "0004"))
  expect_equal(as.vector(x$Exports), c(2, 4))
  # Names beside names stay what they are.
  lines <- c("country,country name,year,gdp", "Peru,Republic of Peru,2019,1", "Chile,Chile,2019,2")
  x <- suppressMessages(read_panel(csv_of(lines)))
  expect_identical(x$unit, c("Peru", "Chile"))
})
