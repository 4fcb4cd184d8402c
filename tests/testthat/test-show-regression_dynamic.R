test_that("a column has its tests, hides the dummies of times, and stands beside other fits", {
  d <- dynamic_toy(20, 6)
  fit <- suppressMessages(dynamic_panel(
    y ~ l(y) + x + z | id + year, d, collapse = TRUE, system = TRUE
  ))
  within <- suppressMessages(fe_reg(y ~ x + z | id + year, d))
  table <- regression_table(fit, within)
  row <- function(term) unlist(table[table$term == term, 4:5], use.names = FALSE)
  p <- fit$serial$p.value
  expect_identical(row("AR(2) p"), c(p_text(p[2], 3), ""))
  expect_identical(row("Hansen J p")[1], p_text(fit$overidentification$p.value[2], 3))
  expect_identical(row("Instruments"), c(format(nrow(fit$instruments)), ""))
  expect_identical(row("Year FE"), c("Yes", "Yes"))
  expect_identical(row("Method"), c("System GMM", ""))
  expect_false(any(grepl("year2003", table$term)))
  expect_match(attr(table, "note")[1], "Windmeijer-corrected, clustered by id")
  zh <- regression_table(fit, language = "zh")
  expect_true("\u5de5\u5177\u53d8\u91cf\u6570" %in% zh$term)
  expect_match(attr(zh, "note")[1], "Windmeijer\u4fee\u6b63")
})
