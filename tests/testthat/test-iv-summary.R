test_that(
  "what a referee asks of the instruments, both stages side by side, the constant, every estimator",
  {
  local_edition(3)
  withr_options(list(show.signif.stars = FALSE), environment())
  d <- made_panel()
  set.seed(2)
  d$a2 <- d$z1 + d$z2 + d$u + stats::rnorm(nrow(d))
  d$z3 <- stats::rnorm(nrow(d))
  expect_snapshot({
    summary(
      fe_reg(y ~ x | id + year | a ~ z1, d, vcov = ~firm), first_stage = TRUE, constant = "xtreg"
    )
    summary(fe_reg(y ~ x | id | a + a2 ~ z1 + z2 + z3, d, estimator = "liml"))
    fe_reg(y ~ x | 0 | a ~ z1 + z2, d, estimator = "gmm", vcov = ~firm)
    fe_reg(y ~ x | 0 | a ~ z1 + z2 + z3, d, estimator = "fuller", vcov = ~ I(firm > 6))
  })
})
