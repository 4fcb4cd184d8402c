skip_if_not_installed("ggplot2")

test_that("a trend shows the means over the units", {
  idx <- state_index()
  table <- trend_table(as.data.frame(idx), c("state", "year"), c("infrastructure", "economy"), NULL)
  expect_equal(table$value[table$series == "economy"], as.vector(tapply(idx$economy, idx$year, mean)))
  expect_equal(table$time[table$series == "economy"], 1970:1986)
})

test_that("groups become lines, in facets where there are several series", {
  idx <- state_index()
  built <- drawn(ggplot2::autoplot(idx, by = "region"))
  expect_identical(nrow(built$layout$layout), 2L)
  expect_identical(length(unique(built$data[[1]]$group)), 4L)
})

test_that("bands are the levels that the values touch", {
  bands <- list(breaks = c(.1, .2), labels = c("low", "middle", "high"))
  expect_equal(band_table(bands)$high, c(.1, .2, 1))
  built <- drawn(ggplot2::autoplot(coupling(state_index()), by = "region"))
  expect_equal(built$layout$panel_params[[1]]$y.range, c(.2, .4))
})

test_that("missing scores and character times do no harm", {
  idx <- toy_panel()
  idx$year <- c("first", "second")[idx$year - 2000]
  idx$x[1] <- NA
  built <- drawn(ggplot2::autoplot(composite_index(idx, toy_sheet(), c("unit", "year"), missing = "propagate")))
  expect_false(anyNA(built$data[[1]]$y))
})
