test_that("emmeans' contrasts are differences of coefficients, with the covariance's degrees of freedom", {
  skip_if_not_installed("emmeans")
  d <- with_factor()
  for (formula in list(y ~ x + f | id + year, y ~ x + f, y ~ x + f | id | a ~ z1)) {
    fit <- fe_reg(formula, d, vcov = ~firm)
    pairs <- as.data.frame(emmeans::contrast(emmeans::emmeans(fit, ~f), "revpairwise"))
    v <- vcov(fit)[c("fb", "fc"), c("fb", "fc")]
    b <- coef(fit)
    expect_equal(pairs$estimate, unname(c(b["fb"], b["fc"], b["fc"] - b["fb"])), tolerance = 1e-9)
    expect_equal(pairs$SE, unname(sqrt(c(v[1, 1], v[2, 2], v[1, 1] + v[2, 2] - 2 * v[1, 2]))), tolerance = 1e-9)
    expect_identical(pairs$df, rep(11, 3))
  }
})
