skip_if_not_installed("ggplot2")

test_that("observed, fitted and forecast values are drawn, a panel a unit", {
  cc <- coupling(state_index())
  some <- cc[cc$state %in% c("Ohio", "Texas", "Iowa"), ]
  g <- suppressMessages(grey_forecast(some, boot = 30, seed = 1, force = TRUE))
  p <- ggplot2::autoplot(g)
  expect_equal(nrow(drawn(p)$layout$layout), 3)
  one <- ggplot2::autoplot(g, units = "Ohio")
  data <- drawn(one)$data
  ohio <- g[g$state == "Ohio", ]
  expect_equal(data[[1]]$ymax, ohio$conf.high[ohio$forecast])
  expect_equal(data[[3]]$y, ohio$observed[!ohio$forecast])
  expect_error(ggplot2::autoplot(g, units = "Atlantis"), class = "ccdpanel_error_choice")
  many <- suppressMessages(grey_forecast(cc, force = TRUE))
  expect_error(ggplot2::autoplot(many), class = "ccdpanel_error_argument")
})
