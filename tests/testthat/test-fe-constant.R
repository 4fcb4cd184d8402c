# The constant of an absorbed model against least squares in plain R: columns within their effects
# plus means, on a constant.

# Residuals on the dummies of both effects, plus the mean.
within_plus_mean <- function(x, data) mean(x) + residuals(lm(x ~ state + factor(year), data))

oracle <- function(cluster = NULL) {
  data <- state_capital
  y <- within_plus_mean(log(data$output), data)
  x <- cbind(
    1, within_plus_mean(log(data$highways), data), within_plus_mean(data$unemployment, data)
  )
  bread <- solve(crossprod(x))
  b <- drop(bread %*% crossprod(x, y))
  e <- drop(y - x %*% b)
  n <- nrow(x)
  absorbed <- 48 + 17 - 1
  if (is.null(cluster)) {
    v <- bread * sum(e^2) / (n - 2 - absorbed)
  } else {
    g <- length(unique(cluster))
    # state is nested in the clusters, year is not: 16 degrees of freedom of the years, one for the
    # constant
    v <- bread %*% crossprod(
      rowsum(x * e, cluster)
    ) %*% bread * (n - 1) / (n - 2 - 16 - 1) * g / (g - 1)
  }
  c(estimate = b[1], se = sqrt(v[1, 1]))
}

test_that("the constant beside effects is that of the centred regression, iid and clustered", {
  fit <- fe_reg(log(output) ~ log(highways) + unemployment | state + year, state_capital)
  made <- fe_constant(fit)
  expect_equal(c(made$estimate, made$std.error), unname(oracle()), tolerance = 1e-8)
  made <- fe_constant(fit, vcov = ~state)
  expect_equal(
    c(made$estimate, made$std.error), unname(oracle(state_capital$state)), tolerance = 1e-8
  )
  expect_equal(made$df, 47)
})

test_that(
  paste0(
    "it is the mean of y less the means of the regressors times their coefficients, with ",
    "instruments and weights"
  ),
  {
  fit <- fe_reg(
    log(output) ~ unemployment | state | log(private_capital) ~ log(highways) + log(water),
    state_capital, weights = ~employment
  )
  w <- state_capital$employment / sum(state_capital$employment)
  m <- function(x) sum(w * x)
  b <- coef(fit)
  expected <- m(log(state_capital$output)) - b[["unemployment"]] * m(state_capital$unemployment) -
    b[["log(private_capital)"]] * m(log(state_capital$private_capital))
  expect_equal(fe_constant(fit)$estimate, expected, tolerance = 1e-8)
})

test_that(
  "xtreg's convention: units demeaned, years as dummies with the first as base, in plain R", {
  d <- state_capital[-c(3, 20, 77), ]
  plus_mean <- function(x) x - ave(x, d$state) + mean(x)
  dummies <- vapply(1971:1986, function(t) plus_mean((d$year == t) + 0), numeric(nrow(d)))
  x <- cbind(1, plus_mean(log(d$highways)), plus_mean(d$unemployment), dummies)
  y <- plus_mean(log(d$output))
  b <- solve(crossprod(x), crossprod(x, y))
  e <- drop(y - x %*% b)
  n <- nrow(x)
  k <- ncol(x) + 47
  fit <- fe_reg(log(output) ~ log(highways) + unemployment | state + year, d)
  made <- fe_constant(fit, "xtreg")
  expect_equal(made$estimate, b[1], tolerance = 1e-9)
  expect_equal(
    made$std.error, sqrt(solve(crossprod(x))[1, 1] * sum(e^2) / (n - k)), tolerance = 1e-9
  )
  v <- plain_sandwich(x, e, cluster = d$state) * (n - 1) / (n - ncol(x)) * 48 / 47
  expect_equal(fe_constant(fit, "xtreg", ~state)$std.error, sqrt(v[1, 1]), tolerance = 1e-9)
  # which is the mean of the units' effects where the years' first is zero, in either order of
  # effects
  effects <- nlme::fixef(fit)
  expect_equal(made$estimate, mean(effects$state[as.character(d$state)]), tolerance = 1e-8)
  turned <- fe_reg(
    log(output) ~ log(highways) + unemployment | year + state, d, panel = c("state", "year")
  )
  expect_equal(fe_constant(turned, "xtreg")$estimate, b[1], tolerance = 1e-9)
  # with one effect the conventions agree
  one <- fe_reg(log(output) ~ unemployment | state, d)
  expect_equal(
    as.data.frame(fe_constant(one, "xtreg")), as.data.frame(fe_constant(one)), tolerance = 1e-10
  )
})

test_that("LIML, GMM and other covariances carry over; misuse", {
  d <- made_panel()
  for (estimator in c("2sls", "liml", "gmm")) {
    fit <- fe_reg(
      y ~ x | id + year | a ~ z1 + z2, d, estimator = estimator, vcov = ~firm,
      panel = c("id", "year")
    )
    made <- fe_constant(fit)
    expect_equal(
      made$estimate, mean(d$y) - sum(coef(fit) * c(mean(d$x), mean(d$a))), tolerance = 1e-8
    )
    expect_true(all(is.finite(unlist(made[-1]))))
    expect_equal(fe_constant(fit, vcov = cov_dk())$estimate, made$estimate)
  }
  expect_error(fe_constant(fe_reg(y ~ x, d)), class = "ccdpanel_error_no_effects")
  expect_error(fe_constant(fe_reg(y ~ x | id, d), "stata"), class = "ccdpanel_error_choice")
})

test_that("tidy and summary add it on request", {
  d <- made_panel()
  fit <- fe_reg(y ~ x | id + year, d)
  t <- tidy(fit, constant = "xtreg", conf.int = TRUE)
  expect_equal(t$estimate[2], fe_constant(fit, "xtreg")$estimate)
  expect_equal(t$conf.high[1], unname(confint(fit)[1, 2]), tolerance = 1e-12)
  expect_equal(
    summary(fit, constant = "reghdfe")$coefficients["(Intercept)", 2], fe_constant(fit)$std.error
  )
  expect_output(print(summary(fit, constant = "reghdfe")), "Constant in reghdfe's convention")
})

test_that("under CR2 the constant has its own degrees of freedom", {
  skip_if_not_installed("clubSandwich")
  d <- state_capital
  fit <- fe_reg(log(output) ~ unemployment + log(water) | state, d, vcov = cov_cr2(~state))
  within <- function(v) v - ave(v, d$state) + mean(v)
  d$y <- within(log(d$output))
  d$u <- within(d$unemployment)
  d$w <- within(log(d$water))
  one <- lm(y ~ u + w, d)
  peer <- clubSandwich::coef_test(one, "CR2", cluster = d$state)
  expect_equal(fe_constant(fit)$df, peer$df_Satt[1], tolerance = 1e-6)
})

test_that("a regressor's large mean takes no digits from the constant, whatever its covariance", {
  d <- made_panel()
  d$large <- d$x + 1e8
  d$x <- d$large - 1e8 # without rounding
  for (vcov in list("iid", "HC1", "HC3", ~firm, cov_cr2(~id), cov_dk())) {
    one <- fe_reg(y ~ x + z1 | id + year, d, vcov = vcov, panel = c("id", "year"))
    two <- fe_reg(y ~ large + z1 | id + year, d, vcov = vcov, panel = c("id", "year"))
    b <- coef(one)[["x"]]
    for (convention in c("reghdfe", "xtreg")) {
      expect_equal(
        fe_constant(two, convention)$estimate,
        fe_constant(one, convention)$estimate - 1e8 * b,
        tolerance = 1e-13
      )
    }
    # se(c - 1e8 b), of which the slope's is all but 1e-8
    expect_equal(fe_constant(two)$std.error / sqrt(vcov(one)[1, 1]), 1e8, tolerance = 1e-6)
  }
  dropped <- fe_reg(y ~ large + I(2 * large) + z1 | id, d)
  expect_equal(
    fe_constant(dropped)$estimate, fe_constant(fe_reg(y ~ x + z1 | id, d))$estimate -
      1e8 * coef(dropped)[["large"]],
    tolerance = 1e-13
  )
})

test_that("without regressors the effects still cost degrees of freedom", {
  d <- state_capital
  fit <- fe_reg(unemployment ~ 1 | state, d)
  one <- lm(unemployment ~ factor(state), d)
  made <- fe_constant(fit)
  expect_equal(
    c(made$estimate, made$std.error, made$df),
    c(mean(d$unemployment), sigma(one) / sqrt(nrow(d)), one$df.residual), tolerance = 1e-10
  )
  # scores of a mean: residuals within the states, summed by year
  e <- rowsum(residuals(one), d$year)
  expect_equal(
    fe_constant(fit, vcov = ~year)$std.error,
    sqrt(sum(e^2) / nrow(d)^2 * 17 / 16 * (nrow(d) - 1) / one$df.residual), tolerance = 1e-10
  )
  expect_equal(fe_constant(fit, vcov = ~year)$df, 16)
})

test_that("a fit that carries replays has no constant whose error they scale by a slope's", {
  d <- made_panel()
  draws <- list(x = d$x + outer(d$z1, c(-0.1, 0, 0.1)))
  fit <- fe_reg(y ~ x | id, d, replays = draws)
  expect_error(fe_constant(fit), class = "ccdpanel_error_replays")
  expect_identical(regression_table(fit)[["(1)"]], regression_table(fit, constant = FALSE)[["(1)"]])
})

# The slopes' estimating equations, and beside them the mean of the residuals.
test_that("GMM's constant is the mean of the effects, with its sandwich in plain R", {
  d <- made_panel()
  d$w <- seq(0.5, 2, length.out = nrow(d))
  within <- function(v) residuals(lm(v ~ factor(id) + factor(year), d, weights = w))
  x <- cbind(within(d$x), within(d$a))
  z <- cbind(within(d$x), within(d$z1), within(d$z2))
  y <- within(d$y)
  response <- function(s) {
    a <- crossprod(x, d$w * z) %*% solve(s)
    solve(a %*% crossprod(z, d$w * x)) %*% a
  }
  u <- drop(y - x %*% response(crossprod(z, d$w * z)) %*% crossprod(z, d$w * y))
  half <- response(crossprod(z * d$w * u))
  mean_of <- function(v) weighted.mean(v, d$w)
  full <- sweep(x, 2, c(mean_of(d$x), mean_of(d$a)), `+`)
  sums <- cbind(1, z %*% t(half))
  inverse <- solve(crossprod(sums, d$w * cbind(1, full)))
  b <- drop(inverse %*% crossprod(sums, d$w * (y + mean_of(d$y))))
  e <- drop(y + mean_of(d$y) - cbind(1, full) %*% b)
  fit <- fe_reg(
    y ~ x | id + year | a ~ z1 + z2, d, estimator = "gmm", vcov = "HC0", weights = ~w
  )
  made <- fe_constant(fit)
  expect_equal(unname(coef(fit)), b[-1], tolerance = 1e-8)
  expect_equal(made$estimate, b[1], tolerance = 1e-8)
  v <- inverse %*% crossprod(sums * d$w * e) %*% t(inverse)
  expect_equal(made$std.error, sqrt(v[1, 1]), tolerance = 1e-8)
  expect_equal(fe_constant(fit, "xtreg")$term, "(Intercept)")
})

# Their residuals sum to zero in each cluster, and GMM cannot weigh the constant's moment.
test_that("clusters that are the effects leave GMM's constant its error", {
  d <- made_panel()
  fit <- fe_reg(y ~ x | id | a ~ z1 + z2, d, estimator = "gmm", vcov = ~id)
  made <- fe_constant(fit)
  means <- c(mean(d$x), mean(d$a))
  expect_equal(made$estimate, mean(d$y) - sum(coef(fit) * means), tolerance = 1e-8)
  expect_equal(
    made$std.error, sqrt(drop(means %*% vcov(fit) %*% means)), tolerance = 1e-8
  )
  expect_s3_class(regression_table(fit), "regression_table")
})
