spatial_example <- function(model = "durbin", ...) {
  spatial_reg(y ~ x + z | id + year, spatial_data(), spatial_weights_of(), model, ...)
}

test_that("the print has the model, its weights and likelihood, in both languages", {
  fit <- spatial_example()
  shown <- paste(utils::capture.output(print(fit)), collapse = "\n")
  for (part in c(
    "Spatial Durbin model \\(SDM\\)", "8 units, 20 links, rows sum to one",
    "transformed \\(Lee and Yu\\): 28 rows", "W z", "rho", "Log likelihood"
  )) expect_match(shown, part)
  expect_output(print(spatial_example(likelihood = "direct")), "effects as parameters")
  skip_if_not(l10n_info()[["UTF-8"]])
  expect_output(print(fit, language = "zh"), "\u7a7a\u95f4\u675c\u5bbe\u6a21\u578b")
  expect_output(print(spatial_effects(fit), language = "zh"), "\u95f4\u63a5\u6548\u5e94")
})

test_that("generics answer, and another covariance is computed from the data", {
  fit <- spatial_example()
  expect_identical(nobs(fit), 40L)
  expect_equal(AIC(fit), -2 * fit$log_likelihood + 2 * 6)
  expect_equal(attr(logLik(fit), "nobs"), 28)
  expect_equal(deviance(fit), sum(residuals(fit)^2))
  expect_equal(sigma(fit)^2, deviance(fit) / 28)
  expect_equal(vcov(fit, "hessian"), vcov(spatial_example(vcov = "hessian")))
  expect_error(vcov(fit, "HC1"), class = "ccdpanel_error_vcov")
  expect_error(vcov(fit, ~year), class = "ccdpanel_error_vcov")
  own <- spatial_example(vcov = ~id)
  expect_equal(vcov(fit, ~id), vcov(own))
  expect_equal(vcov(update(own, . ~ . - z)), vcov(update(fit, . ~ . - z), ~id))
  expect_equal(spatial_effects(fit, ~id)$std.error, spatial_effects(own)$std.error)
  expect_output(print(own), "clustered by id \\(8\\)")
  expect_output(print(regression_table(fit, vcov = ~id)), "clustered by id")
  expect_equal(
    confint(fit)["x", ], coef(fit)[["x"]] + c(-1, 1) * stats::qnorm(0.975) *
      sqrt(vcov(fit)["x", "x"]), ignore_attr = TRUE
  )
  expect_identical(tidy(fit)$term, c("x", "z", "W x", "W z", "rho"))
  g <- glance(fit)
  expect_equal(g$rho, coef(fit)[["rho"]])
  expect_identical(g$n.units, 8L)
  a <- augment(fit)
  expect_equal(a$.fitted + a$.resid, a$y)
  expect_identical(names(model.frame(fit)), c("y", "x", "z"))
  expect_identical(deparse1(formula(fit)), "y ~ x + z | id + year")
  wald <- test_restrictions(fit, c("W x = 0", "W z = 0"))
  at <- c("W x", "W z")
  expect_equal(
    wald$statistic, sum(coef(fit)[at] * solve(vcov(fit)[at, at], coef(fit)[at]))
  )
})

test_that("update() changes one thing and keeps the rest, wherever it is called", {
  fit <- local({
    own <- spatial_data()
    around <- spatial_weights_of()
    spatial_reg(y ~ x + z | id + year, own, around, "durbin", likelihood = "direct")
  })
  lag <- update(fit, model = "lag")
  expect_equal(coef(lag), coef(spatial_example("lag", likelihood = "direct")))
  expect_identical(names(coef(update(fit, . ~ . - z))), c("x", "W x", "rho"))
  expect_identical(update(fit, model = "error", evaluate = FALSE)$model, "error")
})

test_that("a regression table has rho and lambda last, whatever is kept, and the likelihood", {
  fits <- list(SAR = spatial_example("lag"), SAC = spatial_example("sac"), SDM = spatial_example())
  x <- regression_table(fits, labels = c(x = "Trade"))
  expect_identical(
    x$term[x$part == "coefficient"], c("Trade", "z", "W Trade", "W z", "rho", "lambda")
  )
  expect_identical(unname(unlist(x[1, 4:6])), c("SAR", "SAC", "SDM"))
  row <- x[x$term == "Log likelihood", ]
  expect_identical(row$SAR, format(round(fits$SAR$log_likelihood, 4), nsmall = 4))
  kept <- regression_table(fits, keep = "x")
  expect_identical(kept$term[kept$part == "coefficient"], c("x", "rho", "lambda"))
  both <- regression_table(fits$SAR, fe_reg(y ~ x | id + year, spatial_data()))
  expect_identical(both$term[both$part == "coefficient"], c("x", "z", "rho", "Constant"))
  file <- tempfile(fileext = ".xlsx")
  on.exit(unlink(file))
  skip_if_not_installed("writexl")
  save_table(x, file)
  expect_gt(file.size(file), 1000)
})

test_that("lmtest's tests by least squares are refused, its tables are not", {
  skip_if_not_installed("lmtest")
  fit <- spatial_example()
  expect_error(lmtest::bptest(fit), "neighbours", class = "ccdpanel_error_fit")
  expect_equal(lmtest::coeftest(fit)[, 2], sqrt(diag(vcov(fit))))
})

test_that("studies refuse a spatial fit by an error of their own", {
  fit <- spatial_example()
  for (call in expression(
    by_group(fit, ~ x > 0), add_controls(fit, ~z), robustness(fit, a = ~ year > 2001),
    mediation_test(fit, ~z), moderation_test(fit, ~z), threshold_test(fit, ~z), collinearity(fit),
    hausman_test(fit), u_shape_test(fit, "x"), wild_bootstrap(fit, "x"), weak_iv(fit),
    fe_constant(fit), predict(fit, spatial_data())
  )) expect_error(eval(call), class = "ccdpanel_error")
})
