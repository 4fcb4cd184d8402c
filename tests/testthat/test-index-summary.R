panel <- c("unit", "year")

test_that("it prints", {
  expect_snapshot(composite_index(toy_panel(), toy_sheet(), panel, keep = "zone"))
})

test_that("means by a missing group are kept", {
  idx <- composite_index(
    transform(toy_panel(), zone = c("n", "n", "n", "n", NA, NA)), toy_sheet(), c("unit", "year"),
    keep = "zone"
  )
  s <- summary(idx, by = "zone")
  expect_identical(s$zone, c("n", NA))
  expect_equal(s$one, c(mean(idx$one[1:4]), mean(idx$one[5:6])))
})
