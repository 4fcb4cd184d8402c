skip_if_not_installed("ggplot2")

test_that("a lollipop for each indicator, dimensions by colour and point", {
  w <- weights(state_index())
  built <- drawn(ggplot2::autoplot(w))
  expect_setequal(built$data[[2]]$x, w$weight)
  expect_identical(length(unique(built$data[[2]]$colour)), length(unique(w$dimension)))
  expect_identical(length(unique(built$data[[2]]$shape)), length(unique(w$dimension)))
})

test_that("weights that change over time are a heat map", {
  w <- weights(composite_index(state_capital, state_sheet(), c("state", "year"), scope = "period"))
  built <- drawn(p <- ggplot2::autoplot(w))
  expect_identical(nrow(built$data[[1]]), 6L * 17L)
  expect_equal(p$data$weight, w$weight)
})

test_that("negative coefficients hang to the left", {
  w <- weights(pca_index(state_capital, state_sheet(), c("state", "year")))
  built <- drawn(ggplot2::autoplot(w))
  expect_lte(built$layout$panel_params[[1]]$x.range[1], min(0, w$weight))
})

test_that("methods lie above each other in their order, within the row of their indicator", {
  methods <- c("entropy", "sd", "equal")
  w <- compare_weights(state_capital, state_sheet(), c("state", "year"), methods)
  points <- drawn(ggplot2::autoplot(w))$data[[2]]
  heights <- tapply(points$y, points$shape, max)[as.character(series_shapes[1:3])]
  expect_true(all(diff(heights) < 0))
  expect_true(all(abs(points$y - round(points$y)) < 0.5))
})

test_that("expert weights and their consistency ratio", {
  m <- matrix(
    c(1, 3, 5, 1 / 3, 1, 2, 1 / 5, 1 / 2, 1), 3, byrow = TRUE,
    dimnames = list(c("price", "quality", "service"), NULL)
  )
  p <- ggplot2::autoplot(ahp(m))
  # Geometric row means, which are the eigenvector's to three places for a matrix this consistent.
  rows <- apply(m, 1, prod)^(1 / 3)
  expect_equal(p$data$value, unname(rows / sum(rows)), tolerance = 1e-3)
  expect_match(p$labels$caption, "consistency ratio 0\\.00[0-9]")
  drawn(p)
})

test_that("an indicator of two systems has its place in each, as the sheet has it there", {
  data <- data.frame(
    unit = rep(1:6, 2), year = rep(1:2, each = 6), x = c(1, 5, 2, 8, 3, 9, 2, 2, 7, 1, 4, 6),
    y = c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8), z = c(2, 7, 1, 8, 2, 8, 1, 8, 2, 8, 4, 5),
    v = c(1, 6, 1, 8, 0, 3, 3, 9, 8, 8, 7, 4)
  )
  sheet <- data.frame(
    system = rep(c("a", "b"), each = 3), indicator = c("x", "y", "v", "z", "v", "x"),
    direction = "+"
  )
  panel <- c("unit", "year")
  index <- composite_index(data, sheet, panel, scope = "period")
  pictures <- list(
    ggplot2::autoplot(weights(index)),
    ggplot2::autoplot(compare_weights(data, sheet, panel, c("entropy", "sd"))),
    ggplot2::autoplot(pca_index(data, sheet, panel), type = "loadings"),
    ggplot2::autoplot(obstacle_degree(data, sheet, panel), type = "heatmap", by = "year")
  )
  shown <- lapply(pictures, function(p) {
    unlist(lapply(drawn(p)$layout$panel_params, function(s) rev(s$y$get_labels())))
  })
  for (one in shown[1:3]) expect_identical(one, sheet$indicator)
  expect_identical(lengths(shown), rep(6L, 4))
})
