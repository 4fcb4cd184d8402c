sim <- subset(simulate_provinces(1), year >= 2014)
panel <- c("province", "year")
plain <- fe_reg(npq ~ dt, sim, vcov = "HC1")
iv <- suppressMessages(fe_reg(
  npq ~ ul | province + year | dt ~ l(dt, 1), sim, panel = panel, vcov = "HC1"
))
equations <- list(
  productivity = productivity ~ log(education) + log(research) + log(patent) + manufacture,
  manufacture = manufacture ~ log(creativity) + log(information) + green + efficiency + productivity
)

system <- system_reg(equations, simulate_provinces(1))

test_that("instruments: both stages, rank statistics and the Stock-Yogo value", {
  table <- regression_table(iv, first_stage = TRUE)
  expect_named(table, c("part", "panel", "term", "(1) first", "(1) second"))
  rows <- seq_len(nrow(sim))[!is.na(ave(
    sim$dt, sim$province, FUN = function(x) c(NA, head(x, -1))
  ))]
  lagged <- ave(sim$dt, sim$province, FUN = function(x) c(NA, head(x, -1)))
  first <- lm(dt ~ ul + lagged + province + factor(year), cbind(sim, lagged)[rows, ])
  expect_identical(
    cell(table, "l(dt, 1)", "(1) first"), paste0(sprintf("%.4f", coef(first)[["lagged"]]), "***")
  )
  weak <- weak_iv(iv)
  expect_identical(
    cell(table, "Kleibergen-Paap rk Wald F", "(1) first"),
    sprintf("%.3f", weak$statistic[weak$test == "kp_wald_f"])
  )
  expect_match(
    cell(table, "Kleibergen-Paap rk LM", "(1) first"),
    sprintf("^%.3f", weak$statistic[weak$test == "kp_lm"])
  )
  expect_true("[16.38]" %in% table$`(1) first`)
  expect_true("[16.38]" %in% regression_table(iv)$`(1)`)
  expect_match(paste(attr(table, "note"), collapse = " "), "Stock-Yogo")
})

test_that("a system has a block an equation, or a column an equation", {
  ols <- update(system, method = "ols")
  blocks <- regression_table(OLS = ols, `3SLS` = system, digits = 3)
  expect_identical(unique(blocks$panel), c("", "Equation productivity", "Equation manufacture"))
  at <- which(blocks$term == "productivity")
  expect_match(blocks$OLS[at], sprintf("^%.3f", coef(ols)[["manufacture_productivity"]]))
  expect_match(blocks$`3SLS`[at], sprintf("^%.3f", coef(system)[["manufacture_productivity"]]))
  expect_identical(blocks$`3SLS`[blocks$term == "R2"], sprintf("%.3f", unname(system$r2)))
  columns <- regression_table(m = system, layout = "columns")
  expect_named(columns, c("part", "panel", "term", "m productivity", "m manufacture"))
  expect_identical(columns$`m productivity`[columns$term == "productivity"], "")
})

test_that("the numbers behind the text are at hand", {
  numbers <- tidy(regression_table(a = plain, system))
  expect_equal(numbers$estimate[numbers$model == "a"], unname(coef(plain)))
  expect_equal(sum(numbers$panel == "manufacture"), 6)
})

test_that("several first stages of a fit are numbered", {
  iv <- suppressMessages(fe_reg(
    log(output) ~ unemployment | state + year |
      log(private_capital) + log(water) ~ l(log(private_capital), 1:2) + l(log(water), 1:2),
    state_capital,
    panel = c("state", "year"), vcov = ~state
  ))
  expect_identical(
    names(regression_table(iv, first_stage = TRUE))[-(1:3)],
    c("(1) first 1", "(1) first 2", "(1) second")
  )
})

test_that("a covariance from outside has no tests of instruments, in either stage", {
  skip_if_not_installed("sandwich")
  fit <- fe_reg(
    log(output) ~ unemployment | 0 | log(highways) ~ log(water) + log(employment), state_capital
  )
  expect_message(
    table <- regression_table(a = fit, vcov = sandwich::vcovHC, first_stage = TRUE),
    "tests of instruments", class = "ccdpanel_message_strength"
  )
  numbers <- generics::tidy(table)
  first <- stats::lm(
    log(highways) ~ unemployment + log(water) + log(employment), state_capital
  )
  shown <- numbers[numbers$model == unique(numbers$model)[1], ]
  expect_equal(
    shown$std.error,
    unname(sqrt(diag(sandwich::vcovHC(first))))[match(shown$term, names(stats::coef(first)))],
    tolerance = 1e-8
  )
  expect_false(any(grepl("Kleibergen", table$term)))
  expect_error(
    regression_table(fit, vcov = vcov(fit), first_stage = TRUE), "first_stage",
    class = "ccdpanel_error_argument"
  )
})

test_that("beside slopes alone the constant of a table is the coefficient that the fit has", {
  fit <- fe_reg(log(output) ~ unemployment | state[[year]], state_capital)
  for (constant in list(TRUE, FALSE, "xtreg")) {
    numbers <- generics::tidy(regression_table(fit, constant = constant))
    own <- coef(fit)[if (isFALSE(constant)) "unemployment" else names(coef(fit))]
    expect_equal(
      numbers$estimate[match(names(own), numbers$term)], unname(own), tolerance = 1e-12
    )
  }
})
