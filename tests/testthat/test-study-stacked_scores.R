two_groups <- function(..., vcov = ~state) {
  fit <- fe_reg(
    log(output) ~ log(highways) + unemployment | state + year, state_capital,
    panel = c("state", "year"), vcov = vcov
  )
  by_group(fit, ~unemployment, labels = c("low", "high"), ...)
}

test_that("stacked: scores by hand, where states are in both groups", {
  skip_if_not_installed("sandwich")
  groups <- two_groups(split = "mean", of = "observation")
  d <- group_difference(groups, method = "stacked")
  high <- state_capital$unemployment > mean(state_capital$unemployment)
  # Each row's part in the coefficient, from the dummy-variable regressions on the rows that the
  # fits kept.
  part <- function(group) {
    data <- state_capital[groups[[group]]$sample$rows, ]
    hand <- stats::lm(
      log(output) ~ log(highways) + unemployment + factor(state) + factor(year), data
    )
    influence <- sandwich::estfun(hand) %*% (sandwich::bread(hand) / nrow(data))
    data.frame(state = data$state, influence[, 2:3], check.names = FALSE)
  }
  low <- part("low")
  up <- part("high")
  all <- union(low$state, up$state)
  summed <- function(p) {
    vapply(all, function(s) colSums(p[p$state == s, 2:3, drop = FALSE]), c(0, 0))
  }
  variance <- rowSums((summed(up) - summed(low))^2) * length(all) / (length(all) - 1)
  expect_equal(d$std.error, unname(sqrt(variance)), tolerance = 1e-7)
  expect_equal(
    d$p.value, unname(2 * stats::pnorm(-abs(d$difference) / sqrt(variance))), tolerance = 1e-6
  )
  # The clusters are shared, so that independence would be another number.
  expect_gt(abs(group_difference(groups, method = "wald")$std.error[1] / d$std.error[1] - 1), 0.02)
})

test_that("stacked for other estimators: groups without a common cluster are independent", {
  fit <- suppressMessages(fe_reg(
    log(output) ~ unemployment | state | log(private_capital) ~ l(log(private_capital), 1:2),
    state_capital,
    panel = c("state", "year"), vcov = ~state, estimator = "liml", ssc = "none"))
  groups <- by_group(fit, ~ region == "South")
  d <- group_difference(groups, "log(private_capital)", method = "stacked")
  own <- vapply(groups, function(g) vcov(g)["log(private_capital)", "log(private_capital)"], 0)
  expect_equal(d$std.error, sqrt(sum(own)), tolerance = 1e-8)
})

test_that("stacked sums by the clusters of CR2 and CR3", {
  d <- state_capital
  d$late <- d$year > 1978
  fit <- fe_reg(log(output) ~ unemployment | state, d, vcov = ~state)
  known <- group_difference(by_group(fit, ~late), method = "stacked")
  for (vcov in list(cov_cr2(~state), cov_cr3(~state))) {
    other <- by_group(update(fit, vcov = vcov), ~late)
    expect_equal(
      as.data.frame(group_difference(other, method = "stacked")), as.data.frame(known),
      tolerance = 1e-12
    )
  }
})
