test_that("a panel a threshold: the likelihood ratio, its critical value and the estimate", {
  skip_if_not_installed("ggplot2")
  x <- threshold_test(threshold_fit(), ~q, n = 2, trim = 0.05, boot = 0)
  built <- drawn(ggplot2::autoplot(x))
  of <- function(column) Filter(function(layer) column %in% names(layer), built$data)[[1]]
  expect_equal(of("yintercept")$yintercept[1], -2 * log(1 - sqrt(0.95)))
  expect_equal(of("xintercept")$xintercept, tidy(x)$estimate)
  line <- Filter(function(layer) nrow(layer) == nrow(x$profile), built$data)[[1]]
  expect_equal(line$y, x$profile$lr)
  # Values that would leave too few rows beside the other threshold are a gap of the line.
  expect_equal(max(x$profile$stretch[x$profile$threshold == 1]), 2)
  expect_length(unique(paste(line$PANEL, line$group)), 4)
  one <- drawn(ggplot2::autoplot(threshold_test(threshold_fit(), ~q, boot = 0), language = "zh"))
  expect_length(unique(one$data[[3]]$PANEL), 1)
})
