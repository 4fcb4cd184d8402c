three <- function() add_controls(fe_reg(log(output) ~ log(highways) | state + year, state_capital, vcov = ~state), ~ log(private_capital) + unemployment)

test_that("tables hold what the fits hold", {
  models <- three()
  table <- summary(models)
  expect_identical(table$model, rep(c("(1)", "(2)", "(3)"), 1:3))
  expect_identical(table$estimate[4:6], unname(coef(models[[3]])))
  expect_identical(summary(models, conf.int = TRUE)$conf.high[1], unname(confint(models[[1]])[1, 2]))
  expect_identical(summary(models, "fits")$nobs, rep(816L, 3))
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
