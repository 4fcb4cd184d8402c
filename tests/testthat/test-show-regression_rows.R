sim <- subset(simulate_provinces(1), year >= 2014)
panel <- c("province", "year")
plain <- fe_reg(npq ~ dt, sim, vcov = "HC1")
full <- fe_reg(npq ~ dt + ul + il | province + year, sim, vcov = ~province, panel = panel)

test_that("each cell is the fit's number, with brackets and stars", {
  table <- as.data.frame(regression_table(plain, full))
  expect_identical(cell(table, "dt", "(1)"), paste0(sprintf("%.4f", coef(plain)[["dt"]]), "***"))
  at <- which(table$term == "dt") + 1
  expect_identical(table$`(1)`[at], sprintf("(%.4f)", sqrt(vcov(plain)["dt", "dt"])))
  expect_identical(table$`(2)`[at], sprintf("(%.4f)", sqrt(vcov(full)["dt", "dt"])))
  p <- 2 * pt(-abs(coef(full) / sqrt(diag(vcov(full)))), 29)
  marks <- c("***", "**", "*", "")[findInterval(p, c(0, 0.01, 0.05, 0.1))]
  expect_identical(cell(table, "ul", "(2)"), paste0(sprintf("%.4f", coef(full)[["ul"]]), marks[2]))
  expect_identical(cell(table, "il", "(2)"), paste0(sprintf("%.4f", coef(full)[["il"]]), marks[3]))
  expect_identical(cell(table, "ul", "(1)"), "")
  expect_identical(cell(table, "R2 within", "(2)"), sprintf("%.4f", full$r2[["within"]]))
  expect_identical(cell(table, "R2", "(1)"), sprintf("%.4f", summary(lm(npq ~ dt, sim))$r.squared))
  expect_identical(unlist(
    table[table$term == "Observations", c("(1)", "(2)")], use.names = FALSE
  ), c("270", "270"))
  expect_identical(cell(table, "Number of provinces", "(2)"), "30")
  expect_identical(unlist(
    table[table$term == "Province FE", c("(1)", "(2)")], use.names = FALSE
  ), c("No", "Yes"))
})

test_that("kept terms leave a row of controls, and labels rename", {
  table <- regression_table(
    list(a = plain, b = full), keep = "dt", labels = c(dt = "Digital trade", npq = "NPQ")
  )
  expect_named(table, c("part", "panel", "term", "a", "b"))
  expect_identical(unlist(
    table[table$term == "Control variables", c("a", "b")], use.names = FALSE
  ), c("No", "Yes"))
  expect_true("Digital trade" %in% table$term)
  expect_false("ul" %in% table$term)
  expect_identical(table$a[table$term == "Dependent variable"], "NPQ")
  expect_false("Constant" %in% regression_table(plain, full, constant = FALSE)$term)
})

test_that("an estimator other than the usual ones is named", {
  formula <- npq ~ ul | province + year | dt ~ telephones_1984:users_before + il
  table <- regression_table(fe_reg(formula, sim), fe_reg(formula, sim, estimator = "liml"))
  expect_identical(unlist(
    table[table$term == "Method", c("(1)", "(2)")], use.names = FALSE
  ), c("", "LIML"))
})

test_that("another covariance, other stars, none, and numbers too small for the decimals", {
  table <- regression_table(plain, vcov = "iid", stars = NULL, digits = 2)
  se <- summary(lm(npq ~ dt, sim))$coefficients["dt", 2]
  expect_identical(table$`(1)`[which(table$term == "dt") + 1], sprintf("(%.2f)", se))
  expect_false(any(grepl("*", table$`(1)`, fixed = TRUE)))
  tiny <- fe_reg(I(npq / 1e7) ~ dt, sim)
  expect_match(regression_table(tiny)$`(1)`[2], "e-0[89]")
})

test_that("a Chinese table has one word for one variable", {
  skip_if_not(l10n_info()[["UTF-8"]])
  d <- data.frame(firm = rep(1:4, each = 3), year = 1:3, x = c(1, 4, 2, 7, 5, 3, 8, 9, 2, 6, 1, 5))
  d$y <- d$x + (d$firm * d$year) %% 5
  fit <- fe_reg(y ~ x | firm + year, d, panel = c("firm", "year"))
  terms <- regression_table(fit, language = "zh")$term
  expect_true(all(c("firm\u56fa\u5b9a\u6548\u5e94", "firm\u6570") %in% terms))
  expect_true("Firm FE" %in% regression_table(fit)$term)
})

test_that("statistics of instruments that are missing are said, with neither stars nor brackets", {
  d <- few_both_ways()
  d$control <- sin(seq_len(nrow(d)))
  few <- fe_reg(y ~ 1 | 0 | e ~ z1 + z2 + z3 + z4, d, vcov = ~ id + t)
  one <- fe_reg(y ~ 1 | 0 | e ~ z1 + z2, d, vcov = ~ id + t)
  ols <- fe_reg(y ~ e, d, vcov = ~ id + t)
  table <- regression_table(few = few, one = one, ols = ols)
  rows <- c("Kleibergen-Paap rk LM", "Kleibergen-Paap rk Wald F", "Hansen J")
  cells <- function(table, column) {
    vapply(rows, function(row) cell(table, row, column), "", USE.NAMES = FALSE)
  }
  expect_identical(cells(table, "few"), rep("not computed", 3))
  weak <- weak_iv(one)
  expect_identical(
    cell(table, rows[2], "one"), sprintf("%.3f", weak$statistic[weak$test == "kp_wald_f"])
  )
  expect_identical(cells(table, "ols"), rep("", 3))
  bracket <- which(table$term == rows[2]) + 1
  expect_identical(unlist(table[bracket, c("few", "one", "ols")], use.names = FALSE), c(
    "", "[19.93]", ""
  ))
  alone <- regression_table(few)
  expect_identical(cells(alone, "(1)"), rep("not computed", 3))
  expect_no_match(paste(attr(alone, "note"), collapse = " "), "Stock-Yogo")
  both <- regression_table(few, first_stage = TRUE)
  expect_identical(cells(both, "(1) first"), c(rep("not computed", 2), ""))
  expect_identical(cells(both, "(1) second"), c("", "", "not computed"))
  steps <- regression_table(add_controls(few, ~control))
  expect_identical(cell(steps, rows[1], "(1)"), "not computed")
})
