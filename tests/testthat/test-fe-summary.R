test_that("a fit prints every choice, the table and what was left out", {
  local_edition(3)
  d <- data.frame(
    firm = rep(c("a", "b", "c", "d"), each = 4), year = rep(1:4, 4),
    x = c(1, 3, 2, 5, 4, 4, 6, 8, 2, 1, 3, 3, 7, 9, 8, NA),
    z = c(1, 2, 2, 4, 3, 4, 5, 7, 1, 1, 2, 3, 6, 8, 8, 9),
    y = c(2, 5, 4, 9, 7, 8, 11, 14, 3, 3, 5, 6, 12, 17, 15, 18)
  )
  withr_options(list(show.signif.stars = FALSE), environment())
  expect_snapshot_output(what_is_said({
    fe_reg(y ~ x | firm + year, d, vcov = ~firm)
    fe_reg(y ~ 1 | 0 | x ~ z, d, vcov = "HC1", ssc = "none")
  }))
})

test_that("an instrument that is a regressor as well is named as the copy that left", {
  expect_message(
    fit <- fe_reg(
      log(output) ~ water | state | log(employment) ~ water + log(highways), state_capital
    ),
    "water (as an instrument)", fixed = TRUE
  )
  expect_identical(names(coef(fit)), c("water", "log(employment)"))
})
