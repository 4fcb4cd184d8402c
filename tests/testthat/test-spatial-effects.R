test_that("effects are those of the matrix of derivatives, their errors by its own", {
  d <- spatial_data()
  for (kind in c("W", "B", "island")) {
    w <- spatial_weights_of(kind)
    for (model in c("lag", "durbin", "durbin_error", "sac")) {
      fit <- suppressMessages(spatial_reg(y ~ x + z | id + year, d, w, model))
      b <- coef(fit)
      at <- function(p, name) if (name %in% names(b)) p[[match(name, names(b))]] else 0
      made <- function(p) {
        unlist(lapply(c("x", "z"), function(name) {
          s <- solve(
            diag(8) - at(p, "rho") * w, diag(8) * at(p, name) + w * at(p, paste("W", name))
          )
          c(sum(diag(s)), sum(s) - sum(diag(s)), sum(s)) / 8
        }))
      }
      x <- spatial_effects(fit)
      expect_equal(x$estimate, made(b))
      j <- vapply(seq_along(b), function(i) {
        step <- replace(numeric(length(b)), i, 1e-5)
        (made(b + step) - made(b - step)) / 2e-5
      }, numeric(6))
      expect_equal(x$std.error, sqrt(diag(j %*% vcov(fit) %*% t(j))), tolerance = 1e-6)
    }
  }
})

test_that("an error model spreads nothing: the effect is the coefficient", {
  fit <- spatial_reg(y ~ x | id + year, spatial_data(), spatial_weights_of(), "error")
  x <- spatial_effects(fit)
  expect_equal(x$estimate, unname(c(coef(fit)[["x"]], 0, coef(fit)[["x"]])))
  expect_identical(is.na(x$std.error), c(FALSE, TRUE, FALSE))
  expect_equal(x$std.error[1], sqrt(vcov(fit)["x", "x"]))
  expect_output(print(x), "direct +indirect +total")
  expect_identical(tidy(x)$effect, c("direct", "indirect", "total"))
  expect_error(
    spatial_effects(fe_reg(y ~ x, spatial_data())), class = "ccdpanel_error_fit"
  )
  expect_error(
    spatial_effects(spatial_reg(y ~ 1 | id + year, spatial_data(), spatial_weights_of())),
    class = "ccdpanel_error_fit"
  )
})

test_that("on Munnell's data they are splm's", {
  # impacts() of spml(lag = TRUE, effect = "individual"), splm 1.6.5.
  x <- spatial_effects(munnell_fit("state", "lag", likelihood = "direct"))
  expect_equal(x$estimate[1:6], c(
    -0.047503680, -0.016719632, -0.06422331, 0.191141532, 0.067275126, 0.25841666
  ), tolerance = 1e-5)
})

test_that("a covariance that is negative somewhere leaves no standard error of zero", {
  fit <- spatial_reg(y ~ x | id + year, spatial_data(), spatial_weights_of(), "durbin_error")
  # Of the total, x and W x, it is 1 - 2 + 0.5; a simple matrix has no such variance.
  v <- matrix(c(1, -1, 0, -1, 0.5, 0, 0, 0, 1), 3, dimnames = rep(list(names(coef(fit))), 2))
  x <- spatial_effects(fit, v)
  expect_equal(x$std.error[1:2], sqrt(c(1, 0.5)))
  expect_true(is.na(x$std.error[3]) && is.na(x$p.value[3]))
  rlang::local_options(ccdpanel.language = "zh")
  expect_no_match(utils::tail(utils::capture.output(print(x)), 1), "[.]$")
})
