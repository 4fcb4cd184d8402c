test_that(
  paste0(
    "everything but the endogenous regressors and the excluded instruments is partialled ",
    "out, weights included"
  ),
  {
  d <- made_panel()
  parts <- iv_data(fe_reg(y ~ x | id | a ~ z1 + z2, d, weights = ~w))
  out <- function(v) {
    unname(stats::residuals(stats::lm(
      v ~ x + factor(id), cbind(v = v, d), weights = w
    ))) * sqrt(d$w)
  }
  # Each in a unit of its own, a power of two next to its norm.
  same <- function(own, v) {
    unit <- sqrt(sum(v^2) / sum(own^2))
    expect_equal(log2(unit), round(log2(unit)), tolerance = 1e-9)
    expect_equal(as.vector(own) * unit, v, tolerance = 1e-9)
    unit
  }
  of_y <- same(parts$y, out(d$y))
  of_x <- same(parts$x[, "a"], out(d$a))
  expect_equal(unname(parts$unit), of_x / of_y, tolerance = 1e-9)
  same(parts$z[, "z2"], out(d$z2))
  expect_equal(parts$iid_dof, nrow(d) - 3 - length(unique(d$id)))
  clustered <- iv_data(fe_reg(y ~ x | id | a ~ z1 + z2, d), ~id)
  expect_equal(clustered$residual_dof, nrow(d) - 3 - 1)
})

test_that("the moment covariance: iid is a Kronecker product, clusters are sums", {
  d <- made_panel()
  parts <- iv_data(fe_reg(y ~ 1 | 0 | a ~ z1 + z2, d))
  v <- cbind(d$u, d$w)
  expect_equal(
    moment_covariance(v, parts$z, parts), kronecker(crossprod(v), crossprod(parts$z)) / nrow(d)^2
  )
  parts <- iv_data(fe_reg(y ~ 1 | 0 | a ~ z1 + z2, d, vcov = ~firm))
  sums <- rowsum(cbind(v[, 1] * parts$z, v[, 2] * parts$z), d$firm)
  expect_equal(unname(moment_covariance(v, parts$z, parts)), unname(crossprod(sums) / nrow(d)))
})

test_that("tests of instruments stand in every unit that numbers have", {
  set.seed(2)
  d <- data.frame(id = rep(1:40, each = 6), z1 = rnorm(240), z2 = rnorm(240), w = rnorm(240))
  e <- rnorm(240)
  d$x <- d$z1 + d$z2 / 2 + e + rnorm(240)
  d$y <- d$x + d$w + e
  fits <- function(d, estimator) fe_reg(y ~ w | id | x ~ z1 + z2, d, ~id, estimator = estimator)
  for (unit in 2^c(-498, 498)) {
    scaled <- d
    for (name in c("x", "y", "z1", "z2", "w")) scaled[[name]] <- d[[name]] * unit
    for (estimator in c("2sls", "liml", "gmm")) {
      one <- fits(d, estimator)
      other <- fits(scaled, estimator)
      expect_equal(coef(other), coef(one), tolerance = 1e-12)
      expect_equal(vcov(other), vcov(one), tolerance = 1e-11)
      expect_equal(iv_tests(other)$statistic, iv_tests(one)$statistic, tolerance = 1e-8)
      expect_equal(weak_iv(other)$statistic, weak_iv(one)$statistic, tolerance = 1e-9)
      expect_equal(
        anderson_rubin(other, null = 0.5)[c("statistic", "set")],
        anderson_rubin(one, null = 0.5)[c("statistic", "set")], tolerance = 1e-8
      )
    }
  }
  # Of y alone: the coefficient and its set change with the unit, the tests do not.
  one <- fits(d, "2sls")
  other <- fits(transform(d, y = y * 2^400), "2sls")
  expect_equal(
    anderson_rubin(other)$set / 2^400, anderson_rubin(one)$set, tolerance = 1e-10
  )
  expect_equal(
    anderson_rubin(other, null = 2^400)$statistic, anderson_rubin(one, null = 1)$statistic,
    tolerance = 1e-10
  )
})
