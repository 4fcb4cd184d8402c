test_that(
  "average slopes of a linear model are its coefficients, of a polynomial their derivative", {
  skip_if_not_installed("marginaleffects")
  with_null_default(environment())
  d <- with_factor()
  fit <- fe_reg(y ~ x + f | id + year | a ~ z1 + z2, d, vcov = ~firm)
  # Standard errors to the accuracy of its numerical derivatives.
  slopes <- marginaleffects::avg_slopes(fit)
  expect_setequal(slopes$term, c("x", "a", "f"))
  for (term in c("x", "a")) {
    row <- slopes[slopes$term == term, ]
    expect_equal(row$estimate, coef(fit)[[term]], tolerance = 1e-6)
    expect_equal(row$std.error, sqrt(vcov(fit)[term, term]), tolerance = 1e-4)
  }
  b <- slopes[slopes$term == "f" & slopes$contrast == "b - a", ]
  expect_equal(
    c(b$estimate, b$std.error), c(coef(fit)[["fb"]], sqrt(vcov(fit)["fb", "fb"])), tolerance = 1e-4
  )
  curved <- fe_reg(y ~ x + I(x^2) | id, d)
  slope <- marginaleffects::avg_slopes(curved)
  expect_equal(
    slope$estimate, coef(curved)[["x"]] + 2 * mean(d$x) * coef(curved)[["I(x^2)"]], tolerance = 1e-5
  )
  gradient <- c(1, 2 * mean(d$x))
  expect_equal(
    slope$std.error, sqrt(drop(gradient %*% vcov(curved) %*% gradient)), tolerance = 1e-4
  )
  other <- marginaleffects::avg_slopes(fit, variables = "x", vcov = vcov(fit, cov_cr2(~firm)))
  expect_equal(other$std.error, sqrt(vcov(fit, cov_cr2(~firm))["x", "x"]), tolerance = 1e-4)
  ways <- marginaleffects::avg_slopes(fit, variables = "x", vcov = ~ firm + year)
  expect_equal(ways$std.error, sqrt(vcov(fit, ~ firm + year)["x", "x"]), tolerance = 1e-4)
})

test_that(
  "slopes of interactions, squares and bases have the delta method's exact errors, at a point too",
  {
  skip_if_not_installed("marginaleffects", "1.0")
  with_null_default(environment())
  d <- made_panel()
  fit <- fe_reg(y ~ x * a | id + year, d, vcov = ~firm)
  gradient <- c(1, 0, mean(d$a))
  slope <- marginaleffects::avg_slopes(fit, variables = "x")
  expect_equal(slope$estimate, sum(gradient * coef(fit)), tolerance = 1e-9)
  expect_equal(slope$std.error, sqrt(drop(gradient %*% vcov(fit) %*% gradient)), tolerance = 1e-9)
  oracle <- stats::lm(y ~ poly(x, 3) * a + factor(id), d)
  bent <- fe_reg(y ~ poly(x, 3) * a | id, d)
  at <- data.frame(x = 0.4, a = 1, id = 3)
  wanted <- marginaleffects::slopes(oracle, newdata = at, variables = "x")
  got <- marginaleffects::slopes(bent, newdata = at, variables = "x")
  expect_equal(
    c(got$estimate, got$std.error), c(wanted$estimate, wanted$std.error), tolerance = 1e-7
  )
  # Where an effect differs between the two predictions its own variance is not known.
  d$g <- factor(d$id)
  expect_warning(
    marginaleffects::comparisons(
      fe_reg(y ~ x * a | g, d), variables = list(g = c("1", "2")), newdata = d[1, ]
    ),
    class = "ccdpanel_warning_standard_error"
  )
})

test_that("slopes of columns with any name are those of the column called otherwise", {
  skip_if_not_installed("marginaleffects")
  with_null_default(environment())
  d <- with_factor()
  plain <- marginaleffects::avg_slopes(fe_reg(y ~ log(x + 20) * a | id, d), variables = "x")
  for (name in c("a b", "if", "factor(g)", if (l10n_info()[["UTF-8"]]) "\u5730 \u533a")) {
    names(d)[names(d) %in% c("a", "a b", "if", "factor(g)")] <- name
    model <- eval(call("~", quote(y), bquote(log(x + 20) * .(as.name(name)) | id)))
    slope <- marginaleffects::avg_slopes(fe_reg(model, d), variables = "x")
    expect_equal(slope$estimate, plain$estimate)
    expect_equal(slope$std.error, plain$std.error)
  }
})

test_that("what varies by the effects has no standard error, slopes have that of the dummies", {
  skip_if_not_installed("marginaleffects", "1.0.0")
  with_null_default(environment())
  d <- with_factor()
  d$g <- factor(d$id)
  fit <- fe_reg(y ~ x * a | g, d, vcov = "iid")
  dummies <- stats::lm(y ~ x * a + g, d)
  none <- list(
    quote(marginaleffects::avg_predictions(fit, by = "f")),
    quote(marginaleffects::predictions(fit, newdata = d[1:3, ])),
    quote(marginaleffects::avg_comparisons(fit, variables = "g")),
    quote(marginaleffects::avg_comparisons(fit, variables = "x", comparison = "ratio"))
  )
  for (call in none) {
    expect_warning(found <- eval(call), class = "ccdpanel_warning_standard_error")
    expect_true(all(is.na(found$std.error)))
    expect_equal(found$estimate, eval(call, list(fit = dummies))$estimate, tolerance = 1e-6)
  }
  have <- list(
    quote(marginaleffects::avg_slopes(fit, variables = "x", by = "f")),
    quote(marginaleffects::avg_comparisons(fit, variables = "a")),
    quote(marginaleffects::slopes(fit, variables = "x", newdata = d[1:3, ], slope = "dyex")),
    quote(marginaleffects::slopes(fit, variables = "x", newdata = "mean")),
    quote(marginaleffects::slopes(fit, variables = "x", newdata = marginaleffects::datagrid(
      a = unique
    )))
  )
  for (call in have) {
    expect_no_warning(found <- eval(call))
    expect_equal(found$std.error, eval(call, list(fit = dummies))$std.error, tolerance = 1e-6)
  }
})

# A rise of x in all periods, whichever other variables are asked for beside it.
test_that("slopes of a variable with lags are one number", {
  skip_if_not_installed("marginaleffects")
  with_null_default(environment())
  d <- made_panel()
  fit <- suppressMessages(fe_reg(y ~ x + l(x, 1) + a | id, d, panel = c("id", "year")))
  v <- vcov(fit)[c("x", "l(x, 1)"), c("x", "l(x, 1)")]
  for (asked in list(NULL, "x")) {
    slopes <- suppressMessages(as.data.frame(
      marginaleffects::avg_slopes(fit, variables = asked, newdata = d[d$year > 2001, ])
    ))
    at <- match("x", slopes$term)
    if (is.null(asked)) expect_setequal(slopes$term, c("x", "a"))
    expect_equal(slopes$estimate[at], sum(coef(fit)[c("x", "l(x, 1)")]), tolerance = 1e-5)
    # To the accuracy of its numerical derivatives.
    expect_equal(slopes$std.error[at], sqrt(sum(v)), tolerance = 1e-4)
  }
})
