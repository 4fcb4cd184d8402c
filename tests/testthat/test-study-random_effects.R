ragged <- function() {
  set.seed(2)
  d <- data.frame(unit = rep(1:20, each = 6), t = rep(1:6, 20))
  d$x1 <- rnorm(120) + d$unit / 10
  d$x2 <- rnorm(120)
  d$y <- d$x1 - d$x2 + rep(rnorm(20), each = 6) + d$t / 5 + rnorm(120)
  d
}

test_that("where plm estimates the model, numbers are plm's", {
  skip_if_not_installed("plm")
  d <- ragged()
  cases <- list(
    list(d[-c(3, 4, 17, 50, 51, 52, 90), ], y ~ x1 + x2), list(d, y ~ x1 + x2 + factor(t))
  )
  for (case in cases) {
    data <- case[[1]]
    data$row <- ave(data$unit, data$unit, FUN = seq_along)
    peer <- plm::plm(case[[2]], data, model = "random", index = c("unit", "row"))
    own <- random_effects(list(data = data, formula = case[[2]]))
    at <- c("x1", "x2")
    expect_equal(coef(own)[at], coef(peer)[at], tolerance = 1e-10)
    expect_equal(vcov(own)[at, at], as.matrix(vcov(peer))[at, at], tolerance = 1e-10)
    expect_equal(sum(resid(own)^2), sum(resid(peer)^2), tolerance = 1e-10)
  }
})

test_that("a panel that lacks two rows is tested with dummies of its times", {
  skip_if_not_installed("plm")
  d <- ragged()[-c(3, 50), ]
  fit <- fe_reg(y ~ x1 + x2 | unit + t, d, vcov = ~unit)
  h <- hausman_test(fit, unit = ~unit)
  random <- attr(h, "coefficients")$random
  # generalised least squares by the whole covariance of each unit
  x <- model.matrix(~ x1 + x2 + factor(t), d)
  data <- transform(d, unit = as.integer(factor(unit)))
  s <- variance_components(x, data$y, data$unit, tabulate(data$unit))
  v <- diag(s$error, nrow(x)) + s$unit * outer(data$unit, data$unit, "==")
  gls <- solve(t(x) %*% solve(v, x), t(x) %*% solve(v, data$y))
  expect_equal(random, unname(gls[c("x1", "x2"), 1]), tolerance = 1e-10)
  # without the two rows the components are near those of the whole panel, which plm has
  whole <- plm::plm(y ~ x1 + x2 + factor(t), ragged(), model = "random", index = c("unit", "t"))
  expect_equal(s$error, plm::ercomp(whole)$sigma2[["idios"]], tolerance = 0.05)
  expect_false(anyNA(h$p.value))
})
