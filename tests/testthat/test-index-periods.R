panel <- c("unit", "year")

test_that(
  "year by year the index is another: pooled it rises with all units, by period it cannot", {
  # Every unit doubles from year to year.
  data <- data.frame(
    unit = rep(c("a", "b", "c"), 3), year = rep(1:3, each = 3),
    x = c(1, 2, 4) * rep(c(1, 2, 4), each = 3)
  )
  sheet <- indicator_sheet(data.frame(
    system = "s", dimension = "d", indicator = "x", direction = "+"
  ))
  over <- function(scope) composite_index(data, sheet, panel, weights = "equal", scope = scope)$s
  # Of 1 to 16: (x - 1) / 15. Of each year's 1 to 4 times a factor: 0, 1/3, 1 every year.
  expect_equal(over("pooled"), (data$x - 1) / 15)
  expect_equal(over("period"), rep(c(0, 1 / 3, 1), 3))
})
