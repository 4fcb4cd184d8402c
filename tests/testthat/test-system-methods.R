kmenta <- list(demand = consump ~ price + income, supply = consump ~ price + farmPrice + trend)

test_that("fitted, predict and residuals by equation", {
  data <- data_of("Kmenta", "systemfit")
  fit <- system_reg(kmenta, data, ~ income + farmPrice + trend)
  expect_equal(colnames(residuals(fit)), c("demand", "supply"))
  expect_equal(unname(fitted(fit) + residuals(fit)), unname(cbind(data$consump, data$consump)))
  expect_equal(unname(predict(fit, data)), unname(fitted(fit)), tolerance = 1e-12)
  expect_equal(
    unname(predict(fit, data[3:4, ])[, "supply"]),
    drop(cbind(1, data$price, data$farmPrice, data$trend)[3:4, ] %*% coef(fit)[4:7]),
    tolerance = 1e-12
  )
  d <- made_panel()
  absorbed <- system_reg(list(one = y ~ a + x, two = a ~ y + z1), d, fe = ~ id + year)
  expect_equal(unname(predict(absorbed, d)), unname(fitted(absorbed)), tolerance = 1e-8)
  with_dummies <- suppressMessages(system_reg(list(
    one = y ~ a + x + factor(id) + factor(year), two = a ~ y + z1 + factor(id) + factor(year)
  ), d))
  expect_equal(
    unname(predict(absorbed, d[5:9, ])), unname(fitted(with_dummies)[5:9, ]), tolerance = 1e-7
  )
  new <- transform(d[1:2, ], id = c(id[1], 999))
  expect_message(p <- predict(absorbed, new), class = "ccdpanel_message_unseen")
  expect_equal(is.na(p[, "one"]), c(FALSE, TRUE))
})

test_that("update changes one equation or the arguments", {
  d <- made_panel()
  fit <- system_reg(list(one = y ~ a + x, two = a ~ y + z1 + z2), d)
  less <- update(fit, two = . ~ . - z2)
  expect_equal(coef(less), coef(system_reg(list(one = y ~ a + x, two = a ~ y + z1), d)))
  expect_equal(
    coef(update(fit, method = "2sls")),
    coef(system_reg(list(one = y ~ a + x, two = a ~ y + z1 + z2), d, method = "2sls"))
  )
})

test_that(
  "logLik of iterated SUR against systemfit; deviance, sigma, terms and model.matrix by equation", {
  skip_if_not_installed("systemfit")
  data <- data_of("Grunfeld", "plm")
  wide <- stats::reshape(
    data[data$firm <= 2, ], direction = "wide", idvar = "year", timevar = "firm"
  )
  eqs <- list(a = inv.1 ~ value.1 + capital.1, b = inv.2 ~ value.2 + capital.2)
  fit <- system_reg(eqs, wide, method = "sur", iterate = TRUE)
  theirs <- systemfit::systemfit(
    eqs, "SUR", data = wide, methodResidCov = "noDfCor", maxiter = 5000, tol = 1e-12
  )
  expect_equal(as.numeric(logLik(fit)), as.numeric(logLik(theirs)), tolerance = 1e-9)
  expect_equal(attr(logLik(fit), "df"), 6 + 3)
  expect_equal(deviance(fit), colSums(residuals(fit)^2), tolerance = 1e-10)
  expect_equal(unname(sigma(fit)), unname(sqrt(colSums(residuals(fit)^2) / 17)), tolerance = 1e-10)
  expect_equal(
    unname(model.matrix(fit)$b %*% coef(fit)[4:6])[, 1], unname(fitted(fit)[, "b"]),
    tolerance = 1e-12
  )
  expect_named(terms(fit), c("a", "b"))
})

test_that(
  "modelsummary: one column an equation, or one column a method and one panel of rows an equation",
  {
  skip_if_not_installed("modelsummary")
  data <- data_of("Kmenta", "systemfit")
  by_method <- lapply(c(OLS = "ols", `2SLS` = "2sls", `3SLS` = "3sls"), function(m) {
    z <- if (m != "ols") kmenta_z
    suppressMessages(system_reg(kmenta, data, z, method = m))
  })
  table <- modelsummary::modelsummary(
    by_method, shape = equation + term ~ model, output = "data.frame", gof_map = "nobs"
  )
  expect_true(all(c("OLS", "2SLS", "3SLS") %in% names(table)))
  expect_setequal(setdiff(unique(table[["equation"]]), ""), c("demand", "supply"))
  cell <- table[
    table$equation == "supply" & table$term == "farmPrice" & table$statistic == "estimate", "3SLS"
  ]
  expect_equal(as.numeric(cell), round(coef(by_method$`3SLS`)[["supply_farmPrice"]], 3))
  columns <- modelsummary::modelsummary(equations(by_method$`3SLS`), output = "data.frame")
  expect_true(all(c("demand", "supply") %in% names(columns)))
})

test_that("tidy has an equation column; confint, glance and coeftest agree with the covariance", {
  data <- data_of("Kmenta", "systemfit")
  fit <- system_reg(kmenta, data, ~ income + farmPrice + trend, sigma = "geomean")
  t <- tidy(fit, conf.int = TRUE)
  expect_identical(t$equation, rep(c("demand", "supply"), c(3, 4)))
  expect_identical(t$term[4:5], c("(Intercept)", "price"))
  df <- rep(c(17, 16), c(3, 4))
  expect_equal(t$p.value, 2 * stats::pt(-abs(t$estimate / t$std.error), df), tolerance = 1e-12)
  expect_equal(t$conf.high, t$estimate + stats::qt(.975, df) * t$std.error, tolerance = 1e-12)
  expect_equal(glance(fit)$nobs, 20)
  expect_identical(formula(fit)$demand, consump ~ price + income, ignore_formula_env = TRUE)
})

test_that("a system prints every choice", {
  data <- data_of("Kmenta", "systemfit")
  withr_options(list(show.signif.stars = FALSE), environment())
  expect_snapshot({
    system_reg(kmenta, data, ~ income + farmPrice + trend)
    summary(system_reg(
      kmenta, data, ~ income + farmPrice + trend, method = "2sls", sigma = "geomean"
    ), vcov = "HC0")
  })
})
