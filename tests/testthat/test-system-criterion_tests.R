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

test_that("a likelihood ratio without a maximum is missing, and the other statistics are not", {
  set.seed(1)
  d <- data.frame(x1 = stats::rnorm(40), x2 = stats::rnorm(40), u = stats::rnorm(40))
  d$y2 <- d$x2 + d$u
  d$y1 <- d$x1 + .5 * d$y2 + stats::rnorm(40) + .5 * d$u
  # Beside 0.3 y2 nothing is left of y1, and both residuals are one.
  tiny <- transform(d, y1 = y1 * 1e-9)
  fits <- lapply(list(d, tiny), function(d) {
    system_reg(list(a = y1 ~ y2 + x1, b = y2 ~ x2), d, method = "sur", iterate = TRUE)
  })
  expect_silent(whole <- test_restrictions(fits[[1]], "a_y2 = 0.3"))
  expect_false(anyNA(whole$statistic))
  expect_null(attr(whole, "not_computed"))
  expect_warning(
    t <- test_restrictions(fits[[2]], "a_y2 = 0.3"), "singular",
    class = "ccdpanel_warning_not_computed"
  )
  expect_equal(
    value(t, "wald"), (coef(fits[[2]])[["a_y2"]] - .3)^2 / vcov(fits[[2]])["a_y2", "a_y2"],
    tolerance = 1e-10
  )
  expect_false(anyNA(t$statistic[1:2]))
  expect_true(is.na(value(t, "lr")) && is.na(value(t, "lr", "p_value")))
  expect_match(attr(t, "not_computed")[["lr"]], "singular covariance")
  text <- utils::capture.output(print(t))
  expect_match(text, "lr +not computed", all = FALSE)
  expect_match(text, "not computed: the iteration under the restrictions", all = FALSE)
  # Least squares of equations that hold each other's dependent variable need not settle.
  d$y1 <- d$y1 + .4 * d$u
  both <- list(a = y1 ~ y2 + x1, b = y2 ~ y1 + x2)
  expect_warning(
    restless <- system_reg(both, d, method = "sur", iterate = TRUE, restrictions = "a_x1 = 0.1"),
    class = "ccdpanel_warning_not_converged"
  )
  expect_warning(
    t <- test_restrictions(restless, "b_x2 = 0.5"), "fit stopped before",
    class = "ccdpanel_warning_not_computed"
  )
  expect_true(is.na(value(t, "lr")))
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
  expect_error(test_restrictions(stats::lm(y ~ x, d), "x = 1"), class = "ccdpanel_error_fit")
  expect_error(test_restrictions(fit, "one_q = 1"), class = "ccdpanel_error_restrictions")
  expect_error(test_restrictions(fit, NULL), class = "ccdpanel_error_restrictions")
  held <- system_reg(
    list(one = y ~ a + x, two = a ~ y + z1 + z2), d, restrictions = "one_x = two_z1"
  )
  expect_error(test_restrictions(held, "one_x = two_z1"), class = "ccdpanel_error_restrictions")
  expect_output(print(t), "Wald")
})
