influential <- function() {
  d <- made_panel(units = 8, years = 6)
  d[-c(3, 11, 20), ]
}

test_that("leverages, residuals and changes of coefficients are those of lm() with dummies", {
  d <- influential()
  for (weighted in c(FALSE, TRUE)) {
    d$v <- if (weighted) d$w else 1
    weights <- if (weighted) ~w
    fits <- list(
      fe_reg(y ~ x + a, d, weights = weights),
      fe_reg(y ~ x + a | id + year, d, weights = weights, vcov = ~id)
    )
    dummies <- list(
      stats::lm(y ~ x + a, d, weights = v),
      stats::lm(y ~ x + a + factor(id) + factor(year), d, weights = v)
    )
    for (i in 1:2) {
      fit <- fits[[i]]
      full <- dummies[[i]]
      terms <- names(coef(fit))
      same <- function(f) expect_equal(f(fit), unname(f(full)), tolerance = 1e-8)
      same(cooks.distance)
      same(rstandard)
      same(rstudent)
      same_columns <- function(f) {
        expect_equal(f(fit), `rownames<-`(f(full)[, terms], NULL), tolerance = 1e-8)
      }
      same_columns(dfbeta)
      same_columns(dfbetas)
      got <- influence(fit)
      expected <- influence(full)
      expect_identical(names(got), c("hat", "coefficients", "sigma", "wt.res"))
      for (name in c("hat", "sigma", "wt.res")) {
        expect_equal(got[[name]], unname(expected[[name]]), tolerance = 1e-8)
      }
    }
  }
})

test_that("a coefficient changes by what a fit without the row says", {
  d <- influential()
  fit <- fe_reg(y ~ x | id + year, d)
  without <- vapply(c(1, 17, 30), function(i) coef(fe_reg(y ~ x | id + year, d[-i, ])), 0)
  expect_equal(
    coef(fit)[["x"]] - dfbeta(fit)[c(1, 17, 30), "x"], unname(without), tolerance = 1e-8
  )
})

test_that("a row of leverage one has none, and instruments and joint estimates are refused", {
  d <- influential()
  d$own <- as.numeric(seq_len(nrow(d)) == 5)
  fit <- fe_reg(y ~ x + own | id, d)
  expect_identical(which(is.nan(cooks.distance(fit))), 5L)
  iv <- fe_reg(y ~ x | id | a ~ z1 + z2, d)
  for (f in list(influence, cooks.distance, rstandard, rstudent, dfbeta, dfbetas)) {
    expect_error(f(iv), "instruments", class = "ccdpanel_error_estimator")
  }
  expect_error(cooks.distance(fit, vcov = "HC1"), class = "ccdpanel_error_argument")
})

test_that("what stats computes without generics: right with the fit's influence, else refused", {
  d <- influential()
  fit <- fe_reg(y ~ x + a | id + year, d, weights = ~w)
  full <- stats::lm(y ~ x + a + factor(id) + factor(year), d, weights = w)
  expect_equal(stats::weighted.residuals(fit), unname(stats::weighted.residuals(full)))
  expect_equal(stats::resid(fit, type = "working"), unname(stats::resid(full)), tolerance = 1e-8)
  expect_equal(
    stats::dffits(fit, stats::influence(fit)), unname(stats::dffits(full)), tolerance = 1e-8
  )
  # The formula of the help page.
  n <- nobs(fit)
  p <- n - stats::df.residual(fit)
  ratio <- ((n - p - 1 + stats::rstudent(fit)^2) / (n - p))^-p / (1 - stats::hatvalues(fit))
  expect_equal(unname(ratio), unname(stats::covratio(full)), tolerance = 1e-8)
  expect_error(stats::lm.influence(fit), "influence\\(fit\\)", class = "ccdpanel_error_argument")
  if (has_methods(stats::dffits)) {
    expect_equal(stats::dffits(fit), stats::dffits(fit, stats::influence(fit)))
  } else {
    expect_error(stats::dffits(fit), "influence\\(fit\\)", class = "ccdpanel_error_argument")
  }
  expect_equal(row_dffits(fit), unname(stats::dffits(full)), tolerance = 1e-8)
  expect_error(
    stats::influence.measures(fit), "influence\\(fit\\)", class = "ccdpanel_error_argument"
  )
  expect_error(stats::resid(fit, type = "partial"), class = "ccdpanel_error_choice")
})
