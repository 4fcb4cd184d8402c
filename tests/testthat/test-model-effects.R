test_that("codes of every kind of variable tell the same values apart", {
  same <- function(x) {
    codes <- value_codes(x)
    expect_identical(match(codes$code, unique(codes$code)), match(x, unique(x)))
    expect_true(all(codes$code >= 1 & codes$code <= codes$range))
  }
  same(c(3L, 1L, 3L))
  same(c(2001, 1999, 2001))
  same(c(1e9, -4, 1e9))
  same(c(0.5, 0.25, 0.5))
  same(c("b", "a", "b"))
  same(factor(c("b", "a", "b"), levels = c("z", "a", "b")))
  same(c(TRUE, FALSE, TRUE))
  same(as.Date(c("2020-01-01", "2019-01-01", "2020-01-01")))
  expect_identical(value_codes(c("b", NA))$code, c(1L, NA))
})

test_that("the model is the same for every kind of effect variable", {
  d <- made_panel()
  b <- coef(fe_reg(y ~ x | id + year, d))
  for (as in list(as.character, factor, as.integer, function(v) v + 0.5, function(v) v * 1e12, function(v) as.Date(v, origin = "1970-01-01"))) {
    expect_equal(coef(fe_reg(y ~ x | id + year, transform(d, id = as(id)))), b, tolerance = 1e-12)
  }
})

test_that("intersections number the combinations that occur", {
  f <- list(list(code = c(0L, 0L, 1L, 1L), levels = 2L), list(code = c(0L, 1L, 0L, 0L), levels = 2L))
  expect_identical(intersect_factors(f), list(code = c(0L, 1L, 2L, 2L), levels = 3L))
})

test_that("R2 within of xtreg: of the regression with units demeaned and the other effects as dummies; units are counted", {
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id + year, d, weights = ~w)
  within <- function(v) stats::residuals(stats::lm(v ~ factor(d$id), weights = d$w))
  years <- stats::model.matrix(~ factor(year), d)[, -1]
  full <- stats::lm(within(d$y) ~ 0 + apply(cbind(d$x, d$a, years), 2, within), weights = d$w)
  expect_equal(xtreg_within(fit), 1 - stats::deviance(full) / sum(d$w * within(d$y)^2), tolerance = 1e-9)
  expect_equal(glance(fit)$within.r.squared.xtreg, xtreg_within(fit))
  expect_identical(glance(fit)$n.units, 40L)
  turned <- fe_reg(y ~ x + a | year + id, d, weights = ~w, panel = c("id", "year"))
  expect_equal(xtreg_within(turned), xtreg_within(fit), tolerance = 1e-9)
  one <- fe_reg(y ~ x | id, d)
  expect_identical(xtreg_within(one), one$r2[["within"]])
  expect_identical(glance(fe_reg(y ~ x, d))$n.units, NA_integer_)
})
