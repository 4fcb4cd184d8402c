klein_lags <- c(corpProfLag = "corpProf", gnpLag = "gnp", capitalLag = "capital")
klein_fit <- function(...) {
  data <- data_of("KleinI", "systemfit")
  data$capital <- data$capitalLag + data$invest
  suppressMessages(system_reg(klein_equations, data, identities = klein_identities, ...))
}

# The model solved by hand: each variable by substitution, period after period, an impulse of one
# unit in one exogenous variable.
simulate_klein <- function(b, impulse, periods) {
  state <- c(corpProf = 0, gnp = 0, capital = 0)
  out <- matrix(0, periods, 7, dimnames = list(NULL, c(
    "consump", "invest", "privWage", "gnp", "corpProf", "wages", "capital"
  )))
  for (t in seq_len(periods)) {
    x <- c(govExp = 0, taxes = 0, govWage = 0)
    if (t == 1) x[impulse] <- 1
    solved <- solve(rbind(
      consump = c(1, 0, 0, 0, -b[["consumption_corpProf"]], -b[["consumption_wages"]]),
      invest = c(0, 1, 0, 0, -b[["investment_corpProf"]], 0),
      privWage = c(0, 0, 1, -b[["wages_gnp"]], 0, 0),
      gnp = c(-1, -1, 0, 1, 0, 0), corpProf = c(0, 0, 1, -1, 1, 0), wages = c(0, 0, -1, 0, 0, 1)
    ), c(
      b[["consumption_corpProfLag"]] * state[["corpProf"]],
      b[[
        "investment_corpProfLag"
      ]] * state[["corpProf"]] + b[["investment_capitalLag"]] * state[["capital"]],
      b[["wages_gnpLag"]] * state[["gnp"]], x[["govExp"]], -x[["taxes"]], x[["govWage"]]
    ))
    out[t, 1:6] <- solved
    out[t, 7] <- state[["capital"]] + solved[2]
    state <- c(corpProf = solved[5], gnp = solved[4], capital = out[t, 7])
    names(state) <- c("corpProf", "gnp", "capital")
  }
  out
}

test_that("Klein's Model I: multipliers are those of the model run period after period", {
  fit <- klein_fit()
  m <- multipliers(fit, c(0, 1, 5, Inf), lags = klein_lags)
  expect_lt(attr(m, "largest_root"), 1)
  for (impulse in c("govExp", "taxes", "govWage")) {
    run <- simulate_klein(coef(fit), impulse, 2000)
    at <- function(s) {
      rows <- m[m$exogenous == impulse & m$horizon == s, ]
      stats::setNames(rows$estimate, rows$variable)[colnames(run)]
    }
    expect_equal(at(0), run[1, ], tolerance = 1e-9)
    expect_equal(at(1), run[2, ], tolerance = 1e-9)
    expect_equal(at(5), run[6, ], tolerance = 1e-9)
    expect_equal(at(Inf), colSums(run), tolerance = 1e-7)
    sums <- multipliers(fit, 5, lags = klein_lags, cumulative = TRUE, se = FALSE)
    expect_equal(
      sums$estimate[sums$exogenous == impulse & sums$variable == "gnp"], sum(run[1:6, "gnp"]),
      tolerance = 1e-9
    )
  }
})

test_that("standard errors are J V J' with derivatives by differences", {
  fit <- klein_fit()
  m <- multipliers(fit, c(0, Inf), lags = klein_lags)
  b <- coef(fit)
  total <- function(b) colSums(simulate_klein(b, "govExp", 600))[["gnp"]]
  j <- vapply(seq_along(b), function(k) {
    h <- 1e-5 * max(abs(b[k]), 1e-2)
    (total(replace(b, k, b[k] + h)) - total(replace(b, k, b[k] - h))) / (2 * h)
  }, 0)
  se <- m$std.error[m$exogenous == "govExp" & m$variable == "gnp" & m$horizon == Inf]
  expect_equal(se, sqrt(drop(j %*% vcov(fit) %*% j)), tolerance = 1e-5)
})

test_that("the reduced form of supply and demand, solved on paper", {
  data <- data_of("Kmenta", "systemfit")
  eqs <- list(demand = consump ~ price + income, supply = consump ~ price + farmPrice + trend)
  fit <- system_reg(eqs, data, ~ income + farmPrice + trend)
  b <- coef(fit)
  r <- reduced_form(fit)
  pi <- function(v, x) r$estimate[r$variable == v & r$predetermined == x]
  gap <- b[["demand_price"]] - b[["supply_price"]]
  expect_equal(pi("price", "income"), -b[["demand_income"]] / gap, tolerance = 1e-10)
  expect_equal(pi("price", "farmPrice"), b[["supply_farmPrice"]] / gap, tolerance = 1e-10)
  expect_equal(
    pi("consump", "income"), -b[["demand_income"]] * b[["supply_price"]] / gap, tolerance = 1e-10
  )
  expect_equal(
    pi("price", "(Intercept)"), (b[["supply_(Intercept)"]] - b[["demand_(Intercept)"]]) / gap,
    tolerance = 1e-10
  )
  expect_s3_class(r, "reduced_form")
  expect_output(print(r), "delta method")
})

test_that(
  paste0(
    "just-identified systems: the reduced form is least squares of each variable on ",
    "the exogenous ones"
  ),
  {
  d <- made_panel()
  fit <- system_reg(list(one = y ~ a + x, two = a ~ y + z1), d)
  r <- reduced_form(fit)
  ls <- stats::lm(y ~ x + z1, d)
  expect_equal(
    r$estimate[r$variable == "y"][match(
      c("x", "z1", "(Intercept)"), r$predetermined[r$variable == "y"]
    )],
    unname(coef(ls)[c("x", "z1", "(Intercept)")]), tolerance = 1e-8
  )
})

test_that("lags written in the formula, of order two, and exogenous lags", {
  d <- made_panel(units = 60, years = 12)
  fit <- suppressMessages(system_reg(
    list(one = y ~ a + l(y, 2) + x + l(x), two = a ~ z1 + l(a)), d, panel = c("id", "year")
  ))
  b <- coef(fit)
  m <- multipliers(fit, c(0, 1, 2, 3), se = FALSE)
  of_x <- m$estimate[m$variable == "y" & m$exogenous == "x"]
  expect_equal(of_x, c(
    b[["one_x"]], b[["one_l(x)"]], b[["one_l(y, 2)"]] * b[["one_x"]],
    b[["one_l(y, 2)"]] * b[["one_l(x)"]]
  ), tolerance = 1e-10)
  of_z <- m$estimate[m$variable == "y" & m$exogenous == "z1"]
  expect_equal(of_z[1:2], c(
    b[["one_a"]] * b[["two_z1"]], b[["one_a"]] * b[["two_l(a)"]] * b[["two_z1"]]
  ), tolerance = 1e-10)
})

test_that("incomplete systems, unstable ones and misuse", {
  d <- made_panel()
  fit <- suppressMessages(system_reg(list(one = y ~ a + x), d, ~ x + z1 + z2))
  expect_error(reduced_form(fit), "a", class = "ccdpanel_error_incomplete")
  expect_error(reduced_form(1), class = "ccdpanel_error_fit")
  whole <- system_reg(list(one = y ~ a + x, two = a ~ y + z1), d)
  expect_error(multipliers(whole, -1), class = "ccdpanel_error_number")
  expect_error(multipliers(whole, 0, lags = c(nothing = "y")), class = "ccdpanel_error_lags")
  expect_warning(
    m <- multipliers(
      replace(whole, "coefficients", list(replace(coef(whole), 3, 2))), Inf, lags = c(x = "y")
    ),
    class = "ccdpanel_warning_unstable"
  )
  expect_true(all(is.na(m$estimate)))
  expect_error(
    multipliers(whole, 0, lags = c(x = "l(a, 1)", z1 = "y")), class = "ccdpanel_error_lags"
  )
})

test_that("standard errors do not depend on units of measurement", {
  equations <- list(a = output ~ highways + private_capital, b = private_capital ~ output + water)
  at <- function(unit) {
    d <- state_capital
    d$private_capital <- d$private_capital * unit
    fit <- system_reg(equations, d, fe = ~state)
    c(as.data.frame(multipliers(fit))$statistic, as.data.frame(reduced_form(fit))$statistic)
  }
  right <- at(1)
  for (unit in 10^c(-140, -20, 20, 140)) expect_equal(at(unit), right, tolerance = 1e-6)
})

test_that("one dynamic equation has the multipliers of its formula", {
  fit <- suppressMessages(system_reg(
    list(a = log(output) ~ l(log(output), 1) + unemployment), state_capital, fe = ~state,
    panel = c("state", "year"), method = "ols"
  ))
  m <- as.data.frame(multipliers(fit, c(0, 2, Inf)))
  a <- coef(fit)[[1]]
  b <- coef(fit)[[2]]
  expect_equal(m$estimate, c(b, b * a^2, b / (1 - a)))
  se <- function(g) sqrt(drop(t(g) %*% vcov(fit) %*% g))
  expect_equal(
    m$std.error, c(se(c(0, 1)), se(c(2 * a * b, a^2)), se(c(b / (1 - a)^2, 1 / (1 - a))))
  )
})

test_that("a covariance that nobody would read is refused", {
  fit <- system_reg(kmenta, data_of("Kmenta", "systemfit"), kmenta_z)
  expect_error(multipliers(fit, 0, vcov = "HC0", se = FALSE), class = "ccdpanel_error_argument")
})

# The system itself, period by period after an impulse of x.
test_that("lags written together, of differences, and by a value of the workspace are followed", {
  d <- made_panel(units = 60, years = 12)
  d$s <- d$y + d$a
  k <- 1
  fit <- suppressMessages(system_reg(
    list(one = y ~ s + l(y, 1:2) + x, two = a ~ y + z1 + l(d(s), 1) + l(a, k)), d,
    panel = c("id", "year"), identities = list(s ~ y + a)
  ))
  expect_identical(fit$endogenous, c("s", "y"))
  b <- coef(fit)
  m <- as.data.frame(suppressMessages(multipliers(fit, 0:4)))
  expect_identical(unique(m$exogenous), c("x", "z1"))
  structure <- rbind(c(1, 0, -b[["one_s"]]), c(-b[["two_y"]], 1, 0), c(-1, -1, 1))
  path <- matrix(0, 3, 8)
  for (t in 4:8) {
    path[, t] <- solve(structure, c(
      sum(b[c("one_l(y, 1:2)1", "one_l(y, 1:2)2")] * path[1, t - 1:2]) + b[["one_x"]] * (t == 4),
      b[["two_l(d(s), 1)"]] * (
        path[3, t - 1] - path[3, t - 2]
      ) + b[["two_l(a, k)"]] * path[2, t - 1],
      0
    ))
  }
  of_x <- m[m$exogenous == "x", ]
  for (h in 0:4) {
    expect_equal(
      of_x$estimate[of_x$horizon == h][match(c("y", "a", "s"), of_x$variable[of_x$horizon == h])],
      path[, 4 + h], tolerance = 1e-8
    )
  }
  apart <- suppressMessages(system_reg(
    list(one = y ~ s + l(y) + l(y, 2) + x, two = a ~ y + z1 + l(d(s), 1) + l(a)), d,
    panel = c("id", "year"), identities = list(s ~ y + a)
  ))
  expect_equal(unname(coef(apart)), unname(b))
  other <- as.data.frame(multipliers(apart, 0:4))
  expect_equal(other[c("estimate", "std.error")], m[c("estimate", "std.error")], tolerance = 1e-8)
})

test_that("what multipliers cannot follow is refused, and an identity is the way out", {
  d <- made_panel(units = 60, years = 12)
  fit <- function(..., identities = NULL) {
    suppressMessages(system_reg(
      list(...), d, panel = c("id", "year"), identities = identities
    ))
  }
  lost <- list(
    y ~ a + I(l(y, 1)^2) + x, y ~ a + l(y, 1):x + x, y ~ a + l(y > 0, 1) + x,
    y ~ a + x + l(x, -1)
  )
  for (formula in lost) {
    one <- fit(one = formula, two = a ~ y + z1)
    expect_error(multipliers(one, 0:2), class = "ccdpanel_error_lags")
    expect_s3_class(reduced_form(one), "reduced_form")
  }
  corrected <- list(one = d(y) ~ l(y, 1) + a + x, two = a ~ d(y) + z1)
  expect_error(multipliers(do.call(fit, corrected), 0:2), class = "ccdpanel_error_lags")
  whole <- do.call(fit, c(corrected, list(identities = list(y ~ d(y) + l(y, 1)))))
  m <- as.data.frame(multipliers(whole, c(0, Inf)))
  b <- coef(whole)
  of <- function(variable, horizon) {
    m$estimate[m$variable == variable & m$exogenous == "x" & m$horizon == horizon]
  }
  impact <- b[["one_x"]] / (1 - b[["one_a"]] * b[["two_d(y)"]])
  expect_equal(of("y", 0), impact, tolerance = 1e-8)
  # In the long run y no longer moves: of a single impulse all changes sum to nought.
  expect_equal(of("d(y)", Inf), 0, tolerance = 1e-8)
})

test_that("columns of a term of the dependent variables are endogenous by every method", {
  d <- made_panel()
  for (formula in list(a ~ poly(y, 2) + z1, a ~ y:factor(firm > 6) + z1)) {
    fit <- suppressMessages(system_reg(list(one = y ~ a + x, two = formula), d, method = "sur"))
    expect_error(reduced_form(fit), class = "ccdpanel_error_incomplete")
  }
})
