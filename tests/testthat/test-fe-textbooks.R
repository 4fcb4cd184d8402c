# Printed tables of textbooks and articles, as an economist would write them here. Digits are those
# printed; the data are those of installed packages.

expect_printed <- function(fit, estimates, errors = NULL, digits = 2) {
  half <- 0.5000001 * 10^-digits
  at <- names(estimates)
  expect_lte(max(abs(coef(fit)[at] - estimates)), half)
  if (is.null(errors)) return(invisible())
  expect_lte(max(abs(sqrt(diag(vcov(fit)))[at] - errors)), half)
}

test_that("traffic deaths and the tax on beer (Stock and Watson, table 10.1)", {
  skip_if_not_installed("AER")
  d <- data_of("Fatalities", "AER")
  d$rate <- 1e4 * d$fatal / d$pop
  expect_printed(fe_reg(rate ~ beertax | state, d, vcov = ~state), c(beertax = -0.66), 0.29)
  expect_printed(fe_reg(rate ~ beertax | state + year, d, vcov = ~state), c(beertax = -0.64), 0.36)
  d$age <- cut(d$drinkage, 18:22, right = FALSE, include.lowest = TRUE, labels = c(18:20, "21"))
  d$age <- stats::relevel(d$age, "21")
  d$punished <- d$jail == "yes" | d$service == "yes"
  whole <- suppressMessages(fe_reg(
    rate ~ beertax + age + punished + I(miles / 1000) + unemp + log(income) | state + year, d,
    vcov = ~state
  ))
  expect_printed(
    whole, c(beertax = -0.45, `log(income)` = 1.82), c(0.30, 0.64)
  )
  expect_printed(
    whole,
    c(
      age18 = 0.028, age19 = -0.018, age20 = 0.032, punishedTRUE = 0.038,
      `I(miles/1000)` = 0.008, unemp = -0.063
    ),
    c(0.070, 0.050, 0.051, 0.103, 0.007, 0.013), 3
  )
  expect_identical(nobs(whole), 335L)
})

test_that("demand for cigarettes by instruments, levels and long differences (table 12.1)", {
  skip_if_not_installed("AER")
  d <- data_of("CigarettesSW", "AER")
  d <- transform(
    d, rprice = price / cpi, rincome = income / population / cpi, rtax = tax / cpi,
    rsales = (taxs - tax) / cpi, t = as.integer(as.character(year))
  )
  levels <- function(formula) fe_reg(formula, d, vcov = "HC1", subset = ~ t == 1995)
  # (12.11), (12.15), (12.16)
  expect_printed(
    levels(log(packs) ~ 1 | 0 | log(rprice) ~ rsales),
    c(`(Intercept)` = 9.72, `log(rprice)` = -1.08), c(1.53, 0.32)
  )
  expect_printed(
    levels(log(packs) ~ log(rincome) | 0 | log(rprice) ~ rsales),
    c(`(Intercept)` = 9.43, `log(rprice)` = -1.14, `log(rincome)` = 0.21), c(1.26, 0.37, 0.31)
  )
  expect_printed(
    levels(log(packs) ~ log(rincome) | 0 | log(rprice) ~ rsales + rtax),
    c(`(Intercept)` = 9.89, `log(rprice)` = -1.28, `log(rincome)` = 0.28), c(0.96, 0.25, 0.25)
  )
  changes <- function(formula) {
    suppressMessages(fe_reg(formula, d, vcov = "HC1", panel = c("state", "t")))
  }
  sales <- changes(d(log(packs), 10) ~ d(log(rincome), 10) | 0 | d(log(rprice), 10) ~ d(rsales, 10))
  tax <- changes(d(log(packs), 10) ~ d(log(rincome), 10) | 0 | d(log(rprice), 10) ~ d(rtax, 10))
  both <- changes(
    d(log(packs), 10) ~ d(log(rincome), 10) | 0 | d(log(rprice), 10) ~ d(rsales, 10) + d(rtax, 10)
  )
  price <- function(x) c(`d(log(rprice), 10)` = x)
  expect_printed(sales, price(-0.94), 0.21)
  expect_printed(tax, price(-1.34), 0.23)
  expect_printed(both, price(-1.20), 0.20)
  first <- vapply(list(sales, tax, both), function(fit) {
    w <- weak_iv(fit)
    w$statistic[w$test == "first_stage_f"]
  }, 0)
  expect_lte(max(abs(first - c(33.7, 107.2, 88.6))), 0.0501)
})

test_that("employment of British firms (Arellano and Bond's data; Roodman 2009, section 2)", {
  skip_if_not_installed("plm")
  d <- data_of("EmplUK", "plm")
  d[c("n", "w", "k", "ys")] <- log(d[c("emp", "wage", "capital", "output")])
  fit <- function(formula) suppressMessages(fe_reg(formula, d, panel = c("firm", "year")))
  pooled <- fit(
    n ~ l(n, 1) + l(n, 2) + w + l(w, 1) + k + l(k, 1:2) + ys + l(ys, 1:2) + factor(year)
  )
  expect_printed(
    pooled, c(`l(n, 1)` = 1.044643, `l(n, 2)` = -0.0765426, w = -0.5236727, `l(w, 1)` = 0.4767538),
    c(0.0336647, 0.0328437, 0.0487799, 0.0486954), 6
  )
  expect_identical(nobs(pooled), 751L)
  within <- fit(n ~ l(n, 1) + l(n, 2) + w + l(w, 1) + k + l(k, 1:2) + ys + l(ys, 1:2) | firm + year)
  expect_printed(
    within, c(`l(n, 1)` = 0.7329476, `l(n, 2)` = -0.1394773), c(0.039304, 0.040026), 6
  )
  differences <- fit(
    d(n) ~ l(d(n), 2) + d(w) + l(d(w), 1) + d(k) + l(d(k), 1:2) + d(ys) + l(d(ys), 1:2) +
      factor(year) | 0 | l(d(n), 1) ~ l(n, 3)
  )
  # Anderson and Hsiao's, by the level two periods before the lagged difference
  expect_printed(differences, c(`l(d(n), 1)` = 2.308), 2.000, 3)
  expect_identical(nobs(differences), 611L)
})

test_that("gasoline and crime in Baltagi's tables", {
  skip_if_not_installed("plm")
  gasoline <- data_of("Gasoline", "plm")
  formula <- lgaspcar ~ lincomep + lrpmg + lcarpcap
  named <- function(x) stats::setNames(x, c("lincomep", "lrpmg", "lcarpcap"))
  expect_printed(
    fe_reg(formula, gasoline), named(c(0.890, -0.892, -0.763)), c(0.036, 0.030, 0.019), 3
  )
  expect_printed(
    fe_reg(lgaspcar ~ lincomep + lrpmg + lcarpcap | country, gasoline),
    named(c(0.662, -0.322, -0.640)), c(0.073, 0.044, 0.030), 3
  )
  # Cornwell and Trumbull's panel (Baltagi 2006): within, and 2SLS with arrests and police
  # endogenous
  crime <- data_of("Crime", "plm")
  within <- fe_reg(
    lcrmrte ~ lprbarr + lprbconv + lprbpris + lavgsen + lpolpc + ldensity + lwcon + lwtuc + lwtrd +
      lwfir + lwser + lwmfg + lwfed + lwsta + lwloc + lpctymle | county + year, crime
  )
  at <- c("lprbarr", "lprbconv", "lprbpris", "lavgsen", "lpolpc")
  expect_printed(
    within, stats::setNames(c(-0.355, -0.282, -0.173, -0.002, 0.413), at),
    c(0.032, 0.021, 0.032, 0.026, 0.027), 3
  )
  iv <- fe_reg(
    lcrmrte ~ lprbconv + lprbpris + lavgsen + ldensity + lwcon + lwtuc + lwtrd + lwfir + lwser +
      lwmfg + lwfed + lwsta + lwloc + lpctymle | county + year | lprbarr + lpolpc ~ ltaxpc + lmix,
    crime
  )
  expect_printed(
    iv, stats::setNames(c(-0.576, -0.423, -0.250, 0.009, 0.658), at),
    c(0.802, 0.502, 0.279, 0.049, 0.847), 3
  )
})

test_that("Petersen's firms and years, and wages of Cornwell and Rupert", {
  skip_if_not_installed("sandwich")
  skip_if_not_installed("plm")
  d <- data_of("PetersenCL", "sandwich")
  se <- function(vcov) unname(sqrt(diag(vcov(fe_reg(y ~ x, d), vcov))))
  expect_equal(round(se("iid"), 4), c(0.0284, 0.0286))
  expect_equal(round(se("HC1"), 4), c(0.0284, 0.0284))
  expect_equal(round(se(~firm), 4), c(0.0670, 0.0506))
  expect_equal(round(se(~year), 4), c(0.0234, 0.0334))
  # Both ways he counts each dimension's clusters by itself (.0651, .0536), as does
  # sandwich::vcovCL(); reghdfe and we the fewer of both in all parts
  parts <- vapply(list("HC1", ~firm, ~year), function(v) vcov(fe_reg(y ~ x, d), v)[2, 2], 0)
  expect_equal(round(sqrt(sum(parts * c(-1, 1, 1))), 4), 0.0536)
  wages <- data_of("Wages", "plm")
  wages$id <- rep(1:595, each = 7)
  fit <- suppressMessages(fe_reg(
    lwage ~ wks + south + smsa + married + exp + I(exp^2) + bluecol + ind + union | id, wages
  ))
  expect_printed(
    fit,
    c(
      wks = 0.0008, southyes = -0.0019, smsayes = -0.0425, marriedyes = -0.0297, exp = 0.1132,
      bluecolyes = -0.0215, ind = 0.0192, unionyes = 0.0328
    ),
    c(0.0006, 0.0343, 0.0194, 0.0190, 0.0025, 0.0138, 0.0154, 0.0149), 4
  )
})
