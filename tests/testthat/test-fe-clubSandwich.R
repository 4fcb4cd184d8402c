test_that("clubSandwich's covariance is of a fit without effects, and refused of another", {
  skip_if_not_installed("clubSandwich")
  d <- made_panel()
  plain <- fe_reg(y ~ x + a, d)
  wanted <- clubSandwich::vcovCR(stats::lm(y ~ x + a, d), d$id, "CR2")
  expect_equal(as.matrix(clubSandwich::vcovCR(plain, d$id, "CR2")), as.matrix(wanted))
  expect_equal(vcov(plain, cov_cr2(~id)), as.matrix(wanted), ignore_attr = TRUE)
  fits <- list(
    fe_reg(y ~ x | id, d), fe_reg(y ~ x | 0 | a ~ z1, d),
    system_reg(list(m = y ~ x, n = a ~ x), d, method = "sur")
  )
  for (fit in fits) {
    expect_error(clubSandwich::vcovCR(fit, d$id, "CR2"), class = "ccdpanel_error_fit")
  }
})
