test_that("shares are not in percent, and a file without signs beside one with them is asked", {
  skip_if_not(l10n_info()[["UTF-8"]], "the names of the files have Chinese letters")
  signs <- csv_of(
    c("\u5730\u533a,2015", "\u5317\u4eac,57.44%", "\u5929\u6d25,0"), "\u5360\u6bd4\uff08%\uff09.csv"
  )
  share <- quietly_read(signs)
  expect_identical(as.vector(share[["\u5360\u6bd4"]]), c(0.5744, 0))
  expect_null(attr(share[["\u5360\u6bd4"]], "unit"))
  expect_identical(attr(quietly_read(signs, percent = "percent")[["\u5360\u6bd4"]], "unit"), "%")
  bare <- csv_of(c("\u5730\u533a,2016", "\u5317\u4eac,58", "\u5929\u6d25,59"), "\u5360\u6bd4.csv")
  expect_error(read_panel(c(signs, bare)), "\u5360\u6bd4.csv", class = "ccdpanel_error_percent")
})
