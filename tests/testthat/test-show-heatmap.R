skip_if_not_installed("ggplot2")

test_that("a square for each unit and time, units in order of their mean, coloured by level", {
  cc <- coupling(state_index())
  built <- drawn(ggplot2::autoplot(cc, type = "heatmap"))
  expect_identical(nrow(built$data[[1]]), 816L)
  units <- built$layout$panel_params[[1]]$y$get_labels()
  expect_identical(units, names(sort(tapply(cc$D, cc$state, mean))))
  colours <- stats::setNames(sequence_colours(10), levels(cc$stage))
  at <- match(paste(units[built$data[[1]]$y], built$data[[1]]$x), paste(cc$state, cc$year))
  expect_identical(built$data[[1]]$fill, unname(colours[as.character(cc$stage[at])]))
})

test_that("an index is coloured by its value", {
  built <- drawn(ggplot2::autoplot(state_index(), type = "heatmap", value = "economy"))
  expect_gt(length(unique(built$data[[1]]$fill)), 100)
})

test_that("groups are blocks of rows", {
  cc <- coupling(state_index())
  built <- drawn(p <- ggplot2::autoplot(cc, type = "heatmap", by = "region"))
  expect_identical(nrow(built$layout$layout), 4L)
  expect_identical(as.character(p$data$group), cc$region)
})
