test_that("rows without the threshold variable are left out and said; what is then unbalanced", {
  d <- threshold_panel_data()
  d$q[d$year == 2001] <- NA
  expect_message(
    x <- threshold_test(threshold_fit(d), ~q, boot = 0), "20 rows",
    class = "ccdpanel_message_common_sample"
  )
  kept <- threshold_test(threshold_fit(d[d$year > 2001, ]), ~q, boot = 0)
  expect_equal(x$tests, kept$tests)
  d$q[9] <- NA
  suppressMessages(expect_error(
    threshold_test(threshold_fit(d), ~q), "boot = 0", class = "ccdpanel_error_panel"
  ))
})

test_that("errors name the argument and the way out", {
  d <- threshold_panel_data()
  fit <- threshold_fit(d)
  refused <- function(call, class, text = "") {
    suppressMessages(expect_error(call, text, class = paste0("ccdpanel_error_", class)))
  }
  refused(threshold_test(lm(y ~ x, d), ~q), "fit", "fe_reg")
  refused(threshold_test(threshold_fit(d, weights = ~ exp(v)), ~q), "fit", "without weights")
  refused(threshold_test(fe_reg(y ~ 1 | id | x ~ z, d), ~q), "fit", "instruments")
  refused(threshold_test(fe_reg(y ~ x | id, d), ~q), "panel", "none")
  refused(
    threshold_test(fe_reg(y ~ x | year, d, panel = c("id", "year")), ~q), "panel", "does not absorb"
  )
  refused(threshold_test(threshold_fit(d[-3, ]), ~q), "panel", "119")
  refused(threshold_test(fit, "q"), "formula")
  refused(threshold_test(fit, ~nowhere), "column", "nowhere")
  refused(threshold_test(fit, ~ q + v), "threshold", "names 2")
  refused(threshold_test(fit, ~ factor(year)), "threshold", "numeric")
  d$one <- 1
  d$fixed <- ave(d$q, d$id)
  fit <- threshold_fit(d)
  refused(threshold_test(fit, ~one), "threshold", "has one value")
  refused(threshold_test(fit, ~fixed), "threshold", "by_group")
  refused(threshold_test(fit, ~ log(abs(fixed - fixed))), "infinite", "120 rows")
  refused(threshold_test(fit, ~ as.numeric(q > 1), n = 2), "threshold", "3 regimes")
  refused(threshold_test(fit, ~q, n = 3, trim = 0.3), "threshold", "smaller")
  refused(threshold_test(fit, ~q, "q"), "term")
  refused(threshold_test(fit, ~q, c("x", "x")), "term", "twice")
  refused(threshold_test(fe_reg(y ~ factor(year) | id, d, panel = c("id", "year")), ~q), "term")
  refused(threshold_test(fit, ~q, n = 4), "number", "between 1 and 3")
  refused(threshold_test(fit, ~q, trim = 0.5), "number")
  refused(threshold_test(fit, ~q, grid = 1), "number")
  refused(threshold_test(fit, ~q, boot = 0, seed = 1), "argument", "boot > 0")
  refused(
    threshold_test(fe_reg(y ~ x | id + year[z], d, panel = c("id", "year")), ~q), "slopes"
  )
  refused(save_table(threshold_test(fit, ~q, boot = 0), "x.md"), "type", "as.data.frame")
})
