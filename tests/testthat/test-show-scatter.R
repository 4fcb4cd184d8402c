skip_if_not_installed("ggplot2")

test_that("points are the scores of the times asked for", {
  cc <- coupling(state_index())
  built <- drawn(ggplot2::autoplot(cc, type = "scatter"))
  points <- built$data[[3]]
  last <- cc[cc$year == 1986, ]
  expect_equal(points$x, last$infrastructure[order(-last$infrastructure * last$economy)])
  expect_identical(nrow(drawn(ggplot2::autoplot(
    cc, type = "scatter", time = c(1970, 1986)
  ))$layout$layout), 2L)
})

test_that(
  paste0(
    "on the diagonal D is the square root of the score; curves end on the right edge at ",
    "the fourth power of D"
  ),
  {
  curves <- equal_d(attr(coupling(state_index()), "recipe"))
  expect_equal(curves$labels$at, (4:9)^4 / 1e4, tolerance = 5e-3)
  diagonal <- curves$grid[curves$grid$x == curves$grid$y, ]
  expect_equal(diagonal$D, sqrt(diagonal$x))
})

test_that("misuse is named", {
  five <- coupling(
    data.frame(u = "a", t = 1, p = .5, q = .5, r = .5, s = .5, v = .5), c("p", "q", "r", "s", "v"),
    c("u", "t")
  )
  expect_error(
    ggplot2::autoplot(five, type = "scatter"), "10 panels", class = "ccdpanel_error_systems"
  )
  expect_error(
    ggplot2::autoplot(five, type = "scatter", value = c("p", "w")), class = "ccdpanel_error_systems"
  )
  expect_error(
    ggplot2::autoplot(coupling(state_index()), type = "scatter", time = 1999),
    class = "ccdpanel_error_time"
  )
})

three_systems <- function() {
  set.seed(3)
  d <- data.frame(
    u = rep(letters[1:8], 2), t = rep(1:2, each = 8), p = stats::runif(16), q = stats::runif(16),
    r = stats::runif(16)
  )
  coupling(d, c("p", "q", "r"), c("u", "t"))
}

test_that("three systems make a panel for each pair, with the curves of the pair alone", {
  p <- ggplot2::autoplot(three_systems(), type = "scatter")
  built <- drawn(p)
  expect_identical(levels(factor(built$layout$layout$pair)), c("p and q", "p and r", "q and r"))
  expect_match(p$labels$caption, "two systems alone")
  one <- equal_d(pair_recipe(attr(three_systems(), "recipe"), c("p", "r")))
  # With equal coefficients D^4 = x y, whichever the third system was.
  expect_equal(one$grid$D^4, one$grid$x * one$grid$y)
  expect_identical(nrow(drawn(ggplot2::autoplot(
    three_systems(), type = "scatter", time = 1:2
  ))$layout$layout), 6L)
  expect_identical(nrow(drawn(ggplot2::autoplot(
    three_systems(), type = "scatter", value = c("r", "p")
  ))$layout$layout), 1L)
})

test_that("the axes end at the tenth above the highest score, and the curves with them", {
  d <- data.frame(u = letters[1:4], t = 1, p = c(.1, .2, .3, .33), q = c(.2, .1, .3, .2))
  p <- ggplot2::autoplot(coupling(d, c("p", "q"), c("u", "t")), type = "scatter")
  expect_equal(p$coordinates$limits$x, c(0, .4))
  axis <- equal_d(attr(coupling(d, c("p", "q"), c("u", "t")), "recipe"), .4)$labels
  expect_gt(nrow(axis), 1)
  # The right edge is searched in steps of 0.0002.
  expect_lt(max(abs(axis$at - as.numeric(axis$label)^4 / .4)), 2e-4 + 1e-12)
})

test_that("names stand beside points that leave them room, never over another point", {
  d <- data.frame(u = c("alone", "left", "right"), t = 1, p = c(.8, .30, .32), q = c(.2, .5, .5))
  p <- ggplot2::autoplot(coupling(d, c("p", "q"), c("u", "t")), type = "scatter")
  names <- drawn(p)$data[[4]]
  expect_identical(names$hjust[match(c("alone", "left", "right"), names$label)], c(0, 1, 0))
})
