tested_panel <- function() {
  d <- made_panel(units = 8, years = 6)[-c(3, 11, 20), ]
  d$f <- factor(rep(c("p", "q", "r"), length.out = nrow(d)))
  d
}

# Numbers of a table beside those of stats.
expect_table <- function(got, expected) {
  expect_s3_class(got, "anova")
  expect_identical(names(got), names(expected))
  expect_equal(
    unname(as.matrix(as.data.frame(got))), unname(as.matrix(as.data.frame(expected))),
    tolerance = 1e-8
  )
}

test_that("nested fits, single terms and the criterion are those of lm() with dummies", {
  d <- tested_panel()
  for (weighted in c(FALSE, TRUE)) {
    d$v <- if (weighted) d$w else 1
    small <- fe_reg(y ~ x | id + year, d, weights = if (weighted) ~w, vcov = ~id)
    large <- update(small, . ~ . + f + a)
    less <- stats::lm(y ~ factor(id) + factor(year) + x, d, weights = v)
    full <- stats::lm(y ~ factor(id) + factor(year) + x + f + a, d, weights = v)
    expect_table(anova(small, large), anova(less, full))
    expect_table(anova(large, small), anova(full, less))
    expect_table(anova(small, large, test = "Chisq"), anova(less, full, test = "Chisq"))
    scope <- ~ x + f + a
    expect_table(drop1(large, test = "F"), drop1(full, scope, test = "F"))
    expect_table(drop1(large, test = "Chisq"), drop1(full, scope, test = "Chisq"))
    expect_table(drop1(large, scale = 2, k = 3), drop1(full, scope, scale = 2, k = 3))
    expect_table(add1(small, ~ . + f + a, test = "F"), add1(less, ~ . + f + a, test = "F"))
    expect_table(add1(small, c("f", "a")), add1(less, ~ . + f + a))
    expect_equal(extractAIC(large), extractAIC(full))
    expect_equal(extractAIC(large, scale = 3, k = 4), extractAIC(full, scale = 3, k = 4))
    # In turn: the effects in one row, first.
    got <- anova(large)
    expected <- anova(full)
    expect_table(got[-1, ], expected[-(1:2), ])
    expect_equal(got$Df[1], sum(expected$Df[1:2]))
    expect_equal(got$`Sum Sq`[1], sum(expected$`Sum Sq`[1:2]), tolerance = 1e-8)
  }
})

test_that("without effects: products, an offset, no constant", {
  d <- tested_panel()
  expect_table(anova(fe_reg(y ~ x * a + f, d)), anova(stats::lm(y ~ x * a + f, d)))
  expect_table(drop1(fe_reg(y ~ x * a + f, d)), drop1(stats::lm(y ~ x * a + f, d)))
  expect_table(
    anova(fe_reg(y ~ 0 + x + offset(z1) + a, d)), anova(stats::lm(y ~ 0 + x + offset(z1) + a, d))
  )
})

test_that("step() keeps the effects and ends where it does with dummies", {
  d <- tested_panel()
  fit <- fe_reg(y ~ x + a + z1 + f | id, d, vcov = ~id)
  full <- stats::lm(y ~ factor(id) + x + a + z1 + f, d)
  got <- stats::step(fit, trace = 0)
  expected <- stats::step(full, scope = list(lower = ~ factor(id)), trace = 0)
  terms <- names(coef(expected))
  expect_setequal(names(coef(got)), terms[!grepl("factor|Intercept", terms)])
  expect_equal(coef(got), coef(expected)[names(coef(got))], tolerance = 1e-8)
  expect_identical(names(got$effects), "id")
})

test_that("terms are tried on the rows of the fit", {
  d <- tested_panel()
  d$gap <- replace(d$z1, 1:4, NA)
  fit <- fe_reg(y ~ x + gap | id, d)
  complete <- fe_reg(y ~ x | id, d[-(1:4), ])
  expect_equal(drop1(fit, ~gap)$RSS[2], deviance(complete), tolerance = 1e-10)
  expect_error(add1(fe_reg(y ~ x | id, d), ~gap), "4 of", class = "ccdpanel_error_rows")
})

test_that("what cannot be compared is an error that says what can", {
  d <- tested_panel()
  fit <- fe_reg(y ~ x | id, d)
  iv <- fe_reg(y ~ x | id | a ~ z1 + z2, d)
  for (f in list(anova, drop1, extractAIC, function(m) add1(m, ~z1))) {
    expect_error(f(iv), "linearHypothesis", class = "ccdpanel_error_estimator")
  }
  refused <- function(expr, says, class = "fit") {
    expect_error(expr, says, class = paste0("ccdpanel_error_", class))
  }
  refused(anova(fit, fe_reg(y ~ a | id, d)), "not nested")
  refused(anova(fit, fe_reg(y ~ x + a | year, d)), "not nested")
  refused(anova(fit, fe_reg(a ~ x | id, d)), "dependent variables")
  refused(anova(fit, fe_reg(y ~ x | id, d[-1, ])), "rows: ")
  refused(anova(fit, fe_reg(y ~ x | id, d, weights = ~w)), "weights")
  refused(anova(fit, stats::lm(y ~ x, d)), "fe_reg")
  refused(anova(fit, vcov = "HC1"), "vcov", "argument")
  refused(drop1(fit, ~a), "terms of the fit", "term")
  refused(add1(fit), "scope", "term")
  refused(add1(fit, ~nothing), "nothing", "column")
})
