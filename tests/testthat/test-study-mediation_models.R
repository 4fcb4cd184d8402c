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

test_that("rows without the outcome or its offset stay out of the mediator's equation", {
  d <- transform(state_capital, y = log(output), x = log(highways), m = log(private_capital))
  d$y[c(5, 40, 41, 300)] <- NA
  d$unemployment[c(7, 600)] <- NA
  d$water[c(41, 90, 700)] <- NA
  rows <- stats::complete.cases(d[c("y", "unemployment", "water")])
  by_lm <- function(formula, rows) stats::coef(stats::lm(formula, d[rows, ]))
  fit <- suppressMessages(fe_reg(y ~ x | state, d, panel = c("state", "year"), vcov = ~state))
  out <- mediation_test(fit, ~m, boot = 9, seed = 1)
  expect_identical(vapply(out$models, nobs, 0L, USE.NAMES = FALSE), rep(812L, 3))
  expect_equal(
    effect_of(out, "a"), by_lm(m ~ x + state, !is.na(d$y))[["x"]], tolerance = 1e-8
  )
  expect_equal(
    effect_of(out, "total"), effect_of(out, "direct") + effect_of(out, "indirect"),
    tolerance = 1e-10
  )
  # A bootstrap sample is of the same rows in both equations.
  set.seed(1, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
  d$times <- tabulate(sample.int(48, 48, TRUE), 48)[match(d$state, unique(d$state))]
  drawn <- stats::lm(m ~ x + state, d[!is.na(d$y) & d$times > 0, ], weights = times)
  expect_equal(out$replicates$a[1], stats::coef(drawn)[["x"]], tolerance = 1e-8)
  fit <- suppressMessages(fe_reg(y ~ x + unemployment + offset(water / 1e4) | state, d))
  out <- mediation_test(fit, ~m, boot = 0)
  expect_equal(
    effect_of(out, "a"), by_lm(m ~ x + unemployment + state, rows)[["x"]], tolerance = 1e-8
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

test_that("weights, a part of the rows, gaps, factors and products: all numbers by lm", {
  skip_if_not_installed("sandwich")
  d <- gappy_panel()
  used <- d[!is.na(d$m) & !is.na(d$x) & d$w > 0 & d$year > 1972, ]
  for (rhs in c("x + f", "x * q")) for (vcov in list("HC1", ~state)) {
    fit <- suppressMessages(fe_reg(
      stats::as.formula(paste("y ~", rhs, "| state + year")), d, vcov = vcov, weights = ~w,
      subset = ~ year > 1972
    ))
    test <- suppressMessages(mediation_test(fit, ~m, boot = 0, level = 0.9))
    by_lm <- function(start, term) {
      formula <- paste(start, "+", rhs, "+ factor(state) + factor(year)")
      model <- stats::lm(stats::as.formula(formula), used, weights = w)
      clustered <- inherits(vcov, "formula")
      v <- if (clustered) {
        # Effects of the clusters' own units take no degree of freedom beside their constant.
        n <- stats::nobs(model)
        sandwich::vcovCL(model, ~state, type = "HC0") * (n - 1) /
          (n - (model$rank - 47))
      } else {
        sandwich::vcovHC(model, "HC1")
      }
      b <- stats::coef(model)[[term]]
      se <- sqrt(v[term, term])
      df <- if (clustered) 47 else stats::df.residual(model)
      b <- c(
        b, se, b / se, 2 * stats::pt(-abs(b / se), df), b + c(-1, 1) * stats::qt(0.95, df) * se
      )
    }
    hand <- rbind(
      by_lm("y ~ 1", "x"), by_lm("m ~ 1", "x"), by_lm("y ~ m", "m"), by_lm("y ~ m", "x")
    )
    expect_equal(
      unname(as.matrix(test$effects[1:4, 3:8])), hand, tolerance = 1e-7, label = rhs
    )
    # Sobel's z of the two paths, and the interval around their product
    a <- hand[2, ]
    b <- hand[3, ]
    se <- sqrt(b[1]^2 * a[2]^2 + a[1]^2 * b[2]^2)
    expect_equal(
      unname(unlist(test$effects[5, 3:8])),
      c(a[1] * b[1], se, a[1] * b[1] / se, 2 * stats::pnorm(-abs(a[1] * b[1] / se)),
        a[1] * b[1] + c(-1, 1) * stats::qnorm(0.95) * se),
      tolerance = 1e-7
    )
    expect_equal(test$share, a[1] * b[1] / hand[1, 1], tolerance = 1e-7)
  }
})

test_that("under CR2 each path has its own degrees of freedom: clubSandwich's on weighted rows", {
  skip_if_not_installed("clubSandwich")
  d <- gappy_panel()
  fit <- suppressMessages(fe_reg(y ~ x + f | state, d, vcov = cov_cr2(~state), weights = ~w))
  test <- suppressMessages(mediation_test(fit, ~m, boot = 0))
  used <- d[!is.na(d$m) & !is.na(d$x) & d$w > 0, ]
  # Rows times the root of their weights are the least squares that are adjusted.
  by_lm <- function(formula, term) {
    x <- as.data.frame(stats::model.matrix(formula, used) * sqrt(used$w))
    names(x) <- make.names(names(x))
    x$left <- used[[as.character(formula[[2]])]] * sqrt(used$w)
    model <- stats::lm(left ~ 0 + ., x)
    unlist(clubSandwich::coef_test(
      model, clubSandwich::vcovCR(model, used$state, "CR2"),
      test = "Satterthwaite", coefs = term
    )[c("beta", "SE", "p_Satt")])
  }
  hand <- rbind(
    by_lm(y ~ x + f + state, "x"), by_lm(m ~ x + f + state, "x"), by_lm(y ~ m + x + f + state, "m"),
    by_lm(y ~ m + x + f + state, "x")
  )
  expect_equal(
    unname(as.matrix(test$effects[1:4, c("estimate", "std.error", "p.value")])), unname(hand),
    tolerance = 1e-6
  )
})
