test_that(
  "the interaction of centred variables by hand, and effects at values by the delta method", {
  skip_if_not_installed("fixest")
  m <- moderation_test(unmoderated_fit(), ~unemployment)
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
  centred <- moderation_test(unmoderated_fit(), ~unemployment)
  plain <- moderation_test(unmoderated_fit(), ~unemployment, centre = FALSE)
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
  m <- moderation_test(unmoderated_fit(), ~unemployment)
  text <- capture.output(print(m))
  expect_true(any(grepl(
    "Centred at the means of the sample: log(highways) 8.900, unemployment 6.602", text,
    fixed = TRUE
  )))
  expect_true(any(grepl("100% of rows", text)) || any(grepl("from .* to .*% of rows", text)))
  expect_lt(length(text), 24)
  expect_identical(as.data.frame(m), m$effects)
  expect_identical(generics::tidy(m), m$effects)
})

test_that("wrong arguments", {
  fit <- unmoderated_fit()
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

test_that(
  paste0(
    "centred columns and their product are spelt out in print and in tables, by the user's ",
    "labels and in Chinese"
  ),
  {
  m <- moderation_test(unmoderated_fit(), ~unemployment)
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
