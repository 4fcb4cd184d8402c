test_that("labels stand for columns of any letters, else for expressions", {
  d <- data.frame(1, 2)
  names(d) <- c("a-b", "a b")
  expect_identical(label_expression("a-b", d), as.name("a-b"))
  expect_identical(label_expression("a-b", NULL), quote(a - b))
  expect_identical(label_expressions(c("a b", "log(x)"), NULL), list(as.name("a b"), quote(log(x))))
  expect_identical(coefficient_name(as.name("a b")), "`a b`")
  expect_identical(
    bare_name(c("`a b`", "x", "log(`a b`)", "`a b`:x")), c("a b", "x", "log(`a b`)", "`a b`:x")
  )
})

test_that(
  "effects, clusters and replacements with spaces in their names are studied as those without", {
  d <- transform(state_capital, l = log(output), h = log(highways))
  chinese <- l10n_info()$`UTF-8`  # R's formulas hold what the locale can write
  names <- if (chinese) c("the \u5dde", "t \u5e74") else c("the state", "t year")
  water <- if (chinese) "w \u6c34" else "w (log)"
  d[names] <- d[c("state", "year")]
  d[[water]] <- log(d$water)
  effects <- sprintf("`%s` + `%s`", names[1], names[2])
  formula_of <- function(...) stats::as.formula(paste0(...), globalenv())
  spaced <- fe_reg(
    formula_of("l ~ h | ", effects), d, panel = names, vcov = formula_of("~`", names[1], "`")
  )
  plain <- fe_reg(l ~ h | state + year, d, panel = c("state", "year"), vcov = ~state)
  same <- function(study) expect_equal(study(spaced), study(plain))
  same(function(f) coef(update(f, . ~ . + log(water))))
  same(function(f) lapply(add_controls(f, ~ log(water) + unemployment), coef))
  groups <- function(f) by_group(f, ~region)
  same(function(f) lapply(groups(f), coef))
  same(function(f) group_difference(groups(f), method = c("chow", "stacked"))$p.value)
  same(function(f) {
    robustness(f, a = list(replace = c(h = "water")), b = list(period = 1975:1986))$estimate
  })
  same(function(f) mediation_test(f, ~ log(water), boot = 9, seed = 1)$effects$estimate)
  same(function(f) moderation_test(f, ~ log(water))$effects$estimate)
  same(function(f) threshold_test(f, ~unemployment, boot = 9, seed = 1)$tests)
  expect_equal(
    robustness(spaced, a = list(replace = c(h = water)))$estimate,
    robustness(plain, a = list(replace = c(h = "log(water)")))$estimate
  )
  iv <- fe_reg(formula_of("l ~ 1 | ", effects, " | h ~ log(water)"), d)
  expect_equal(
    unname(coef(first_stage(iv)[[1]])), unname(coef(fe_reg(h ~ log(water) | state + year, d)))
  )
  system <- system_reg(
    list(a = l ~ h, b = h ~ log(water)), d, fe = formula_of("~", effects), method = "sur"
  )
  expect_equal(lapply(by_group(system, ~region), coef), lapply(
    by_group(system_reg(
      list(a = l ~ h, b = h ~ log(water)), d, fe = ~ state + year, method = "sur"
    ), ~region),
    coef
  ))
})
