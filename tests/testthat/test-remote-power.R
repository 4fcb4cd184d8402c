test_that("powers, of columns by columns too, have R's values", {
  con <- sqlite()
  expect_r_values(con, power_rows(), powers)
})
