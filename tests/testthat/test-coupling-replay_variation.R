panel <- c("unit", "year")

test_that("noise of the weights has its closed form", {
  # The first row has z = 1 and z = 0: its score is f1 / (f1 + f2) = 1 / (1 + exp(-s (g1 - g2)))
  data <- data.frame(unit = c("a", "b", "c"), year = 1, x = c(2, 0, 1), y = c(0, 2, 1))
  sheet <- indicator_sheet(data.frame(
    system = "s", dimension = "d", indicator = c("x", "y"), direction = "+"
  ))
  idx <- composite_index(data, sheet, panel, weights = "equal")
  u <- quiet(idx, data, n = 40000, vary = "weights", sd = .3, level = .8, seed = 4)
  expect_identical(names(u), c(
    "unit", "year", "s", "s_lower", "s_upper", "rank", "rank_lower", "rank_upper"
  ))
  expect_equal(u$s_lower[1], plogis(.3 * sqrt(2) * qnorm(.1)), tolerance = .01)
  expect_equal(u$s_upper[1], plogis(.3 * sqrt(2) * qnorm(.9)), tolerance = .01)
  expect_equal(c(u$s_lower[3], u$s_upper[3]), c(.5, .5))
  expect_identical(u$rank_lower[1], 1)
  expect_identical(u$rank_upper[1], 3)
})

test_that("what cannot vary is named", {
  data <- toy_panel()
  idx <- toy_index()
  expect_error(quiet(idx, data, vary = "moon"), "moon", class = "ccdpanel_error_choice")
  expect_error(
    quiet(idx, data, alternatives = list(zero = "none")), "zero", class = "ccdpanel_error_choice"
  )
  expect_error(
    quiet(idx, data, alternatives = list("rank")), "alternatives", class = "ccdpanel_error_choice"
  )
})
