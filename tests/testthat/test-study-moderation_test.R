panel_fit <- function() {
  fe_reg(
    log(output) ~ log(highways) + log(private_capital) | state + year, state_capital,
    panel = c("state", "year"), vcov = ~state
  )
}

test_that(
  "the interaction of centred variables by hand, and effects at values by the delta method", {
  skip_if_not_installed("fixest")
  m <- moderation_test(panel_fit(), ~unemployment)
  d <- transform(
    state_capital, x = log(highways) - mean(log(highways)), z = unemployment - mean(unemployment)
  )
  hand <- fixest::feols(
    log(output) ~ x + z + x:z + log(private_capital) | state + year, d, vcov = ~state,
    notes = FALSE, fixef.tol = 1e-11
  )
  expect_identical(m$coefficients$term, c(
    "log_highways_c", "unemployment_c", "log_highways_c:unemployment_c"
  ))
  expect_equal(m$coefficients$estimate, unname(coef(hand)[c("x", "z", "x:z")]), tolerance = 1e-7)
  v <- vcov(hand)[c("x", "x:z"), c("x", "x:z")]
  expect_equal(m$coefficients$std.error[c(1, 3)], unname(sqrt(diag(v))), tolerance = 1e-7)
  at <- mean(state_capital$unemployment) + c(-1, 0, 1) * stats::sd(state_capital$unemployment)
  expect_equal(m$effects$moderator, at)
  weight <- rbind(1, at - mean(at))
  expect_equal(
    m$effects$estimate, as.vector(coef(hand)[c("x", "x:z")] %*% weight), tolerance = 1e-7
  )
  se <- sqrt(diag(t(weight) %*% v %*% weight))
  expect_equal(m$effects$std.error, se, tolerance = 1e-7)
  expect_equal(
    m$effects$conf.high, m$effects$estimate + stats::qt(0.975, 47) * se, tolerance = 1e-7
  )
})

test_that("at given values, without effects and centring, by lm", {
  d <- transform(mtcars, cyl = NULL)
  fit <- fe_reg(mpg ~ wt + qsec, d)
  m <- moderation_test(fit, ~hp, at = c(100, 200), centre = FALSE)
  hand <- stats::lm(mpg ~ wt * hp + qsec, d)
  v <- stats::vcov(hand)
  for (i in 1:2) {
    h <- c(100, 200)[i]
    expect_equal(
      m$effects$estimate[i], unname(coef(hand)["wt"] + h * coef(hand)["wt:hp"]), tolerance = 1e-9
    )
    expect_equal(
      m$effects$std.error[i],
      sqrt(v["wt", "wt"] + 2 * h * v["wt", "wt:hp"] + h^2 * v["wt:hp", "wt:hp"]), tolerance = 1e-8
    )
  }
})

test_that("centring changes nothing but the two variables' own coefficients", {
  centred <- moderation_test(panel_fit(), ~unemployment)
  plain <- moderation_test(panel_fit(), ~unemployment, centre = FALSE)
  expect_equal(plain$effects[-1], centred$effects[-1], tolerance = 1e-7)
  expect_equal(plain$coefficients$estimate[3], centred$coefficients$estimate[3], tolerance = 1e-8)
  expect_equal(plain$regions, centred$regions, tolerance = 1e-6)
  expect_equal(
    unname(
      plain$coefficients$estimate[1] + mean(
        state_capital$unemployment
      ) * plain$coefficients$estimate[3]
    ),
    centred$coefficients$estimate[1], tolerance = 1e-7
  )
})

test_that(
  "a moderator that the fit has already is not entered twice; a binary one has two values", {
  fit <- fe_reg(log(output) ~ log(highways) + unemployment | state, state_capital, vcov = ~state)
  m <- moderation_test(fit, ~unemployment)
  expect_length(coef(m$fit), 3)
  late <- suppressMessages(moderation_test(panel_fit(), ~ year > 1979, centre = FALSE))
  expect_identical(late$effects$moderator, c(0, 1))
  expect_identical(late$effects$at, c("lower", "upper"))
  d <- transform(state_capital, late = as.numeric(year > 1979))
  hand <- suppressMessages(fe_reg(
    log(output) ~ log(highways) + log(private_capital) + log(highways):late | state + year, d,
    vcov = ~state
  ))
  expect_equal(diff(late$effects$estimate), unname(coef(hand)[3]), tolerance = 1e-8)
})

test_that("Johnson and Neyman: p is the level at the edges, and the regions share out the rows", {
  set.seed(4)
  d <- data.frame(x = stats::rnorm(300), m = stats::runif(300, -3, 3))
  d$y <- 0.2 * d$x + 0.4 * d$x * d$m + stats::rnorm(300)
  m <- moderation_test(fe_reg(y ~ x, d), ~m)
  expect_identical(m$regions$sign, c(-1, 0, 1))
  edges <- m$regions$to[1:2]
  at_edges <- moderation_test(fe_reg(y ~ x, d), ~m, at = edges)
  expect_equal(at_edges$effects$p.value, c(0.05, 0.05), tolerance = 1e-8)
  expect_equal(m$share, c(
    mean(d$m < edges[1]), mean(d$m >= edges[1] & d$m < edges[2]), mean(d$m >= edges[2])
  ))
  expect_equal(range(c(m$regions$from, m$regions$to)), range(d$m))
})

test_that("roots of a quadratic, without cancellation", {
  # (m - 1)(m - 2); a double root says nothing; 1e-9 and 1e9
  expect_equal(sort(real_roots(c(2, -3, 1))), c(1, 2))
  expect_identical(real_roots(c(1, -2, 1)), numeric())
  expect_identical(real_roots(c(1, 0, 1)), numeric())
  expect_equal(sort(real_roots(c(1, -(1e9 + 1e-9), 1))), c(1e-9, 1e9))
  expect_equal(real_roots(c(-4, 2, 0)), 2)
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

test_that("intervals cover the true effect in 95 of 100 samples", {
  skip_if(Sys.getenv("CCDPANEL_TEST_EXTENDED") == "", "extended simulation")
  set.seed(30)
  covered <- replicate(500, {
    d <- data.frame(id = rep(1:50, each = 6), x = stats::rnorm(300), m = stats::rnorm(300))
    d$y <- 0.5 * d$x + 0.3 * d$x * d$m + rep(stats::rnorm(50), each = 6) + stats::rnorm(300)
    e <- moderation_test(fe_reg(y ~ x | id, d, vcov = ~id), ~m, at = c(-1, 1))$effects
    e$conf.low < c(0.2, 0.8) & e$conf.high > c(0.2, 0.8)
  })
  expect_true(all(abs(rowMeans(covered) - 0.95) < 3 * sqrt(0.95 * 0.05 / 500)))
})

test_that("printing and plain tables", {
  m <- moderation_test(panel_fit(), ~unemployment)
  text <- capture.output(print(m))
  expect_true(any(grepl(
    "Centred at the means of the sample: log(highways) 8.9, unemployment 6.602", text, fixed = TRUE
  )))
  expect_true(any(grepl("100% of rows", text)) || any(grepl("from .* to .*% of rows", text)))
  expect_lt(length(text), 24)
  expect_identical(as.data.frame(m), m$effects)
  expect_identical(generics::tidy(m), m$effects)
})

test_that("wrong arguments", {
  fit <- panel_fit()
  expect_error(moderation_test(1, ~a), class = "ccdpanel_error_fit")
  expect_error(moderation_test(fit, "unemployment"), class = "ccdpanel_error_formula")
  expect_error(moderation_test(fit, ~nothing), class = "ccdpanel_error_column")
  expect_error(moderation_test(fit, ~region), "by_group", class = "ccdpanel_error_moderator")
  expect_error(moderation_test(fit, ~ log(highways)), "itself", class = "ccdpanel_error_moderator")
  expect_error(moderation_test(fit, ~unemployment, term = "water"), class = "ccdpanel_error_term")
  expect_error(moderation_test(fit, ~unemployment, at = "high"), class = "ccdpanel_error_number")
  expect_error(moderation_test(fit, ~unemployment, level = 95), class = "ccdpanel_error_number")
  expect_error(
    suppressMessages(moderation_test(fit, ~ I(0 * year))), "collinear",
    class = "ccdpanel_error_moderator"
  )
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
    "Beyond the sample, whose values go from 2.8 to 18: 100.", fixed = TRUE
  )
})

test_that(
  paste0(
    "centred columns and their product are spelt out in print and in tables, by the user's ",
    "labels and in Chinese"
  ),
  {
  m <- moderation_test(panel_fit(), ~unemployment)
  expect_output(print(m), "log(highways) x unemployment ", fixed = TRUE)
  expect_false(any(grepl("_c\\b", capture.output(print(m)))))
  shown <- function(...) {
    table <- regression_table(m$fit, ...)
    table$term[table$part == "coefficient"]
  }
  expect_identical(shown()[c(1, 2, 4)], c(
    "log(highways) (centred)", "unemployment (centred)", "log(highways) x unemployment"
  ))
  labels <- c("log(highways)" = "Highways", "log_highways_c:unemployment_c" = "Product")
  expect_silent(named <- shown(labels = labels))
  expect_identical(named[c(1, 2, 4)], c("Highways (centred)", "unemployment (centred)", "Product"))
  expect_identical(
    shown(language = "zh", labels = labels[1])[c(1, 4)],
    c("Highways\uff08\u4e2d\u5fc3\u5316\uff09", "Highways \u00d7 unemployment")
  )
  expect_identical(shown(keep = "log_highways_c:unemployment_c")[1], "log(highways) x unemployment")
})

test_that("effects under CR2 have their own degrees of freedom: clubSandwich's", {
  skip_if_not_installed("clubSandwich")
  d <- state_capital
  d$x <- log(d$private_capital)
  fit <- fe_reg(log(output) ~ x | state, d, vcov = cov_cr2(~state))
  m <- moderation_test(fit, ~unemployment, at = c(3, 6, 12))
  full <- lm(log(output) ~ 0 + x * unemployment + state, transform(d, state = factor(state)))
  weights <- matrix(0, 3, length(coef(full)), dimnames = list(NULL, names(coef(full))))
  weights[, "x"] <- 1
  weights[, "x:unemployment"] <- c(3, 6, 12)
  peer <- clubSandwich::linear_contrast(
    full, clubSandwich::vcovCR(full, d$state, "CR2"), weights, p_values = TRUE
  )
  expect_equal(m$effects$std.error, peer$SE, tolerance = 1e-6)
  expect_equal(m$effects$conf.low, peer$CI_L, tolerance = 1e-6)
  expect_equal(m$effects$p.value, peer$p_val, tolerance = 1e-5)
})

test_that("under CR2 regions end where the effect's p-value is one less the level", {
  set.seed(3)
  d <- data.frame(id = rep(1:12, each = 8), m = rnorm(96), x = rnorm(96))
  d$m <- d$m + (d$id > 9) * 4
  d$y <- d$x * d$m / 3 + rnorm(96) + rnorm(12)[d$id]
  fit <- fe_reg(y ~ x | id, d, vcov = cov_cr2(~id))
  m <- moderation_test(fit, ~m)
  ends <- utils::head(m$regions$to, -1)
  expect_gt(length(ends), 0)
  at <- moderation_test(fit, ~m, at = ends)$effects
  expect_equal(at$p.value, rep(0.05, length(ends)), tolerance = 1e-7)
  # Degrees of freedom that do not change with the moderator would end them elsewhere.
  fixed <- effect_roots(list(
    fit = m$fit, names = m$settings$names, means = m$settings$means
  ), 0.95)
  expect_gt(min(abs(outer(fixed, ends, "-"))), 1e-3)
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
