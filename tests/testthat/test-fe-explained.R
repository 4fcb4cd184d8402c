test_that("with an offset R2 is lm's", {
  d <- state_capital
  for (w in list(NULL, d$employment)) {
    fit <- fe_reg(
      log(output) ~ log(employment) + offset(0.3 * log(water)), d,
      weights = if (length(w)) ~employment
    )
    peer <- summary(stats::lm(
      log(output) ~ log(employment) + offset(0.3 * log(water)), d, weights = w
    ))
    expect_equal(fit$r2[["r2"]], peer$r.squared, tolerance = 1e-12)
    expect_equal(fit$r2[["adjusted"]], peer$adj.r.squared, tolerance = 1e-12)
  }
})
