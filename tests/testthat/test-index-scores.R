panel <- c("unit", "year")

test_that("weights() is the table, scores() the dimensions; both follow rows", {
  idx <- composite_index(toy_panel(), toy_sheet(), panel)
  w <- weights(idx)
  expect_equal(w, indicator_weights(toy_panel(), toy_sheet(), panel))
  s <- scores(idx, by = "dimension")
  expect_named(s, c(panel, "d1", "d2", "d3"))
  expect_equal(s$d1, plain_min_max(toy_panel()$x, "+"))
  expect_equal(s$d1 * w$weight[1] + s$d2 * w$weight[2], idx$one)
  expect_equal(s$d3, idx$two)
  expect_equal(scores(idx[c(4, 2), ])$d1, s$d1[c(4, 2)])
  expect_equal(
    as.data.frame(scores(idx, by = "system")), as.data.frame(idx)[c(panel, "one", "two")]
  )
  sheet <- toy_sheet()
  sheet$dimension <- "d"
  expect_named(scores(composite_index(toy_panel(), sheet, panel)), c(panel, "one: d", "two: d"))
})
