test_that("formula parts, terms, update", {
  d <- made_panel()
  fit <- fe_reg(y ~ x | id + year | a ~ z1 + z2, d, weights = ~w)
  expect_equal(formula(fit), y ~ x | id + year | a ~ z1 + z2, ignore_attr = TRUE)
  expect_equal(formula(fit, "linear"), y ~ x + a, ignore_attr = TRUE)
  expect_equal(formula(fit, "effects"), ~ id + year, ignore_attr = TRUE)
  expect_equal(formula(fit, "instruments"), a ~ z1 + z2, ignore_attr = TRUE)
  expect_equal(stats::as.formula(fit), formula(fit))
  expect_identical(attr(terms(fit), "term.labels"), c("x", "a"))
  more <- update(fit, . ~ . + log(w), vcov = ~firm)
  expect_identical(names(coef(more)), c("x", "log(w)", "a"))
  expect_identical(more$covariance$type, "cluster")
  expect_equal(coef(more), coef(fe_reg(y ~ x + log(w) | id + year | a ~ z1 + z2, d, weights = ~w)))
  expect_equal(coef(update(fit, y ~ x + a | id)), coef(fe_reg(y ~ x + a | id, d, weights = ~w)))
  plain <- fe_reg(y ~ x | id, d)
  expect_equal(coef(update(plain, . ~ . + a | . + year)), coef(fe_reg(y ~ x + a | id + year, d)))
  expect_equal(coef(update(plain, log(y^2) ~ . | .)), coef(fe_reg(log(y^2) ~ x | id, d)))
  iv <- fe_reg(y ~ x | id | a ~ z1, d)
  change <- . ~ . | . + year | . ~ . + z2
  expect_equal(coef(update(iv, change)), coef(fe_reg(y ~ x | id + year | a ~ z1 + z2, d)))
})

# As fixest has it: without them the endogenous regressor would leave, and the rest be least
# squares.
test_that("a change with bars leaves the parts that it does not name", {
  d <- made_panel()
  d$c <- d$firm %% 4
  iv <- fe_reg(y ~ x | id | a ~ z1, d)
  plain <- fe_reg(y ~ x | 0 | a ~ z1, d)
  expected <- list(
    list(iv, . ~ . | . + year, y ~ x | id + year | a ~ z1),
    list(iv, . ~ . + u | c, y ~ x + u | c | a ~ z1),
    list(iv, . ~ . | 0, y ~ x | 0 | a ~ z1),
    list(iv, . ~ . | . - id, y ~ x | 0 | a ~ z1),
    list(iv, . ~ . | . + year - id, y ~ x | year | a ~ z1),
    list(iv, . ~ . | . | . ~ . - z1 + z2, y ~ x | id | a ~ z2),
    list(iv, . ~ . | . ~ . + z2, y ~ x | id | a ~ z1 + z2),
    list(iv, y ~ x + a | id + year, y ~ x + a | id + year),
    list(iv, y ~ x | a ~ z2, y ~ x | 0 | a ~ z2),
    list(plain, . ~ . | year, y ~ x | year | a ~ z1),
    list(plain, . ~ . | . ~ . + z2, y ~ x | 0 | a ~ z1 + z2),
    list(fe_reg(y ~ x | id, d), . ~ . | . | a ~ z1, y ~ x | id | a ~ z1)
  )
  for (case in expected) {
    new <- update(case[[1]], case[[2]])
    expect_equal(coef(new), coef(fe_reg(case[[3]], d)), info = deparse1(case[[2]]))
  }
  made <- robustness(iv, "Two ways" = . ~ . | . + year)
  two <- fe_reg(y ~ x | id + year | a ~ z1, d)
  expect_equal(as.data.frame(made)$estimate[2], coef(two)[[as.data.frame(made)$term[1]]])
})

test_that("a formula prints as it was written", {
  fit <- fe_reg(log(y^2) ~ poly(a, 2) + x | id, made_panel())
  expect_identical(utils::capture.output(print(formula(fit))), "log(y^2) ~ poly(a, 2) + x | id")
})

test_that("what fixest alone reads in a formula is said with the way to it", {
  controls <- c("unemployment", "water")
  expect_error(
    fe_reg(log(output) ~ .[controls] | state, state_capital), "paste\\(controls",
    class = "ccdpanel_error_formula"
  )
  expect_error(
    system_reg(list(a = output ~ log(.[controls]), b = water ~ highways), state_capital),
    "fixest only", class = "ccdpanel_error_formula"
  )
  expect_error(
    fe_reg(log(output) ~ ..controls | state, state_capital), "paste\\(controls",
    class = "ccdpanel_error_column"
  )
  for (stepwise in list(~ sw(unemployment, water), ~ unemployment + csw0(water))) {
    expect_error(
      fe_reg(rlang::new_formula(quote(output), stepwise[[2]]), state_capital), "add_controls",
      class = "ccdpanel_error_evaluate"
    )
  }
  expect_error(
    fe_reg(output ~ water, state_capital, panel.id = ~ state + year), "panel = c",
    class = "ccdpanel_error_argument"
  )
})
