test_that(
  "vif() is car's of the columns with the effects partialled out, whatever the covariance", {
  skip_if_not_installed("car")
  d <- state_capital
  d$decade <- cut(d$year, c(1969, 1975, 1980, 1986))
  f <- log(output) ~ log(highways) + unemployment + decade | state
  for (vcov in list("iid", "HC3", ~state, cov_cr2(~state))) {
    fit <- fe_reg(f, d, vcov = vcov)
    x <- model.matrix(lm(log(output) ~ log(highways) + unemployment + decade, d))[, -1]
    within <- data.frame(y = log(d$output), apply(x, 2, function(v) v - ave(v, d$state)))
    names(within)[-1] <- paste0("v", 1:4)
    known <- car::vif(lm(y ~ v1 + v2 + cbind(v3, v4), within))
    expect_equal(unname(car::vif(fit)), unname(known), tolerance = 1e-9)
    expect_identical(rownames(car::vif(fit)), c("log(highways)", "unemployment", "decade"))
  }
})

test_that("vif() without effects is lm()'s, and with instruments ivreg's", {
  skip_if_not_installed("car")
  f <- log(output) ~ log(highways) + unemployment + log(private_capital)
  fit <- fe_reg(f, state_capital, vcov = "HC1")
  expect_equal(car::vif(fit), car::vif(lm(f, state_capital)), tolerance = 1e-9)
  skip_if_not_installed("ivreg")
  iv <- fe_reg(
    log(output) ~ unemployment | 0 | log(highways) ~ log(water) + log(employment), state_capital
  )
  peer <- ivreg::ivreg(
    log(output) ~ unemployment + log(highways) | unemployment + log(water) + log(employment),
    data = state_capital
  )
  expect_equal(car::vif(iv), car::vif(peer), tolerance = 1e-8)
})

test_that("vif() is collinearity()'s within the effects, and leaves out what was left out", {
  skip_if_not_installed("car")
  d <- state_capital
  d$twice <- 2 * d$unemployment
  fit <- suppressMessages(fe_reg(
    log(output) ~ log(highways) + unemployment + twice + log(private_capital) | state + year, d,
    weights = ~employment
  ))
  own <- car::vif(fit)
  known <- collinearity(fit)
  expect_equal(own[known$term], stats::setNames(known$vif_within, known$term), tolerance = 1e-9)
  one <- fe_reg(log(output) ~ unemployment | state, d)
  expect_error(car::vif(one), class = "ccdpanel_error_column")
  expect_error(car::vif(fit, type = "predictor"), class = "ccdpanel_error_choice")
})
