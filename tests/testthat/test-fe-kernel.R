test_that("the bits do not depend on threads", {
  d <- made_panel(units = 4000)
  one <- fe_reg(y ~ x + a | id + year, d, vcov = ~id, threads = 1)
  two <- fe_reg(y ~ x + a | id + year, d, vcov = ~id, threads = 2)
  expect_identical(coef(one), coef(two))
  expect_identical(vcov(one), vcov(two))
})

test_that("collinear and absorbed regressors are left out, named, and said once", {
  d <- made_panel()
  d$twice <- 2 * d$x - d$a
  d$of_id <- sqrt(d$id)
  d$of_both <- d$id / 3 + (d$year - 2000)^2
  expect_message(
    fit <- fe_reg(y ~ x + a + twice + of_id + of_both | id + year, d),
    class = "ccdpanel_message_collinear"
  )
  expect_identical(names(coef(fit)), c("x", "a"))
  expect_setequal(fit$collinear, c("twice", "of_id", "of_both"))
  expect_equal(coef(fit), coef(fe_reg(y ~ x + a | id + year, d)), tolerance = 1e-10)
})
