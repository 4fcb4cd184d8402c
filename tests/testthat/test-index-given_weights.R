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

test_that("given weights that do not sum to one are said once, with their sums", {
  data <- data.frame(unit = rep(1:3, 2), year = rep(2011:2012, each = 3), x = c(1, 5, 2, 6, 3, 4))
  data$y <- rev(data$x)
  sheet <- data.frame(
    system = c("a", "a", "b"), indicator = c("x", "y", "x"), direction = "+",
    weight = c(0.5, 0.3, 1)
  )
  index <- function(weight, weights = "given", ...) {
    sheet$weight <- weight
    said <- character()
    out <- withCallingHandlers(
      composite_index(data, sheet, c("unit", "year"), weights = weights, ...),
      ccdpanel_message = function(m) {
        if (inherits(m, "ccdpanel_message_weights")) said <<- c(said, conditionMessage(m))
        rlang::cnd_muffle(m)
      }
    )
    list(value = out$a, said = gsub("\n", " ", said))
  }
  z <- (data$x - 1) / 5
  off <- index(c(0.5, 0.3, 1))
  expect_equal(off$value, (0.5 * z + 0.3 * rev(z)) / 0.8)
  expect_match(off$said, "a (0.8).", fixed = TRUE)
  expect_length(index(c(0.5, 0.3, 1), scope = "period")$said, 1)
  for (weight in list(c(0.6, 0.4, 1), c(60, 40, 100), c(0.667, 0.334, 1))) {
    expect_length(index(weight)$said, 0)
  }
  table <- cbind(sheet[rep(1:3, 2), ], year = rep(2011:2012, each = 3))
  table$weight[4:5] <- c(0.5, 0.5)
  expect_match(index(1, table)$said, ": a in 2011 (0.8).", fixed = TRUE)
})
