skip_if_not_installed("ggplot2")

test_that("a trend shows the means over the units", {
  idx <- state_index()
  table <- trend_table(as.data.frame(idx), c("state", "year"), c("infrastructure", "economy"), NULL)
  expect_equal(
    table$value[table$series == "economy"], as.vector(tapply(idx$economy, idx$year, mean))
  )
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
  built <- drawn(ggplot2::autoplot(composite_index(
    idx, toy_sheet(), c("unit", "year"), missing = "propagate"
  )))
  expect_false(anyNA(built$data[[1]]$y))
})

test_that("an axis that does not begin at 0 says so, and its edges are named", {
  p <- ggplot2::autoplot(coupling(state_index()))
  expect_identical(p$labels$caption, "the vertical axis begins at 0.1")
  expect_equal(drawn(p)$layout$panel_params[[1]]$y$breaks, 1:10 / 10)
  low <- coupling(
    data.frame(u = "a", t = 1:2, p = c(0, .9), q = c(.5, .9)), c("p", "q"), c("u", "t")
  )
  expect_null(ggplot2::autoplot(low)$labels$caption)
})

test_that("the last time is named on the axis", {
  breaks <- drawn(ggplot2::autoplot(coupling(state_index())))$layout$panel_params[[1]]$x$breaks
  expect_equal(breaks, seq(1970, 1986, 4))
})

test_that("units of no group are a line of their own", {
  d <- data.frame(u = c("a", "b"), t = rep(1:2, each = 2), zone = c("n", NA), p = .5, q = .5)
  built <- drawn(ggplot2::autoplot(coupling(d, c("p", "q"), c("u", "t")), by = "zone"))
  expect_identical(length(unique(built$data[[2]]$group)), 2L)
})
