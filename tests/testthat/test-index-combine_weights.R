a <- data.frame(
  system = c("s", "s", "t", "t"), indicator = c("x", "y", "x", "z"), weight = c(.2, .8, .5, .5)
)
b <- data.frame(
  system = c("t", "t", "s", "s"), indicator = c("z", "x", "y", "x"), weight = c(.9, .1, .4, .6)
)

test_that("products and averages by hand, whatever the order of the tables", {
  w <- combine_weights(a, b)
  expect_s3_class(w, "indicator_weights")
  expect_equal(w$weight, c(.12 / .44, .32 / .44, .1, .9))
  expect_equal(w$weight_2, c(.6, .4, .1, .9))
  expect_equal(combine_weights(a, b, method = "average")$weight, c(.4, .6, .3, .7))
  expect_equal(combine_weights(a, b, method = "average", alpha = c(1, 0))$weight, a$weight)
  expect_named(combine_weights(sum = a, entropy = b), c(
    "system", "dimension", "indicator", "direction", "entropy", "divergence", "weight", "sum",
    "weight_entropy"
  ))
})

test_that("game theory solves its equations where their solution is not negative", {
  w <- combine_weights(a, b, method = "game")
  u <- c(.2, .8)
  v <- c(.6, .4)
  x <- solve(cbind(c(sum(u * u), sum(u * v)), c(sum(u * v), sum(v * v))), c(sum(u * u), sum(v * v)))
  expect_true(all(x > 0))
  expect_equal(unname(attr(w, "alpha")["s", ]), x / sum(x))
  expect_equal(w$weight[1:2], (x[1] * u + x[2] * v) / sum(x))
})

test_that(
  "game theory stays at or above zero where they have a negative one, and copies change nothing", {
  one <- data.frame(system = "s", indicator = c("x", "y", "z"), weight = c(.90, .05, .05))
  two <- transform(one, weight = c(.5, .3, .2))
  three <- transform(one, weight = c(.52, .29, .19))
  alpha <- attr(combine_weights(one, two, three, method = "game"), "alpha")
  expect_true(all(alpha >= 0))
  expect_equal(sum(alpha), 1)
  expect_equal(combine_weights(one, one, method = "game")$weight, one$weight)
})

test_that("the result goes into an index", {
  e <- indicator_weights(state_capital, state_sheet(), c("state", "year"))
  w <- combine_weights(
    e, indicator_weights(state_capital, state_sheet(), c("state", "year"), method = "sd"),
    method = "average"
  )
  idx <- composite_index(state_capital, state_sheet(), c("state", "year"), weights = w)
  expect_equal(weights(idx)$weight, w$weight)
})

test_that("misuse is named", {
  expect_error(combine_weights(a), class = "ccdpanel_error_weights")
  expect_error(combine_weights(a, b[-1, ]), "\"z\"", class = "ccdpanel_error_weights")
  expect_error(
    combine_weights(a, transform(b, weight = NA_real_)), class = "ccdpanel_error_weights"
  )
  expect_error(combine_weights(a, 1), class = "ccdpanel_error_type")
  expect_error(combine_weights(a, b, method = "guess"), class = "ccdpanel_error_choice")
  expect_error(
    combine_weights(a, b, method = "game", alpha = c(.5, .5)), class = "ccdpanel_error_choice"
  )
  expect_error(
    combine_weights(a, b, method = "average", alpha = c(.5, .6)), class = "ccdpanel_error_weights"
  )
  none <- data.frame(system = "s", indicator = c("x", "y"), weight = c(1, 0))
  expect_error(
    combine_weights(none, transform(none, weight = c(0, 1))), class = "ccdpanel_error_weights"
  )
  by_time <- indicator_weights(toy_panel(), toy_sheet(), c("unit", "year"), scope = "period")
  expect_error(combine_weights(by_time, by_time), class = "ccdpanel_error_weights")
})
