test_that("every candidate's sum of squares is that of lm() with dummies", {
  d <- threshold_panel_data(10, 5)
  for (effects in c("id", "id + year")) {
    fit <- threshold_fit(d, effects)
    x <- threshold_test(fit, ~q, n = 2, trim = 0.1, boot = 0)
    first <- dummy_profile(d, 5, effects = effects)
    g <- first$value[which.min(first$rss)]
    second <- dummy_profile(d, 5, g, effects = effects)
    df <- nrow(d) - 10 - 4 * (effects != "id")
    one <- min(first$rss)
    two <- min(second$rss)
    expect_equal(x$tests$statistic, c((fit$rss - one) / one, (one - two) / two) * df)
    expect_equal(x$estimates$estimate[1], g)
    expect_equal(fit$rss, dummy_rss(d, Inf, effects))
    # The refinement: no threshold can be moved to the better.
    own <- tidy(x)$estimate
    for (j in 1:2) {
      profile <- dummy_profile(d, 5, own[-j], effects = effects)
      expect_equal(min(profile$rss), x$tests$rss[2])
      expect_equal(profile$value[which.min(profile$rss)], own[j])
      lr <- (profile$rss - min(profile$rss)) / min(profile$rss) * df
      mine <- x$profile[x$profile$threshold == j, ]
      expect_equal(mine$value, profile$value)
      expect_equal(mine$lr, lr)
      inside <- profile$value[lr <= -2 * log(1 - sqrt(0.95))]
      expect_equal(c(tidy(x)$conf.low[j], tidy(x)$conf.high[j]), range(inside))
    }
    expect_equal(x$fit$rss, x$tests$rss[2])
  }
})

test_that("several regime-dependent regressors, three thresholds and unbalanced panels", {
  d <- threshold_panel_data(10, 6, seed = 2)
  d <- d[-c(3, 17, 18, 44), ]
  fit <- suppressMessages(fe_reg(y ~ x + v + z | id, d, panel = c("id", "year")))
  x <- threshold_test(fit, ~q, c("x", "v"), n = 3, trim = 0.1, boot = 0)
  fixed <- NULL
  least <- ceiling(0.1 * nrow(d))
  for (k in 1:2) {
    profile <- dummy_profile(d, least, fixed, terms = c("x", "v"))
    fixed <- c(fixed, profile$value[which.min(profile$rss)])
  }
  expect_equal(x$estimates$estimate[1], fixed[1])
  own <- tidy(x)$estimate
  expect_equal(dummy_rss(d, own, terms = c("x", "v")), x$tests$rss[3])
  for (j in 1:3) {
    profile <- dummy_profile(d, least, own[-j], terms = c("x", "v"))
    expect_equal(min(profile$rss), x$tests$rss[3])
  }
})

test_that("a regressor of large mean loses no digits", {
  d <- threshold_panel_data()
  moved <- transform(d, x = x + 2^14)
  # x 1(q <= g) of a large mean is a step of q as well: by lm() on columns of about one.
  fit <- threshold_fit(moved)
  x <- threshold_test(fit, ~q, trim = 0.1, boot = 0)
  w <- stats::model.matrix(~ factor(id) + z, moved)
  rss <- vapply(x$profile$value, function(g) {
    below <- moved$q <= g
    sum(stats::lm.fit(cbind(w, d$x, (d$x / 2^14 + 1) * below), d$y)$residuals^2)
  }, 0)
  expect_equal(
    x$profile$lr, (rss - min(rss)) / min(rss) * (nrow(d) - 20), tolerance = 1e-7
  )
})

test_that("regimes in which a regressor is a combination of others are left out and counted", {
  d <- threshold_panel_data()
  d$x <- ifelse(d$q <= 0, 0, d$x)
  x <- threshold_test(threshold_fit(d), ~q, trim = 0.05, boot = 0)
  values <- sort(unique(d$q))
  rows <- vapply(values, function(g) sum(d$q <= g), 0L)
  expect_equal(x$settings$collinear, sum(values <= 0 & rows >= 6))
  expect_gt(tidy(x)$estimate, 0)
  expect_output(print(x), "are collinear")
  d$x <- 0 + (d$q > 9)
  expect_error(
    suppressMessages(threshold_test(fe_reg(y ~ z + x | id, d, panel = c("id", "year")), ~q, "x")),
    class = "ccdpanel_error_term"
  )
})

test_that("the shares of a grid are quantiles of the threshold variable", {
  d <- threshold_panel_data()
  x <- threshold_test(threshold_fit(d), ~q, trim = 0.1, boot = 0, grid = 5)
  expect_equal(x$profile$value, sort(d$q)[c(12, 36, 60, 84, 108)])
})

test_that("spaces that are forgotten are made again, the same", {
  x <- matrix(threshold_panel_data()$x)
  space <- threshold_space(x, matrix(0, 120, 0), rep(1:20, each = 6), 10:110)
  forgetful <- kept_spaces(space, 0)
  keeping <- kept_spaces(space)
  for (chosen in list(5, c(40, 5), 5)) expect_identical(forgetful(chosen), keeping(chosen))
  expect_identical(keeping(c(40, 5)), keeping(c(5, 40)))
  expect_length(environment(forgetful)$known, 1)
})
