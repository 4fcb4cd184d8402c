skip_if_not_installed("ggplot2")

shown_detector <- function(...) {
  d <- as.data.frame(coupling(state_index()))
  d <- d[d$year > 1984, ]
  d$size <- rep_len(c(3.5, 1.25, 9, 4, 7, 2.5, 8), nrow(d))
  geodetector(
    d, "D", c("region", "size"), bins = 3, panel = c("state", "year"), draws = 9, seed = 1, ...
  )
}

test_that("every picture of a detector shows its numbers", {
  g <- shown_detector()
  trend <- ggplot2::autoplot(g)
  expect_equal(sort(trend$data$estimate), sort(g$q))
  bars <- drawn(ggplot2::autoplot(g, type = "q", time = 1986))$data[[1]]
  expect_equal(sort(bars$xmax), sort(g$q[g$year == 1986]))
  cells <- ggplot2::autoplot(g, type = "interaction", time = 1986)$data
  expect_equal(
    sort(cells$q_both),
    sort(c(
      g$q[g$year == 1986], attr(g, "interactions")$q_both[attr(g, "interactions")$year == 1986]
    ))
  )
  strata <- drawn(ggplot2::autoplot(g, type = "strata"))$data[[1]]
  s <- summary(g)$strata
  expect_equal(sort(strata$ymax), sort(s$mean[s$year == 1986]))
  both <- drawn(ggplot2::autoplot(g, type = "strata", time = c(1985, 1986)))
  expect_equal(nrow(both$layout$layout), 4)
  expect_equal(ggplot2::autoplot(shown_detector(pooled = TRUE))$labels$title, NULL)
})

test_that("pictures that a result has not are told", {
  g <- shown_detector(pooled = TRUE)
  expect_error(ggplot2::autoplot(g, type = "trend"), class = "ccdpanel_error_choice")
  expect_error(ggplot2::autoplot(g, time = 1986), class = "ccdpanel_error_argument")
  one <- geodetector(coupling(state_index()), factors = "region", draws = 0)
  expect_error(ggplot2::autoplot(one, type = "interaction"), class = "ccdpanel_error_choice")
})
