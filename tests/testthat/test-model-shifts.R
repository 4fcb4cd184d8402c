test_that(
  "functions that shift rows without the panel are refused by name, in every part of every model", {
  d <- made_panel()
  for (f in list(
    y ~ lag(x, 1) | id, y ~ stats::lag(x) | id, y ~ dplyr::lag(x) | id, y ~ lead(x) | id,
    y ~ diff(x), y ~ log(shift(w)), y ~ L(x, 2), y ~ F(x), y ~ D(x), y ~ x - lag(x) | id,
    lag(y) ~ x, y ~ x | lag(id), y ~ x | id | a ~ lag(z1), y ~ I(x * lag(x))
  )) {
    expect_error(fe_reg(f, d), "does not know the panel", class = "ccdpanel_error_panel")
  }
  refused <- function(expr) {
    e <- tryCatch(expr, error = identity)
    expect_s3_class(rlang::`%||%`(e$parent, e), "ccdpanel_error_panel")
  }
  refused(fe_reg(y ~ x, d, weights = ~ lag(w)))
  refused(fe_reg(y ~ x, d, subset = ~ lead(x) > 0))
  refused(fe_reg(y ~ x, d, vcov = ~ lag(id)))
  refused(system_reg(list(a = y ~ lag(x), b = a ~ z1), d))
  refused(system_reg(list(a = y ~ x, b = a ~ z1), d, instruments = ~ x + lag(z1)))
  fit <- fe_reg(y ~ x | id, d, panel = c("id", "year"))
  refused(robustness(fit, lagged = list(formula = . ~ . + lag(a))))
  refused(robustness(fit, part = list(subset = ~ lag(x) > 0)))
  refused(add_controls(fit, ~ diff(a)))
  refused(by_group(fit, ~ lag(x) > 0))
  expect_snapshot_output(what_is_said({
    fe_reg(y ~ lag(log(w), 1) | id, d)
    fe_reg(y ~ lead(x) | id, d)
    fe_reg(y ~ D(x) | id, d)
  }))
  # The user's own function of that name, and one that is applied unit by unit.
  D <- function(v) v^2
  expect_equal(unname(coef(fe_reg(y ~ D(x) | id, d))), unname(coef(fe_reg(y ~ I(x^2) | id, d))))
  expect_no_error(fe_reg(y ~ ave(x, id, FUN = function(v) c(0, diff(v))) | id, d))
})

test_that("lag() handed over by name lags nothing, and is refused; a column of that name is one", {
  d <- state_capital
  expect_error(
    fe_reg(log(output) ~ ave(water, state, FUN = lag), d), "no lag", class = "ccdpanel_error_panel"
  )
  d$lag <- d$water
  expect_equal(
    unname(coef(fe_reg(log(output) ~ lag, d))), unname(coef(lm(log(output) ~ water, d)))
  )
})

test_that("running sums are by unit, or refused with the way to them", {
  d <- state_capital[order(state_capital$state, state_capital$year), ]
  for (name in c("cumsum", "cumprod", "cummax", "cummin")) {
    f <- stats::as.formula(sprintf("output ~ %s(unemployment) | state", name))
    expect_error(fe_reg(f, d), "ave\\(unemployment, unit", class = "ccdpanel_error_panel")
  }
  fit <- fe_reg(output ~ ave(unemployment, state, FUN = cumsum) | state, d)
  d$sum <- unlist(lapply(split(d$unemployment, d$state), cumsum))
  expect_equal(unname(coef(fit)), unname(coef(fe_reg(output ~ sum | state, d))))
  cumsum <- function(x) x / 2
  expect_equal(
    unname(coef(fe_reg(output ~ cumsum(unemployment) | state, d))),
    2 * unname(coef(fe_reg(output ~ unemployment | state, d)))
  )
})

test_that("collapse's lags that name unit and time are those within units", {
  skip_if_not_installed("collapse")
  d <- made_panel(units = 8, years = 6)[-c(3, 11, 20), ]
  d <- d[order(d$x), ]
  panel <- c("id", "year")
  lag <- suppressMessages(fe_reg(y ~ l(x) | id, d, panel = panel))
  difference <- suppressMessages(fe_reg(y ~ d(x) | id, d, panel = panel))
  same <- function(formula, fit) {
    expect_equal(unname(coef(suppressMessages(fe_reg(formula, d)))), unname(coef(fit)))
  }
  same(y ~ collapse::flag(x, 1, id, year) | id, lag)
  same(y ~ collapse::flag(x, t = year, g = id) | id, lag)
  same(y ~ collapse::fdiff(x, g = id, t = year) | id, difference)
  for (formula in list(y ~ collapse::flag(x), y ~ collapse::flag(x, 1, id))) {
    expect_error(fe_reg(formula, d), "l\\(x, 1\\)", class = "ccdpanel_error_panel")
  }
})
