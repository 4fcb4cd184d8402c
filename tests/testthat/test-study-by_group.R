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
  fit <- whole_fit()
  expect_error(by_group(1, ~region), class = "ccdpanel_error_fit")
  expect_error(by_group(fit, "region"), class = "ccdpanel_error_formula")
  expect_error(by_group(fit, ~nothing), "nothing", class = "ccdpanel_error_column")
  expect_error(
    by_group(whole_fit(subset = ~ region == "West"), ~region), "makes 1",
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
