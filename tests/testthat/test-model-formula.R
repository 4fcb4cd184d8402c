test_that("the grammar: parts, effects, interactions, instruments", {
  p <- parse_fe_formula(y ~ x + log(w) | id + year^region | a + b ~ z1 + z2)
  expect_identical(p$response, quote(y))
  expect_identical(p$exogenous, quote(x + log(w)))
  expect_identical(p$effects, list(id = list(quote(id)), `year^region` = list(quote(year), quote(region))))
  expect_identical(p$endogenous, quote(a + b))
  expect_identical(p$instruments, quote(z1 + z2))
  expect_null(parse_fe_formula(y ~ x | 0)$effects)
  expect_null(parse_fe_formula(y ~ x | 0 | a ~ z)$effects)
  expect_identical(parse_fe_formula(y ~ x | a ~ z)$endogenous, quote(a))
  expect_null(parse_fe_formula(y ~ x)$endogenous)
})

test_that("interacted effects are one effect a combination", {
  d <- made_panel()
  d$half <- d$id > 20
  expect_equal(
    coef(fe_reg(y ~ x | id + half^year, d)),
    coef(stats::lm(y ~ x + factor(id) + interaction(half, year), d))["x"],
    tolerance = 1e-9
  )
})

test_that("scope copies what is not in the data, and nothing else", {
  k <- 3
  f <- function(x) x
  expect_identical(model_scope(list(quote(log(x) + x^k)), list(x = 1), environment()), list(k = 3))
  expect_identical(model_scope(list(quote(f(x))), list(x = 1), environment()), list(f = f))
  expect_length(model_scope(list(quote(log(x) + poly(x, 2) + stats::lag(x))), list(x = 1), environment()), 0)
})

test_that("one-sided arguments must be formulas", {
  expect_identical(one_sided(~ a > 1, "subset"), quote(a > 1))
  expect_error(one_sided("a", "subset"), class = "ccdpanel_error_formula")
  expect_error(one_sided(a ~ b, "subset"), class = "ccdpanel_error_formula")
})

test_that("a dot is every column that no other part uses", {
  d <- made_panel()[c("y", "x", "a", "z1", "id", "w")]
  expect_identical(names(coef(fe_reg(y ~ ., d[c("y", "x", "a")]))), c("(Intercept)", "x", "a"))
  expect_equal(coef(fe_reg(log(y^2) ~ ., d[c("y", "x", "a")])), coef(stats::lm(log(y^2) ~ x + a, d)), tolerance = 1e-9)
  expect_equal(coef(fe_reg(y ~ . | id, d, weights = ~w)), coef(fe_reg(y ~ x + a + z1 | id, d, weights = ~w)))
  expect_equal(coef(fe_reg(y ~ . - x | id | a ~ z1, d)), coef(fe_reg(y ~ w | id | a ~ z1, d)))
  expect_equal(coef(fe_reg(y ~ ., d["y"])), c(`(Intercept)` = mean(d$y)))
  expect_identical(
    system_reg(list(e = y ~ .), d[c("y", "x", "id")], fe = ~id, method = "ols")$terms, list(e = "x")
  )
})
