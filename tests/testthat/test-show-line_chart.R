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

test_that("what a column's class says of its numbers is drawn, and a matrix is refused", {
  d <- state_capital[state_capital$state == "Ohio", ]
  d$water <- structure(
    d$water, na_values = d$water[3], class = c("haven_labelled_spss", "haven_labelled", "numeric")
  )
  drawn <- ggplot2::ggplot_build(line_chart(d, "year", "water"))$plot$data
  kept <- state_capital$water[state_capital$state == "Ohio"]
  numbers <- unlist(Filter(is.double, as.list(drawn)))
  expect_true(all(kept[-3] %in% numbers))
  expect_false(kept[3] %in% numbers)
  d$water <- cbind(1:17, 1:17)
  expect_error(line_chart(d, "year", "water"), "water", class = "ccdpanel_error_numeric")
})

test_that("columns that have no levels are refused by every chart, with name and class", {
  d <- data.frame(unit = c("a", "b"), year = 2001:2002, v = 1:2)
  for (bad in list(list(1, 2), as.raw(1:2), c(1i, 2), data.frame(p = 1:2), I(list(1, 2)))) {
    for (name in c("unit", "year")) {
      e <- d
      e[[name]] <- NULL
      e[[name]] <- bad
      expect_error(line_chart(e, "year", "v", by = "unit"), name, class = "ccdpanel_error_column")
    }
    e$unit <- NULL
    e[["unit"]] <- bad
    expect_error(bar_chart(e, "unit", "v"), "unit", class = "ccdpanel_error_column")
    expect_error(radar_chart(e, "unit", "v"), "unit", class = "ccdpanel_error_column")
  }
})

test_that("a time or group with a class is its values, or an error that names the column", {
  skip_if_not_installed("ggplot2")
  d <- data.frame(t = rep(1:4, 2), g = rep(1:2, each = 4), v = 1:8)
  odd <- transform(d, t = structure(as.double(t), class = "decimal"))
  odd$g <- structure(as.double(d$g), class = "decimal")
  places <- function(x) {
    sort(ggplot2::ggplot_build(line_chart(x, time = "t", value = "v", by = "g"))$data[[1]]$x)
  }
  expect_equal(places(odd), places(d))
  odd$t <- as.list(d$t)
  expect_error(places(odd), "\"t\"", class = "ccdpanel_error_column")
  skip_if_not_installed("bit64")
  d$t <- bit64::as.integer64(d$t)
  expect_equal(unique(places(d)), 1:4)
})
