model <- log(output) ~ log(highways) + log(water) + unemployment | state + year
words <- c("log(highways) = 0", "log(water) + unemployment = .1")

# (R b - r)'(R V R')^-1(R b - r) / q of least squares with dummies, by hand.
dummies_f <- function(data, v = stats::vcov) {
  full <- stats::lm(
    log(output) ~ log(highways) + log(water) + unemployment + factor(state) + factor(year), data
  )
  r <- rbind(c(1, 0, 0), c(0, 1, 1))
  gap <- r %*% stats::coef(full)[2:4] - c(0, .1)
  drop(t(gap) %*% solve(r %*% v(full)[2:4, 2:4] %*% t(r), gap)) / 2
}

test_that("Wald's test of one equation is that of least squares with dummies", {
  ours <- test_restrictions(fe_reg(model, state_capital), words)
  expect_identical(ours$test, "wald")
  expect_equal(ours$statistic, dummies_f(state_capital), tolerance = 1e-9)
  expect_equal(c(ours$df, ours$df2), c(2, 816 - 3 - 48 - 17 + 1))
  expect_equal(
    ours$p_value, stats::pf(ours$statistic, 2, ours$df2, lower.tail = FALSE), tolerance = 1e-12
  )
  expect_output(print(ours), "wald")
  expect_false(any(grepl("restrictions = ", utils::capture.output(print(ours)))))
})

test_that("clusters take their degrees of freedom, CR2 those of the restrictions", {
  skip_if_not_installed("sandwich")
  fit <- fe_reg(model, state_capital)
  ours <- test_restrictions(fit, words, vcov = ~state)
  # reghdfe counts no effect that is nested in the clusters: 3 regressors, 17 years.
  theirs <- function(full) {
    v <- sandwich::vcovCL(full, state_capital$state, type = "HC0", cadjust = FALSE)
    v * 48 / 47 * 815 / (816 - 3 - 17)
  }
  expect_equal(ours$statistic, dummies_f(state_capital, theirs), tolerance = 1e-9)
  expect_equal(ours$df2, 47)
  expect_equal(test_restrictions(update(fit, vcov = ~state), words), ours)
  skip_if_not_installed("car")
  skip_if_not_installed("clubSandwich")
  adjusted <- test_restrictions(fit, words, vcov = cov_cr2(~state))
  frame <- car::linearHypothesis(fit, words, vcov. = cov_cr2(~state), test = "F")
  expect_equal(adjusted$statistic, frame$F[2], tolerance = 1e-9)
  expect_equal(adjusted$df2, frame$Res.Df[2])
  full <- stats::lm(
    log(output) ~ log(highways) + log(water) + unemployment + factor(state) + factor(year),
    state_capital
  )
  one <- clubSandwich::linear_contrast(
    full, clubSandwich::vcovCR(full, state_capital$state, "CR2"),
    contrasts = clubSandwich::constrain_zero("log(highways)"), coefs = "All"
  )
  expect_equal(
    test_restrictions(fit, "log(highways)", vcov = cov_cr2(~state))$df2, one$df, tolerance = 1e-7
  )
})

test_that("units do not matter, restrictions that hold or repeat are told", {
  fit <- fe_reg(model, state_capital, vcov = ~state)
  small <- transform(state_capital, unemployment = unemployment * 1e-9)
  expect_equal(
    test_restrictions(fit, c("log(highways)", "unemployment"))$statistic,
    test_restrictions(update(fit, data = small), c("log(highways)", "unemployment"))$statistic,
    tolerance = 1e-9
  )
  expect_equal(test_restrictions(fit, c("unemployment", "unemployment = 0"))$df, 1)
  expect_error(test_restrictions(fit, "highways = 0"), class = "ccdpanel_error_restrictions")
  expect_error(test_restrictions(fit, character()), class = "ccdpanel_error_restrictions")
  expect_error(
    test_restrictions(stats::lm(output ~ highways, state_capital), "highways = 0"),
    class = "ccdpanel_error_fit"
  )
  instrumented <- fe_reg(
    log(output) ~ unemployment | state | log(highways) ~ log(water) + log(utilities), state_capital
  )
  one <- test_restrictions(instrumented, "log(highways) = 1")
  of <- tidy(instrumented)
  of <- of[of$term == "log(highways)", ]
  expect_equal(one$statistic, ((of$estimate - 1) / of$std.error)^2, tolerance = 1e-9)
})

test_that("years and their powers are tested together, as centred powers are", {
  d <- with_seed(5, {
    t <- rep(-12:12, 20)
    data.frame(
      id = rep(1:25, each = 20), t, year = t + 2002, x = rnorm(500),
      y = 0.01 * t^2 + rnorm(500)
    )
  })
  tests <- function(time, vcov) {
    terms <- c(time, paste0("I(", time, "^", 2:3, ")"))
    fit <- fe_reg(as.formula(paste(
      "y ~ x +", paste(terms, collapse = " + "), "| id"
    )), d, vcov = vcov)
    c(
      test_restrictions(fit, paste0("`", terms, "` = 0"))$statistic[1], glance(fit)$statistic
    )
  }
  for (vcov in list("iid", "HC1", "HC3", ~id, ~ id + t, cov_cr2(~id))) {
    expect_equal(tests("year", vcov), tests("t", vcov), tolerance = 1e-8)
  }
  peer <- anova(lm(y ~ x + factor(id), d), lm(y ~ x + factor(id) + poly(t, 3), d))
  expect_equal(tests("year", "iid")[1], peer$F[2], tolerance = 1e-9)
})

# Of two clusters, the treated and the others, the scores of their difference add up to zero.
test_that("a coefficient without a variance is named, and stops no test of another", {
  d <- with_seed(4, data.frame(
    id = rep(1:12, each = 6), year = rep(1:6, 12), z = rnorm(72), x = rnorm(72), y = rnorm(72)
  ))
  d$treated <- as.numeric(d$id > 6)
  d$p <- d$treated * (d$year > 3)
  expect_warning(
    fit <- fe_reg(y ~ p | id + year, d, vcov = ~treated), class = "ccdpanel_warning_rounding"
  )
  expect_error(
    test_restrictions(fit, "p = 0"), "no standard error", class = "ccdpanel_error_restrictions"
  )
  skip_if_not_installed("car")
  expect_error(
    car::linearHypothesis(fit, "p = 0"), "no standard error",
    class = "ccdpanel_error_restrictions"
  )
})

test_that("combinations have a variance where each part has one, and their sum has", {
  v <- matrix(c(4, 2, NA, 2, 1, NA, NA, NA, NA), 3)
  r <- rbind(c(1, 1, 0), c(1, -2, 0), c(1, 0, 1), c(0, 0, 0))
  expect_equal(combination_variance(r, v), c(9, NA, NA, NA))
  expect_identical(wald_statistic(r[1, , drop = FALSE], 3, list(v = v)), 1)
  expect_identical(wald_statistic(r[3, , drop = FALSE], 3, list(v = v)), NA_real_)
})
