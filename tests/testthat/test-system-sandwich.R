expect_close <- function(object, expected, tolerance = 1e-9) {
  expect_lt(max(abs(unname(object) - unname(expected))) / max(abs(expected)), tolerance)
}

# The dependent variable first among the regressors: another order than that of the formula with
# bars, where what is exogenous comes first.
reversed <- list(demand = consump ~ price + income, supply = consump ~ price + trend + farmPrice)

test_that("by two stages an equation has the scores, bread and leverages of ivreg", {
  skip_if_not_installed("sandwich")
  skip_if_not_installed("ivreg")
  data <- data_of("Kmenta", "systemfit")
  data$g <- rep(1:5, 4)
  for (method in c("2sls", "w2sls")) {
    fit <- system_reg(reversed, data, kmenta_z, method = method)
    for (name in names(reversed)) {
      theirs <- ivreg::ivreg(reversed[[name]], kmenta_z, data = data)
      eq <- fit[[name]]
      expect_identical(names(coef(eq)), names(coef(theirs)))
      expect_identical(dimnames(sandwich::estfun(eq)), dimnames(sandwich::estfun(theirs)))
      expect_close(sandwich::estfun(eq), sandwich::estfun(theirs))
      expect_close(sandwich::bread(eq), sandwich::bread(theirs))
      expect_close(sandwich::sandwich(eq), sandwich::sandwich(theirs))
      expect_close(sandwich::vcovCL(eq, ~g), sandwich::vcovCL(theirs, data$g))
      expect_close(hatvalues(eq), ivreg:::hatvalues.ivreg(theirs, type = "stage2"))
      skip_if_not_installed("lmtest")
      expect_close(
        lmtest::coeftest(eq, vcov. = sandwich::sandwich)[, 2],
        lmtest::coeftest(theirs, vcov. = sandwich::sandwich)[, 2]
      )
    }
  }
})

# systemfit's scores have a row for each equation of an observation, one equation's after another's.
summed_scores <- function(theirs, n, ...) {
  scores <- sandwich::estfun(theirs, ...)
  Reduce(`+`, split.data.frame(scores, rep(seq_len(nrow(scores) / n), each = n)))
}

test_that("of joint estimators scores and bread are those of systemfit, summed by observation", {
  skip_if_not_installed("sandwich")
  skip_if_not_installed("systemfit")
  data <- data_of("Kmenta", "systemfit")
  n <- nrow(data)
  g <- rep(1:5, 4)
  exogenous <- list(demand = consump ~ trend + income, supply = price ~ trend + farmPrice)
  for (method in c("SUR", "3SLS")) {
    eqs <- if (method == "SUR") exogenous else reversed
    z <- if (method == "3SLS") kmenta_z
    theirs <- if (is.null(z)) {
      systemfit::systemfit(eqs, method, data = data)
    } else {
      systemfit::systemfit(eqs, method, inst = z, data = data)
    }
    scores <- if (is.null(z)) {
      summed_scores(theirs, n)
    } else {
      suppressWarnings(summed_scores(theirs, n, residFit = FALSE))
    }
    inverse <- sandwich::bread(theirs) / (2 * n)
    ours <- system_reg(eqs, data, z, method = tolower(method), sigma = "geomean")
    expect_identical(colnames(sandwich::estfun(ours)), names(coef(ours)))
    expect_close(sandwich::estfun(ours), scores, 1e-7)
    expect_close(sandwich::bread(ours) / n, inverse, 1e-8)
    robust <- inverse %*% crossprod(scores) %*% inverse
    expect_close(sandwich::sandwich(ours), robust, 1e-7)
    clustered <- inverse %*% crossprod(rowsum(scores, g)) %*% inverse * 5 / 4
    expect_close(sandwich::vcovCL(ours, g, type = "HC0"), clustered, 1e-7)
    from <- 0
    for (name in names(eqs)) {
      at <- from + seq_along(ours$terms[[name]])
      from <- max(at)
      expect_close(sandwich::sandwich(ours[[name]]), robust[at, at], 1e-7)
      expect_close(sandwich::vcovCL(ours[[name]], g, type = "HC0"), clustered[at, at], 1e-7)
      expect_error(hatvalues(ours[[name]]), "jointly", class = "ccdpanel_error_choice")
    }
  }
})

test_that("whatever the estimator, an equation's sandwich is its block of the system's HC0", {
  skip_if_not_installed("sandwich")
  d <- two_equations(made_panel())
  eqs <- list(e1 = y ~ a + x, e2 = y2 ~ a + z1 + x)
  z <- ~ x + z1 + z2
  of <- function(...) suppressMessages(system_reg(eqs, d, ..., vcov = "HC0"))
  fits <- list(
    of(method = "ols"), of(method = "wls", iterate = TRUE), of(method = "sur", fe = ~id),
    of(z, method = "2sls", fe = ~ id + year), of(z, method = "w2sls", weights = ~w),
    of(z, method = "liml"), of(z), of(z, iterate = TRUE, weights = ~w, fe = ~id),
    of(list(e1 = ~ x + z1 + z2, e2 = z)), of(list(e1 = ~ x + z1 + z2, e2 = z), fe = ~id),
    of(method = "sur", restrictions = "e1_a = e2_a"),
    of(z, restrictions = c("e1_a = e2_a", "e2_z1 = 0.5"), fe = ~id),
    of(z, method = "2sls", restrictions = "e1_x = e2_x")
  )
  for (fit in fits) {
    expect_close(sandwich::sandwich(fit), vcov(fit, "HC0"), 1e-8)
    expect_identical(dimnames(sandwich::estfun(fit)), list(rownames(d), names(coef(fit))))
    for (name in names(eqs)) {
      eq <- fit[[name]]
      expect_close(sandwich::sandwich(eq), vcov(eq, "HC0"), 1e-8)
      expect_identical(dimnames(sandwich::bread(eq)), rep(list(names(coef(eq))), 2))
    }
  }
  # The product of bread, meat and bread loses the square of the regressors' condition, by whomever.
  d$near <- d$x + 1e-4 * d$z2
  close <- suppressMessages(system_reg(
    list(e1 = y ~ near + x, e2 = y2 ~ z1 + x), d, method = "sur"
  ))
  expect_close(sandwich::sandwich(close[["e1"]]), vcov(close[["e1"]], "HC0"), 1e-6)
  restricted <- fits[[11]]
  expect_error(hatvalues(restricted[["e1"]]), class = "ccdpanel_error_choice")
  compared <- suppressMessages(
    system_reg(eqs, d, list(e1 = ~ x + z1 + z2, e2 = z), variant = "iv")
  )
  expect_error(sandwich::estfun(compared), "gmm", class = "ccdpanel_error_vcov")
  expect_error(sandwich::bread(compared[["e1"]]), "gmm", class = "ccdpanel_error_vcov")
})

test_that("scores of one equation by limited information are those of fe_reg", {
  skip_if_not_installed("sandwich")
  d <- two_equations(made_panel())
  fit <- system_reg(
    list(e1 = y ~ a + x, e2 = y2 ~ a + z1), d, ~ x + z1 + z2, method = "liml"
  )
  single <- fe_reg(y ~ x | 0 | a ~ z1 + z2, d, estimator = "liml")
  order <- names(coef(fit[["e1"]]))
  expect_close(sandwich::estfun(fit[["e1"]]), sandwich::estfun(single)[, order], 1e-8)
  expect_close(sandwich::bread(fit[["e1"]]), sandwich::bread(single)[order, order], 1e-8)
})

test_that("clusters by a formula are a classed error with the two ways to them", {
  skip_if_not_installed("sandwich")
  d <- two_equations(made_panel())
  fit <- system_reg(list(e1 = y ~ x, e2 = y2 ~ z1), d, method = "sur")
  expect_error(
    sandwich::vcovCL(fit, ~firm), "as a vector.*vcov\\(fit", class = "ccdpanel_error_fit"
  )
  expect_named(formula(fit), c("e1", "e2"))
  expect_equal(dim(sandwich::vcovCL(fit, d$firm)), c(4L, 4L))
  expect_equal(dim(sandwich::vcovCL(fit[["e1"]], ~firm)), c(2L, 2L))
})

test_that("sandwich chooses a bandwidth for a system as for its scores alone", {
  skip_if_not_installed("sandwich")
  fit <- system_reg(kmenta, data_of("Kmenta", "systemfit"), instruments = kmenta_z)
  scores <- sandwich::estfun(fit)
  expect_equal(
    sandwich::bwNeweyWest(fit), sandwich::bwNeweyWest(scores, weights = rep(1, ncol(scores)))
  )
  expect_equal(
    sandwich::bwAndrews(fit), sandwich::bwAndrews(scores, weights = rep(1, ncol(scores)))
  )
  lag <- floor(sandwich::bwNeweyWest(fit))
  expect_equal(sandwich::NeweyWest(fit), sandwich::NeweyWest(fit, lag = lag))
  bw <- sandwich::bwAndrews(scores, weights = rep(1, ncol(scores)))
  expect_equal(sandwich::kernHAC(fit), sandwich::kernHAC(fit, bw = bw))
})
