skip_if_not_installed("ggplot2")

test_that("equal classes have equal width, quantile classes equal size", {
  x <- c(0, 1, 2, 3, 4, 5, 6, 7, 8, 100)
  expect_equal(class_edges(x, "equal", 4, NULL), c(0, 25, 50, 75, 100))
  edges <- class_edges(x, "quantile", 5, NULL)
  expect_equal(as.vector(table(cut(x, edges, include.lowest = TRUE))), rep(2L, 5))
  fill <- class_fill(edges, class_labels(edges, FALSE, lettering("en", NULL)), "x")
  expect_equal(as.vector(table(fill$class(x))), rep(2L, 5))
  expect_true(is.na(fill$class(NA_real_)))
})

test_that("numbers are the edges between classes, closed on the right", {
  words <- lettering("en", NULL)
  edges <- class_edges(c(.1, .9), c(.3, .5), 5, NULL)
  labels <- class_labels(edges, TRUE, words)
  expect_identical(labels, c("up to 0.3", "0.3 - 0.5", "above 0.5"))
  expect_identical(
    as.integer(class_fill(edges, labels, "x")$class(c(.1, .3, .31, .5, .51))), c(1L, 1L, 2L, 2L, 3L)
  )
  one <- class_edges(c(.1, .9), .4, 5, NULL)
  expect_identical(class_labels(one, TRUE, words), c("up to 0.4", "above 0.4"))
})

test_that("class labels have as many digits as tell them apart", {
  words <- lettering("en", NULL)
  expect_identical(class_labels(c(0, .5, 1), FALSE, words), c("0.00 - 0.50", "0.50 - 1.00"))
  expect_identical(
    class_labels(c(.1234, .1236, .1239), FALSE, words), c("0.1234 - 0.1236", "0.1236 - 0.1239")
  )
})

test_that("ties make fewer quantile classes, which is said", {
  expect_message(
    edges <- class_edges(c(0, 0, 0, 0, 1, 2), "quantile", 4, NULL), "2 classes, not 4",
    class = "ccdpanel_message_classes"
  )
  expect_length(edges, 3)
})

test_that("the map and the heat map take classes over all that is shown", {
  cc <- coupling(state_index())
  p <- ggplot2::autoplot(cc, type = "map", time = c(1970, 1986), breaks = "quantile", classes = 4)
  counts <- table(p$data$stage)
  expect_identical(sum(counts), 96L)
  expect_equal(as.vector(counts), rep(24L, 4))
  h <- ggplot2::autoplot(state_index(), type = "heatmap", value = "economy", breaks = c(.1, .2))
  expect_equal(
    as.vector(table(h$data$stage)),
    as.vector(table(cut(state_index()$economy, c(-Inf, .1, .2, Inf))))
  )
})

test_that("levels are D's, at its own edges", {
  cc <- coupling(state_index(), scheme = "four")
  p <- ggplot2::autoplot(cc, type = "map", breaks = "level")
  here <- match(p$data$label, state.abb)
  d <- cc$D[cc$year == 1986][match(state.name[here], cc$state[cc$year == 1986])]
  expect_identical(
    as.character(p$data$stage)[!is.na(d)],
    as.character(coordination_level(d[!is.na(d)], "four")$stage)
  )
})

test_that("misuse is named", {
  cc <- coupling(state_index())
  draw <- function(...) ggplot2::autoplot(cc, type = "map", ...)
  expect_error(draw(breaks = "jenks"), class = "ccdpanel_error_choice")
  expect_error(draw(breaks = c(.5, .3)), class = "ccdpanel_error_breaks")
  expect_error(draw(breaks = "level", value = "C"), "belong to", class = "ccdpanel_error_choice")
  expect_error(draw(breaks = "equal", classes = 1), class = "ccdpanel_error_number")
  same <- coupling(
    data.frame(u = c("Ohio", "Utah"), t = 1, p = .5, q = .5), c("p", "q"), c("u", "t")
  )
  expect_error(
    ggplot2::autoplot(same, type = "map", breaks = "equal"), "differ",
    class = "ccdpanel_error_breaks"
  )
})
