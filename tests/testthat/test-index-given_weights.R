panel <- c("unit", "year")

test_that("given weights are used, made to sum to one", {
  w <- data.frame(
    system = c("two", "one", "one", "two"), indicator = c("w", "y", "x", "v"),
    weight = c(2, 3, 1, 2)
  )
  idx <- composite_index(toy_panel(), toy_sheet(), panel, weights = w)
  expect_equal(weights(idx)$weight, c(.25, .75, .5, .5))
  table <- indicator_weights(toy_panel(), toy_sheet(), panel)
  expect_equal(
    composite_index(toy_panel(), toy_sheet(), panel, weights = table)$one,
    composite_index(toy_panel(), toy_sheet(), panel)$one
  )
  expect_error(
    composite_index(toy_panel(), toy_sheet(), panel, weights = w[-1, ]),
    class = "ccdpanel_error_weights"
  )
  expect_error(
    composite_index(toy_panel(), toy_sheet(), panel, weights = c(a = 1)), "data frame of weights",
    class = "ccdpanel_error_weights"
  )
  expect_error(
    composite_index(toy_panel(), toy_sheet(), panel, weights = w[-3]),
    class = "ccdpanel_error_weights"
  )
  expect_error(
    composite_index(toy_panel(), toy_sheet(), panel, weights = transform(w, weight = -1)),
    class = "ccdpanel_error_weights"
  )
})

test_that("a table with an entropy above one is refused, and told why", {
  # Divided by ln T = ln 2 where 6 rows are pooled
  table <- indicator_weights(toy_panel(), toy_sheet(), panel)
  table$entropy <- table$entropy * log(6) / log(2)
  table$weight <- 1 - table$entropy
  table$weight <- table$weight / ave(table$weight, table$system, FUN = sum)
  expect_error(
    composite_index(toy_panel(), toy_sheet(), panel, weights = table), "number of rows",
    class = "ccdpanel_error_entropy"
  )
})

test_that("weights that give an indicator twice name it", {
  d <- data.frame(unit = rep(c("a", "b"), 2), year = rep(1:2, each = 2), x = c(1, 3, 2, 8), y = 1:4)
  sheet <- data.frame(system = "s", dimension = "d", indicator = c("x", "y"), direction = "+")
  weights <- data.frame(system = "s", indicator = c("x", "y", "x"), weight = c(.3, .4, .3))
  expect_error(
    composite_index(d, sheet, c("unit", "year"), weights = weights), "\"x\" has several",
    class = "ccdpanel_error_weights"
  )
})
