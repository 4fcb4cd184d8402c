test_that(
  paste0(
    "R2 within of xtreg: of the regression with units demeaned and the other effects as ",
    "dummies; units are counted"
  ),
  {
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id + year, d, weights = ~w)
  within <- function(v) stats::residuals(stats::lm(v ~ factor(d$id), weights = d$w))
  years <- stats::model.matrix(~ factor(year), d)[, -1]
  full <- stats::lm(within(d$y) ~ 0 + apply(cbind(d$x, d$a, years), 2, within), weights = d$w)
  expect_equal(
    xtreg_within(fit), 1 - stats::deviance(full) / sum(d$w * within(d$y)^2), tolerance = 1e-9
  )
  expect_equal(glance(fit)$within.r.squared.xtreg, xtreg_within(fit))
  expect_identical(glance(fit)$n.units, 40L)
  turned <- fe_reg(y ~ x + a | year + id, d, weights = ~w, panel = c("id", "year"))
  expect_equal(xtreg_within(turned), xtreg_within(fit), tolerance = 1e-9)
  one <- fe_reg(y ~ x | id, d)
  expect_identical(xtreg_within(one), one$r2[["within"]])
  expect_identical(glance(fe_reg(y ~ x, d))$n.units, NA_integer_)
})
