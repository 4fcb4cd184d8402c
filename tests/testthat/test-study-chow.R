test_that("a model without a constant has none by group, and its differences are the fits' own", {
  d <- transform(state_capital, y = log(output), x = log(highways), q = unemployment)
  d$late <- as.numeric(d$year > 1977)
  fit <- fe_reg(y ~ x + q - 1, d, vcov = "HC1", weights = ~employment)
  groups <- by_group(fit, ~late, unit = ~state)
  out <- as.data.frame(group_difference(groups))
  by_lm <- stats::lm(y ~ x + q + x:late + q:late - 1, d, weights = employment)
  v <- sandwich::vcovHC(by_lm, "HC1")
  at <- c("x:late", "q:late")
  expect_equal(out$difference, unname(stats::coef(by_lm)[at]), tolerance = 1e-8)
  expect_equal(out$std.error, unname(sqrt(diag(v)[at])), tolerance = 1e-8)
  expect_equal(out$difference, out$second - out$first, tolerance = 1e-8)
  # One term alone
  out <- as.data.frame(group_difference(groups, "x", interact = "term"))
  by_lm <- stats::lm(y ~ x + q + x:late - 1, d, weights = employment)
  expect_equal(out$difference, stats::coef(by_lm)[["x:late"]], tolerance = 1e-8)
  expect_equal(out$std.error, sqrt(sandwich::vcovHC(by_lm, "HC1")["x:late", "x:late"]),
    tolerance = 1e-8)
  # Four groups at once
  groups <- by_group(update(fit, weights = NULL), ~region, unit = ~state)
  out <- as.data.frame(group_difference(groups, "x"))
  by_lm <- stats::lm(y ~ x:region + q:region - 1, d)
  rows <- cbind(-1, diag(3), matrix(0, 3, 4))
  b <- rows %*% stats::coef(by_lm)
  f <- sum(b * solve(rows %*% sandwich::vcovHC(by_lm, "HC1") %*% t(rows), b)) / 3
  expect_equal(out$statistic[out$groups == "all equal"], f, tolerance = 1e-8)
})

test_that("a difference that is not that of the separate fits does not stand beside them", {
  fit <- fe_reg(
    log(output) ~ unemployment | state | log(highways) ~ log(water) + log(employment),
    state_capital, vcov = ~state, panel = c("state", "year"), estimator = "liml"
  )
  groups <- suppressMessages(by_group(fit, ~ year > 1977))
  expect_message(
    out <- group_difference(groups), "not of the separate fits",
    class = "ccdpanel_message_not_separate"
  )
  expect_true(all(is.na(out$first)) && all(is.na(out$second)))
  two <- suppressMessages(by_group(update(fit, estimator = "2sls"), ~ year > 1977))
  out <- group_difference(two)
  expect_equal(out$difference, out$second - out$first, tolerance = 1e-8)
})

test_that("differences are the same under any contrasts of R's options", {
  d <- transform(state_capital, y = log(output), x = log(highways))
  groups <- by_group(fe_reg(y ~ x | state, d, vcov = "iid"), ~region, unit = ~state)
  old <- options(contrasts = c("contr.sum", "contr.poly"))
  on.exit(options(old))
  out <- as.data.frame(group_difference(groups))
  own <- stats::lm(y ~ x:region + state, d)
  common <- stats::lm(y ~ x + state, d)
  expect_equal(
    out$statistic[out$groups == "all equal"], stats::anova(common, own)$F[2], tolerance = 1e-8
  )
})
