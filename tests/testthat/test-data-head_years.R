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
