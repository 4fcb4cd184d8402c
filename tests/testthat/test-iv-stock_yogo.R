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

test_that("each estimator has its own tables, and one instrument for one regressor has one size", {
  expect_equal(stock_yogo(1, 1, "LIML")$critical, stock_yogo(1, 1)$critical[1:4])
  expect_equal(stock_yogo(2, 2, "LIML")$critical, stock_yogo(2, 2)$critical[1:4])
  # 2.39 and 3.02: the last rows printed
  expect_equal(stock_yogo(1, 8, "LIML")$critical[4], 2.39)
  expect_equal(stock_yogo(2, 10, "Fuller")$critical[4], 3.02)
  expect_identical(unique(stock_yogo(1, 3, "Fuller")$criterion), "relative Fuller bias")
  expect_identical(stock_yogo(1, 3, "GMM"), stock_yogo(1, 3))
})

test_that("Fuller's tables are of the constant one: another has none", {
  d <- made_panel()
  one <- weak_iv(fe_reg(y ~ x | 0 | a ~ z1 + z2, d, estimator = "fuller"))
  four <- weak_iv(fe_reg(y ~ x | 0 | a ~ z1 + z2, d, estimator = "fuller", fuller = 4))
  expect_equal(one$critical[one$test == "kp_wald_f"], 13.46)
  expect_identical(four$critical[four$test == "kp_wald_f"], NA_real_)
  expect_false(any(grepl("Fuller", utils::capture.output(print(four)))))
})
