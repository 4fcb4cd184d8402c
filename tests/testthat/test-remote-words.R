test_that("what is translated has R's values in PostgreSQL as well", {
  con <- postgres()
  expect_r_values(con, power_rows(), powers)
  expect_r_values(con, whole_rows(), wholes)
  expect_same_parts(con)
})
