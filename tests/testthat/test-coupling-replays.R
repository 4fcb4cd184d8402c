panel <- c("unit", "year")

test_that("rows follow x, wherever they lie in the data, and ranks are among all", {
  data <- wide_panel()
  idx <- composite_index(data, wide_sheet(), panel, keep = "a", scale = 10)
  all <- quiet(idx, data, n = 30, seed = 1, keep = TRUE)
  some <- quiet(idx[c(20, 3, 7), ], data[36:1, ], n = 30, seed = 1, vary = "weights", keep = TRUE)
  same <- quiet(idx, data[36:1, ], n = 30, seed = 1, vary = "weights", keep = TRUE)
  expect_identical(some$rank, same$rank[c(20, 3, 7)])
  expect_identical(replays(some)[, , ], replays(same)[c(20, 3, 7), , ])
  expect_identical(all$a, data$a)
  expect_equal(all$one, idx$one)
  expect_equal(range(replays(all, "one")), range(replays(all, "one") / 10) * 10)
  expect_gt(max(replays(all, "one")), 1)
  expect_lte(max(replays(all, "D")), 1)
})

test_that("replays that were not kept, and measures that are none", {
  data <- toy_panel()
  idx <- toy_index()
  expect_error(replays(quiet(idx, data, n = 2)), "keep = TRUE", class = "ccdpanel_error_replays")
  expect_error(replays(quiet(idx, data, n = 2, keep = TRUE), "E"), class = "ccdpanel_error_choice")
})
