test_that("robust and clustered covariance: one score an observation, written out", {
  d <- two_equations(made_panel())
  eqs <- list(e1 = y1 ~ y2 + x, e2 = y2 ~ y1 + z1 + z2)
  fit <- system_reg(eqs, d, vcov = "HC0")
  z <- stats::model.matrix(~ x + z1 + z2, d)
  project <- function(x) z %*% solve(crossprod(z), crossprod(z, x))
  x1 <- cbind(1, d$y2, d$x)
  x2 <- cbind(1, d$y1, d$z1, d$z2)
  u <- cbind(d$y1 - x1 %*% coef(fit)[1:3], d$y2 - x2 %*% coef(fit)[4:7])
  expect_equal(unname(residuals(fit)), unname(u), tolerance = 1e-9)
  s <- solve(fit$sigma)
  v <- u %*% s
  scores <- cbind(project(x1) * v[, 1], project(x2) * v[, 2])
  p1 <- project(x1)
  p2 <- project(x2)
  bread <- solve(rbind(
    cbind(s[1, 1] * crossprod(p1), s[1, 2] * crossprod(p1, p2)),
    cbind(s[2, 1] * crossprod(p2, p1), s[2, 2] * crossprod(p2))
  ))
  expect_equal(unname(vcov(fit, "iid")), unname(bread), tolerance = 1e-9)
  expect_equal(unname(vcov(fit)), unname(bread %*% crossprod(scores) %*% bread), tolerance = 1e-9)
  g <- length(unique(d$id))
  clustered <- bread %*% crossprod(rowsum(scores, d$id)) %*% bread
  expect_equal(unname(vcov(fit, ~id)), unname(clustered) * g / (g - 1), tolerance = 1e-9)
  expect_equal(fit$covariance$df, Inf)
  expect_output(
    print(summary(fit, vcov = ~id)),
    "clustered by id \\(40\\), small-sample factor 1.0256; t\\(39\\)"
  )
  expect_equal(summary(fit, vcov = ~id)$covariance$df, g - 1)
})

test_that("a variance that two ways of clusters make negative is missing, and not zero", {
  d <- expand.grid(u = 1:4, t = 1:5)
  set.seed(7)
  within <- function(v) stats::resid(stats::lm(v ~ factor(u) + factor(t), d))
  # The variance's scores by unit, by time and by both.
  repeat {
    d$x <- rnorm(20)
    d$y <- rnorm(20)
    scores <- within(d$x) * stats::resid(stats::lm(y ~ x + factor(u) + factor(t), d))
    square <- function(by) sum(rowsum(scores, by)^2)
    if (square(d$u) + square(d$t) - sum(scores^2) < 0) break
  }
  expect_warning(
    fit <- system_reg(list(a = y ~ x), d, fe = ~ u + t, method = "ols", vcov = ~ u + t),
    "would be negative", class = "ccdpanel_warning_negative"
  )
  expect_identical(unname(is.na(vcov(fit))), matrix(TRUE))
  expect_true(is.na(summary(fit)$coefficients$a[1, "Std. Error"]))
})
