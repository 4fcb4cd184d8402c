test_that("a fit prints every choice, the table and what was left out", {
  local_edition(3)
  d <- data.frame(
    firm = rep(c("a", "b", "c", "d"), each = 4), year = rep(1:4, 4), x = c(1, 3, 2, 5, 4, 4, 6, 8, 2, 1, 3, 3, 7, 9, 8, NA),
    z = c(1, 2, 2, 4, 3, 4, 5, 7, 1, 1, 2, 3, 6, 8, 8, 9), y = c(2, 5, 4, 9, 7, 8, 11, 14, 3, 3, 5, 6, 12, 17, 15, 18)
  )
  withr_options(list(show.signif.stars = FALSE), environment())
  expect_snapshot({
    fe_reg(y ~ x | firm + year, d, vcov = ~firm)
    fe_reg(y ~ 1 | 0 | x ~ z, d, vcov = "HC1", ssc = "none")
  })
})

test_that("what a referee asks of the instruments, both stages side by side, the constant, every estimator", {
  local_edition(3)
  withr_options(list(show.signif.stars = FALSE), environment())
  d <- made_panel()
  set.seed(2)
  d$a2 <- d$z1 + d$z2 + d$u + stats::rnorm(nrow(d))
  d$z3 <- stats::rnorm(nrow(d))
  expect_snapshot({
    summary(fe_reg(y ~ x | id + year | a ~ z1, d, vcov = ~firm), first_stage = TRUE, constant = "xtreg")
    summary(fe_reg(y ~ x | id | a + a2 ~ z1 + z2 + z3, d, estimator = "liml"))
    fe_reg(y ~ x | 0 | a ~ z1 + z2, d, estimator = "gmm", vcov = ~firm)
    fe_reg(y ~ x | 0 | a ~ z1 + z2 + z3, d, estimator = "fuller", vcov = ~ I(firm > 6))
  })
})
