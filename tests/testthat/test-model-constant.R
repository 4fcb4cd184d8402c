# The constant of an absorbed model against least squares in plain R: columns within their effects plus means, on a constant.

# Residuals on the dummies of both effects, plus the mean.
within_plus_mean <- function(x, data) mean(x) + residuals(lm(x ~ state + factor(year), data))

oracle <- function(cluster = NULL) {
  data <- state_capital
  y <- within_plus_mean(log(data$output), data)
  x <- cbind(1, within_plus_mean(log(data$highways), data), within_plus_mean(data$unemployment, data))
  bread <- solve(crossprod(x))
  b <- drop(bread %*% crossprod(x, y))
  e <- drop(y - x %*% b)
  n <- nrow(x)
  absorbed <- 48 + 17 - 1
  if (is.null(cluster)) {
    v <- bread * sum(e^2) / (n - 2 - absorbed)
  } else {
    g <- length(unique(cluster))
    # state is nested in the clusters, year is not: 16 degrees of freedom of the years, one for the constant
    v <- bread %*% crossprod(rowsum(x * e, cluster)) %*% bread * (n - 1) / (n - 2 - 16 - 1) * g / (g - 1)
  }
  c(estimate = b[1], se = sqrt(v[1, 1]))
}

test_that("the constant beside effects is that of the centred regression, iid and clustered", {
  fit <- fe_reg(log(output) ~ log(highways) + unemployment | state + year, state_capital)
  made <- fe_constant(fit)
  expect_equal(c(made$estimate, made$std.error), unname(oracle()), tolerance = 1e-8)
  made <- fe_constant(fit, ~state)
  expect_equal(c(made$estimate, made$std.error), unname(oracle(state_capital$state)), tolerance = 1e-8)
  expect_equal(made$df, 47)
})

test_that("it is the mean of y less the means of the regressors times their coefficients, with instruments and weights", {
  fit <- fe_reg(log(output) ~ unemployment | state | log(private_capital) ~ log(highways) + log(water), state_capital, weights = ~employment)
  w <- state_capital$employment / sum(state_capital$employment)
  m <- function(x) sum(w * x)
  b <- coef(fit)
  expected <- m(log(state_capital$output)) - b[["unemployment"]] * m(state_capital$unemployment) - b[["log(private_capital)"]] * m(log(state_capital$private_capital))
  expect_equal(fe_constant(fit)$estimate, expected, tolerance = 1e-8)
})
