test_that("the entropy of values that hardly differ keeps its digits", {
  con <- sqlite()
  # Shares of 1e8 + k: the divergence is the sum of (1 + t) ln(1 + t) - t, t = k / 1e8 - mean, by
  # its series; the second indicator has known shares.
  k <- c(-3, -1, 0, 1, 3)
  d <- data.frame(city = letters[1:5], year = 1, a = 1e8 + k, b = 1:5)
  sheet <- data.frame(system = "s", dimension = "d", indicator = c("a", "b"), direction = "+")
  w <- indicator_weights(stored(con, d), sheet, c("city", "year"), normalise = "none")
  t <- k / 1e8
  p <- (1:5) / 15
  expect_lt(relative(w$divergence[1], mean(t^2 / 2 - t^3 / 6) / log(5)), 1e-12)
  expect_lt(relative(w$divergence[2], 1 + sum(p * log(p)) / log(5)), 1e-12)
})

test_that("what is added to the normalised values of a far column keeps its digits", {
  con <- sqlite()
  k <- c(-3, -1, 0, 1, 3)
  d <- data.frame(city = letters[1:5], year = 1, a = 1e9 + k, b = 1:5)
  sheet <- data.frame(system = "s", dimension = "d", indicator = c("a", "b"), direction = "+")
  z <- (k + 3) / 6
  for (zero in list(c(shift = .01), c(rescale = .05))) {
    p <- if (names(zero) == "shift") z + .01 else .05 + .9 * z
    p <- p / sum(p)
    w <- indicator_weights(stored(con, d), sheet, c("city", "year"), zero = zero)
    expect_lt(relative(w$divergence[1], 1 + sum(p * log(p)) / log(5)), 1e-12)
  }
})

test_that("squares of very small and very large indicators are numbers", {
  expect_same_far_weights(sqlite(), 1e200)
})
