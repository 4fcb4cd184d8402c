# Slopes at the ends, the extreme point and Fieller's set written out from coefficients and their
# covariance.
plain_u <- function(b, v, range, df, level = 0.95) {
  gradient <- rbind(c(1, 2 * range[1]), c(1, 2 * range[2]))
  slope <- drop(gradient %*% b)
  t <- slope / sqrt(diag(gradient %*% v %*% t(gradient)))
  p <- stats::pt(c(1, -1) * sign(b[2]) * t, df)
  d <- c(-1 / (2 * b[2]), b[1] / (2 * b[2]^2))
  distance <- function(x) {
    abs((b[1] + 2 * b[2] * x) / sqrt(v[1, 1] + 4 * x * v[1, 2] + 4 * x^2 * v[2, 2])) -
      stats::qt((1 + level) / 2, df)
  }
  list(
    slope = slope, t = t, p = p, extreme = -b[1] / (2 * b[2]), se = sqrt(drop(d %*% v %*% d)),
    distance = distance
  )
}

u_data <- function() {
  d <- made_panel()
  d$y <- d$y - 2 * d$x + 0.8 * d$x^2 - 3 * d$x
  d
}

test_that("slopes, p, extreme point and Fieller's interval are those of the formulas, by lm()", {
  skip_if_not_installed("sandwich")
  d <- u_data()
  u <- u_shape_test(fe_reg(y ~ x + I(x^2) + a | id, d, vcov = "HC1"))
  hand <- stats::lm(y ~ x + I(x^2) + a + factor(id), d)
  at <- c("x", "I(x^2)")
  v <- sandwich::vcovHC(hand, "HC1")[at, at]
  plain <- plain_u(stats::coef(hand)[at], v, range(d$x), hand$df.residual)
  expect_identical(u$shape, "U")
  expect_equal(u$slopes$value[1:2], range(d$x))
  expect_equal(u$slopes$estimate[1:2], plain$slope, tolerance = 1e-8)
  expect_equal(u$slopes$statistic[1:2], plain$t, tolerance = 1e-7)
  expect_equal(u$slopes$p.value, c(plain$p, max(plain$p)), tolerance = 1e-6)
  expect_equal(abs(u$slopes$statistic[3]), min(abs(plain$t)), tolerance = 1e-7)
  expect_equal(u$extreme$estimate, unname(plain$extreme), tolerance = 1e-8)
  expect_equal(u$extreme$std.error, plain$se, tolerance = 1e-7)
  expect_identical(u$set_shape, "interval")
  ends <- c(
    stats::uniroot(plain$distance, plain$extreme - c(9, 0) * plain$se, tol = 1e-12)$root,
    stats::uniroot(plain$distance, plain$extreme + c(0, 9) * plain$se, tol = 1e-12)$root
  )
  expect_equal(c(u$set$lower, u$set$upper), ends, tolerance = 1e-6)
  expect_equal(u$share, mean(d$x < plain$extreme))
  # The mirror image is an inverse U with the same numbers
  mirrored <- u_shape_test(fe_reg(I(-y) ~ x + I(x^2) + a | id, d, vcov = "HC1"))
  expect_identical(mirrored$shape, "inverse U")
  expect_equal(mirrored$slopes$p.value, u$slopes$p.value, tolerance = 1e-7)
  expect_equal(mirrored$set, u$set, tolerance = 1e-8)
})

test_that("the square is found by its values, and units of measurement change nothing", {
  d <- u_data()
  d$x2 <- d$x^2
  first <- u_shape_test(fe_reg(y ~ x + I(x^2) + a | id, d, vcov = ~id))
  same <- function(fit, unit = 1) {
    other <- suppressMessages(u_shape_test(fit))
    expect_equal(other$slopes$p.value, first$slopes$p.value, tolerance = 1e-6)
    expect_equal(other$extreme$estimate / unit, first$extreme$estimate, tolerance = 1e-7)
    expect_equal(unlist(other$set) / unit, unlist(first$set), tolerance = 1e-6)
  }
  same(fe_reg(y ~ a + x2 + x | id, d, vcov = ~id))
  same(fe_reg(y ~ a + poly(x, 2, raw = TRUE) | id, d, vcov = ~id))
  d$large <- 1e6 * d$x
  same(fe_reg(y ~ a + large + I(large^2) | id, d, vcov = ~id), 1e6)
  lagged <- suppressMessages(fe_reg(
    y ~ l(x, 1) + l(I(x^2), 1) | id, d, panel = c("id", "year"), vcov = ~id
  ))
  suppressMessages(expect_identical(u_shape_test(lagged)$settings$square, "l(I(x^2), 1)"))
})

test_that("instruments, few clusters' degrees of freedom, and what is no interval", {
  d <- u_data()
  iv <- suppressMessages(fe_reg(
    y ~ x | id | a + I(a^2) ~ z1 + z2 + I(z1^2) + I(z2^2) + z1:z2, d, vcov = ~id
  ))
  u <- u_shape_test(iv, "a")
  v <- vcov(iv)[c("a", "I(a^2)"), c("a", "I(a^2)")]
  plain <- plain_u(coef(iv)[c("a", "I(a^2)")], v, range(d$a), length(unique(d$id)) - 1)
  expect_equal(u$slopes$p.value[1:2], plain$p, tolerance = 1e-8)
  # CR2: the slope at an end is the coefficient of x where the square is taken of x less that end
  d$low <- d$x - min(d$x)
  cr2 <- cov_cr2(~firm)
  ends <- u_shape_test(fe_reg(y ~ x + I(x^2) | id, d, vcov = cr2))$slopes
  shifted <- tidy(fe_reg(y ~ low + I(low^2) | id, d, vcov = cr2))
  expect_equal(ends$statistic[1], shifted$statistic[1], tolerance = 1e-6)
  expect_equal(2 * min(ends$p.value[1], 1 - ends$p.value[1]), shifted$p.value[1], tolerance = 1e-6)
  # A square of noise: the set is two half-lines or the line, whose ends bound it by the formula
  set.seed(4)
  e <- data.frame(x = stats::rnorm(60))
  e$y <- e$x + stats::rnorm(60)
  none <- u_shape_test(fe_reg(y ~ x + I(x^2), e))
  expect_identical(none$set_shape, "two half-lines")
  hand <- stats::lm(y ~ x + I(x^2), e)
  plain <- plain_u(stats::coef(hand)[-1], stats::vcov(hand)[-1, -1], range(e$x), 57)
  expect_lt(max(abs(plain$distance(c(none$set$upper[1], none$set$lower[2])))), 1e-6)
  expect_lt(plain$distance(none$set$lower[2] + 1), 0)
  expect_false(none$within)
  expect_gt(none$slopes$p.value[3], 0.5)
  expect_output(print(none), "outside")
  e$y <- stats::rnorm(60)
  expect_identical(u_shape_test(fe_reg(y ~ x + I(x^2), e))$set_shape, "everything")
})

test_that("ranges, tables and errors are what they say", {
  d <- u_data()
  fit <- fe_reg(y ~ x + I(x^2) + a | id, d, vcov = ~id)
  u <- u_shape_test(fit, range = c(1, 2))
  expect_equal(u$slopes$value[1:2], c(1, 2))
  expect_identical(as.data.frame(u), u$slopes)
  expect_identical(tidy(u)$shape, "U")
  expect_output(print(u_shape_test(fit)), "Fieller")
  expect_message(
    u_shape_test(fe_reg(y ~ x * z1 + I(x^2) | id, d)), "x:z1",
    class = "ccdpanel_message_terms_beside"
  )
  expect_error(u_shape_test(fe_reg(y ~ x + a | id, d)), "square", class = "ccdpanel_error_term")
  expect_error(u_shape_test(fit, "a"), "square of \"a\"", class = "ccdpanel_error_term")
  expect_error(u_shape_test(fit, range = 3:1), class = "ccdpanel_error_range")
  expect_error(u_shape_test(fit, range = c(2, 1)), class = "ccdpanel_error_range")
  expect_error(u_shape_test(lm(y ~ x, d)), class = "ccdpanel_error_fit")
  system <- system_reg(list(a = y ~ x + I(x^2), b = a ~ z1), d, method = "sur")
  expect_error(u_shape_test(system), "equation of a system", class = "ccdpanel_error_fit")
  expect_error(u_shape_test(by_group(fit, ~ firm > 6)), "lapply", class = "ccdpanel_error_fit")
  expect_error(save_table(u, "x.md"), "as.data.frame", class = "ccdpanel_error")
})
