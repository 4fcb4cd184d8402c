skip_if_not_installed("ggplot2")

test_that("points are the scores of the times asked for", {
  cc <- coupling(state_index())
  built <- drawn(ggplot2::autoplot(cc, type = "scatter"))
  points <- built$data[[3]]
  expect_equal(points$x, cc$infrastructure[cc$year == 1986])
  expect_identical(nrow(drawn(ggplot2::autoplot(cc, type = "scatter", time = c(1970, 1986)))$layout$layout), 2L)
})

test_that("on the diagonal D is the square root of the score; curves end on the right edge at the fourth power of D", {
  curves <- equal_d(attr(coupling(state_index()), "recipe"))
  expect_equal(curves$labels$at, (4:9)^4 / 1e4, tolerance = 5e-3)
  diagonal <- curves$grid[curves$grid$x == curves$grid$y, ]
  expect_equal(diagonal$D, sqrt(diagonal$x))
})

test_that("misuse is named", {
  three <- coupling(data.frame(u = "a", t = 1, p = .5, q = .5, r = .5), c("p", "q", "r"), c("u", "t"))
  expect_error(ggplot2::autoplot(three, type = "scatter"), class = "ccdpanel_error_systems")
  expect_error(ggplot2::autoplot(coupling(state_index()), type = "scatter", time = 1999), class = "ccdpanel_error_time")
})
