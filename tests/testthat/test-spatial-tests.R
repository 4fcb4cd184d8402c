test_that("LM tests are the scores' own formulas, on contrasts or on demeaned rows", {
  d <- spatial_data()
  w <- spatial_weights_of()
  fit <- fe_reg(y ~ x + z | id + year, d)
  data <- contrasted(d, w, c("y", "x", "z"))$parts
  own <- contrasted(d, w, "y")$w
  x <- cbind(as.vector(data$x), as.vector(data$z))
  ols <- stats::lm.fit(x, as.vector(data$y))
  e <- matrix(ols$residuals, nrow(own))
  s2 <- mean(e^2)
  times <- ncol(e)
  trace <- times * sum(diag(t(own) %*% own + own %*% own))
  lagged <- as.vector(own %*% matrix(ols$fitted.values, nrow(own)))
  j <- sum(stats::lm.fit(x, lagged)$residuals^2) / s2 + trace - 2 * times * sum(diag(own))^2 /
    nrow(own)
  less <- trace - 2 * times * sum(diag(own))^2 / nrow(own)
  lag <- sum(e * (own %*% data$y)) / s2 - times * sum(diag(own))
  error <- sum(e * (own %*% e)) / s2 - times * sum(diag(own))
  x <- spatial_tests(fit, w)
  expect_equal(x$statistic, c(
    lag^2 / j, error^2 / less, (lag - error)^2 / (j - less),
    (error - less / j * lag)^2 / (less - less^2 / j)
  ))
  expect_equal(x$p.value, stats::pchisq(x$statistic, 1, lower.tail = FALSE))
})

test_that("on Munnell's data with states' effects they are splm's", {
  # slmtest(munnell, Produc, listw = usaww, model = "within", effect = "individual", test = ),
  # splm 1.6.5.
  formula <- munnell
  formula[[3]] <- call("|", formula[[3]], quote(state))
  fit <- fe_reg(formula, state_capital, panel = c("state", "year"))
  x <- spatial_tests(fit, state_links(), likelihood = "direct")
  expect_equal(x$statistic, c(163.69537, 223.86841, 34.749498, 94.922536), tolerance = 1e-5)
})

test_that("a Durbin model is tested against the lag and the error model", {
  d <- spatial_data()
  w <- spatial_weights_of()
  fit <- spatial_reg(y ~ x + z | id + year, d, w, "durbin")
  x <- spatial_tests(fit)
  ll <- vapply(c("lag", "error"), function(model) {
    as.numeric(logLik(spatial_reg(y ~ x + z | id + year, d, w, model)))
  }, 0)
  expect_equal(x$statistic[1:2], unname(2 * (as.numeric(logLik(fit)) - ll)))
  expect_identical(x$df, rep(2L, 4))
  wald <- test_restrictions(fit, c("W x = 0", "W z = 0"))
  expect_equal(x$statistic[3], wald$statistic)
  b <- coef(fit)
  gap <- b[c("W x", "W z")] + b[["rho"]] * b[c("x", "z")]
  j <- cbind(diag(b[["rho"]], 2), diag(2), b[c("x", "z")])
  expect_equal(x$statistic[4], sum(gap * solve(j %*% vcov(fit) %*% t(j), gap)))
  expect_output(print(x), "LR, Durbin against lag")
  expect_error(spatial_tests(fit, w), class = "ccdpanel_error_argument")
  expect_error(
    spatial_tests(spatial_reg(y ~ x | id + year, d, w)), class = "ccdpanel_error_fit"
  )
  expect_error(
    spatial_tests(fe_reg(y ~ 1 | id | x ~ z, d), w), class = "ccdpanel_error_fit"
  )
})

test_that("a fit that does not say its units and times is named", {
  d <- spatial_data()
  fit <- fe_reg(y ~ x | id, d)
  expect_error(
    spatial_tests(fit, spatial_weights_of()), "`panel` of the fit", class = "ccdpanel_error_panel"
  )
  x <- spatial_tests(fe_reg(y ~ x | id, d, panel = c("id", "year")), spatial_weights_of())
  expect_identical(nrow(x), 4L)
})

test_that("a table of tests has the names that print() shows", {
  x <- spatial_tests(spatial_reg(y ~ x | id + year, spatial_data(), spatial_weights_of(), "durbin"))
  table <- table_text(x, 3)
  expect_identical(table$head, c("test", "statistic", "df", "p.value"))
  expect_identical(table$cells[, 1], c(
    "LR, Durbin against lag", "LR, Durbin against error", "Wald, Durbin against lag",
    "Wald, Durbin against error"
  ))
  expect_identical(table$cells[, 2], sprintf("%.3f", x$statistic))
  rlang::local_options(ccdpanel.language = "zh")
  effects <- shown_data(data.frame(effect = "indirect"), NULL)
  expect_identical(effects[[1]], "\u95f4\u63a5\u6548\u5e94")
})
