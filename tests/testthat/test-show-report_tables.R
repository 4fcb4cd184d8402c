test_that("where regions outnumber times, the table by region is turned", {
  cells <- data.frame(
    region = rep(letters[1:4], each = 2), year = rep(2001:2002, 4), D = 1:8 / 10
  )
  turned <- wide_region(cells, "region", "year")
  expect_named(turned, c("region", "2001", "2002"))
  expect_equal(turned$`2002`, c(2, 4, 6, 8) / 10)
  upright <- wide_region(cells[1:4, ], "region", "year")
  expect_named(upright, c("year", "a", "b"))
  expect_equal(upright$b, c(0.3, 0.4))
})
