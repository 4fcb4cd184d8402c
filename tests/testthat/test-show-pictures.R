skip_if_not_installed("ggplot2")

test_that("every class has its pictures, and plot() returns what it shows", {
  idx <- state_index()
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  for (object in list(idx, coupling(idx))) {
    for (type in c("trend", "heatmap", "map")) {
      expect_s3_class(ggplot2::autoplot(object, type = type), "ggplot")
    }
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
  expect_equal(
    built$data[[2]]$y[built$data[[2]]$group == 3], as.vector(tapply(cc$D, cc$year, mean))
  )
})

test_that("a comparison of weights has a point for each method and indicator", {
  w <- compare_weights(state_capital, state_sheet(), c("state", "year"), c("entropy", "equal"))
  built <- drawn(ggplot2::autoplot(w))
  expect_identical(nrow(built$data[[2]]), 12L)
  expect_setequal(round(built$data[[2]]$x, 12), round(c(w$entropy, w$equal), 12))
})

test_that("misuse is named", {
  idx <- state_index()
  expect_error(ggplot2::autoplot(idx, type = "pie"), class = "ccdpanel_error_choice")
  expect_error(ggplot2::autoplot(idx, value = "nowhere"), class = "ccdpanel_error_column")
  expect_error(ggplot2::autoplot(idx, value = "region"), class = "ccdpanel_error_column")
  expect_error(
    ggplot2::autoplot(idx, type = "heatmap", value = c("economy", "infrastructure")),
    class = "ccdpanel_error_column"
  )
  expect_error(ggplot2::autoplot(idx, by = "nowhere"), class = "ccdpanel_error_column")
  attr(idx, "recipe") <- NULL
  expect_error(ggplot2::autoplot(idx), class = "ccdpanel_error_recipe")
})

test_that("nothing to draw is a named error", {
  idx <- state_index()
  cc <- coupling(idx)
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  for (object in list(idx[0, ], cc[0, ], weights(idx)[0, ])) {
    expect_error(plot(object), "no rows", class = "ccdpanel_error_empty")
  }
  for (type in c("heatmap", "map", "levels", "scatter")) {
    expect_error(plot(cc[0, ], type = type), class = "ccdpanel_error_empty")
  }
  gone <- coupling(
    data.frame(u = c("a", "b"), t = 1, p = NA_real_, q = .5), c("p", "q"), c("u", "t")
  )
  expect_error(plot(gone), "not missing", class = "ccdpanel_error_empty")
})

test_that("times of any class are drawn, in every picture", {
  times <- list(
    as.Date(c("2001-01-01", "2002-01-01", "2004-06-01")),
    as.POSIXct(c("2001-01-01 10:00", "2002-01-01 11:30", "2003-01-01 00:00"), tz = "UTC"),
    c("a first", "b second", "c third"),
    factor(c("late", "early", "never"), c("late", "early", "never")),
    ordered(c("low", "mid", "high"), c("low", "mid", "high"))
  )
  tiles <- data.frame(unit = c("a", "b"), row = 1, column = 1:2)
  for (time in times) {
    d <- data.frame(
      unit = rep(c("a", "b"), each = 3), time = rep(time, 2), p = c(.2, .5, .6, .3, .4, .9), q = .5
    )
    cc <- coupling(d, c("p", "q"), c("unit", "time"))
    for (type in c("trend", "heatmap", "map", "levels", "scatter")) {
      expect_no_warning(drawn(ggplot2::autoplot(cc, type = type, tiles = if (type == "map") tiles)))
    }
    expect_equal(
      drawn(ggplot2::autoplot(cc))$data[[3]]$y[1:3],
      as.vector(tapply(cc$C, match(cc$time, time), mean))
    )
    expect_identical(nrow(drawn(ggplot2::autoplot(
      cc, type = "map", tiles = tiles, time = time[1:2]
    ))$layout$layout), 2L)
    expect_identical(
      ggplot2::autoplot(cc, type = "map", tiles = tiles)$labels$title, format_key(time[3])
    )
    heat <- drawn(ggplot2::autoplot(cc, type = "heatmap"))$data[[1]]
    expect_equal(unique(heat$xmax - heat$xmin), 1)
  }
})

test_that("an argument that a type does not use is an error, not ignored", {
  cc <- coupling(state_index())
  expect_error(
    ggplot2::autoplot(cc, time = 1986), "no use for `time`", class = "ccdpanel_error_argument"
  )
  expect_error(
    ggplot2::autoplot(cc, type = "map", by = "region"), class = "ccdpanel_error_argument"
  )
  expect_error(
    ggplot2::autoplot(cc, type = "levels", value = "C"), class = "ccdpanel_error_argument"
  )
  expect_error(
    ggplot2::autoplot(weights(state_index()), type = "bar"), "type",
    class = "ccdpanel_error_argument"
  )
})

test_that("one unit, one time and many units are drawn as well", {
  cc <- coupling(state_index())
  few <- list(cc[cc$state == "Ohio", ], cc[cc$year == 1986, ])
  for (one in few) {
    for (type in c("trend", "heatmap", "map", "bar", "levels", "scatter")) {
      expect_no_warning(expect_no_message(drawn(ggplot2::autoplot(one, type = type))))
    }
  }
  set.seed(1)
  many <- data.frame(
    u = rep(sprintf("unit %03d", 1:200), 3), t = rep(1:3, each = 200), p = stats::runif(600),
    q = stats::runif(600)
  )
  many <- coupling(many, c("p", "q"), c("u", "t"))
  for (type in c("heatmap", "bar", "levels", "scatter")) {
    expect_no_warning(drawn(ggplot2::autoplot(many, type = type)))
  }
  fan <- ggplot2::autoplot(many, by = "u")
  expect_match(fan$labels$caption, "grey: each of 200")
  means <- drawn(fan)$data[[3]]
  expect_equal(means$y, as.vector(tapply(many$D, many$t, mean)))
})

test_that("nine to forty groups get a panel each", {
  cc <- coupling(state_index())
  cc <- cc[cc$state %in% unique(cc$state)[1:12], ]
  built <- drawn(ggplot2::autoplot(cc, by = "state"))
  expect_identical(nrow(built$layout$layout), 12L)
  expect_equal(built$data[[3]]$y[built$data[[3]]$PANEL == 1], cc$D[cc$state == "Alabama"])
})

test_that("means by time are a trend, by group bars, by both one line a group", {
  cc <- coupling(state_index())
  expect_equal(
    drawn(ggplot2::autoplot(summary(cc)))$data[[3]]$y[1:17], as.vector(tapply(cc$C, cc$year, mean))
  )
  bars <- ggplot2::autoplot(summary(cc, by = "region"))
  expect_equal(bars$data$value[bars$data$series == "D"], as.vector(tapply(cc$D, cc$region, mean)))
  both <- drawn(ggplot2::autoplot(summary(cc, by = c("region", "year"))))
  expect_identical(length(unique(both$data[[2]]$group)), 4L)
  expect_error(ggplot2::autoplot(summary(cc)[-1]), class = "ccdpanel_error_recipe")
})

test_that("every class answers to plot()", {
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  cc <- coupling(state_index())
  fit <- fe_reg(log(output) ~ log(highways) | state, state_capital)
  objects <- list(
    summary(cc), ahp(diag(3) * 0 + 1),
    obstacle_degree(state_capital, state_sheet(), c("state", "year")),
    index_uncertainty(cc, state_capital, n = 3, seed = 1),
    audit_ranks(data.frame(a = "0.4", r = "1"), average = "a", rank = "r"), fit,
    add_controls(fit, ~unemployment)
  )
  for (object in objects) {
    expect_invisible(p <- plot(object))
    expect_s3_class(p, "ggplot")
  }
})
