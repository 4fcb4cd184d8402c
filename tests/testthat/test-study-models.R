three <- function() {
  add_controls(
    fe_reg(log(output) ~ log(highways) | state + year, state_capital, vcov = ~state),
    ~ log(private_capital) + unemployment
  )
}

test_that("tables hold what the fits hold", {
  models <- three()
  table <- summary(models)
  expect_identical(table$model, rep(c("(1)", "(2)", "(3)"), 1:3))
  expect_identical(table$estimate[4:6], unname(coef(models[[3]])))
  expect_identical(
    summary(models, conf.int = TRUE)$conf.high[1], unname(confint(models[[1]])[1, 2])
  )
  expect_identical(summary(models, "fits")$nobs, rep(816L, 3))
})

test_that("coefficients are a matrix, terms that a model has not are missing", {
  models <- three()
  b <- coef(models)
  expect_identical(dim(b), c(3L, 3L))
  expect_identical(b[, "(3)"], coef(models[[3]])[rownames(b)])
  expect_identical(unname(b[, "(1)"]), c(coef(models[[1]])[[1]], NA, NA))
  expect_identical(nobs(models), c(`(1)` = 816L, `(2)` = 816L, `(3)` = 816L))
})

test_that("a part of the list is a list of its kind", {
  part <- three()[c("(3)", "(1)")]
  expect_s3_class(part, "ccd_models")
  expect_named(part, c("(3)", "(1)"))
  expect_identical(class(part[[1]])[1], "fe_reg")
})

test_that("printing: side by side, stars by their note, what is not shown is said", {
  text <- capture.output(print(three()))
  expect_true(any(grepl("^log\\(private_capital\\) +0\\.7063\\*\\*\\* +0\\.5914\\*\\*\\*", text)))
  expect_true(any(grepl("^ +\\(0\\.0758\\) +\\(0\\.0684\\)", text)))
  expect_true(any(grepl("^effects: year +Yes +Yes +Yes", text)))
  expect_true(any(grepl("clustered by state", text)))
  expect_lt(length(text), 24)
  few <- capture.output(print(three(), max_terms = 1))
  expect_true(any(grepl("2 more coefficients", few)))
  one <- capture.output(print(three(), terms = "unemployment", digits = 2))
  expect_true(any(grepl("^unemployment +-0\\.02\\*\\*\\*", one)))
  expect_false(any(grepl("highways\\)  ", one)))
})

test_that("numbers that four decimals would hide are scientific", {
  expect_identical(number_text(c(0.00001234, 0, 0.5), 4), c("1.23e-05", "0.0000", "0.5000"))
})

test_that("a common peer for tables takes the list", {
  skip_if_not_installed("modelsummary")
  table <- modelsummary::modelsummary(three(), output = "data.frame")
  expect_true(all(c("(1)", "(2)", "(3)") %in% names(table)))
  expect_true("-0.020" %in% table[["(3)"]])
})

test_that("what drops out of a model is named below it, on the screen and in tables", {
  d <- transform(state_capital, k = 1)
  fit <- fe_reg(log(output) ~ unemployment | state + year, d, vcov = ~state)
  steps <- add_controls(fit, ~ k + region)
  expect_output(print(steps), "Left out as collinear: k in (2), (3)", fixed = TRUE)
  note <- attr(regression_table(steps), "note")
  expect_match(
    note, "Left out as collinear: k in (2), (3); regionNortheast in (3)", fixed = TRUE, all = FALSE
  )
  expect_match(
    attr(regression_table(steps, language = "zh"), "note"), "\u5171\u7ebf\u6027.*k in \\(2\\)",
    all = FALSE
  )
  expect_false(any(grepl("collinear", attr(regression_table(fit), "note"))))
})

test_that("names that R puts between backticks are studied like any other and print without them", {
  d <- state_capital
  # R's formulas hold what the locale can write
  name <- if (l10n_info()$`UTF-8`) "tax \u7a0e" else "tax (new)"
  quoted <- paste0("`", name, "`")
  formula_of <- function(...) stats::as.formula(paste0(...), globalenv())
  d[[name]] <- log(d$water)
  fit <- fe_reg(
    log(output) ~ log(highways) | state + year, d, panel = c("state", "year"), vcov = ~state
  )
  plain <- mediation_test(fit, ~ log(water), boot = 9, seed = 1)
  named <- mediation_test(fit, formula_of("~", quoted), boot = 9, seed = 1)
  expect_equal(named$effects$estimate, plain$effects$estimate)
  expect_equal(named$intervals, plain$intervals)
  expect_equal(
    moderation_test(fit, formula_of("~", quoted), centre = FALSE)$effects$estimate,
    moderation_test(fit, ~ log(water), centre = FALSE)$effects$estimate
  )
  first <- fe_reg(
    formula_of("log(output) ~", quoted, "| state + year"), d, panel = c("state", "year"),
    vcov = ~state
  )
  expect_equal(
    moderation_test(first, ~unemployment)$effects$estimate,
    moderation_test(update(first, . ~ log(water)), ~unemployment)$effects$estimate
  )
  expect_identical(
    robustness(first, other = list(replace = stats::setNames("unemployment", name)))$term,
    c(quoted, "unemployment")
  )
  for (keep in c(name, quoted)) expect_identical(regression_table(first, keep = keep)$term[2], name)
  expect_identical(regression_table(first, labels = stats::setNames("Tax", name))$term[2], "Tax")
  expect_no_match(
    utils::capture.output(print(add_controls(first, ~unemployment))), "`", fixed = TRUE
  )
})
