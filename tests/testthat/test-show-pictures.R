skip_if_not_installed("ggplot2")

test_that("every class has its pictures, and plot() returns what it shows", {
  idx <- state_index()
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  for (object in list(idx, coupling(idx))) {
    for (type in c("trend", "heatmap", "map")) expect_s3_class(ggplot2::autoplot(object, type = type), "ggplot")
    expect_invisible(p <- plot(object))
    expect_s3_class(p, "ggplot")
  }
  expect_s3_class(plot(weights(idx)), "ggplot")
})

test_that("weights: one point an indicator, at its weight", {
  w <- weights(state_index())
  built <- drawn(ggplot2::autoplot(w))
  expect_setequal(built$data[[2]]$x, w$weight)
  expect_identical(nrow(built$layout$layout), 2L)
})

test_that("a trend of C, T and D shows the means by time", {
  cc <- coupling(state_index())
  built <- drawn(ggplot2::autoplot(cc))
  expect_equal(sort(unique(built$data[[2]]$group)), 1:3)
  expect_equal(built$data[[2]]$y[built$data[[2]]$group == 3], as.vector(tapply(cc$D, cc$year, mean)))
})

test_that("a comparison of weights has a point for each method and indicator", {
  w <- compare_weights(state_capital, state_sheet(), c("state", "year"), c("entropy", "equal"))
  built <- drawn(ggplot2::autoplot(w))
  expect_identical(nrow(built$data[[1]]), 12L)
  expect_setequal(round(built$data[[1]]$x, 12), round(c(w$entropy, w$equal), 12))
})

test_that("misuse is named", {
  idx <- state_index()
  expect_error(ggplot2::autoplot(idx, type = "pie"), class = "ccdpanel_error_choice")
  expect_error(ggplot2::autoplot(idx, value = "nowhere"), class = "ccdpanel_error_column")
  expect_error(ggplot2::autoplot(idx, value = "region"), class = "ccdpanel_error_column")
  expect_error(ggplot2::autoplot(idx, type = "heatmap", value = c("economy", "infrastructure")), class = "ccdpanel_error_column")
  expect_error(ggplot2::autoplot(idx, by = "nowhere"), class = "ccdpanel_error_column")
  attr(idx, "recipe") <- NULL
  expect_error(ggplot2::autoplot(idx), class = "ccdpanel_error_recipe")
})
