test_that("factors of a fit are those of car, generalised ones of factors too, weights included", {
  skip_if_not_installed("car")
  plain <- fe_reg(
    log(output) ~ log(highways) + log(private_capital) + unemployment + region, state_capital
  )
  hand <- car::vif(stats::lm(
    log(output) ~ log(highways) + log(private_capital) + unemployment + region, state_capital
  ))
  out <- collinearity(plain)
  expect_equal(out$vif, unname(hand[out$term, "GVIF"]), tolerance = 1e-9)
  expect_equal(out$scaled, unname(hand[out$term, 3]), tolerance = 1e-9)
  expect_equal(out$df, as.integer(hand[out$term, "Df"]))
  weighted <- fe_reg(
    log(output) ~ log(highways) + log(private_capital), state_capital, weights = ~employment
  )
  expect_equal(collinearity(weighted)$vif[1], unname(car::vif(
    stats::lm(
      log(output) ~ log(highways) + log(private_capital), state_capital, weights = employment
    )
  )[1]), tolerance = 1e-9)
})

test_that("within: R-squared of each regressor on the others and the dummies", {
  fit <- fe_reg(
    log(output) ~ log(highways) + log(private_capital) + unemployment | state + year, state_capital
  )
  out <- collinearity(fit)
  d <- state_capital
  dummies <- ~ factor(state) + factor(year)
  resid_of <- function(v) stats::lm.fit(stats::model.matrix(dummies, d), v)$residuals
  x <- data.frame(
    h = resid_of(log(d$highways)), k = resid_of(log(d$private_capital)),
    u = resid_of(d$unemployment)
  )
  by_hand <- c(
    "log(highways)" = 1 / (1 - summary(stats::lm(h ~ k + u, x))$r.squared),
    "log(private_capital)" = 1 / (1 - summary(stats::lm(k ~ h + u, x))$r.squared),
    unemployment = 1 / (1 - summary(stats::lm(u ~ h + k, x))$r.squared)
  )
  expect_equal(out$vif_within, unname(by_hand[out$term]), tolerance = 1e-8)
  expect_equal(out$tolerance, 1 / out$vif)
})

test_that("a data set: one over one less R-squared, rows with gaps counted", {
  d <- datasets::airquality[c("Ozone", "Wind", "Temp")]
  expect_message(out <- collinearity(d), "37 of 153", class = "ccdpanel_message_dropped")
  expect_equal(
    out$vif[out$term == "Temp"], 1 / (1 - summary(stats::lm(Temp ~ Ozone + Wind, d))$r.squared),
    tolerance = 1e-10
  )
  expect_false(is.unsorted(rev(out$vif)))
})

test_that("printing", {
  text <- capture.output(print(collinearity(state_capital, c(
    "highways", "water", "private_capital"
  ))))
  expect_true(any(grepl(
    "Mean VIF 11.03, largest 15.50. Above 10, the usual mark: highways, water", text
  )))
  expect_output(print(collinearity(fe_reg(mpg ~ wt + qsec, datasets::mtcars))), "None is above 10")
  out <- collinearity(fe_reg(mpg ~ wt + qsec, datasets::mtcars))
  expect_identical(class(as.data.frame(out)), "data.frame")
  expect_identical(generics::tidy(out), as.data.frame(out))
})

test_that("wrong arguments", {
  expect_error(collinearity(1), class = "ccdpanel_error_fit")
  expect_error(collinearity(fe_reg(mpg ~ 1, datasets::mtcars)), class = "ccdpanel_error_column")
  expect_error(collinearity(datasets::mtcars, "mpg"), class = "ccdpanel_error_column")
  d <- data.frame(a = 1:5, b = c(2, 1, 4, 3, 5), c = 7)
  expect_error(collinearity(d), "\"c\"", class = "ccdpanel_error_collinear")
  expect_error(collinearity(transform(d, c = a + b)), "exactly", class = "ccdpanel_error_collinear")
})

test_that("data without complete rows are refused, and the variable that lacks most is named", {
  d <- transform(state_capital, z = NA_real_)
  expect_error(
    collinearity(d, c("z", "output", "water")), "0 of 816 have.*\"z\" lacks most \\(816\\)",
    class = "ccdpanel_error_missing"
  )
})

test_that("beside slopes alone the constant has no factor of inflation", {
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id[[year]], d)
  vif <- collinearity(fit)
  expect_identical(vif$term, c("x", "a"))
  expect_equal(vif$vif, rep(1 / (1 - cor(d$x, d$a)^2), 2))
  # By hand: what slopes of each unit leave of x, a and the constant, whose inverse correlations
  # have the factors. Another origin, or rows in a database, change nothing.
  left <- vapply(list(d$x - mean(d$x), d$a - mean(d$a), rep(1, nrow(d))), function(v) {
    stats::residuals(stats::lm(v ~ 0 + factor(d$id):d$year))
  }, numeric(nrow(d)))
  expect_equal(vif$vif_within, diag(solve(stats::cor(left)))[1:2], tolerance = 1e-8)
  d$x <- d$x + 1000
  expect_equal(collinearity(update(fit, data = d))$vif_within, vif$vif_within, tolerance = 1e-8)
  con <- sqlite()
  remote <- fe_reg(y ~ x + a | id[[year]], stored(con, d), remote = "cells")
  expect_equal(collinearity(remote)$vif_within, vif$vif_within, tolerance = 1e-8)
})

test_that("dummies that make a constant count as a factor beside one does", {
  d <- transform(made_panel(), g = c("a", "b", "c")[1 + id %% 3])
  con <- sqlite()
  table <- stored(con, d)
  by_term <- function(fit) {
    out <- as.data.frame(collinearity(fit))
    out[order(out$term), c("term", "df", "vif", "scaled")]
  }
  for (pair in list(
    c(y ~ x + a + g, y ~ 0 + g + x + a), c(y ~ x * g + a, y ~ 0 + g + x + x:g + a)
  )) {
    expected <- by_term(fe_reg(pair[[1]], d))
    expected$term <- sub("x:g", "g:x", expected$term)
    expected <- expected[order(expected$term), ]
    for (data in list(d, table)) {
      own <- by_term(suppressMessages(fe_reg(pair[[2]], data)))
      expect_equal(own, expected, tolerance = 1e-8, ignore_attr = TRUE)
    }
  }
  # Shares that sum to one leave nothing of each other; a constant column is no regressor.
  d$s <- stats::plogis(d$x)
  d$rest <- 1 - d$s
  vif <- by_term(fe_reg(y ~ 0 + s + rest + a, d))
  expect_identical(vif$vif[match(c("s", "rest"), vif$term)], c(Inf, Inf))
  expect_equal(vif$vif[vif$term == "a"], 1 / (1 - cor(d$a, d$s)^2))
  d$one <- 2
  expect_equal(by_term(fe_reg(y ~ 0 + one + x + a, d)), by_term(fe_reg(y ~ x + a, d)))
  expect_error(collinearity(fe_reg(y ~ 0 + one, d)), class = "ccdpanel_error_column")
})
