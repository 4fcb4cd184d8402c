# Expressions of the whole column, and of one row each.
whole <- c(
  "I(scale(water)^2)", "rank(water)", "cut(water, 3)", "cut(water, 3, labels = FALSE)",
  "cut(water, 3, labels = c('a', 'b', 'c'))", "cut(water, quantile(water), labels = FALSE)",
  "cut(water, quantile(water), labels = letters[1:4], include.lowest = TRUE)",
  "I(water - mean(water))", "I(year - min(year))", "I(max(year) - year)", "winsorise(unemployment)",
  "winsorise(unemployment, c(0, .75))", "ifelse(unemployment > mean(unemployment), 1, 0)",
  "I(unemployment > median(unemployment))", "findInterval(water, quantile(water))",
  "I(water / sum(water))", "ave(water, state)", "I(l(water) - mean(l(water), na.rm = TRUE))",
  "as.numeric(factor(state))", "as.integer(as.factor(year))", "poly(water, 2)[, 1]",
  "as.vector(scale(water))", "match(year, unique(year))", "pmin(water, quantile(water, .9))"
)
by_itself <- c(
  "thrice(water)", "sapply(water, log)", "scale(log(water))", "cut(water, c(0, 1000, Inf))",
  "cut(water, c(0, 1000, 4000, Inf), labels = FALSE)", "poly(water, 2):unemployment",
  "factor(year > 1975)", "relevel(factor(region), 'south')", "findInterval(water, c(500, 1000))",
  "ifelse(region == 'south', water, 0)", "I(year - 1970)", "I(l(log(water), 1) / 2)",
  "thrice(l(water, 1))", "nchar(state)", "splines::ns(water, 3)", "as.numeric(year > 1975)",
  "vapply(water, function(v) min(v, 800), 0)"
)
thrice <- function(x) 3 * x
quietly_fitted <- function(formula, d) {
  suppressMessages(fe_reg(formula, d, panel = c("state", "year")))
}
with_region <- function() {
  transform(state_capital, region = ifelse(region == "South", "south", "other"))
}

test_that("an expression of the whole column predicts nothing on other rows, and is named", {
  d <- with_region()
  for (term in whole) {
    formula <- stats::as.formula(paste("log(output) ~ highways +", term))
    fit <- quietly_fitted(formula, d)
    for (new in list(d[1:3, ], d[d$year > 1980, ])) {
      expect_error(
        suppressMessages(predict(fit, new)), "all rows", class = "ccdpanel_error_basis",
        label = term
      )
    }
    expect_equal(
      suppressMessages(predict(fit, d))[fit$sample$rows %||% seq_len(816)], fitted(fit),
      label = term
    )
  }
})

test_that("what is computed row by row is predicted, whoever wrote it", {
  d <- with_region()
  for (term in by_itself) {
    formula <- stats::as.formula(paste("log(output) ~ highways +", term))
    fit <- quietly_fitted(formula, d)
    at <- d$state %in% unique(d$state)[7:12]
    own <- suppressMessages(predict(fit, d))
    expect_equal(suppressMessages(predict(fit, d[at, ])), own[at], label = term)
    expect_equal(own[fit$sample$rows %||% seq_len(816)], unname(fitted(fit)), label = term)
  }
})

test_that("effects, slopes by level, offsets and endogenous regressors of the whole column too", {
  d <- state_capital
  refused <- list(
    log(output) ~ water | cut(unemployment, 3), log(output) ~ water | state[rank(year)],
    log(output) ~ water | state^cut(year, 2),
    log(output) ~ water + offset(unemployment / max(year)),
    log(output) ~ water | state | I(unemployment - mean(unemployment)) ~ log(employment)
  )
  for (formula in refused) {
    fit <- quietly_fitted(formula, d)
    expect_error(predict(fit, d[1:40, ]), "all rows", class = "ccdpanel_error_basis")
    expect_error(augment(fit, newdata = d[1:40, ]), class = "ccdpanel_error_basis")
  }
  kept <- quietly_fitted(log(output) ~ water | state^cut(year, c(1969, 1980, 1990)), d)
  expect_equal(predict(kept, d[1:40, ]), unname(fitted(kept))[1:40])
})

test_that("the code of a factor is one of its levels: refused where those are others", {
  d <- state_capital
  d$region <- factor(d$region)
  fit <- fe_reg(log(output) ~ as.numeric(region) + water, d)
  last <- d[d$region == levels(d$region)[nlevels(d$region)], ]
  expect_equal(predict(fit, last), unname(fitted(fit))[as.integer(rownames(last))])
  expect_error(predict(fit, droplevels(last)), class = "ccdpanel_error_basis")
})

test_that("means and slopes of other packages are refused too", {
  d <- state_capital
  fit <- fe_reg(log(output) ~ I(water - mean(water)) + unemployment, d)
  skip_if_not_installed("emmeans")
  expect_error(emmeans::emmeans(fit, ~unemployment), "all rows")
  skip_if_not_installed("marginaleffects")
  with_null_default(environment())
  expect_error(marginaleffects::avg_slopes(fit, variables = "water"), "all rows")
})

test_that("tables of one dimension are columns like others", {
  d <- state_capital
  fit <- fe_reg(log(output) ~ tapply(water, state, mean)[state] + unemployment, d)
  peer <- lm(log(output) ~ ave(water, state) + unemployment, d)
  expect_equal(unname(coef(fit)), unname(coef(peer)))
  expect_error(predict(fit, d[1:3, ]), class = "ccdpanel_error_basis")
  expect_equal(predict(fit, d), fitted(peer), ignore_attr = TRUE)
})
