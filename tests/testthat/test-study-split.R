test_that("a split by unit at the median of the units' means", {
  groups <- by_group(whole_fit(), ~unemployment, split = "median")
  means <- tapply(state_capital$unemployment, state_capital$state, mean)
  low <- names(means)[means <= stats::median(means)]
  same_as_fixest(groups[[1]], state_capital[state_capital$state %in% low, ])
  same_as_fixest(groups[[2]], state_capital[!state_capital$state %in% low, ])
  table <- attr(groups, "groups")
  expect_identical(table$units, c(24L, 24L))
  expect_equal(table$upper[1], stats::median(means))
})

test_that("a split by observation at the mean: units fall into both groups, which is said", {
  groups <- by_group(
    whole_fit(), ~unemployment, split = "mean", of = "observation", labels = c("low", "high")
  )
  expect_named(groups, c("low", "high"))
  same_as_fixest(groups$high, state_capital[
    state_capital$unemployment > mean(state_capital$unemployment), 
  ])
  expect_output(print(groups), "split observations, not units")
  expect_output(print(groups), "split by observation at the mean, 6.602")
  expect_gt(sum(attr(groups, "groups")$units), 48)
})

test_that("at values: two cuts make three groups, a value at the cut is below it", {
  groups <- by_group(whole_fit(), ~unemployment, split = c(7, 5), of = "observation")
  expect_length(groups, 3)
  same_as_fixest(groups[[1]], state_capital[state_capital$unemployment <= 5, ])
  same_as_fixest(groups[[2]], state_capital[
    state_capital$unemployment > 5 & state_capital$unemployment <= 7, 
  ])
  # 5.0 occurs in the data, so the side of the cut matters
  expect_gt(sum(state_capital$unemployment == 5), 0)
})

test_that("what only a split reads is not taken without one", {
  fit <- fe_reg(log(output) ~ log(highways) | state, state_capital, vcov = ~state)
  expect_error(
    by_group(fit, ~region, labels = c("a", "b")), "labels.*split =",
    class = "ccdpanel_error_argument"
  )
  expect_error(
    by_group(fit, ~region, of = "observation"), "of.*split =", class = "ccdpanel_error_argument"
  )
  # The units are counted in groups by value too
  expect_identical(
    attr(by_group(update(fit, vcov = "HC1"), ~region, unit = ~state), "groups")$units,
    as.integer(tapply(
      state_capital$state, state_capital$region, function(s) length(unique(s))
    ))
  )
  expect_error(
    by_group(fit, ~region, unit = ~ state + year), "one variable", class = "ccdpanel_error_unit"
  )
})

test_that("a group without a name is refused, which would be the whole sample", {
  expect_error(
    by_group(whole_fit(), ~unemployment, split = 5, of = "observation", labels = c("", "high")),
    "none empty", class = "ccdpanel_error_group"
  )
})
