panel <- c("unit", "year")

test_that("what each source does alone", {
  data <- wide_panel()
  idx <- composite_index(data, wide_sheet(), panel)
  u <- quiet(idx, data, n = 60, seed = 1, by_source = TRUE)
  s <- summary(u)
  expect_setequal(s$sources$source, c("units", "weights", "normalise", "zero", "aggregate"))
  expect_equal(sum(s$sources$share), 1)
  alone <- quiet(idx, data, n = 60, seed = 1, vary = "weights", keep = TRUE)
  own <- s$sources[s$sources$source == "weights", ]
  expect_equal(own$shift, mean(abs(replays(alone, "D")[, 1, ] - alone$D)))
  expect_equal(own$rank_shift, mean(abs(replays(alone, "rank")[, 1, ] - alone$rank)))
  expect_equal(s$measures$width[3], mean(u$D_upper - u$D_lower))
  expect_null(summary(alone)$sources)
  expect_output(print(s), "Each source alone")
  expect_output(
    print(u), "60 replays \\(seed 1\\), 95% intervals.*units \\(blocks of unit\\).*and 30 more rows"
  )
  expect_identical(class(u[1:3, ]), "data.frame")
  expect_output(print(quiet(idx, data, n = 2, vary = character())), "nothing")
})
