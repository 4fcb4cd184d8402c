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

test_that("of one instrument it is the robust F, of two a ratio of traces, in every covariance", {
  d <- made_panel()
  value <- function(formula, vcov, fe) {
    fit <- fe_reg(stats::as.formula(paste(formula[1], fe, formula[2])), d, vcov = vcov)
    w <- weak_iv(fit)
    w$statistic[w$test == "effective_f"]
  }
  for (vcov in list("iid", "HC0", "HC1", ~id, ~firm, ~ id + firm)) {
    for (fe in c("0", "id")) {
      first <- function(right) {
        fit <- fe_reg(stats::as.formula(paste("a ~", right, "|", fe)), d, vcov = vcov)
        list(b = coef(fit), v = vcov(fit))
      }
      one <- first("x + z1")
      expect_equal(
        value(c("y ~ x |", "| a ~ z1"), vcov, fe), one$b[["z1"]]^2 / one$v["z1", "z1"],
        tolerance = 1e-9
      )
      # n pi'pi / tr(W2) = b'Qb / tr(QV), Q the instruments' cross-products within the effects.
      two <- first("x + z1 + z2")
      names <- c("z1", "z2")
      within <- if (fe == "id") stats::lm(cbind(z1, z2) ~ x + factor(id), d) else {
        stats::lm(cbind(z1, z2) ~ x, d)
      }
      q <- crossprod(within$residuals)
      b <- two$b[names]
      expect_equal(
        value(c("y ~ x |", "| a ~ z1 + z2"), vcov, fe),
        sum(b * (q %*% b)) / sum(q * two$v[names, names]), tolerance = 1e-9
      )
    }
  }
})

test_that("the bound of the bias is at most one, and one with one instrument", {
  # A covariance of rank one leaves no variance at b = 2.
  expect_identical(tsls_bias_bound(matrix(4), matrix(2), matrix(1)), 1)
  set.seed(1)
  for (clusters in 1:3) {
    w <- tcrossprod(matrix(rnorm(4 * clusters), 4))
    bound <- tsls_bias_bound(w[1:2, 1:2], w[1:2, 3:4], w[3:4, 3:4])
    expect_gt(bound, 0)
    expect_lte(bound, 1)
  }
  # Effective F's published critical value of one instrument, bias of a tenth: 23.1.
  tests <- as.data.frame(weak_iv(fe_reg(y ~ 1 | id | a ~ z1, made_panel(), vcov = ~firm)))
  expect_equal(
    tests$critical[tests$test == "effective_f"], stats::qchisq(.95, 1, 10), tolerance = 1e-10
  )
})
