two_groups <- function(..., vcov = ~state) {
  fit <- fe_reg(
    log(output) ~ log(highways) + unemployment | state + year, state_capital,
    panel = c("state", "year"), vcov = vcov
  )
  by_group(fit, ~unemployment, labels = c("low", "high"), ...)
}

test_that("independent estimates", {
  groups <- two_groups(split = "median")
  d <- group_difference(groups, "log(highways)", method = "wald")
  expect_equal(d$std.error, sqrt(vcov(groups$low)[1, 1] + vcov(groups$high)[1, 1]))
  expect_equal(d$statistic, d$difference / d$std.error)
  fit <- fe_reg(
    log(output) ~ log(highways) | state + year, state_capital, panel = c("state", "year"),
    vcov = ~state
  )
  mixed <- by_group(fit, ~unemployment, split = "median", of = "observation")
  middle <- stats::median(state_capital$unemployment)
  both <- tapply(
    state_capital$unemployment, state_capital$state, function(u) any(u <= middle) && any(u > middle)
  )
  expect_message(
    group_difference(mixed, method = "wald"), paste(sum(both), "units have rows in both"),
    class = "ccdpanel_message_shared_units"
  )
})
