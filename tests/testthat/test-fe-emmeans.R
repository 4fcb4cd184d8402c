test_that(
  "emmeans' contrasts are differences of coefficients, with the covariance's degrees of freedom", {
  skip_if_not_installed("emmeans")
  d <- with_factor()
  for (formula in list(y ~ x + f | id + year, y ~ x + f, y ~ x + f | id | a ~ z1)) {
    fit <- fe_reg(formula, d, vcov = ~firm)
    pairs <- as.data.frame(emmeans::contrast(emmeans::emmeans(fit, ~f), "revpairwise"))
    v <- vcov(fit)[c("fb", "fc"), c("fb", "fc")]
    b <- coef(fit)
    expect_equal(pairs$estimate, unname(c(b["fb"], b["fc"], b["fc"] - b["fb"])), tolerance = 1e-9)
    expect_equal(
      pairs$SE, unname(sqrt(c(v[1, 1], v[2, 2], v[1, 1] + v[2, 2] - 2 * v[1, 2]))), tolerance = 1e-9
    )
    expect_identical(pairs$df, rep(11, 3))
  }
})

test_that("emmeans' means of bases and codings are those of lm()", {
  skip_if_not_installed("emmeans")
  d <- with_factor()
  contrasts(d$f) <- stats::contr.sum(3)
  means <- function(fit) {
    suppressMessages(as.data.frame(emmeans::emmeans(fit, ~f)))[c("emmean", "SE")]
  }
  for (term in c("poly(x, 2)", "splines::ns(x, 3)", "splines::bs(x, 3)", "scale(x)")) {
    formula <- stats::as.formula(paste("y ~", term, "* f"))
    expect_equal(
      means(fe_reg(formula, d)), means(stats::lm(formula, d)), tolerance = 1e-8, label = term
    )
  }
})
