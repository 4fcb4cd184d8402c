test_that("no statistic of a system is printed with all its digits", {
  skip_if_not_installed("modelsummary")
  fit <- system_reg(
    list(p = log(output) ~ log(employment) + water, q = log(private_capital) ~ log(output)),
    state_capital, instruments = ~ log(employment) + water
  )
  table <- modelsummary::modelsummary(
    fit, shape = equation + term ~ model, output = "data.frame"
  )
  row <- table[table$term == "mcelroy.r.squared", ]
  expect_true(sprintf("%.3f", generics::glance(fit)$mcelroy.r.squared) %in% unlist(row))
})
