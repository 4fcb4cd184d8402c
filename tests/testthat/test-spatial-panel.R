test_that("the order of rows and of weights changes nothing, names do", {
  d <- spatial_data()
  w <- spatial_weights_of()
  fit <- spatial_reg(y ~ x + z | id + year, d, w, "durbin")
  set.seed(2)
  mixed <- sample(nrow(d))
  other <- spatial_reg(y ~ x + z | id + year, d[mixed, ], w[8:1, 8:1], "durbin")
  expect_equal(coef(other), coef(fit))
  expect_equal(residuals(other), residuals(fit)[mixed])
  skip_if_not_installed("spdep")
  lw <- suppressWarnings(spdep::mat2listw(w, row.names = rownames(w), style = "W"))
  expect_equal(coef(spatial_reg(y ~ x + z | id + year, d, lw, "durbin")), coef(fit))
})

test_that("units of the weights that the data lack are left out, of the data an error", {
  d <- spatial_data()
  w <- spatial_weights_of()
  few <- d[d$id != "c", ]
  expect_message(
    fit <- spatial_reg(y ~ x | id + year, few, w), "standardised anew",
    class = "ccdpanel_message_dropped"
  )
  less <- w[-3, -3]
  expect_equal(
    coef(fit), coef(spatial_reg(y ~ x | id + year, few, less / rowSums(less)))
  )
  expect_output(print(fit), "left out of the\\s+weights: 1")
  expect_error(spatial_reg(y ~ x | id + year, d, less), "\"c\"", class = "ccdpanel_error_weights")
  own <- w
  diag(own)[2] <- 1
  expect_error(spatial_reg(y ~ x | id + year, d, own), class = "ccdpanel_error_weights")
})

test_that("an unbalanced panel names units and times; a subset can mend it", {
  d <- spatial_data()
  w <- spatial_weights_of()
  d$x[c(3, 20)] <- NA
  expect_message(
    expect_error(
      spatial_reg(y ~ x | id + year, d, w), "2 of 40.*c, d.*2001, 2003",
      class = "ccdpanel_error_unbalanced"
    ), "x: 2", class = "ccdpanel_message_dropped"
  )
  whole <- spatial_reg(y ~ x | id + year, d, w, subset = ~ !year %in% c(2001, 2003))
  expect_identical(nobs(whole), 24L)
  expect_error(
    spatial_reg(y ~ x | id, d, w, subset = ~ year == 2002, panel = c("id", "year")), "one year",
    class = "ccdpanel_error_panel"
  )
})

test_that("what effects or others make is left out and named, and W of a year's dummy is", {
  d <- spatial_data()
  d$early <- as.numeric(d$year < 2003)
  d$twice <- 2 * d$x
  d$fixed <- match(d$id, letters)
  w <- spatial_weights_of()
  expect_message(
    fit <- spatial_reg(y ~ x + early | id, d, w, "durbin", panel = c("id", "year")), "W early",
    class = "ccdpanel_message_collinear"
  )
  expect_identical(fit$collinear, "W early")
  fit <- suppressMessages(spatial_reg(y ~ x + twice + fixed + early | id + year, d, w, "durbin"))
  expect_setequal(fit$collinear, c(
    "twice", "fixed", "early", "W twice", "W fixed", "W early"
  ))
  expect_identical(names(coef(fit)), c("x", "W x", "rho"))
  expect_error(spatial_reg(y ~ fixed | id + year, d, w), class = "ccdpanel_error_absorbed")
  expect_error(spatial_reg(fixed ~ x | id + year, d, w), class = "ccdpanel_error_absorbed")
  d$rho <- d$x
  expect_error(spatial_reg(y ~ rho | id + year, d, w), class = "ccdpanel_error_name")
})

test_that("weights that are all alike tell nothing beside years' effects", {
  d <- spatial_data()
  full <- (1 - diag(8)) / 7
  dimnames(full) <- dimnames(spatial_weights_of())
  expect_error(
    spatial_reg(y ~ x | id + year, d, full), "-0.143", class = "ccdpanel_error_identification"
  )
  expect_error(
    suppressMessages(
      spatial_reg(y ~ x | id + year, d[d$id %in% c("a", "b"), ], spatial_weights_of())
    ), class = "ccdpanel_error_identification"
  )
  expect_s3_class(
    spatial_reg(y ~ x | id, d, full, panel = c("id", "year")), "spatial_reg"
  )
  expect_error(
    spatial_reg(I(y * 1e-200) ~ x | id + year, d, spatial_weights_of()),
    class = "ccdpanel_error_infinite"
  )
  expect_error(spatial_reg(y ~ x | id + year, d[0, ], full), class = "ccdpanel_error_empty_sample")
})

test_that("eigenvalues of divided symmetric weights are those of a symmetric matrix", {
  s <- (spatial_weights_of("B") > 0) * 1
  s <- pmax(s, t(s))
  w <- spatial_weights(s, style = "W")
  fit <- spatial_reg(y ~ x | id + year, spatial_data(), w)
  expect_type(fit$links$values, "double")
  expect_equal(sort(fit$links$values), sort(Re(eigen(as.matrix(w))$values)))
  expect_equal(fit$links$bounds, 1 / range(Re(eigen(as.matrix(w))$values)))
  expect_type(spatial_reg(y ~ x | id + year, spatial_data(), spatial_weights_of())$links$values,
    "complex"
  )
})

test_that("a constant added to y and x, of a size that takes digits, changes nothing", {
  d <- spatial_data()
  w <- spatial_weights_of()
  fit <- spatial_reg(y ~ x | id + year, d, w)
  d[c("x", "y")] <- round(d[c("x", "y")] * 2^20) / 2^20 + 2^24
  moved <- spatial_reg(y ~ x | id + year, d, w)
  expect_equal(coef(moved), coef(fit), tolerance = 1e-5)
  expect_equal(
    coef(moved), coef(spatial_reg(I(y - 2^24) ~ I(x - 2^24) | id + year, d, w)),
    tolerance = 1e-10, ignore_attr = TRUE
  )
})
