test_that("the fit is fe_reg()'s of a column a regime, whatever its covariance", {
  d <- threshold_panel_data()
  fit <- threshold_fit(d, "id + year", vcov = ~id)
  x <- threshold_test(fit, ~q, n = 2, trim = 0.05, boot = 0)
  g <- tidy(x)$estimate
  d$low <- d$x * (d$q <= g[1])
  d$middle <- d$x * (d$q > g[1] & d$q <= g[2])
  d$high <- d$x * (d$q > g[2])
  hand <- fe_reg(y ~ low + middle + high + z | id + year, d, vcov = ~id)
  expect_equal(unname(coef(x$fit)), unname(coef(hand)))
  expect_equal(unname(vcov(x$fit, "HC1")), unname(vcov(hand, "HC1")))
  expect_equal(x$slopes$std.error, tidy(hand)$std.error[1:3])
  expect_identical(x$slopes$rows, c(
    sum(d$q <= g[1]), sum(d$q > g[1] & d$q <= g[2]), sum(d$q > g[2])
  ))
  expect_identical(x$slopes$regime, c(
    paste("q <=", g[1]), paste(g[1], "< q <=", g[2]), paste("q >", g[2])
  ))
  expect_output(print(regression_table(x$fit)), paste("x (q >", g[2]), fixed = TRUE)
  labelled <- regression_table(x$fit, labels = c(x = "Cash", q = "Debt"))
  expect_true(all(
    c(paste0("Cash (Debt <= ", g[1], ")"), paste0("Cash (", g[1], " < Debt <= ", g[2], ")")) %in%
      labelled$term
  ))
})

test_that("tables: tests by number, thresholds of the model, one row of facts", {
  x <- threshold_test(threshold_fit(), ~q, n = 2, trim = 0.05, boot = 19, seed = 1)
  expect_identical(as.data.frame(x), x$tests)
  expect_identical(x$tests$thresholds, 1:2)
  expect_identical(x$tests$draws, c(19L, 19L))
  expect_identical(tidy(x)$threshold, 1:2)
  expect_identical(glance(x)$statistic, x$tests$statistic[2])
  expect_identical(glance(x)$nobs, 120L)
  expect_output(print(x), "0 against 1")
  # Nineteen draws cannot tell one percent from five.
  expect_output(print(x), "0.053*", fixed = TRUE)
  expect_no_match(paste(utils::capture.output(print(x))[1:8], collapse = ""), "\\*\\*")
  expect_output(print(x), "19 samples of 20 units, seed 1")
  if (l10n_info()[["UTF-8"]]) {
    expect_output(print(x, language = "zh"), "\u9762\u677f\u95e8\u69db\u56de\u5f52")
  }
  expect_output(print(threshold_test(threshold_fit(), ~q, boot = 0)), "interval")
})

test_that("terms: the first slope, a threshold variable that is the regressor, other uses of it", {
  d <- threshold_panel_data()
  d$w <- log(abs(d$q) + 1)
  fit <- fe_reg(y ~ log(abs(q) + 1) + x | id, d, panel = c("id", "year"))
  own <- threshold_test(fit, ~ log(abs(q) + 1), trim = 0.05, boot = 0)
  plain <- threshold_test(
    fe_reg(y ~ w + x | id, d, panel = c("id", "year")), ~w, trim = 0.05, boot = 0
  )
  expect_equal(own$tests$statistic, plain$tests$statistic)
  expect_identical(own$settings$term, "log(abs(q) + 1)")
  suppressMessages(expect_message(
    threshold_test(
      fe_reg(y ~ x + I(x^2) | id, d, panel = c("id", "year")), ~q, boot = 0
    ), "I(x^2)", fixed = TRUE, class = "ccdpanel_message_terms_beside"
  ))
  lagged <- suppressMessages(threshold_test(
    fe_reg(y ~ x + z | id, d, panel = c("id", "year")), ~ l(q, 1), boot = 5, seed = 1
  ))
  expect_identical(lagged$settings$rows, 100L)
})

test_that("names with spaces are shown as they are; a table in a database needs its rows", {
  d <- threshold_panel_data()
  names(d)[match(c("q", "x"), names(d))] <- c("my q", "my x")
  fit <- fe_reg(y ~ `my x` + z | id, d, panel = c("id", "year"))
  x <- threshold_test(fit, ~`my q`, boot = 0)
  plain <- threshold_test(threshold_fit(), ~q, boot = 0)
  expect_equal(x$tests, plain$tests)
  expect_identical(x$slopes$regime, gsub("q", "my q", plain$slopes$regime))
  expect_true(paste0("my x (", x$slopes$regime[1], ")") %in% regression_table(x$fit)$term)
  skip_if_not_installed("RSQLite")
  con <- sqlite()
  table <- stored(con, state_capital)
  expect_error(
    threshold_test(
      fe_reg(log(output) ~ unemployment | region, table, remote = "cells"), ~unemployment
    ), "remote = \"rows\"", class = "ccdpanel_error_needs_rows"
  )
})
