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
  dashed <- data[[2]]$linetype != "solid"
  expect_equal(data[[2]]$y[!dashed], ohio$fitted[!ohio$forecast])
  expect_equal(tail(data[[2]]$y[dashed], -1), ohio$fitted[ohio$forecast])
  expect_error(ggplot2::autoplot(g, units = "Atlantis"), class = "ccdpanel_error_choice")
  many <- suppressMessages(grey_forecast(cc, force = TRUE))
  expect_error(ggplot2::autoplot(many), class = "ccdpanel_error_argument")
})

test_that("a unit that was refused a forecast is drawn without a band", {
  data <- rbind(
    data.frame(unit = "grows", year = 1:8, x = 10 * 1.05^(1:8)),
    # Far outside the class ratios that the model takes.
    data.frame(unit = "leaps", year = 1:8, x = c(1, 9, 1, 9, 1, 9, 1, 9))
  )
  g <- suppressMessages(
    grey_forecast(data, "x", panel = c("unit", "year"), boot = 30, seed = 1)
  )
  expect_true(anyNA(g$conf.low[g$forecast]))
  p <- expect_no_warning(drawn(ggplot2::autoplot(g)))
  expect_equal(nrow(p$layout$layout), 2)
  caption <- function(...) ggplot2::autoplot(g, ...)$labels$caption
  expect_identical(caption(), "shaded: 95% intervals\nno curve: class ratios out of range")
  expect_identical(caption(units = "grows"), "shaded: 95% intervals")
  file <- tempfile(fileext = ".png")
  on.exit(unlink(file))
  expect_no_warning(ggplot2::ggsave(file, ggplot2::autoplot(g), width = 5, height = 3))
})
