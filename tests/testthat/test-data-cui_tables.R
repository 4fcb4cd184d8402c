cell <- function(table, model, term) {
  unlist(table[
    table$model == model & table$term == term, c("estimate", "std_error", "stars")
  ], use.names = FALSE)
}

test_that("Table 4 as printed", {
  expect_identical(dim(cui_table4), c(9L, 7L))
  expect_identical(
    unlist(cui_table4[2, ], use.names = FALSE),
    c("DT", "270", "0.143", "0.0970", "0.131", "0.0180", "0.796")
  )
  number <- vapply(cui_table4[-1], as.numeric, numeric(9))
  expect_true(all(number[, "min"] < number[, "mean"] & number[, "mean"] < number[, "max"]))
})

test_that("regressions: the cells that the paper's text names", {
  expect_identical(cell(cui_table5, "(4)", "DT"), c("0.3846", "0.0351", "***"))
  expect_identical(cell(cui_table7, "(3)", "DT")[1], "0.4043")
  expect_identical(cell(cui_table7, "(4)", "DT")[1], "0.4413")
  expect_identical(cell(cui_table10, "(2)", "DT")[1], "83.5730")
  expect_identical(cell(cui_table10, "(3)", "IV"), c("0.0017", "0.0002", "***"))
  expect_identical(cell(cui_table6, "1 first stage", "L.DT"), c("0.9007", "0.0369", "***"))
  expect_identical(cell(cui_table6, "1 first stage", "value in brackets")[1], "16.38")
  expect_identical(cell(cui_table9, "Lack of talent resources", "DT"), c("0.3865", NA, "***"))
})

test_that("samples add up, and full models agree between tables", {
  n <- function(table, term = "Observations") as.numeric(table$estimate[table$term == term])
  expect_identical(n(cui_table5), rep(270, 4))
  expect_identical(n(cui_table6, "N"), rep(240, 4))
  expect_identical(n(cui_table7), c(270, 270, 270, 234, 90, 180))
  expect_identical(n(cui_table8), c(108, 81, 81, 157, 113))
  expect_identical(n(cui_table9), c(171, 99, 148, 122))
  expect_identical(n(cui_table10), rep(270, 3))
  expect_identical(cell(cui_table5, "(4)", "Constant"), cell(cui_table10, "(1)", "Constant"))
})

test_that("total effect is direct effect and path product, up to rounding", {
  a <- as.numeric(cell(cui_table10, "(2)", "DT")[1])
  b <- as.numeric(cell(cui_table10, "(3)", "IV")[1])
  direct <- as.numeric(cell(cui_table10, "(3)", "DT")[1])
  total <- as.numeric(cell(cui_table10, "(1)", "DT")[1])
  expect_lt(abs(total - direct - a * b), 83.6 * 0.00005 + 0.0001)
})

test_that("the sheet has three systems and Table 1's and 2's symbols", {
  path <- system.file("extdata", "sheet_cui.csv", package = "ccdpanel")
  sheet <- suppressMessages(indicator_sheet(path))
  expect_identical(c(table(sheet$system)), c(
    digital_innovation = 3L, digital_trade = 16L, new_quality_productivity = 18L
  ))
  expect_identical(sheet$symbol, c(paste0("X", 1:18), paste0("X", 1:16), paste0("Z", 1:3)))
  expect_true(all(sheet$direction == "+"))
})

test_that("parts of a table keep the note below it, whichever way they are taken", {
  note <- c(0.1, 0.05, 0.01)
  parts <- list(
    cui_table8, subset(cui_table8, part == "coefficient"), head(cui_table8, 3),
    cui_table8[cui_table8$model == "Central China", ], cui_table8[c("part", "model", "estimate")],
    subset(cui_table8, part == "coefficient", c(part, model, term, estimate, std_error, stars))
  )
  for (part in parts) expect_identical(attr(part, "thresholds"), note)
  expect_type(cui_table8[1, "estimate"], "character")
  expect_null(attributes(cui_table8[["estimate"]]))
  stated <- audit_coefficients(subset(cui_table8, part == "coefficient"))
  expect_identical(
    stated$reason[1], audit_coefficients(cui_table8, thresholds = note)$reason[1]
  )
})
