panel <- c("unit", "year")

test_that("min-max by hand, with directions", {
  z <- normalise(toy_panel(), toy_sheet(), panel)
  expect_equal(z$x, c(0, 1, 2, 3, 4, 8) / 8)
  expect_equal(z$y, c(50, 20, 40, 30, 10, 0) / 50)
  expect_identical(z$zone, toy_panel()$zone)
  expect_s3_class(z, c("normalised_panel", "data.frame"), exact = TRUE)
})

test_that("an optimal range by hand: 1 inside, the furthest value 0", {
  sheet <- indicator_sheet(data.frame(
    system = "s", dimension = "d", indicator = "x", direction = "interval", lower = 2, upper = 4
  ))
  expect_equal(normalise(toy_panel(), sheet, panel)$x, c(.8, 1, 1, 1, .8, 0))
})

test_that("a target range, missing values and integers", {
  d <- toy_panel()
  d$x[2] <- NA
  d$y <- as.integer(d$y)
  z <- normalise(d, toy_sheet(), panel, range = c(.01, .99))
  expect_equal(range(z$x, na.rm = TRUE), c(.01, .99))
  expect_identical(which(is.na(z$x)), 2L)
  expect_equal(range(z$y), c(.01, .99))
})

test_that("its output is recognised and not normalised again", {
  z <- normalise(toy_panel(), toy_sheet(), panel)
  expect_equal(
    indicator_weights(z, toy_sheet(), panel), indicator_weights(toy_panel(), toy_sheet(), panel)
  )
  expect_equal(
    as.data.frame(composite_index(z, toy_sheet(), panel)),
    as.data.frame(composite_index(toy_panel(), toy_sheet(), panel))
  )
  expect_error(normalise(z, toy_sheet(), panel), class = "ccdpanel_error_normalised")
  half <- z[z$year == 2001, ]
  expect_s3_class(half, "normalised_panel")
  expect_false(inherits(transform(as.data.frame(z), x = 1), "normalised_panel"))
})

test_that("a constant indicator warns", {
  expect_warning(
    z <- normalise(transform(toy_panel(), x = 3), toy_sheet(), panel), "\"x\"",
    class = "ccdpanel_warning_constant"
  )
  expect_identical(z$x, rep(0, 6))
})

test_that("misuse is named", {
  d <- toy_panel()
  expect_error(normalise(as.list(d), toy_sheet(), panel), class = "ccdpanel_error_type")
  expect_error(normalise(d[-4], toy_sheet(), panel), "\"x\"", class = "ccdpanel_error_indicator")
  expect_error(
    normalise(transform(d, x = "1"), toy_sheet(), panel), "\"x\"", class = "ccdpanel_error_numeric"
  )
  expect_error(
    normalise(transform(d, x = 1 / (x - 1)), toy_sheet(), panel), "x \\(1\\)",
    class = "ccdpanel_error_infinite"
  )
  expect_error(
    normalise(transform(d, x = NA_real_), toy_sheet(), panel), class = "ccdpanel_error_all_missing"
  )
  expect_error(normalise(rbind(d, d), toy_sheet(), panel), class = "ccdpanel_error_duplicate")
  expect_error(normalise(d, toy_sheet(), panel, method = "magic"), class = "ccdpanel_error_choice")
  expect_error(normalise(d, toy_sheet(), panel, scope = "magic"), class = "ccdpanel_error_choice")
  expect_error(normalise(d, toy_sheet(), panel, range = 1), class = "ccdpanel_error_range")
  both <- suppressMessages(indicator_sheet(data.frame(
    system = c("s", "t"), dimension = "d", indicator = "x", direction = c("+", "-")
  )))
  expect_error(normalise(d, both, panel), class = "ccdpanel_error_direction")
})

test_that("the default's own value, typed beside data normalised otherwise, is read", {
  d <- data.frame(
    unit = rep(c("a", "b", "c"), 2), year = rep(1:2, each = 3), x = c(1, 4, 2, 8, 5, 7),
    y = c(3, 1, 2, 9, 5, 4))
  sheet <- indicator_sheet(data.frame(
    system = "s", dimension = "d", indicator = c("x", "y"), direction = "+"
  ))
  panel <- c("unit", "year")
  ranks <- normalise(d, sheet, panel, method = "rank")
  least <- normalise(d, sheet, panel)
  for (f in list(composite_index, indicator_weights, compare_weights, pca_index)) {
    expect_error(
      f(ranks, sheet, panel, normalise = "minmax"), "was normalised by \"rank\"",
      class = "ccdpanel_error_argument"
    )
    expect_no_error(suppressMessages(f(ranks, sheet, panel)))
    expect_no_error(suppressMessages(f(least, sheet, panel, normalise = "minmax")))
  }
})
