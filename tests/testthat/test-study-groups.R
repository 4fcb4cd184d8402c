test_that("groups by value are the fits to each part, in sorted order", {
  groups <- by_group(whole_fit(), ~region)
  expect_named(groups, c("Midwest", "Northeast", "South", "West"))
  for (name in names(groups)) {
    same_as_fixest(groups[[name]], state_capital[state_capital$region == name, ])
  }
  expect_identical(attr(groups, "groups")$rows, c(204L, 153L, 272L, 187L))
  expect_identical(attr(groups, "groups")$units, c(12L, 9L, 16L, 11L))
})

test_that("combinations and conditions", {
  groups <- by_group(whole_fit(), ~ region + (year > 1979))
  expect_length(groups, 8)
  expect_identical(names(groups)[1:2], c("Midwest, not year > 1979", "Midwest, year > 1979"))
  same_as_fixest(
    groups[["South, year > 1979"]], subset(state_capital, region == "South" & year > 1979)
  )
})

test_that("only the fit's own rows are sorted, and rows without a value are counted", {
  d <- state_capital
  d$zone <- ifelse(d$region == "West", NA, d$region)
  fit <- fe_reg(log(output) ~ log(highways) | state, d, subset = ~ year > 1974, vcov = ~state)
  expect_message(
    groups <- by_group(fit, ~zone),
    "Of 576 rows of the sample 132 without a value of `zone` are in no group",
    class = "ccdpanel_message_no_group"
  )
  expect_identical(sum(attr(groups, "groups")$rows), 444L)
  # The median is that of the sample's rows alone.
  later <- by_group(fit, ~unemployment, split = "median", of = "observation")
  expect_equal(attr(later, "groups")$upper[1], stats::median(d$unemployment[d$year > 1974]))
})

test_that("an empty string is a group by itself", {
  d <- transform(state_capital, side = ifelse(region %in% c("West", "South"), "far", ""))
  groups <- by_group(fe_reg(log(output) ~ log(highways) | state, d, vcov = ~state), ~side)
  expect_named(groups, c("\"\"", "far"))
  expect_equal(
    coef(groups[[1]]),
    stats::coef(stats::lm(
      log(output) ~ log(highways) + state, d[d$side == "", ]
    ))["log(highways)"],
    tolerance = 1e-10
  )
  expect_identical(nrow(group_difference(groups)), 1L)
})
