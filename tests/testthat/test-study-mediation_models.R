test_that("three regressions by hand, and total = direct + a b", {
  skip_if_not_installed("fixest")
  m <- mediation_test(total_fit(), ~ log(private_capital), boot = 0)
  by_fixest <- function(f) {
    fixest::feols(f, state_capital, vcov = ~state, notes = FALSE, fixef.tol = 1e-11)
  }
  total <- by_fixest(log(output) ~ log(highways) + unemployment | state + year)
  mediator <- by_fixest(log(private_capital) ~ log(highways) + unemployment | state + year)
  direct <- by_fixest(
    log(output) ~ log(highways) + unemployment + log(private_capital) | state + year
  )
  expect_equal(
    m$effects$estimate[1:4],
    unname(c(coef(total)[1], coef(mediator)[1], coef(direct)[3], coef(direct)[1])), tolerance = 1e-8
  )
  se <- function(fit, i) sqrt(vcov(fit)[i, i])
  expect_equal(
    m$effects$std.error[1:4], c(se(total, 1), se(mediator, 1), se(direct, 3), se(direct, 1)),
    tolerance = 1e-8
  )
  expect_equal(
    effect_of(m, "total"), effect_of(m, "direct") + effect_of(m, "indirect"), tolerance = 1e-10
  )
  expect_equal(m$share, effect_of(m, "indirect") / effect_of(m, "total"))
  expect_equal(effect_of(m, "indirect", "p.value"), m$tests$p.value[1])
  expect_null(m$intervals)
})

test_that("rows without the mediator leave all three models, and total = direct + a b still", {
  d <- state_capital
  d$private_capital[c(1, 20, 300)] <- NA
  expect_message(
    m <- mediation_test(total_fit(d), ~ log(private_capital), boot = 0), "3 rows",
    class = "ccdpanel_message_common_sample"
  )
  expect_identical(vapply(m$models, nobs, 0L, USE.NAMES = FALSE), rep(813L, 3))
  expect_equal(
    effect_of(m, "total"), effect_of(m, "direct") + effect_of(m, "indirect"), tolerance = 1e-10
  )
})

test_that("an offset of the outcome stays out of the mediator's equation, weights do not", {
  d <- transform(state_capital, y = log(output), x = log(highways), m = log(private_capital),
    z = log(water))
  fit <- fe_reg(
    y ~ x + unemployment + offset(m) | state, d, panel = c("state", "year"), vcov = "HC1",
    weights = ~employment
  )
  out <- mediation_test(fit, ~z, boot = 20, seed = 3)
  by_lm <- function(formula) stats::lm(formula, d, weights = employment)
  a <- by_lm(z ~ x + unemployment + state)
  direct <- by_lm(y - m ~ x + unemployment + z + state)
  expect_equal(effect_of(out, "a"), stats::coef(a)[["x"]], tolerance = 1e-8)
  expect_equal(effect_of(out, "b"), stats::coef(direct)[["z"]], tolerance = 1e-8)
  expect_equal(effect_of(out, "direct"), stats::coef(direct)[["x"]], tolerance = 1e-8)
  expect_equal(
    effect_of(out, "total"), stats::coef(by_lm(y - m ~ x + unemployment + state))[["x"]],
    tolerance = 1e-8
  )
  # A bootstrap sample whose coefficients are those of the same two equations
  set.seed(3, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
  d$times <- tabulate(sample.int(48, 48, TRUE), 48)[match(d$state, unique(d$state))]
  drawn <- stats::lm(
    z ~ x + unemployment + state, d[d$times > 0, ], weights = employment * times
  )
  expect_equal(out$replicates$a[1], stats::coef(drawn)[["x"]], tolerance = 1e-8)
})

test_that("a mediator that the model holds anywhere is none, and a lag of it is another variable", {
  fit_of <- function(formula) fe_reg(formula, state_capital, panel = c("state", "year"))
  for (formula in c(
    output ~ highways * unemployment | state, output ~ highways + I(unemployment^2) | state,
    output ~ highways + log(unemployment) | state, log(unemployment) ~ highways | state
  )) {
    expect_error(
      mediation_test(fit_of(formula), ~unemployment, boot = 0), "in the model already, in",
      class = "ccdpanel_error_mediator"
    )
  }
  expect_error(
    mediation_test(fit_of(output ~ highways | state), ~ log(output), boot = 0), "in `output`",
    class = "ccdpanel_error_mediator"
  )
  lagged <- suppressMessages(fit_of(output ~ highways + l(unemployment, 1) | state))
  expect_s3_class(
    suppressMessages(mediation_test(lagged, ~unemployment, boot = 0)), "mediation_test"
  )
})
