test_that("the bias bound: a scaled identity under iid errors gives |L - 2| / L", {
  for (l in c(3, 5)) {
    s <- matrix(c(2, .7, .7, 1), 2)
    w <- diag(l)
    expect_equal(
      tsls_bias_bound(s[1, 1] * w, s[1, 2] * w, s[2, 2] * w), (l - 2) / l, tolerance = 1e-6
    )
  }
})

test_that("effective degrees of freedom: L for a scaled identity", {
  expect_equal(effective_df(3 * diag(4), 10), 4)
})

test_that("quantiles of the non-central chi-squared are those of stats::qchisq()", {
  at <- expand.grid(df = c(1, 1.5, 4, 30), ncp = c(1e-3, .5, 10, 79, 81, 500, 3000))
  expect_equal(
    noncentral_quantile(.95, at$df, at$ncp), stats::qchisq(.95, at$df, at$ncp), tolerance = 1e-12
  )
})

test_that("a covariance with negative eigenvalues has no critical values", {
  w <- weak_iv(fe_reg(y ~ 1 | 0 | e ~ z1 + z2 + z3 + z4, few_both_ways(), vcov = ~ id + t))
  critical <- attr(w, "critical")
  expect_true(all(is.na(critical$critical[critical$criterion == "effective F, TSLS bias"])))
})
