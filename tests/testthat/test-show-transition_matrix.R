skip_if_not_installed("ggplot2")

chain_of_states <- function(...) {
  transition_matrix(coupling(state_index()), classes = c(0.3, 0.5), ...)
}

test_that("a matrix shows its probabilities, a panel a chain", {
  m <- chain_of_states()
  p <- ggplot2::autoplot(m)
  shown <- drawn(p)$data[[2]]$label
  expect_setequal(shown, formatC(as.vector(as.matrix(as.data.frame(m)[4:6])), 3, format = "f"))
  by <- chain_of_states(by = "region")
  expect_equal(nrow(drawn(ggplot2::autoplot(by))$layout$layout), 5)
})

test_that("ergodic shares and passage times are drawn", {
  m <- chain_of_states()
  p <- ggplot2::autoplot(m, type = "ergodic")
  shown <- p$data
  expect_equal(sum(shown$share[1:3]), 1)
  expect_equal(shown$share[4:6], m$ergodic)
  drawn(p)
  drawn(ggplot2::autoplot(m, type = "passage"))
  expect_error(ggplot2::autoplot(m, type = "tree"), class = "ccdpanel_error_choice")
})

test_that("classes and words are in Chinese when asked", {
  withr_options(list(ccdpanel.font = "sans"), environment())
  p <- ggplot2::autoplot(chain_of_states(), language = "zh", labels = c(`1` = "low"))
  expect_match(p$labels$y, "\u521d\u59cb")
  expect_true("low" %in% levels(p$data$to))
})

test_that("long names of many classes stand, short ones lie flat", {
  d <- expand.grid(unit = sprintf("u%02d", 1:40), year = 1:3)
  d$y <- seq_len(120) %% 10 + as.integer(d$unit) / 100
  angle <- function(labels) {
    m <- transition_matrix(
      d, "y", classes = seq(0.5, 8.5), labels = labels, panel = c("unit", "year")
    )
    p <- ggplot2::autoplot(m)
    drawn(p)
    p$scales$get_scales("x")$guide$angle
  }
  expect_equal(angle(paste("primary coordination", 1:10)), 90)
  expect_equal(angle(letters[1:10]), 0)
})
