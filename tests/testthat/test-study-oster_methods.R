oster_of <- function(...) {
  oster_bounds(fe_reg(
    log(output) ~ log(highways) + log(private_capital) + unemployment | state + year,
    state_capital, panel = c("state", "year"), vcov = ~state
  ), ...)
}

test_that("print says what both models are and what is asked", {
  expect_snapshot(print(oster_of(short = ~unemployment, r2max = 0.95)))
})

test_that("tidy() has one row, as.data.frame() the models", {
  b <- oster_of(boot = 5, seed = 1)
  row <- tidy(b)
  expect_identical(nrow(row), 1L)
  expect_identical(row$estimate, b$models$estimate[2])
  expect_identical(row$delta.high, b$intervals$conf.high[2])
  expect_identical(as.data.frame(b), b$models)
  expect_named(tidy(oster_of()), names(row)[1:9])
})
