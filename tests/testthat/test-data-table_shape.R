test_that("tables below each other, and folded ones beside each other, are several", {
  below <- sheet_tables(grid_of(
    "\u88681", "\u5730\u533a,2015", "\u5317\u4eac,1", "\u5929\u6d25,2", "\u88682",
    "\u5730\u533a,2015", "\u5317\u4eac,3", "\u5929\u6d25,4"
  ))
  expect_identical(lapply(below, `[[`, "title"), list("\u88681", "\u88682"))
  beside <- sheet_tables(grid_of(
    "\u5730\u533a,2015,\u5730\u533a,2015", "\u5317\u4eac,1,\u6cb3\u5317,2",
    "\u5929\u6d25,3,\u5c71\u897f,4"
  ))
  expect_identical(lapply(beside, `[[`, "unit"), list(
    c("\u5317\u4eac", "\u5929\u6d25"), c("\u6cb3\u5317", "\u5c71\u897f")
  ))
})

test_that("a column headed unit names what is measured in where another names more", {
  of_places <- sheet_tables(grid_of(
    "unit,geo,TIME_PERIOD,OBS_VALUE", "EUR,AT,2019,1", "EUR,AT,2020,2", "EUR,DE,2019,3",
    "EUR,DE,2020,4"
  ))
  expect_identical(of_places[[1]]$unit, c("AT", "AT", "DE", "DE"))
  of_units <- sheet_tables(grid_of(
    "unit,region,year,x", "a,East,2019,1", "b,East,2019,2", "c,West,2019,3", "d,East,2019,3"
  ))
  expect_identical(of_units[[1]]$unit, c("a", "b", "c", "d"))
})
