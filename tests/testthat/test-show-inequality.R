skip_if_not_installed("ggplot2")

test_that("every picture of inequality shows its numbers", {
  q <- toy_inequality(by = "group", boot = 30, seed = 1)
  p <- ggplot2::autoplot(q)
  expect_equal(sort(drawn(p)$data[[3]]$y), sort(q$gini))
  expect_equal(nrow(drawn(p)$data[[1]]), 5)
  all <- ggplot2::autoplot(toy_inequality())
  expect_equal(nlevels(all$data$series), 5)
  parts <- drawn(ggplot2::autoplot(q, type = "parts"))$data[[1]]
  expect_equal(max(parts$ymax), 100)
  theil <- drawn(ggplot2::autoplot(q, type = "parts", measure = "theil_T"))$data[[1]]
  expect_equal(length(unique(theil$fill)), 2)
  groups <- ggplot2::autoplot(q, type = "groups")
  expect_equal(levels(groups$data$series), unique(tidy(q)$group[tidy(q)$part == "group"]))
  expect_equal(nlevels(ggplot2::autoplot(q, type = "pairs")$data$series), 3)
  for (type in c("groups", "pairs")) drawn(ggplot2::autoplot(q, type = type))
})

test_that("pictures are in Chinese when asked, or when the result is", {
  withr_options(list(ccdpanel.font = "sans"), environment())
  q <- toy_inequality(by = "group", language = "zh")
  p <- ggplot2::autoplot(q, type = "parts", labels = c(year = "Jahr"))
  expect_match(p$labels$y, "\u8d21\u732e\u7387")
  expect_equal(p$labels$x, "Jahr")
  expect_match(
    ggplot2::autoplot(toy_inequality(), measure = "gini", language = "zh")$labels$y, "\u57fa\u5c3c"
  )
})

test_that("pictures that cannot be are errors", {
  q <- toy_inequality(measures = "gini")
  expect_error(ggplot2::autoplot(q, type = "parts"), class = "ccdpanel_error_group")
  expect_error(ggplot2::autoplot(q, measure = "cv"), class = "ccdpanel_error_choice")
  expect_error(ggplot2::autoplot(q, type = "pie"), class = "ccdpanel_error_choice")
  bare <- q
  attr(bare, "settings") <- NULL
  expect_error(ggplot2::autoplot(bare), class = "ccdpanel_error_recipe")
})

test_that("equal values and measures without parts have no empty picture", {
  skip_if_not_installed("ggplot2")
  panel <- c("unit", "year")
  d <- data.frame(
    unit = rep(letters[1:6], 3), year = rep(1:3, each = 6), g = rep(c("I", "lag"), 9),
    y = c(rep(2, 6), 1:6, 6:1)
  )
  some <- ggplot2::autoplot(inequality(d, "y", by = "g", panel = panel), type = "parts")
  # The first time has a place on the axis, no bar, and a word below.
  expect_identical(as.character(unique(some$data$when)), c("2", "3"))
  expect_match(some$labels$caption, "equal.* 1\\.")
  d$y <- 3
  equal <- inequality(d, "y", by = "g", panel = panel)
  expect_error(ggplot2::autoplot(equal, type = "parts"), class = "ccdpanel_error_values")
  expect_s3_class(ggplot2::autoplot(equal, type = "groups"), "ggplot")
  expect_error(
    ggplot2::autoplot(equal, type = "parts", measure = "cv"), class = "ccdpanel_error_choice"
  )
  only <- inequality(d, "y", by = "g", panel = panel, measures = c("cv", "theil_L"))
  expect_error(ggplot2::autoplot(only, type = "pairs"), class = "ccdpanel_error_choice")
  groups <- ggplot2::autoplot(only, type = "groups")
  expect_match(groups$labels$y, "Theil's L")
  # Names of groups are the user's, whatever words of ours they are like.
  expect_identical(levels(groups$data$series), c("I", "lag"))
})
