test_that("all rows once are the fit, and a row twice is a row of weight two", {
  d <- made_panel()
  for (fit in list(
    fe_reg(y ~ x + z1 | id + year, d), fe_reg(y ~ x + z1, d, weights = ~w),
    suppressMessages(fe_reg(y ~ x | id | a ~ z1 + z2, d)),
    fe_reg(y ~ x | id + year | a ~ z1 + z2, d, estimator = "liml")
  )) {
    model <- replicate_model(fit)
    expect_equal(model(seq_len(nobs(fit))), coef(fit), tolerance = 1e-9)
    rows <- seq(1, nobs(fit), by = 2)
    times <- rep(1:3, length.out = length(rows))
    hand <- d[rows, ]
    hand$w <- times * if (is.null(weights(fit))) 1 else weights(fit)[rows]
    expect_equal(
      model(rows, times), coef(suppressMessages(update(fit, data = hand, weights = ~w))),
      tolerance = 1e-8
    )
  }
})

test_that("what cannot be fitted is missing, not an error", {
  d <- made_panel()
  d$x[d$id < 20] <- 1
  model <- replicate_model(fe_reg(y ~ x + z1 | id, d))
  b <- model(which(d$id < 20))
  expect_true(is.na(b[["x"]]))
  expect_false(is.na(b[["z1"]]))
})

test_that("GMM is refused", {
  fit <- fe_reg(y ~ x | id | a ~ z1 + z2, made_panel(), estimator = "gmm", vcov = "HC1")
  expect_error(replicate_model(fit), "GMM", class = "ccdpanel_error_fit")
})
