test_that("rows leave by subset, then missing, then weight, each counted once", {
  v <- list(y = c(1, NA, 3, 4, 5, 6), x = c(1, NA, NA, 4, 5, 6))
  s <- select_rows(v, 6, weights = c(1, 1, 1, 1, 0, 1), subset = c(TRUE, TRUE, TRUE, FALSE, TRUE, NA), call = NULL)
  expect_identical(s$rows, 1L)
  expect_equal(s$counts[c("total", "subset", "missing", "zero_weight")], list(total = 6, subset = 2L, missing = 2L, zero_weight = 1L))
  expect_identical(s$counts$missing_by, c(y = 1L, x = 2L))
  expect_identical(describe_losses(s$counts), "2 rows outside `subset`; 2 rows with missing values (y: 1, x: 2); 1 row with weight zero")
})

test_that("a complete sample is no index at all", {
  s <- select_rows(list(y = 1:3), 3, NULL, NULL, NULL)
  expect_null(s$rows)
  expect_identical(s$n, 3)
})

test_that("singletons go recursively and are counted", {
  d <- data.frame(y = c(1, 2, 4, 3, 6, 5, 9), x = c(2, 1, 5, 4, 3, 7, 8), a = c(1, 1, 2, 3, 2, 1, 1), b = c(1, 1, 2, 2, 1, 1, 1))
  # row 4 is alone in a = 3; then row 3 is alone in b = 2; then row 5 in a = 2; the others stay
  fit <- suppressMessages(fe_reg(y ~ x | a + b, d))
  expect_identical(fit$sample$counts$singletons, 3L)
  expect_identical(fit$sample$rows, c(1L, 2L, 6L, 7L))
})
