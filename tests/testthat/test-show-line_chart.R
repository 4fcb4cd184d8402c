testthat::skip_if_not_installed("ggplot2")

yearly <- function() {
  data.frame(
    year = 2001:2003, a = c(1, 3, 2), b = c("1,000", "2,000", "3,000"), stringsAsFactors = FALSE
  )
}

test_that("a column is a line through its own numbers, printed ones too", {
  built <- drawn(line_chart(yearly(), "year", c("a", "b")))
  line <- built$data[[1]]
  expect_equal(line$y[order(line$group, line$x)], c(1, 3, 2, 1000, 2000, 3000))
  expect_equal(unique(line$x), 2001:2003)
})

test_that("a group is a line", {
  data <- rbind(cbind(yearly(), zone = "n"), cbind(yearly(), zone = "s"))
  data$a[4:6] <- 7:9
  built <- drawn(line_chart(data, "year", "a", by = "zone", ylab = "Scores"))
  line <- built$data[[1]]
  expect_equal(line$y[order(line$group, line$x)], c(1, 3, 2, 7, 8, 9))
})

test_that("what has no single line is refused", {
  data <- yearly()
  twice <- rbind(data, data)
  expect_error(line_chart(twice, "year", "a"), class = "ccdpanel_error_duplicate")
  expect_error(line_chart(data[0, ], "year", "a"), class = "ccdpanel_error_empty")
  expect_error(line_chart(data, "year", character()), class = "ccdpanel_error_empty")
  data$year[2] <- NA
  expect_error(line_chart(data, "year", "a"), class = "ccdpanel_error_column")
  words <- transform(yearly(), b = c("x", "y", "z"))
  expect_error(line_chart(words, "year", "b"), class = "ccdpanel_error_numeric")
})
