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
    guide_setting(p$scales$get_scales("x")$guide, "angle")
  }
  expect_equal(angle(paste("primary coordination", 1:10)), 90)
  expect_equal(angle(letters[1:10]), 0)
})

test_that("the picture of the end has the shares of the last time beside it, and names it", {
  # Ten units of which nine are low throughout, and all but two high at the last time.
  d <- data.frame(
    unit = rep(letters[1:10], each = 4), year = 2001:2004, zone = rep(c("e", "w"), each = 20)
  )
  d$y <- ifelse(d$year == 2004 & !d$unit %in% c("a", "f", "g"), 2, 1)
  d$y[d$unit == "b" & d$year == 2002] <- 2
  shares <- function(data, ...) {
    m <- suppressMessages(
      transition_matrix(data, "y", classes = 1.5, panel = c("unit", "year"), ...)
    )
    ggplot2::autoplot(m, type = "ergodic")$data
  }
  all <- shares(d)
  expect_equal(all$share[1:2], c(.3, .7))
  expect_identical(levels(all$what)[1], "observed (2004)")
  by <- shares(d, by = "zone")
  expect_equal(by$share[1:6], c(.3, .7, .2, .8, .4, .6))
  # Who has no value then is not counted.
  gone <- shares(transform(d, y = replace(y, unit == "a" & year == 2004, NA)))
  expect_equal(gone$share[1:2], c(2, 7) / 9)
  # By the neighbours on a line: those of a unit are beside it, and high where their mean is.
  line <- abs(outer(1:10, 1:10, "-")) == 1
  dimnames(line) <- list(letters[1:10], letters[1:10])
  y <- d$y[d$year == 2004]
  near <- as.vector((line %*% y) / rowSums(line)) > 1.5
  given <- shares(d, given = line * 1)
  plain <- c(mean(y[!near] == 1), mean(y[!near] == 2), mean(y[near] == 1), mean(y[near] == 2))
  expect_equal(given$share[1:6], c(.3, .7, plain))
})
