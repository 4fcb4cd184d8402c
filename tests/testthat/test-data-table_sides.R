test_that("provinces in columns turn the table", {
  tables <- sheet_tables(grid_of(
    "\u6807\u9898", "\u5e74\u4efd,\u5317\u4eac,\u5929\u6d25", "2015,1,2", "2016,3,4"
  ))
  expect_length(tables, 1)
  expect_true(tables[[1]]$turned)
  expect_identical(tables[[1]]$unit, c("\u5317\u4eac", "\u5929\u6d25"))
  expect_identical(tables[[1]]$title, "\u6807\u9898")
})
