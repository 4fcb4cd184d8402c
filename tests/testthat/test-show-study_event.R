skip_if_not_installed("ggplot2")

test_that("the picture has a bar and a point for each effect, and a hollow reference", {
  d <- state_capital
  d$first <- ifelse(d$region == "West", 1976, NA)
  fit <- fe_reg(
    log(output) ~ unemployment | state + year, d, panel = c("state", "year"), vcov = ~state
  )
  x <- event_study(fit, ~first, window = c(-4, 4))
  layers <- drawn(ggplot2::autoplot(x))$data
  others <- x$effects[x$effects$event != -1, ]
  expect_equal(layers[[3]]$ymin, others$conf.low)
  expect_equal(layers[[3]]$ymax, others$conf.high)
  expect_equal(layers[[4]]$y, x$effects$estimate)
  expect_identical(layers[[4]]$x[layers[[4]]$fill == "white"], -1)
  expect_identical(ggplot2::autoplot(x, language = "zh")$labels$x,
    "\u76f8\u5bf9\u4e8b\u4ef6\u7684\u65f6\u671f"
  )
})
