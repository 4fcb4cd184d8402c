kmenta <- list(demand = consump ~ price + income, supply = consump ~ price + farmPrice + trend)
z <- ~ income + farmPrice + trend
words <- c("demand_price + supply_price = 0", "supply_trend = 0.3")
value <- function(t, test, column = "statistic") t[[column]][t$test == test]

test_that("Wald and F of systemfit", {
  skip_if_not_installed("systemfit")
  skip_if_not_installed("car")
  data <- data_of("Kmenta", "systemfit")
  theirs <- systemfit::systemfit(kmenta, "3SLS", inst = z, data = data, methodResidCov = "noDfCor")
  ours <- test_restrictions(system_reg(kmenta, data, z), words)
  wald <- car::linearHypothesis(theirs, words, test = "Chisq")
  expect_equal(value(ours, "wald"), wald$Chisq[2], tolerance = 1e-8)
  expect_equal(value(ours, "wald", "p_value"), wald[["Pr(>Chisq)"]][2], tolerance = 1e-8)
})

test_that("the distance test: both criteria minimised with S fixed, on the rows", {
  data <- data_of("Kmenta", "systemfit")
  fit <- system_reg(kmenta, data, z)
  zz <- stats::model.matrix(z, data)
  p <- zz %*% solve(crossprod(zz), t(zz))
  x <- list(
    stats::model.matrix(~ price + income, data),
    stats::model.matrix(~ price + farmPrice + trend, data)
  )
  stacked <- rbind(cbind(x[[1]], matrix(0, 20, 4)), cbind(matrix(0, 20, 3), x[[2]]))
  y <- rep(data$consump, 2)
  weight <- solve(fit$sigma) %x% p
  criterion <- function(b) drop(crossprod(y - stacked %*% b, weight %*% (y - stacked %*% b)))
  # demand_price = -supply_price, supply_trend = 0.3: five free coefficients
  free <- function(f) c(f[1], -f[4], f[2], f[3], f[4], f[5], 0.3)
  basis <- vapply(1:5, function(k) free(replace(numeric(5), k, 1)) - free(numeric(5)), numeric(7))
  rest <- y - stacked %*% free(numeric(5))
  sb <- stacked %*% basis
  best <- free(solve(t(sb) %*% weight %*% sb, t(sb) %*% weight %*% rest))
  t <- test_restrictions(fit, words)
  expect_equal(value(t, "distance"), criterion(best) - criterion(coef(fit)), tolerance = 1e-7)
  expect_equal(value(t, "distance", "df"), 2)
  expect_equal(value(t, "distance"), value(t, "wald"), tolerance = 1e-7)
  robust <- test_restrictions(fit, words, vcov = "HC0")
  expect_equal(value(robust, "distance"), value(t, "distance"))
  expect_false(isTRUE(all.equal(value(robust, "wald"), value(t, "wald"))))
})

test_that("the likelihood ratio is for iterated SUR alone", {
  skip_if_not_installed("systemfit")
  wide <- grunfeld_wide()
  eqs <- grunfeld_equations
  equal <- "a_value.1 = b_value.2"
  fit <- system_reg(eqs, wide, method = "sur", iterate = TRUE)
  t <- test_restrictions(fit, equal)
  restrained <- function(r) {
    stats::logLik(systemfit::systemfit(
      eqs, "SUR", data = wide, methodResidCov = "noDfCor", maxiter = 5000, tol = 1e-12,
      restrict.matrix = r
    ))
  }
  expect_equal(
    value(t, "lr"), 2 * as.numeric(restrained(NULL) - restrained(equal)), tolerance = 1e-6
  )
  expect_false("lr" %in% test_restrictions(system_reg(eqs, wide, method = "sur"), equal)$test)
})

test_that("effects and instruments by equation; misuse", {
  d <- made_panel()
  fit <- system_reg(list(one = y ~ a + x, two = a ~ y + z1 + z2), d, fe = ~id)
  t <- test_restrictions(fit, "one_x = two_z1")
  expect_equal(value(t, "distance"), value(t, "wald"), tolerance = 1e-6)
  own <- suppressMessages(system_reg(
    list(one = y ~ a + x, two = a ~ y + z1), d, list(one = ~ x + z1 + z2, two = ~ x + z1)
  ))
  t <- test_restrictions(own, "one_x = two_z1")
  expect_equal(value(t, "distance"), value(t, "wald"), tolerance = 1e-6)
  expect_error(test_restrictions(fe_reg(y ~ x, d), "x = 1"), class = "ccdpanel_error_fit")
  expect_error(test_restrictions(fit, "one_q = 1"), class = "ccdpanel_error_restrictions")
  expect_error(test_restrictions(fit, NULL), class = "ccdpanel_error_restrictions")
  held <- system_reg(
    list(one = y ~ a + x, two = a ~ y + z1 + z2), d, restrictions = "one_x = two_z1"
  )
  expect_error(test_restrictions(held, "one_x = two_z1"), class = "ccdpanel_error_restrictions")
  expect_output(print(t), "Wald")
})
