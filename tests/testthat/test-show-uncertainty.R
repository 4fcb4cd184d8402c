skip_if_not_installed("ggplot2")

uncertain <- function(...) {
  index_uncertainty(coupling(state_index()), state_capital, n = 30, seed = 1, ...)
}

test_that(
  "points are the estimates between the ends of their intervals, the last time by default", {
  u <- uncertain()
  built <- drawn(p <- ggplot2::autoplot(u))
  last <- u$year == 1986
  expect_setequal(built$data[[2]]$x, u$D[last])
  expect_setequal(built$data[[1]]$xmax, u$D_upper[last])
  expect_identical(levels(p$data$unit), u$state[last][order(u$D[last])])
  expect_identical(p$labels$caption, "95% intervals of 30 replays")
})

test_that("ranks run from the worst to the best", {
  u <- uncertain()
  p <- ggplot2::autoplot(u, value = "rank", time = c(1970, 1986))
  expect_identical(
    rev(levels(p$data$unit))[1], u$state[u$year == 1986][which.min(u$rank[u$year == 1986])]
  )
  expect_identical(nrow(drawn(p)$layout$layout), 2L)
})

test_that("probabilities of the levels fill each unit's bar", {
  built <- drawn(ggplot2::autoplot(uncertain(), type = "levels"))
  bars <- built$data[[1]]
  expect_equal(as.vector(tapply(bars$xmax - bars$xmin, bars$y, sum)), rep(1, 48))
})

test_that("sources are shown where they were asked for", {
  u <- uncertain(by_source = TRUE)
  p <- ggplot2::autoplot(u, type = "sources")
  expect_equal(sum(p$data$value), 1)
  expect_error(
    ggplot2::autoplot(uncertain(), type = "sources"), "by_source", class = "ccdpanel_error_choice"
  )
})

test_that("misuse is named", {
  u <- uncertain()
  expect_error(ggplot2::autoplot(u, value = "C"), class = "ccdpanel_error_choice")
  expect_error(
    ggplot2::autoplot(u, time = list(1970:1975)), "replays", class = "ccdpanel_error_time"
  )
  one <- index_uncertainty(
    state_index()[c("state", "year", "region", "infrastructure", "economy")], state_capital, n = 5,
    seed = 1
  )
  expect_s3_class(ggplot2::autoplot(one), "ggplot")
  attr(u, "settings") <- NULL
  expect_error(ggplot2::autoplot(u), class = "ccdpanel_error_recipe")
})

test_that("systems that are not coupled have their own ranks and no levels", {
  idx <- composite_index(
    state_capital, state_sheet(), c("state", "year"), weights = "equal", normalise = "zscore"
  )
  u <- index_uncertainty(idx, state_capital, n = 5, vary = "weights", seed = 1)
  p <- ggplot2::autoplot(u, value = "rank_economy")
  expect_identical(
    rev(levels(p$data$unit))[1], u$state[u$year == 1986][which.min(u$rank_economy[u$year == 1986])]
  )
  expect_equal(ggplot2::autoplot(u)$data$value, u$infrastructure[u$year == 1986])
  expect_error(ggplot2::autoplot(u, type = "levels"), class = "ccdpanel_error_choice")
})
