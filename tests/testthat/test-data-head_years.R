test_that("heads with a year, alone or beside a label", {
  years <- head_years(c(
    "2011\u5e74", "GDP2011", "GDP(2011\u5e74)", "2011\u5e74GDP", "GDP", "20110"
  ))
  expect_identical(years$year, c(2011L, 2011L, 2011L, 2011L, NA, NA))
  expect_identical(years$label, c("", "GDP", "GDP", "GDP", "GDP", "20110"))
})

test_that("years as programs and forecasters mark them head years, not names", {
  years <- head_years(c(
    "X2011", "y2011", "2011A", "2011\u5e74(E)", "2011\u5e741-12\u6708", "\uff082011\uff09",
    "2011\u5e74\nyear", "GDP.2011",
    "2011.GDP"
  ))
  expect_identical(years$year, rep(2011L, 9))
  expect_identical(years$label, c(rep("", 7), "GDP", "GDP"))
  expect_identical(head_years(c("G2011", "2011B"))$label, c("G", "B"))
})

test_that("a label before a year or a quarter may end with a figure where a sign parts the two", {
  heads <- head_years(c(
    "PM2.5 2011", "PM2.5_2011", "PM2.5\uff082011\u5e74\uff09", "CO2 2011", "CO2-2011", "x1.2011",
    "\u4e0a\u5e74=100 2011"
  ))
  expect_identical(heads$year, rep(2011L, 7))
  expect_identical(
    heads$label, c(rep("PM2.5", 3), "CO2", "CO2", "x1", "\u4e0a\u5e74=100")
  )
  parts <- head_years(c("CO2 2011Q1", "PM10 2011\u5e743\u6708", "y2 2011/12", "GDP 2012Q3"))
  expect_identical(time_text(parts$year), c("2011Q1", "2011-03", "2011-12", "2012Q3"))
  expect_identical(parts$label, c("CO2", "PM10", "y2", "GDP"))
  # Figures alone are no label.
  expect_identical(head_years(c("GDP12011", "2-3 2011"))$year, c(NA_integer_, NA_integer_))
})

test_that("columns that are called by a name with a figure and a year are one indicator", {
  file <- tempfile(fileext = ".csv")
  on.exit(unlink(file))
  writeLines(c(
    "province,CO2 2011,CO2 2012,PM2.5(2011),PM2.5(2012)", "Beijing,1,2,3,4", "Hebei,5,6,7,8"
  ), file)
  panel <- suppressMessages(read_panel(file))
  expect_identical(panel$year, rep(2011:2012, 2))
  expect_equal(panel$CO2, c(1, 2, 5, 6))
  expect_equal(panel$PM2.5, c(3, 4, 7, 8))
})
