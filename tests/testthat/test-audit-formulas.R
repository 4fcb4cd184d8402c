box <- function(...) list(...)
of <- function(name, u, k = NULL) {
  unlist(ccdpanel:::formula_interval(ccdpanel:::coupling_formulas(length(u), k)[[name]], name, u))
}
i <- ccdpanel:::interval

test_that("u = (.6, .4, .2): right formulas and known mistakes, by hand", {
  u <- list(.6, .4, .2)
  degree <- function(name) ccdpanel:::coupling_formulas(3)[[name]]$degree(u)
  expect_equal(degree("standard"), 3 * .048^(1 / 3) / 1.2)
  # mean gap (.2 + .4 + .2) / 3; ratios 1, 2/3, 1/3
  expect_equal(degree("wang"), sqrt((1 - .8 / 3) * sqrt(2 / 9)))
  expect_equal(degree("fan"), 1 - 2 * sqrt(.08 / 3))
  expect_equal(degree("power 1"), .75) # .048 / .4^3
  expect_equal(degree("power 2"), .5625)
  expect_equal(degree("half_power"), 3 * sqrt(.048) / 1.2)
  expect_equal(degree("lost_n"), .048^(1 / 3) / 1.2)
  expect_equal(degree("pairwise"), .1^(1 / 3)) # .048 / (1 * .8 * .6)
  expect_equal(round(
    c(degree("half_power"), degree("lost_n"), degree("pairwise")), 5
  ), c(.54772, .30285, .46416))
})

test_that("two boxes apart: the ends are corners; two that meet: C may be one", {
  apart <- list(i(.35, .45), i(.75, .85))
  # nearest corner .45, .75 and farthest .35, .85; both sums are 1.2
  expect_equal(of("standard", apart), c(
    lower = 2 * sqrt(.2975) / 1.2, upper = 2 * sqrt(.3375) / 1.2
  ))
  expect_equal(of("wang", apart), c(lower = sqrt(.5 * .35 / .85), upper = sqrt(.7 * .45 / .75)))
  expect_equal(of("fan", apart), c(lower = .5, upper = .7)) # 1 - |u - v|
  expect_equal(of("lost_n", apart), of("standard", apart) / 2, tolerance = 1e-10)
  meeting <- list(i(.35, .45), i(.35, .45))
  for (name in c("standard", "wang", "fan", "power 1")) {
    expect_equal(of(name, meeting)[["upper"]], 1)
  }
  expect_equal(of("standard", meeting)[["lower"]], 2 * sqrt(.1575) / .8)
})

test_that("scores that print as zero may be anything small: C may be zero or one", {
  zero <- list(i(-.005, .005), i(-.005, .005), i(-.005, .005))
  expect_equal(of("standard", zero), c(lower = 0, upper = 1))
  expect_equal(of("wang", zero), c(lower = 0, upper = 1))
})

test_that(
  "no point of a box leaves the interval, and the interval is hardly wider than the points", {
  set.seed(7)
  for (n in 2:4) {
    formulas <- ccdpanel:::coupling_formulas(n, 0.7)
    for (repetition in 1:8) {
      low <- stats::runif(n)^2
      high <- pmin(low + stats::runif(n, 0, .2), 1)
      u <- Map(i, low, high)
      # points inside and, often, on the faces and at the corners
      points <- lapply(seq_len(n), function(j) {
        low[j] + (high[j] - low[j]) * pmin(pmax(stats::runif(4000, -.4, 1.4), 0), 1)
      })
      for (name in names(formulas)) {
        value <- formulas[[name]]$degree(points)
        ends <- of(name, u, 0.7)
        expect_gte(min(value), ends[["lower"]] - 1e-10)
        expect_lte(max(value), ends[["upper"]] + 1e-10)
        if (name != "wang" || n < 4) {
          expect_lt(max(min(value) - ends[["lower"]], ends[["upper"]] - max(value)), .03)
        }
      }
    }
  }
})

test_that("with two systems, the exponent 1/2 is the standard formula and no mistake of its own", {
  expect_false("half_power" %in% names(ccdpanel:::coupling_formulas(2)))
  expect_false("power 0.5" %in% names(ccdpanel:::coupling_formulas(2)))
  expect_true("power 0.7" %in% names(ccdpanel:::coupling_formulas(2, 0.7)))
})
