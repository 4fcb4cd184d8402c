skip_if_not_installed("ggplot2")

obstacles <- function(...) {
  obstacle_degree(state_capital, state_sheet(), c("state", "year"), keep = "region", ...)
}

test_that("bars are the mean obstacle degrees, the greatest of each system on top", {
  o <- obstacles()
  built <- drawn(p <- ggplot2::autoplot(o))
  expect_equal(sort(built$data[[1]]$x), sort(as.vector(tapply(o$obstacle, o$indicator, mean))))
  economy <- p$data[p$data$system == "economy", ]
  expect_identical(as.character(economy$what)[1], names(which.max(
    tapply(o$obstacle, o$indicator, mean)[c("output", "employment", "unemployment")]
  )))
})

test_that("an indicator of two systems has its place in each, by its own size there", {
  data <- data.frame(
    unit = 1:4, year = 2020, x = c(0, 1, 2, 8), y = c(0, 9, 9, 9), z = c(3, 2, 5, 9)
  )
  sheet <- data.frame(
    system = c("a", "a", "b", "b"), indicator = c("x", "y", "z", "x"), direction = "+",
    weight = c(0.9, 0.1, 0.9, 0.1)
  )
  o <- suppressMessages(obstacle_degree(data, sheet, c("unit", "year"), weights = "given"))
  built <- drawn(ggplot2::autoplot(o))
  bars <- built$data[[1]]
  expect_identical(nrow(bars), 4L)
  for (panel in split(bars, bars$PANEL)) {
    expect_false(is.unsorted(panel$x[order(as.numeric(panel$y))]))
  }
  shown <- built$layout$panel_params
  expect_identical(unlist(lapply(shown, function(p) rev(p$y$get_labels()))), c("x", "y", "z", "x"))
})

test_that("groups are points, times a heat map", {
  o <- obstacles()
  built <- drawn(ggplot2::autoplot(o, by = "region"))
  expect_identical(nrow(built$data[[1]]), 24L)
  heat <- drawn(p <- ggplot2::autoplot(o, type = "heatmap", by = "year"))
  expect_identical(nrow(heat$data[[1]]), 6L * 17L)
  cell <- p$data[p$data$indicator == "water" & p$data$year == 1980, ]
  expect_equal(cell$obstacle, mean(o$obstacle[o$indicator == "water" & o$year == 1980]))
  expect_s3_class(ggplot2::autoplot(obstacles(by = "dimension")), "ggplot")
})

test_that("misuse is named", {
  expect_error(ggplot2::autoplot(obstacles(), type = "heatmap"), class = "ccdpanel_error_column")
  expect_error(ggplot2::autoplot(obstacles(), type = "pie"), class = "ccdpanel_error_choice")
  expect_error(ggplot2::autoplot(obstacles(), by = "nowhere"), class = "ccdpanel_error_column")
})
