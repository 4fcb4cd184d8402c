test_that("the line and the band are the effects; edges are marked where there are any", {
  skip_if_not_installed("ggplot2")
  set.seed(4)
  d <- data.frame(x = stats::rnorm(300), m = stats::runif(300, -3, 3))
  d$y <- 0.2 * d$x + 0.4 * d$x * d$m + stats::rnorm(300)
  fit <- fe_reg(y ~ x, d)
  m <- moderation_test(fit, ~m)
  built <- drawn(ggplot2::autoplot(m))
  band <- Filter(function(layer) all(c("ymin", "ymax") %in% names(layer)), built$data)[[1]]
  ends <- moderation_test(fit, ~m, at = range(d$m))$effects
  expect_equal(band$ymin[c(1, 101)], ends$conf.low)
  expect_equal(band$ymax[c(1, 101)], ends$conf.high)
  lines <- Filter(function(layer) "xintercept" %in% names(layer), built$data)[[1]]
  expect_equal(lines$xintercept, m$regions$to[1:2])
  d$y <- d$x + stats::rnorm(300) / 10
  none <- drawn(ggplot2::autoplot(moderation_test(fe_reg(y ~ x, d), ~m)))
  expect_length(Filter(function(layer) "xintercept" %in% names(layer), none$data), 0)
})
