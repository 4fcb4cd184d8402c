test_that("the expected information is that of the contrasts' own matrices", {
  d <- spatial_data()
  w <- spatial_weights_of()
  fit <- spatial_reg(y ~ x + z | id + year, d, w, "sac")
  data <- contrasted(d, w, c("y", "x", "z"))
  b <- coef(fit)
  s2 <- fit$sigma2
  n <- nrow(data$w)
  times <- ncol(data$parts$y)
  a <- diag(n) - b[["rho"]] * data$w
  own <- diag(n) - b[["lambda"]] * data$w
  g <- own %*% data$w %*% solve(a) %*% solve(own)
  h <- data$w %*% solve(own)
  x <- cbind(as.vector(own %*% data$parts$x), as.vector(own %*% data$parts$z))
  m <- as.vector(g %*% matrix(x %*% b[1:2], n))
  trace <- function(p) sum(diag(p))
  top <- cbind(crossprod(x), crossprod(x, m), 0, 0) / s2
  info <- rbind(top, c(
    crossprod(x, m) / s2, sum(m^2) / s2 + times * trace(t(g) %*% g + g %*% g),
    times * trace(t(h) %*% g + h %*% g), times * trace(g) / s2
  ), c(
    0, 0, times * trace(t(h) %*% g + h %*% g), times * trace(t(h) %*% h + h %*% h),
    times * trace(h) / s2
  ), c(0, 0, times * trace(g) / s2, times * trace(h) / s2, n * times / (2 * s2^2)))
  expect_equal(unname(vcov(fit)), solve(info)[1:4, 1:4])
})

test_that("clustered errors are those of the scores' parts, unit by unit and pair by pair", {
  d <- spatial_data()
  w <- spatial_weights_of()
  fit <- spatial_reg(y ~ x | id, d, w, "sac", panel = c("id", "year"))
  b <- coef(fit)
  s2 <- fit$sigma2
  data <- contrasted(d, w, c("y", "x"), time = FALSE)$parts
  a <- diag(8) - b[["rho"]] * w
  own <- diag(8) - b[["lambda"]] * w
  g <- w %*% solve(a)
  h <- w %*% solve(own)
  x <- own %*% data$x
  e <- own %*% a %*% data$y - x * b[["x"]]
  m <- own %*% g %*% data$x * b[["x"]]
  meat <- matrix(0, 4, 4)
  for (i in 1:8) {
    excess <- sum(e[i, ]^2) - 4 * s2
    part <- c(
      sum(x[i, ] * e[i, ]), sum(m[i, ] * e[i, ]) + g[i, i] * excess, h[i, i] * excess,
      excess / (2 * s2)
    ) / s2
    meat <- meat + tcrossprod(part)
    for (j in seq_len(i - 1)) {
      part <- c(0, g[i, j] + g[j, i], h[i, j] + h[j, i], 0) * sum(e[i, ] * e[j, ]) / s2
      meat <- meat + tcrossprod(part)
    }
  }
  gx <- sum(diag(g))
  hx <- sum(diag(h))
  trace <- function(p, q) 4 * sum(diag(t(p) %*% q + p %*% q))
  info <- rbind(
    c(sum(x^2) / s2, sum(x * m) / s2, 0, 0),
    c(sum(x * m) / s2, sum(m^2) / s2 + trace(g, g), trace(h, g), 4 * gx / s2),
    c(0, trace(h, g), trace(h, h), 4 * hx / s2), c(0, 4 * gx / s2, 4 * hx / s2, 16 / s2^2)
  )
  v <- solve(info) %*% meat %*% solve(info) * 8 / 7
  expect_equal(unname(vcov(fit, ~id)), v[1:3, 1:3])
})

test_that("residuals and fitted values are of the equation, or of its reduced form", {
  d <- spatial_data()
  w <- spatial_weights_of()
  fit <- spatial_reg(y ~ x | id + year, d, w, "sac")
  b <- coef(fit)
  within <- function(m) m - rowMeans(m) - rep(colMeans(m), each = 8) + mean(m)
  y <- matrix(d$y, 8)
  u <- within(y - b[["rho"]] * w %*% y - b[["x"]] * matrix(d$x, 8))
  e <- within(u - b[["lambda"]] * w %*% u)
  expect_equal(residuals(fit), as.vector(e))
  expect_equal(fitted(fit), d$y - as.vector(e))
  expect_equal(
    predict(fit, type = "reduced"), d$y - as.vector(solve(diag(8) - b[["rho"]] * w, u))
  )
  expect_equal(fit$sigma2, sum(e^2) / (7 * 4))
  expect_equal(fit$r2[["within"]], 1 - sum(e^2) / sum(within(y)^2))
  expect_error(predict(fit, newdata = d), class = "ccdpanel_error_argument")
})

test_that("the ends of the interval, a perfect fit and too few rows are said", {
  d <- spatial_data()
  w <- spatial_weights_of()
  d$exact <- as.vector(solve(diag(8) - 0.5 * w, matrix(d$x, 8)))
  expect_warning(
    fit <- spatial_reg(exact ~ x | id + year, d, w), class = "ccdpanel_warning_perfect_fit"
  )
  expect_equal(coef(fit)[["rho"]], 0.5, tolerance = 1e-6)
  short <- d[d$year < 2003 & d$id %in% c("a", "b"), ]
  expect_error(
    suppressMessages(spatial_reg(y ~ x + z | id, short, w, panel = c("id", "year"))),
    class = "ccdpanel_error_too_few_rows"
  )
})
