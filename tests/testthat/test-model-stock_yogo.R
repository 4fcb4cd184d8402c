test_that("the tables are monotone where the published ones are: lower for weaker demands", {
  for (table in stock_yogo_tables) {
    for (m in c("one", "two")) {
      rows <- table[[m]]
      expect_true(all(apply(rows, 1, function(r) anyNA(r) || all(diff(r) < 0))))
      expect_equal(dim(rows), c(10, 4))
    }
  }
})

test_that("criterion, level and value", {
  s <- stock_yogo(1, 5)
  expect_identical(unique(s$criterion), c("maximal IV size", "maximal IV bias"))
  expect_equal(s$critical[s$criterion == "maximal IV size" & s$level == .1], 26.87)
})
