test_that("roots of cross-products give them back, also where they are singular", {
  set.seed(1)
  x <- matrix(rnorm(40), 10)
  x[, 4] <- x[, 1] - 2 * x[, 2]
  s <- crossprod(x)
  pairs <- ccdpanel:::upper_pairs(4)
  scatter <- list(products = rbind(s[pairs], 0 * s[pairs]), total = rbind(diag(s), 1))
  root <- ccdpanel:::scatter_roots(scatter, 10)
  expect_equal(tcrossprod(root[1, , ]), s)
  expect_identical(root[1, , 4], numeric(4))
  expect_identical(range(root[2, , ]), c(0, 0))
})

test_that("where cells take all but a trace of a column, its deviations are asked for", {
  con <- sqlite()
  set.seed(2)
  d <- data.frame(unit = rep(1:20, each = 10), g = rep(1:4, 50))
  d$x <- 1e4 * d$unit + rnorm(200)
  d$fixed <- d$unit^2
  d$y <- d$x - 1e4 * d$unit + rnorm(200)
  for (vcov in list("iid", "HC1", ~g)) {
    fits <- expect_same_reg(con, d, y ~ x | unit, vcov = vcov)
    expect_true(any(grepl("OVER", fits$remote$remote$queries$sql)))
    expect_same_reg(con, d, y ~ x + fixed | unit, vcov = vcov, weights = ~g)
  }
})
