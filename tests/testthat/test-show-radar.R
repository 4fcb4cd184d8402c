skip_if_not_installed("ggplot2")

test_that("points lie on their spokes at their share of the rim, clockwise from the top", {
  d <- data.frame(u = c("n", "e", "s", "w"), v = c(1, .5, .25, .75))
  p <- radar_chart(d, "u", "v", limits = c(0, 1))
  points <- p$data[p$data$point, ]
  expect_equal(points$x, c(0, .5, 0, -.75))
  expect_equal(points$y, c(1, 0, -.25, 0))
  # The line closes.
  expect_equal(unlist(p$data[5, c("x", "y")], use.names = FALSE), c(0, 1))
  drawn(p)
})

test_that("the centre may be another value, which is said", {
  p <- radar_chart(zhou_lang_table1, "sector", "score", limits = c(30, 60))
  expect_identical(p$labels$caption, "the centre is 30")
  electronics <- p$data[1, ]
  expect_equal(electronics$y, (58 - 30) / 30)
  expect_null(radar_chart(zhou_lang_table1, "sector", "score")$labels$caption)
})

test_that("spokes may be the columns, and a missing value opens the line", {
  d <- data.frame(u = c("a", "b"), p = c(1, 2), q = c(2, NA), r = c(3, 1))
  p <- radar_chart(d, "u", c("p", "q", "r"), spokes = "value")
  expect_setequal(p$data$series, c("a", "b"))
  expect_identical(length(unique(p$data$part[p$data$series == "b"])), 2L)
  expect_identical(length(unique(p$data$part[p$data$series == "a"])), 1L)
})

test_that("a coupling has one line a time, an index one a system, units from the highest round", {
  cc <- coupling(state_index())
  p <- ggplot2::autoplot(cc, type = "radar", time = c(1970, 1986))
  expect_identical(levels(p$data$series), c("1970", "1986"))
  q <- ggplot2::autoplot(cc, type = "radar")
  expect_identical(
    levels(q$data$unit)[1], cc$state[cc$year == 1986][which.max(cc$D[cc$year == 1986])]
  )
  expect_identical(
    levels(ggplot2::autoplot(state_index(), type = "radar")$data$series),
    c("infrastructure", "economy")
  )
})

test_that("misuse is named", {
  d <- data.frame(u = letters[1:9], v = 1:9, w = 9:1)
  expect_error(radar_chart(d[1:2, ], "u", "v"), "three spokes", class = "ccdpanel_error_spokes")
  expect_error(
    radar_chart(cbind(d, x = 1), "u", c("v", "w", "x"), spokes = "value"), "9 lines",
    class = "ccdpanel_error_spokes"
  )
  expect_error(radar_chart(d, "u", "v", limits = c(2, 9)), class = "ccdpanel_error_limits")
  expect_error(radar_chart(d, "u", "v", spokes = "both"), class = "ccdpanel_error_choice")
})

test_that("very many names run along their spokes, none upside down", {
  d <- data.frame(u = sprintf("unit %d", 1:40), v = 1:40)
  built <- drawn(radar_chart(d, "u", "v"))
  names <- built$data[[6]]
  expect_identical(nrow(names), 40L)
  turn <- (names$angle + 180) %% 360 - 180
  expect_true(all(turn >= -90 - 1e-6 & turn <= 90 + 1e-6))
  few <- drawn(radar_chart(d[1:12, ], "u", "v"))$data[[6]]
  expect_true(all(few$angle == 0))
})
