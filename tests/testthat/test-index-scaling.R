panel <- c("unit", "year")

test_that("every method by its formula, both directions", {
  d <- toy_panel()
  z <- normalise(d, toy_sheet(), panel, method = "zscore")
  expect_equal(z$x, as.vector(scale(d$x)))
  expect_equal(z$y, -as.vector(scale(d$y)))
  z <- normalise(d, toy_sheet(), panel, method = "vector")
  expect_equal(z$x, d$x / sqrt(sum(d$x^2)))
  expect_equal(z$y, (1 / d$y) / sqrt(sum(1 / d$y^2)))
  z <- normalise(d, toy_sheet(), panel, method = "sum")
  expect_equal(z$v, d$v / 21)
  expect_equal(sum(z$w), 1)
  expect_equal(order(z$w), order(-d$w))
  z <- normalise(d, toy_sheet(), panel, method = "rank")
  expect_equal(z$x, (0:5) / 5)
  expect_equal(
    normalise(transform(d, x = c(1, 1, 2, 3, 4, 4)), toy_sheet(), panel, method = "rank")$x,
    c(.1, .1, .4, .6, .9, .9)
  )
  expect_equal(z$w, c(1, 3, 2, 5, 4, 0) / 5)
})

test_that("by period: each time on its own", {
  d <- toy_panel()
  z <- normalise(d, toy_sheet(), panel, scope = "period")
  for (t in 2001:2002) {
    own <- normalise(d[d$year == t, ], toy_sheet(), panel)
    expect_equal(z$x[d$year == t], own$x)
    expect_equal(z$y[d$year == t], own$y)
  }
  expect_false(isTRUE(all.equal(z$x, normalise(d, toy_sheet(), panel)$x)))
})

test_that("a base period's range, and what lies outside it is kept and counted", {
  d <- toy_panel()
  expect_warning(
    z <- normalise(d, toy_sheet(), panel, scope = c(base = 2001)), "x \\(1\\)",
    class = "ccdpanel_warning_outside"
  )
  # In 2001 x runs from 1 to 5, y from 10 to 50
  expect_equal(z$x, (d$x - 1) / 4)
  expect_equal(z$y, (50 - d$y) / 40)
  expect_equal(
    suppressWarnings(normalise(d, toy_sheet(), panel, "zscore", c(base = 2001)))$x, (d$x - 3) / 2
  )
})

test_that("goalposts are the sheet's lower and upper", {
  d <- toy_panel()
  sheet <- toy_sheet(lower = c(0, 0, 0, 0), upper = c(10, 100, 10, 10))
  z <- normalise(d, sheet, panel, scope = "goalposts")
  expect_equal(z$x, d$x / 10)
  expect_equal(z$y, 1 - d$y / 100)
  expect_warning(
    normalise(d, toy_sheet(lower = 0, upper = c(5, 100, 10, 10)), panel, scope = "goalposts"),
    "x \\(1\\)", class = "ccdpanel_warning_outside"
  )
})

test_that("missing values stay missing in every method", {
  d <- toy_panel()
  d$x[2] <- NA
  for (method in c("minmax", "zscore", "vector", "sum", "rank")) {
    z <- normalise(d, toy_sheet(), panel, method = method)
    expect_identical(which(is.na(z$x)), 2L)
  }
  expect_equal(normalise(d, toy_sheet(), panel, "rank")$x, c(0, NA, 1, 2, 3, 4) / 4)
})

test_that("misuse is named", {
  d <- toy_panel()
  expect_error(
    normalise(d, toy_sheet(), panel, scope = "base"), "base = 2001", class = "ccdpanel_error_choice"
  )
  expect_error(
    normalise(d, toy_sheet(), panel, scope = c(base = 1999)), "1999",
    class = "ccdpanel_error_choice"
  )
  expect_error(
    normalise(d, toy_sheet(), panel, "rank", c(base = 2001)), class = "ccdpanel_error_choice"
  )
  expect_error(
    normalise(d, toy_sheet(), panel, scope = "goalposts"), "\"x\"",
    class = "ccdpanel_error_goalposts"
  )
  expect_error(
    normalise(d, toy_sheet(), panel, "zscore", "goalposts"), class = "ccdpanel_error_choice"
  )
  expect_error(
    normalise(d, toy_sheet(), panel, "zscore", range = c(0, 2)), class = "ccdpanel_error_choice"
  )
  expect_error(
    normalise(transform(d, x = -x), toy_sheet(), panel, "sum"),
    paste0("\"x\" is ", -max(d$x)), fixed = TRUE,
    class = "ccdpanel_error_negative"
  )
  expect_error(
    normalise(transform(d, w = w - 1), toy_sheet(), panel, "vector"), "\"w\"",
    class = "ccdpanel_error_negative"
  )
  sheet <- indicator_sheet(data.frame(
    system = "s", dimension = "d", indicator = "x", direction = "interval", lower = 2, upper = 4
  ))
  expect_error(normalise(d, sheet, panel, "zscore"), "\"x\"", class = "ccdpanel_error_choice")
})

test_that("columns of 1e200 and of 1e-200 are scaled as in any other unit", {
  d <- data.frame(unit = letters[1:6], year = 1, a = c(3, 1, 4, 1.5, 5, 9), b = c(2, 7, 1, 8, 2, 8))
  sheet <- data.frame(
    system = "s", dimension = "m", indicator = c("a", "b"), direction = c("+", "-")
  )
  for (method in c("zscore", "vector", "sum", "rank", "minmax")) {
    index <- function(unit) {
      d[c("a", "b")] <- d[c("a", "b")] * unit
      composite_index(d, sheet, c("unit", "year"), weights = "equal", normalise = method)$s
    }
    expect_gt(stats::sd(index(1)), 0)
    expect_equal(index(1e200), index(1), tolerance = 1e-12)
    expect_equal(index(1e-200), index(1), tolerance = 1e-12)
  }
})

test_that("shares of the inverse need positive values outside of the base period too", {
  d <- data.frame(
    unit = rep(c("a", "b", "c"), 2), year = rep(1:2, each = 3), x = c(1, 2, 3, 0, 2, 5),
    w = c(1, 2, 4, 5, 6, 7)
  )
  sheet <- indicator_sheet(data.frame(
    system = "s", indicator = c("x", "w"), direction = c("-", "+")
  ))
  for (method in c("sum", "vector")) for (x in list(d$x, d$x - 0.5)) {
    expect_error(
      composite_index(
        replace(d, "x", list(x)), sheet, c("unit", "year"), "equal", method, c(base = 1)
      ),
      paste0("\"x\" is ", min(x)), fixed = TRUE, class = "ccdpanel_error_negative"
    )
  }
  # Positive values are 1 / x in parts of the base period's sum.
  z <- normalise(transform(d, x = x + 1), sheet, c("unit", "year"), "sum", c(base = 1))$x
  expect_equal(z, 1 / c(2, 3, 4, 1, 3, 6) / (1 / 2 + 1 / 3 + 1 / 4), ignore_attr = TRUE)
})

test_that("an error of the scope says how a base period is named", {
  data <- data.frame(unit = rep(1:3, 2), year = rep(2011:2012, each = 3), x = c(1, 5, 2, 6, 3, 4))
  sheet <- data.frame(system = "a", indicator = "x", direction = "+")
  for (scope in list(2011, "year", list(2011))) {
    expect_error(
      normalise(data, sheet, c("unit", "year"), scope = scope), "base = 2011",
      class = "ccdpanel_error_choice"
    )
  }
})
