skip_if_not_installed("ggplot2")

test_that("the picture has a point a placebo and a line at the estimate", {
  fit <- fe_reg(
    log(output) ~ unemployment | state + year, state_capital, panel = c("state", "year"),
    vcov = ~state
  )
  p <- placebo_test(fit, draws = 30, seed = 1)
  layers <- drawn(ggplot2::autoplot(p))$data
  expect_equal(layers[[1]]$x, p$placebos$estimate)
  expect_equal(layers[[1]]$y / max(layers[[2]]$y), p$placebos$p.value)
  # A density has an area of one.
  expect_equal(sum(layers[[2]]$y) * diff(layers[[2]]$x[1:2]), 1, tolerance = 0.01)
  expect_equal(layers[[3]]$xintercept, coef(fit)[["unemployment"]])
})
