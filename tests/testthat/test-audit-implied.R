test_that("ranges of a formula over scores with a given T, against a fine search", {
  of <- read_formula("2 * sqrt(u * v) / (u + v)", NULL, NULL)$of
  range <- formula_on_lines(of, interval(.3, .3), c(.5, .5))
  expect_equal(c(range$lower, range$upper), c(0, 1), tolerance = 1e-4)
  # T = .8: from 1 and .6 to equal ones
  range <- formula_on_lines(of, interval(.8, .8), c(.5, .5))
  expect_equal(c(range$lower, range$upper), c(2 * sqrt(.6) / 1.6, 1), tolerance = 1e-4)
  # coefficients .7 and .3 and T = .35: u from .05 / .7 to .5
  u <- seq(.05 / .7, .5, length.out = 1e5)
  v <- (.35 - .7 * u) / .3
  range <- formula_on_lines(function(u) u[[1]] - u[[2]]^2, interval(.35, .35), c(.7, .3))
  expect_equal(c(range$lower, range$upper), range(u - v^2), tolerance = 1e-4)
  expect_true(is.na(formula_on_lines(of, interval(NA_real_, NA_real_), c(.5, .5))$lower))
})

