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
