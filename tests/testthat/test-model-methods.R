test_that("weights, rows, residuals and their degrees of freedom are those of lm", {
  d <- made_panel()
  d$x[4] <- NA
  fit <- suppressMessages(fe_reg(y ~ x + a | id, d, weights = ~w))
  full <- stats::lm(y ~ x + a + factor(id), d, weights = w)
  expect_identical(weights(fit), d$w[-4])
  expect_null(weights(suppressMessages(fe_reg(y ~ x, d))))
  expect_identical(nobs(fit), stats::nobs(full))
  expect_equal(df.residual(fit), df.residual(full))
  expect_equal(residuals(fit), unname(residuals(full)), tolerance = 1e-9)
})

test_that("the weights of all rows come back as they were", {
  d <- made_panel()
  fit <- fe_reg(y ~ x | id + year | a ~ z1 + z2, d, weights = ~w)
  expect_identical(weights(fit), d$w)
  expect_null(weights(fe_reg(y ~ x, d)))
})
