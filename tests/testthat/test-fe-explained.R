test_that("with an offset R2 is that of y less the offset, as lm's from R 4.3.0 on", {
  d <- state_capital
  pairs <- list(
    c(
      log(output) ~ log(employment) + offset(0.3 * log(water)),
      I(log(output) - 0.3 * log(water)) ~ log(employment)
    ),
    c(
      log(output) ~ 0 + log(employment) + offset(0.3 * log(water)),
      I(log(output) - 0.3 * log(water)) ~ 0 + log(employment)
    )
  )
  for (w in list(NULL, d$employment)) {
    for (pair in pairs) {
      environment(pair[[1]]) <- environment(pair[[2]]) <- environment()
      fit <- fe_reg(pair[[1]], d, weights = if (length(w)) ~employment)
      for (f in if (getRversion() >= "4.3.0") pair else pair[2]) {
        peer <- summary(stats::lm(f, d, weights = w))
        expect_equal(fit$r2[["r2"]], peer$r.squared, tolerance = 1e-12)
        expect_equal(fit$r2[["adjusted"]], peer$adj.r.squared, tolerance = 1e-12)
      }
    }
  }
  # Effects are as dummies, and an offset alone explains nothing.
  both <- fe_reg(log(output) ~ log(employment) + offset(0.3 * log(water)) | state, d)
  dummies <- summary(stats::lm(I(log(output) - 0.3 * log(water)) ~ log(employment) + state, d))
  expect_equal(both$r2[["r2"]], dummies$r.squared, tolerance = 1e-12)
  alone <- fe_reg(log(output) ~ offset(log(water)) | state, d)
  expect_equal(alone$r2[["within"]], 0, tolerance = 1e-12)
})

test_that("a constant alone explains nothing, to the last bit", {
  set.seed(1)
  for (i in 1:20) {
    d <- data.frame(y = rnorm(50, 5), w = runif(50))
    for (w in list(NULL, ~w)) {
      expect_identical(unname(fe_reg(y ~ 1, d, weights = w)$r2[1:2]), c(0, 0))
    }
  }
})
