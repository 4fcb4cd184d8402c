test_that(
  "on Munnell's data with states' effects splm 1.6.5 has the same coefficients and errors", {
  # spml(fm, Produc, listw = usaww, model = "within", effect = "individual"), to its seven digits;
  # public capital has two decimals there.
  sem <- munnell_fit("state", "error", likelihood = "direct")
  expect_equal(
    unname(coef(sem)), c(0.0051438, 0.2053026, 0.7822540, -0.0022317, 0.5574013), tolerance = 1e-5
  )
  expect_equal(
    unname(sqrt(diag(vcov(sem)))), c(0.0250109, 0.0231427, 0.0278057, 0.0010709, 0.0330749),
    tolerance = 2e-5
  )
  sar <- munnell_fit("state", "lag", likelihood = "direct")
  expect_equal(as.numeric(logLik(sar)), 1609.720, tolerance = 1e-6)
  # LeeYu = TRUE
  expect_equal(as.numeric(logLik(munnell_fit("state", "lag"))), 1491.751, tolerance = 1e-6)
})

test_that("with years' effects too it is the maximum with dummies, which splm's is not", {
  fit <- munnell_fit("state + year", "lag", likelihood = "direct")
  d <- state_capital[order(state_capital$year, state_capital$state), ]
  w <- state_links()
  x <- qr(stats::model.matrix(stats::update(munnell, . ~ . + factor(year) + factor(state)), d))
  y <- log(d$output)
  wy <- as.vector(w %*% matrix(y, 48))
  value <- function(rho) {
    rss <- sum(qr.resid(x, y - rho * wy)^2)
    -816 / 2 * (log(2 * pi) + 1 + log(rss / 816)) + 17 * log(det(diag(48) - rho * w))
  }
  best <- stats::optimize(value, c(0, 0.5), maximum = TRUE, tol = 1e-10)
  expect_equal(coef(fit)[["rho"]], best$maximum, tolerance = 1e-6)
  expect_equal(as.numeric(logLik(fit)), best$objective)
  expect_gt(as.numeric(logLik(fit)), 1659.448 + 0.03)
})

test_that("a cross-section is spatialreg's", {
  # lagsarlm() and errorsarlm() of spatialreg 1.2-6, year 1980, on data with two decimals.
  at <- function(model) {
    spatial_reg(
      munnell, state_capital, state_links(), model, panel = c("state", "year"),
      subset = ~ year == 1980
    )
  }
  lag <- at("lag")
  expect_equal(as.numeric(logLik(lag)), 51.30722, tolerance = 1e-6)
  expect_equal(as.numeric(logLik(at("durbin"))), 57.45746, tolerance = 1e-6)
  expect_equal(as.numeric(logLik(at("error"))), 54.72314, tolerance = 1e-6)
  expect_equal(as.numeric(logLik(at("durbin_error"))), 57.32683, tolerance = 1e-6)
  expect_equal(as.numeric(logLik(at("sac"))), 54.72436, tolerance = 1e-6)
  expect_true("(Intercept)" %in% names(coef(lag)))
  expect_output(print(lag), "Likelihood of 48 rows")
})

test_that("lags of some terms alone are those of columns that are made by hand", {
  d <- spatial_data()
  w <- spatial_weights_of()
  d$wx <- as.vector(w %*% matrix(d$x, 8))
  fit <- spatial_reg(y ~ x + z | id + year, d, w, "durbin", lagged = ~x)
  hand <- spatial_reg(y ~ x + z + wx | id + year, d, w)
  expect_identical(names(coef(fit)), c("x", "z", "W x", "rho"))
  expect_equal(unname(coef(fit)), unname(coef(hand)))
  expect_equal(unname(vcov(fit)), unname(vcov(hand)))
  expect_identical(names(coef(update(fit, model = "error"))), c("x", "z", "lambda"))
  expect_identical(spatial_tests(fit)$df, rep(1L, 4))
  expect_error(
    spatial_reg(y ~ x | id + year, d, w, "durbin", lagged = ~z), "`z`",
    class = "ccdpanel_error_term"
  )
  expect_error(
    spatial_reg(y ~ x | id + year, d, w, lagged = ~x), class = "ccdpanel_error_argument"
  )
})

test_that("the panel is found by the effects, and refused where it is not", {
  d <- spatial_data()
  w <- spatial_weights_of()
  fit <- spatial_reg(y ~ x | id + year, d, w)
  expect_equal(coef(spatial_reg(y ~ x | year + id, d, w)), coef(fit))
  expect_equal(coef(spatial_reg(y ~ x | year + id, d, spatial_weights(w))), coef(fit))
  expect_error(spatial_reg(y ~ x | id, d, w), class = "ccdpanel_error_panel")
  d$half <- d$year > 2002
  expect_error(
    spatial_reg(y ~ x | id + half, d, w, panel = c("id", "year")), "half",
    class = "ccdpanel_error_effects"
  )
  d$unit <- factor(paste0("n", d$id))
  expect_equal(coef(spatial_reg(y ~ x | unit + year, d, w, panel = c("id", "year"))), coef(fit))
  expect_error(spatial_reg(y ~ 1 | id + year | x ~ z, d, w), class = "ccdpanel_error_formula")
  expect_error(spatial_reg(y ~ x + offset(z) | id + year, d, w), class = "ccdpanel_error_formula")
  skip_if_not_installed("RSQLite")
  con <- sqlite()
  expect_error(
    spatial_reg(y ~ x | id + year, stored(con, d), w), class = "ccdpanel_error_needs_rows"
  )
})
