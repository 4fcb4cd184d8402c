d <- data.frame(
  id = c("a", "a", "a", "b", "b", "b"), t = c(1, 2, 4, 3, 1, 2), x = c(10, 20, 40, 3, 1, 2)
)

test_that("lags go by the time column's values within units, whatever the order of rows", {
  expect_identical(panel_lag(d$x, 1, d, c("id", "t")), c(NA, 10, NA, 2, NA, 1))
  expect_identical(panel_lag(d$x, 2, d, c("id", "t")), c(NA, NA, 20, 1, NA, NA))
  expect_identical(panel_lag(d$x, -1, d, c("id", "t")), c(20, NA, NA, NA, 2, 3))
  expect_identical(panel_lag(d$x, 0, d, c("id", "t")), d$x)
})

test_that("new data without the panel has no lags, and says which column it is without", {
  fit <- fe_reg(y ~ l(x), transform(d, y = x^2), panel = c("id", "t"))
  expect_error(
    predict(fit, data.frame(id = "a", x = 1)), "no column \"t\"", class = "ccdpanel_error_panel"
  )
})

test_that("rows in order, with gaps, have the lags that the same rows shuffled have", {
  set.seed(1)
  all <- expand.grid(t = 2001:2012, id = c("c", "a", "b", "d"))
  all <- all[sort(sample(nrow(all), 30)), ]
  all$x <- seq_len(nrow(all))
  shuffled <- all[sample(nrow(all)), ]
  for (k in -6:6) {
    by_hand <- match(paste(all$id, all$t - k), paste(all$id, all$t))
    expect_identical(panel_lag(all$x, k, all, c("id", "t")), by_hand)
    expect_identical(
      panel_lag(shuffled$x, k, shuffled, c("id", "t")), by_hand[match(shuffled$x, all$x)]
    )
  }
  expect_identical(panel_lag(7, 1, data.frame(id = 1, t = 1), c("id", "t")), NA_real_)
  expect_identical(panel_lag(7, -3, data.frame(id = 1, t = 1), c("id", "t")), NA_real_)
})

test_that(
  "text that spells whole numbers counts as numbers; times without a distance are refused", {
  text <- transform(d, t = as.character(t + 8))
  expect_identical(panel_lag(d$x, 1, text, c("id", "t")), c(NA, 10, NA, 2, NA, 1))
  expect_identical(
    panel_lag(d$x, 1, transform(text, t = factor(t)), c("id", "t")), c(NA, 10, NA, 2, NA, 1)
  )
  bad <- function(time) {
    expect_error(
      panel_lag(d$x, 1, transform(d, t = time), c("id", "t")), class = "ccdpanel_error_panel"
    )
  }
  bad(as.Date("2020-01-01") + 365 * d$t)
  bad(paste0("q", d$t))
  bad(d$t + 0.5)
  expect_error(panel_lag(d$x, 0.5, d, c("id", "t")), "whole", class = "ccdpanel_error_number")
})

test_that("l() and d() in a formula, several lags at once", {
  p <- made_panel()
  plain <- p[order(p$id, p$year), ]
  lag1 <- function(v) {
    previous <- match(paste(p$id, p$year - 1), paste(p$id, p$year))
    v[previous]
  }
  p$x1 <- lag1(p$x)
  p$x2 <- p$x[match(paste(p$id, p$year - 2), paste(p$id, p$year))]
  fit <- suppressMessages(fe_reg(y ~ l(x) + d(a) | id, p, panel = c("id", "year")))
  by_hand <- suppressMessages(fe_reg(y ~ x1 + da | id, transform(p, da = a - lag1(a))))
  expect_equal(unname(coef(fit)), unname(coef(by_hand)), tolerance = 1e-12)
  fit <- suppressMessages(fe_reg(y ~ l(x, 1:2) | id, p, panel = c("id", "year")))
  by_hand <- suppressMessages(fe_reg(y ~ x1 + x2 | id, p))
  expect_equal(unname(coef(fit)), unname(coef(by_hand)), tolerance = 1e-12)
  expect_error(fe_reg(y ~ l(x, "a"), p, panel = c("id", "year")), class = "ccdpanel_error_number")
})

test_that("a lag without a panel is an error that says what to add", {
  expect_error(
    fe_reg(output ~ l(unemployment) | state, state_capital), "c(\"unit\", \"time\")", fixed = TRUE,
    class = "ccdpanel_error_panel"
  )
})

test_that("new data of one row, or of none, have lags of one row, or of none", {
  d <- made_panel()
  fit <- suppressMessages(fe_reg(y ~ l(x, 0:1), d, panel = c("id", "year")))
  expect_identical(suppressMessages(predict(fit, d[1, ])), NA_real_)
  expect_identical(predict(fit, d[0, ]), numeric())
  one <- suppressMessages(fe_reg(y ~ l(x, 0) + z1, d, panel = c("id", "year")))
  plain <- fe_reg(y ~ x + z1, d)
  expect_equal(predict(one, d[1, ]), predict(plain, d[1, ]), tolerance = 1e-12)
  system <- suppressMessages(system_reg(
    list(a = y ~ l(x, 1), b = u ~ x), d, panel = c("id", "year"), method = "sur"
  ))
  expect_silent(none <- predict(system, d[0, ]))
  expect_identical(dim(none), c(0L, 2L))
  expect_identical(nrow(generics::augment(system, newdata = d[0, ])), 0L)
})
