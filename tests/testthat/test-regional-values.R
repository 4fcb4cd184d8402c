panel <- c("unit", "year")

test_that("percentile intervals are R's quantiles, over the draws that are defined", {
  set.seed(1)
  draws <- matrix(rnorm(60), 4)
  draws[2, 3:5] <- NaN
  draws[3, ] <- NA
  draws[4, -1] <- Inf
  got <- percentile_ends(draws, 0.9)
  for (i in 1:2) {
    x <- draws[i, is.finite(draws[i, ])]
    expect_equal(got$std.error[i], sd(x))
    expect_equal(c(got$conf.low[i], got$conf.high[i]), quantile(x, c(.05, .95), names = FALSE))
  }
  expect_equal(got$draws, c(15, 12, 0, 1))
  expect_true(all(is.na(got[3:4, 1:3])))
})

test_that("values are laid out by unit and time in any order of rows", {
  d <- regional_toy()
  at <- regional_values(d, "y", panel, NULL, NULL)
  expect_equal(at$times, 2001:2005)
  for (i in c(1, 7, 30)) {
    expect_equal(at$y[match(d$unit[i], at$units), match(d$year[i], at$times)], d$y[i])
  }
  cc <- coupling(state_index())
  expect_equal(regional_values(cc, NULL, NULL, NULL, NULL)$value, "D")
  expect_error(
    regional_values(state_index(), NULL, NULL, NULL, NULL), class = "ccdpanel_error_column"
  )
})

test_that("the drawn units depend on seed and draw, and keep their strata", {
  a <- bind_unit_draws(rep(0:2, 4), 6L, 1)
  expect_identical(bind_unit_draws(rep(0:2, 4), 4L, 1), a[, 1:4])
  expect_equal(unname(rowsum(a, rep(0:2, 4))), matrix(4, 3, 6))
  expect_false(identical(bind_unit_draws(rep(0:2, 4), 6L, 2), a))
  # Each unit counts once on average: 4000 draws of 12, standard error sqrt(11/12/4000).
  many <- rowMeans(bind_unit_draws(rep(0L, 12), 4000L, 3))
  expect_lt(max(abs(many - 1)), 5 * sqrt(11 / 12 / 4000))
})
