test_that("insight's data and formula", {
  d <- made_panel()
  d$x[4] <- NA
  fit <- suppressMessages(fe_reg(y ~ x | id | a ~ z1, d))
  skip_if_not_installed("insight")
  expect_identical(insight::get_data(fit), d[fit$sample$rows, ])
  # As insight has those of fixest, on whose rows of means marginaleffects needs the effects.
  expect_setequal(insight::find_predictors(fit)$conditional, c("x", "a"))
  expect_identical(insight::find_predictors(fit)$cluster, "id")
  expect_identical(insight::get_df(fit), fit$covariance$df)
})

test_that("modelsummary shows the fit's own covariance and every other that vcov() takes", {
  skip_if_not_installed("modelsummary")
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id, d, vcov = cov_cr2(~firm))
  number <- function(v) sprintf("%.4f", v)
  se <- sqrt(diag(vcov(fit)))
  table <- modelsummary::modelsummary(fit, output = "data.frame", fmt = 4)
  expect_identical(
    table[table$term == "x", ncol(table)],
    c(number(coef(fit)[["x"]]), paste0("(", number(se[["x"]]), ")"))
  )
  for (other in list("HC3", ~ firm + year, vcov(fit, ~year), function(m) vcov(m, "HC1"))) {
    table <- modelsummary::modelsummary(fit, vcov = other, output = "data.frame", fmt = 4)
    v <- if (is.matrix(other)) {
      other
    } else if (is.function(other)) {
      vcov(fit, "HC1")
    } else {
      vcov(fit, other)
    }
    expect_identical(
      table[table$term == "x", ncol(table)][2], paste0("(", number(sqrt(v["x", "x"])), ")")
    )
  }
})

test_that("modelsummary agrees with a fit on estimates, errors and rows", {
  skip_if_not_installed("modelsummary")
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id, d, vcov = ~firm)
  table <- modelsummary::modelsummary(list(fit), output = "data.frame", fmt = 6, stars = TRUE)
  cell <- table[table$term == "x" & table$statistic == "estimate", ncol(table)]
  expect_match(cell, sprintf("%.6f", coef(fit)[["x"]]), fixed = TRUE)
  cell <- table[table$term == "x" & table$statistic == "std.error", ncol(table)]
  expect_identical(cell, sprintf("(%.6f)", sqrt(vcov(fit)["x", "x"])))
  expect_identical(table[table$term == "Num.Obs.", ncol(table)], as.character(nobs(fit)))
})

# Where it believes in one, performance takes the first coefficient for it: variance inflation of
# two regressors of three, and other values.
test_that("insight knows that effects hold the constant", {
  skip_if_not_installed("insight")
  d <- made_panel()
  expect_false(insight::has_intercept(fe_reg(y ~ x + a | id, d)))
  expect_true(insight::has_intercept(fe_reg(y ~ x + a, d)))
  expect_false(insight::has_intercept(fe_reg(y ~ x + a - 1, d)))
  expect_true(insight::has_intercept(fe_reg(y ~ x | id[[a]], d)))
})

# performance's check_collinearity(), as far as it asks.
test_that("inflation by way of insight is that of iid errors", {
  skip_if_not_installed("insight")
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id, d, vcov = ~firm)
  asks <- function(fit) insight::get_varcov(fit)
  expect_equal(asks(fit), vcov(fit))
  space <- new.env(parent = baseenv())
  space$.packageName <- "performance"
  attr(space, "name") <- "performance"
  environment(asks) <- space
  expect_equal(asks(fit), vcov(fit, "iid"))
})

test_that("insight's predictions are refused with the way to ours", {
  skip_if_not_installed("insight")
  fit <- fe_reg(log(output) ~ unemployment | state, state_capital)
  expect_error(insight::get_predicted(fit), "predict\\(fit", class = "ccdpanel_error_fit")
})
