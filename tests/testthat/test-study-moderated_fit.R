test_that(
  "a moderator that the fit has already is not entered twice; a binary one has two values", {
  fit <- fe_reg(log(output) ~ log(highways) + unemployment | state, state_capital, vcov = ~state)
  m <- moderation_test(fit, ~unemployment)
  expect_length(coef(m$fit), 3)
  late <- suppressMessages(moderation_test(unmoderated_fit(), ~ year > 1979, centre = FALSE))
  expect_identical(late$effects$moderator, c(0, 1))
  expect_identical(late$effects$at, c("lower", "upper"))
  d <- transform(state_capital, late = as.numeric(year > 1979))
  hand <- suppressMessages(fe_reg(
    log(output) ~ log(highways) + log(private_capital) + log(highways):late | state + year, d,
    vcov = ~state
  ))
  expect_equal(diff(late$effects$estimate), unname(coef(hand)[3]), tolerance = 1e-8)
})

test_that("rows without the moderator are counted, and means are those of the rows used", {
  d <- state_capital
  d$unemployment[1:10] <- NA
  fit <- fe_reg(log(output) ~ log(highways) | state, d, vcov = ~state)
  expect_message(
    m <- moderation_test(fit, ~unemployment), "10 rows", class = "ccdpanel_message_common_sample"
  )
  expect_identical(nobs(m$fit), 806L)
  expect_equal(m$settings$means, c(mean(log(d$highways[-(1:10)])), mean(d$unemployment[-(1:10)])))
})

test_that("several moderators are not summed, and points beyond the sample are said", {
  fit <- fe_reg(log(output) ~ log(highways) | state + year, state_capital, vcov = ~state)
  expect_error(
    moderation_test(fit, ~ unemployment + water),
    "must be one variable; `unemployment \\+ water` names 2", class = "ccdpanel_error_moderator"
  )
  expect_error(
    mediation_test(fit, ~ unemployment + water), "names 2", class = "ccdpanel_error_mediator"
  )
  expect_output(
    print(moderation_test(fit, ~unemployment, at = c(5, 100))),
    "Beyond the sample, whose values go from 2.800 to 18.00: 100.0.", fixed = TRUE
  )
})

test_that("a product that the model has already comes in once, and is said", {
  d <- transform(state_capital, y = log(output), x = log(highways), m = log(private_capital))
  fit <- fe_reg(
    y ~ x * unemployment + offset(m), d, vcov = "HC1", weights = ~employment
  )
  by_lm <- stats::lm(y - m ~ x * unemployment, d, weights = employment)
  b <- stats::coef(by_lm)
  v <- sandwich::vcovHC(by_lm, "HC1")
  at <- c(3, 10)
  for (centre in c(TRUE, FALSE)) {
    expect_message(
      out <- moderation_test(fit, ~unemployment, centre = centre, at = at),
      "has `x:unemployment` already", class = "ccdpanel_message_product"
    )
    expect_equal(
      out$effects$estimate, unname(b["x"] + at * b["x:unemployment"]), tolerance = 1e-8
    )
    expect_equal(out$effects$std.error, sqrt(
      v["x", "x"] + 2 * at * v["x", "x:unemployment"] +
        at^2 * v["x:unemployment", "x:unemployment"]
    ), tolerance = 1e-8)
    expect_identical(sum(grepl(":", names(coef(out$fit)))), 1L)
  }
  # Written the other way round it is the same term
  turned <- fe_reg(y ~ unemployment:x + x + unemployment, d)
  expect_message(moderation_test(turned, ~unemployment), class = "ccdpanel_message_product")
})

test_that("another product of the term is refused: its effect depends on that too", {
  fit_of <- function(formula) fe_reg(formula, state_capital)
  expect_error(
    moderation_test(fit_of(output ~ highways * water | state), ~unemployment),
    "`highways:water` too", class = "ccdpanel_error_moderator"
  )
  expect_error(
    suppressMessages(moderation_test(
      fit_of(output ~ highways * water * unemployment | state), ~unemployment
    )),
    "highways:water:unemployment", class = "ccdpanel_error_moderator"
  )
  # A product of others stays as it is
  expect_equal(
    moderation_test(
      fit_of(output ~ highways + water * employment), ~unemployment, at = 5, centre = FALSE
    )$effects$estimate,
    sum(stats::coef(stats::lm(
      output ~ highways * unemployment + water * employment, state_capital
    ))[c("highways", "highways:unemployment")] * c(1, 5)),
    tolerance = 1e-8
  )
})

test_that("variables are not centred in a model without a constant", {
  fit <- fe_reg(output ~ highways - 1, state_capital)
  expect_error(
    moderation_test(fit, ~unemployment), "centre = FALSE", class = "ccdpanel_error_moderator"
  )
  by_lm <- stats::coef(stats::lm(output ~ highways * unemployment - 1, state_capital))
  expect_equal(
    moderation_test(fit, ~unemployment, centre = FALSE, at = 5)$effects$estimate,
    sum(by_lm[c("highways", "highways:unemployment")] * c(1, 5)), tolerance = 1e-8
  )
})

test_that("a moderator may be one column of a matrix, or an array of one dimension", {
  d <- state_capital
  d$matrix <- as.matrix(d["unemployment"])
  d$array <- array(d$unemployment)
  fit <- fe_reg(log(output) ~ log(highways) | state, d)
  plain <- moderation_test(fit, ~unemployment)
  for (moderator in c(~matrix, ~array)) {
    expect_equal(moderation_test(fit, moderator)$effects, plain$effects)
  }
  scaled <- moderation_test(fit, ~ scale(unemployment))
  expect_equal(scaled$effects[-2], plain$effects[-2])
  expect_equal(
    scaled$regions[1:2] * stats::sd(d$unemployment) + mean(d$unemployment), plain$regions[1:2]
  )
  # A term may be one too.
  term <- fe_reg(log(output) ~ scale(highways) | state, d)
  own <- fe_reg(log(output) ~ I((highways - mean(highways)) / sd(highways)) | state, d)
  expect_equal(
    moderation_test(term, ~ scale(unemployment))$effects,
    moderation_test(own, ~ scale(unemployment))$effects
  )
})

test_that("the mean of a variable that is centred already is zero", {
  fit <- fe_reg(log(output) ~ log(highways) | state, state_capital)
  test <- moderation_test(fit, ~ scale(unemployment))
  expect_identical(test$effects$moderator[2], 0)
  expect_identical(test$settings$means[2], 0)
})
