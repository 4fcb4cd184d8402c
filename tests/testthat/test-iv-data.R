test_that(
  paste0(
    "everything but the endogenous regressors and the excluded instruments is partialled ",
    "out, weights included"
  ),
  {
  d <- made_panel()
  parts <- iv_data(fe_reg(y ~ x | id | a ~ z1 + z2, d, weights = ~w))
  out <- function(v) {
    stats::residuals(stats::lm(v ~ x + factor(id), cbind(v = v, d), weights = w)) * sqrt(d$w)
  }
  expect_equal(drop(parts$y), unname(out(d$y)), tolerance = 1e-9, ignore_attr = TRUE)
  expect_equal(unname(parts$x[, "a"]), unname(out(d$a)), tolerance = 1e-9)
  expect_equal(unname(parts$z[, "z2"]), unname(out(d$z2)), tolerance = 1e-9)
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
