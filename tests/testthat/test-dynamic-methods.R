toy_fit <- function(...) {
  suppressMessages(dynamic_panel(
    y ~ l(y) + x + z | id + year, dynamic_toy(20, 6), collapse = TRUE, ...
  ))
}

test_that("prints say what was chosen, in both languages", {
  fit <- toy_fit(system = TRUE)
  expect_output(print(fit), "System GMM, two steps, first differences: y")
  expect_output(print(fit), "gmm(l(y), lags 1 and up, collapsed)", fixed = TRUE)
  expect_output(print(fit), "Windmeijer-corrected, clustered by id")
  expect_output(print(fit), "AR(2)", fixed = TRUE)
  expect_output(print(summary(fit)), "GMM instruments of the levels")
  expect_output(print(summary(toy_fit(steps = 1))), "clustered by id")
  if (l10n_info()[["UTF-8"]]) expect_output(print(fit, language = "zh"), "\u7cfb\u7edfGMM")
  exact <- toy_fit(lags = c(1, 1))
  expect_output(print(exact), "exactly identified")
  many <- suppressWarnings(toy_fit(gmm = ~ l(y) + x + z, system = TRUE, subset = ~ id < 13))
  expect_output(print(many), "More instruments than units")
  expect_output(print(many), "generalized")
})

test_that("covariances by name, and what tables take", {
  fit <- toy_fit()
  expect_identical(vcov(fit, "robust"), vcov(fit))
  expect_false(isTRUE(all.equal(vcov(fit, "conventional"), vcov(fit))))
  expect_error(vcov(fit, ~id), "windmeijer", class = "ccdpanel_error_vcov")
  expect_equal(tidy(fit, times = TRUE)$std.error, unname(sqrt(diag(vcov(fit)))))
  expect_identical(tidy(fit)$term, c("l(y)", "x", "z"))
  g <- glance(fit)
  expect_equal(g$hansen, fit$overidentification$statistic[2])
  expect_equal(g$ar2, fit$serial$statistic[2])
  expect_identical(g$n.instruments, nrow(fit$instruments))
  b <- coef(fit)[["x"]]
  expect_equal(test_restrictions(fit, "x = 0")$statistic, b^2 / vcov(fit)["x", "x"])
  small <- toy_fit(small = TRUE)
  n <- nobs(fit)
  k <- length(coef(fit))
  expect_equal(vcov(small), vcov(fit) * n / (n - k + 1) * fit$units / (fit$units - 1))
  expect_equal(small$covariance$df, fit$units)
})

test_that("residuals are of the levels; predictions are the same formula on other rows", {
  d <- dynamic_toy(20, 6)
  for (system in c(FALSE, TRUE)) {
    fit <- toy_fit(system = system)
    rows <- fit$sample$rows
    expect_equal(fitted(fit) + residuals(fit), d$y[rows])
    if (!system) expect_equal(mean(residuals(fit)), 0)
    expect_equal(suppressMessages(predict(fit, d))[rows], fitted(fit))
    expect_equal(augment(fit)$.resid, residuals(fit))
  }
  by <- coef(fit)
  at <- d$year[rows] == 2004
  lag <- d$y[match(paste(d$id, d$year - 1), paste(d$id, d$year))][rows]
  hand <- by[["(Intercept)"]] + by[["l(y)"]] * lag + by[["x"]] * d$x[rows] +
    by[["z"]] * d$z[rows] + by[["year2004"]]
  expect_equal(fitted(fit)[at], hand[at])
  later <- transform(d, year = year + 10)
  expect_message(new <- predict(fit, later), "2012", class = "ccdpanel_message_new_levels")
  expect_true(all(is.na(new)))
  expect_error(predict(fit, d[c("id", "x")]), class = "ccdpanel_error_column")
})

test_that("update() changes formula, instruments and estimator", {
  fit <- toy_fit()
  expect_named(coef(suppressMessages(update(fit, . ~ . - z | .)))[1:2], c("l(y)", "x"))
  expect_identical(coef(suppressMessages(update(fit, steps = 1))), coef(toy_fit(steps = 1)))
  expect_identical(nrow(suppressMessages(update(fit, lags = c(1, 1)))$instruments), 7L)
})
