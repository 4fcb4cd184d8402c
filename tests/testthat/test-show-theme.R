test_that("sequences get darker step by step, on a grey printer too", {
  for (n in c(3, 4, 5, 10)) {
    grey <- colSums(grDevices::col2rgb(sequence_colours(n)) * c(.299, .587, .114))
    expect_true(all(diff(grey) < -5))
  }
})

test_that("names are black on light squares and white on dark ones", {
  expect_identical(text_colour(c("#FFFFFF", "#000000")), c("black", "white"))
  # On the teal of the middle levels black has 7 times its contrast, white 3.
  expect_identical(text_colour(c("#00B1B0", "#00407F")), c("black", "white"))
})

test_that("whole times get whole breaks within the limits", {
  expect_equal(whole_breaks(c(2011, 2014)), c(2011, 2012, 2013, 2014))
  expect_equal(whole_breaks(c(2010.5, 2022.5)), seq(2012, 2022, 2))
  expect_equal(whole_breaks(c(1970, 1986)), seq(1970, 1986, 4))
  expect_equal(whole_breaks(c(5, 5)), 5)
  expect_identical(some_of(letters), c("a", "f", "k", "p", "u", "z"))
})

grey_of <- function(colours) colSums(grDevices::col2rgb(colours) * c(.299, .587, .114))

test_that("bars and verdicts are told apart on a grey printer, and from the paper", {
  for (n in 2:4) {
    expect_true(all(diff(grey_of(bar_colours(n))) < -30))
    expect_lt(max(grey_of(bar_colours(n))), 230)
  }
  expect_true(all(diff(grey_of(verdict_colours)) < -30))
})

test_that("series differ by point and dash where their colours are as light as each other", {
  skip_if_not_installed("ggplot2")
  built <- series_scales(8)
  expect_identical(anyDuplicated(series_shapes), 0L)
  pairs <- utils::combn(8, 2)
  dash <- rep(c("solid", "22", "42", "12"), length.out = 8)
  alike <- abs(diff(matrix(grey_of(series_colours)[pairs], 2))) < 20
  expect_true(any(alike))
  expect_true(all(series_shapes[pairs[1, alike]] != series_shapes[pairs[2, alike]]))
  expect_true(all(
    abs(pairs[1, alike] - pairs[2, alike]) == 4 | dash[pairs[1, alike]] != dash[pairs[2, alike]]
  ))
})

# Colour vision without one kind of cone: matrices of Vienot, Brettel and Mollon (1999) on linear
# light.
seen_by <- function(colours, kind) {
  linear <- (grDevices::col2rgb(colours) / 255)^2.2
  m <- switch(kind,
    protan = rbind(c(.11238, .88762, 0), c(.11238, .88762, 0), c(.00401, -.00401, 1)),
    deutan = rbind(c(.29275, .70725, 0), c(.29275, .70725, 0), c(-.02234, .02234, 1))
  )
  t(grDevices::convertColor(t(pmin(pmax(m %*% linear, 0), 1)^(1 / 2.2)), "sRGB", "Lab"))
}

test_that("the sequence and the series keep their differences for colour-blind readers", {
  for (kind in c("protan", "deutan")) {
    step <- function(colours) sqrt(colSums(diff(t(seen_by(colours, kind)))^2))
    for (n in c(4, 5, 10)) expect_gt(min(step(sequence_colours(n))), 5)
    expect_gt(min(stats::dist(t(seen_by(series_colours, kind)))), 10)
    expect_gt(min(stats::dist(t(seen_by(verdict_colours, kind)))), 20)
  }
})

test_that("keys have as many columns as there is room for", {
  skip_if_not_installed("ggplot2")
  columns <- function(names) guide_setting(key_below(names, "colour"), "ncol", "colour")
  expect_equal(columns(c("a", "b", "c")), 3)
  expect_equal(columns(rep("a name of twenty-two!!", 6)), 3)
  expect_equal(columns(strrep("x", 200)), 1)
})
