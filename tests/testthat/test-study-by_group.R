panel_fit <- function(...) {
  fe_reg(
    log(output) ~ log(highways) + unemployment | state + year, state_capital,
    panel = c("state", "year"), vcov = ~state, ...
  )
}

by_fixest <- function(data) {
  skip_if_not_installed("fixest")
  fixest::feols(
    log(output) ~ log(highways) + unemployment | state + year, data, vcov = ~state, notes = FALSE,
    fixef.rm = "singleton", fixef.tol = 1e-11
  )
}

same_fit <- function(fit, data) {
  hand <- by_fixest(data)
  expect_equal(coef(fit), coef(hand), tolerance = 1e-8)
  expect_equal(sqrt(diag(vcov(fit))), sqrt(diag(vcov(hand))), tolerance = 1e-8, ignore_attr = TRUE)
  expect_identical(nobs(fit), as.integer(nobs(hand)))
}

test_that("groups by value are the fits to each part, in sorted order", {
  groups <- by_group(panel_fit(), ~region)
  expect_named(groups, c("Midwest", "Northeast", "South", "West"))
  for (name in names(groups)) {
    same_fit(groups[[name]], state_capital[state_capital$region == name, ])
  }
  expect_identical(attr(groups, "groups")$rows, c(204L, 153L, 272L, 187L))
  expect_identical(attr(groups, "groups")$units, c(12L, 9L, 16L, 11L))
})

test_that("combinations and conditions", {
  groups <- by_group(panel_fit(), ~ region + (year > 1979))
  expect_length(groups, 8)
  expect_identical(names(groups)[1:2], c("Midwest, not year > 1979", "Midwest, year > 1979"))
  same_fit(groups[["South, year > 1979"]], subset(state_capital, region == "South" & year > 1979))
})

test_that("a split by unit at the median of the units' means", {
  groups <- by_group(panel_fit(), ~unemployment, split = "median")
  means <- tapply(state_capital$unemployment, state_capital$state, mean)
  low <- names(means)[means <= stats::median(means)]
  same_fit(groups[[1]], state_capital[state_capital$state %in% low, ])
  same_fit(groups[[2]], state_capital[!state_capital$state %in% low, ])
  table <- attr(groups, "groups")
  expect_identical(table$units, c(24L, 24L))
  expect_equal(table$upper[1], stats::median(means))
})

test_that("a split by observation at the mean: units fall into both groups, which is said", {
  groups <- by_group(
    panel_fit(), ~unemployment, split = "mean", of = "observation", labels = c("low", "high")
  )
  expect_named(groups, c("low", "high"))
  same_fit(groups$high, state_capital[
    state_capital$unemployment > mean(state_capital$unemployment), 
  ])
  expect_output(print(groups), "split observations, not units")
  expect_output(print(groups), "split by observation at the mean, 6.602")
  expect_gt(sum(attr(groups, "groups")$units), 48)
})

test_that("at values: two cuts make three groups, a value at the cut is below it", {
  groups <- by_group(panel_fit(), ~unemployment, split = c(7, 5), of = "observation")
  expect_length(groups, 3)
  same_fit(groups[[1]], state_capital[state_capital$unemployment <= 5, ])
  same_fit(groups[[2]], state_capital[
    state_capital$unemployment > 5 & state_capital$unemployment <= 7, 
  ])
  # 5.0 occurs in the data, so the side of the cut matters
  expect_gt(sum(state_capital$unemployment == 5), 0)
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

test_that("the science panel: east, central and west", {
  d <- science_panel()
  d <- d[d$province != "Tibet", ]
  fit <- fe_reg(log(patent_grants) ~ log(rd_expenditure) | province + year, d, vcov = ~province)
  groups <- by_group(fit, ~region3)
  expect_identical(
    attr(groups, "groups")$rows, c(132L, 96L, 132L)
  )
  expect_identical(sum(attr(groups, "groups")$units), 30L)
})

test_that("wrong arguments", {
  fit <- panel_fit()
  expect_error(by_group(1, ~region), class = "ccdpanel_error_fit")
  expect_error(by_group(fit, "region"), class = "ccdpanel_error_formula")
  expect_error(by_group(fit, ~nothing), "nothing", class = "ccdpanel_error_column")
  expect_error(
    by_group(panel_fit(subset = ~ region == "West"), ~region), "makes 1",
    class = "ccdpanel_error_group"
  )
  expect_error(by_group(fit, ~region, split = "median"), class = "ccdpanel_error_group")
  expect_error(by_group(fit, ~unemployment, split = "third"), class = "ccdpanel_error_group")
  expect_error(
    by_group(fit, ~unemployment, split = 6, labels = "low"), "2 different",
    class = "ccdpanel_error_group"
  )
  expect_error(
    by_group(fit, ~unemployment, split = 6, of = "state"), class = "ccdpanel_error_choice"
  )
  plain <- fe_reg(log(output) ~ log(highways) | state + year, state_capital)
  expect_error(
    by_group(plain, ~unemployment, split = "median"), "unit", class = "ccdpanel_error_unit"
  )
  expect_error(
    by_group(plain, ~state, unit = ~state), "Alabama|ALABAMA", class = "ccdpanel_error_refit"
  )
})

test_that(
  paste0(
    "tables say how groups were split, of which, and whether units are shared; rows lost within ",
    "groups are counted"
  ),
  {
  d <- state_capital
  fit <- fe_reg(
    log(output) ~ log(highways) | state + year, d, panel = c("state", "year"), vcov = ~state
  )
  cut <- format(stats::median(d$unemployment), digits = 4)
  rows <- by_group(
    fit, ~unemployment, split = "median", of = "observation", labels = c("low", "high")
  )
  note <- attr(regression_table(rows[1:2]), "note")
  expect_true(paste0(
    "Observations split by unemployment at the median, ", cut, ", from the lowest: low, high."
  ) %in% note)
  expect_true("Some units are in more than one group." %in% note)
  units <- attr(regression_table(by_group(fit, ~unemployment, split = 6)), "note")
  expect_true(
    paste0(
      "Units (state) split by their mean of unemployment at 6, from the lowest: mean unemployment ",
      "<= 6, mean unemployment > 6."
    ) %in% units
  )
  expect_false("Some units are in more than one group." %in% units)
  chinese <- attr(regression_table(rows, language = "zh"), "note")
  expect_true(any(grepl(paste0("\u4e2d\u4f4d\u6570", cut), chinese, fixed = TRUE)))
  expect_false(any(grepl("split", attr(regression_table(by_group(fit, ~region)), "note"))))
  # The one row above 9 of the first state is alone in its state there
  d$unemployment[d$state == d$state[1]] <- c(99, rep(5, 16))
  few <- by_group(update(fit, data = d), ~unemployment, split = 9, of = "observation")
  used <- attr(few, "groups")
  expect_identical(used$used, vapply(few, nobs, 0L, USE.NAMES = FALSE))
  expect_true(any(used$used < used$rows))
  expect_output(print(few), "used (the others are alone", fixed = TRUE)
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

test_that("a covariance is that of the fit, and its advice can be typed", {
  fit <- fe_reg(log(output) ~ log(highways) | state, state_capital)
  for (name in c("cluster", "robust", "se", "vcov")) {
    failed <- tryCatch(
      do.call(by_group, c(list(fit, ~region), stats::setNames(list(~state), name))),
      ccdpanel_error_argument = conditionMessage
    )
    expect_match(failed, "update(fit, vcov = ~state)", fixed = TRUE)
  }
  way <- by_group(update(fit, vcov = ~state), ~region)
  expect_identical(way[[1]]$covariance$clusters, "state")
  failed <- tryCatch(by_group(fit, ~region, foo = 1), ccdpanel_error_argument = conditionMessage)
  expect_false(grepl("Did you mean", failed))
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

test_that("names of columns where a formula is meant are told in every argument of the room", {
  fit <- fe_reg(log(output) ~ unemployment | state, state_capital)
  for (call in expression(
    by_group(fit, ~year, split = "median", unit = state),
    add_controls(fit, ~water, effects = state),
    hausman_test(fit, unit = state), by_group(fit, region), add_controls(fit, water),
    mediation_test(fit, water), mediation_test(fit, ~water, cluster = state),
    moderation_test(fit, water)
  )) expect_error(eval(call), "= ~variable", class = "ccdpanel_error_formula")
})
