panel <- c("unit", "year")

test_that("a summary that is several tables says which can be saved", {
  d <- data.frame(unit = rep(1:4, 2), year = rep(1:2, each = 4), y = c(1:4, 2:5))
  s <- summary(inequality(d, "y", panel = panel))
  file <- tempfile(fileext = ".md")
  expect_error(
    save_table(s, file), "save_table(x$change", fixed = TRUE, class = "ccdpanel_error_type"
  )
  expect_match(readLines(save_table(s$change, file))[1], "^[|]")
})

test_that("the print says the convention, the parts and the next step", {
  q <- toy_inequality(by = "group", boot = 50, seed = 1)
  expect_snapshot(print(q, n = 3))
  expect_snapshot(summary(q))
  expect_s3_class(q[1:2, ], "data.frame", exact = TRUE)
  expect_output(print(toy_inequality(weights = "people", correct = TRUE)), "weighted by people")
})
