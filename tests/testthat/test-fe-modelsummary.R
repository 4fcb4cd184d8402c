test_that("modelsummary prints no statistic with all its digits", {
  skip_if_not_installed("modelsummary")
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id + year, d)
  table <- modelsummary::modelsummary(fit, output = "data.frame")
  row <- table[table$term == "within.r.squared.xtreg", ncol(table)]
  expect_identical(row, sprintf("%.3f", generics::glance(fit)$within.r.squared.xtreg))
  expect_true(all(nchar(table[[ncol(table)]]) < 15 | table$term == "Std.Errors"))
})
