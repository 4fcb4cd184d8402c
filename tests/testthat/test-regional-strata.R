test_that("natural breaks have the least sum of squares of all", {
  ways <- function(x, k) {
    u <- sort(unique(x))
    ends <- combn(u[-length(u)], k - 1)
    within <- apply(ends, 2, function(b) {
      code <- findInterval(x, b, left.open = TRUE)
      sum((x - ave(x, code))^2)
    })
    list(least = min(within), bounds = ends[, which.min(within)])
  }
  for (seed in 1:6) {
    x <- with_seed(seed, round(rexp(14) * 10, seed %% 2))
    for (k in 2:5) {
      best <- ways(x, k)
      own <- natural_bounds(x, k)
      code <- findInterval(x, own, left.open = TRUE)
      expect_equal(sum((x - ave(x, code))^2), best$least, tolerance = 1e-12)
    }
  }
  # Far from zero, and fewer values than classes.
  x <- with_seed(9, round(rnorm(12), 2))
  expect_equal(natural_bounds(x + 1e6, 3) - 1e6, natural_bounds(x, 3), tolerance = 1e-6)
  expect_equal(natural_bounds(c(1, 1, 2, 5), 5), c(1, 2))
  expect_length(natural_bounds(with_seed(1, rnorm(20000)), 6), 5)
})

test_that("values on a bound are of the lower stratum, ties make fewer strata", {
  made <- cut_strata(c(1, 2, 2, 3, 9), c(2, 5), "breaks", NA)
  expect_equal(made$code, c(1, 1, 1, 2, 3))
  expect_equal(made$labels, c("<= 2", "(2, 5]", "> 5"))
  expect_equal(strata_bounds(c(0, 0, 0, 0, 1), 4, "quantile"), 0)
  expect_equal(strata_bounds(c(0, 10), 4, "equal"), c(2.5, 5, 7.5))
  expect_equal(bound_labels(c(1058331, 1058332)), c(
    "<= 1058331", "(1058331, 1058332]", "> 1058332"
  ))
  # A class between bounds that no value has is no stratum.
  expect_equal(cut_strata(c(1, 9), c(2, 5), "breaks", NA)$labels, c("<= 2", "> 5"))
})

test_that("what is no size is strata as it is", {
  d <- data.frame(
    unit = 1:12, year = 1, y = c(1, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 14), l = rep(c(TRUE, FALSE), 6),
    f = factor(rep(c("lo", "hi"), each = 6), c("lo", "hi", "none")), n = rep(1:6, 2)
  )
  g <- geodetector(d, "y", c("l", "f"), panel = c("unit", "year"), draws = 0)
  expect_equal(g$strata, c(2, 2))
  expect_equal(summary(g)$strata$stratum[3:4], c("lo", "hi"))
  expect_message(
    geodetector(d, "y", "n", panel = c("unit", "year"), draws = 0), "Whole numbers of few values"
  )
  expect_silent(geodetector(d, "y", "n", bins = 6, panel = c("unit", "year"), draws = 0))
})

test_that("wrong rules are told", {
  d <- data.frame(unit = 1:9, year = 1, y = c(1:8, 12), x = 9:1, s = rep(c("a", "b", "c"), 3))
  call <- function(...) geodetector(d, "y", panel = c("unit", "year"), draws = 0, ...)
  expect_error(call("x", bins = 1), class = "ccdpanel_error_number")
  expect_error(call("x", bins = c(3, 3)), class = "ccdpanel_error_number")
  expect_error(call("x", method = "jenks"), class = "ccdpanel_error_choice")
  expect_error(call("x", breaks = c(1, 2)), class = "ccdpanel_error_breaks")
  expect_error(call("x", breaks = list(x = c(2, 1))), class = "ccdpanel_error_breaks")
  expect_error(call("x", breaks = list(s = 1)), class = "ccdpanel_error_breaks")
  expect_error(call("s", breaks = list(s = 1)), class = "ccdpanel_error_breaks")
  d$x[1] <- Inf
  expect_error(call("x"), class = "ccdpanel_error_values")
})
