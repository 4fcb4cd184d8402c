panel <- c("unit", "year")
d <- data.frame(
  unit = c("a", "a", "b"), year = c(1, 2, 1), zone = c("n", "n", "s"), p = c(.9, 0, .5),
  q = c(.4, .3, .5)
)

test_that("by hand", {
  cc <- coupling(d, c("p", "q"), panel)
  expect_s3_class(cc, c("coupling", "data.frame"), exact = TRUE)
  expect_named(cc, c("unit", "year", "zone", "p", "q", "C", "T", "D", "level", "stage"))
  expect_equal(cc$C, c(1.2 / 1.3, 0, 1))
  expect_equal(cc$T, c(.65, .15, .5))
  expect_equal(cc$D, sqrt(c(.6, 0, .5)))
  expect_identical(cc$level, c(8L, 1L, 8L))
  expect_identical(as.character(cc$stage[2]), "extreme imbalance")
})

test_that("weights of T", {
  expect_equal(coupling(d, c("p", "q"), panel, weights = c(.25, .75))$T[1], .225 + .3)
  expect_equal(coupling(d, c("p", "q"), panel, weights = c(q = .75, p = .25))$T[1], .225 + .3)
  expect_error(
    coupling(d, c("p", "q"), panel, weights = c(.5, .6)), "sum to one",
    class = "ccdpanel_error_weights"
  )
  expect_error(coupling(d[0, ], c("p", "q"), panel), "no rows", class = "ccdpanel_error_empty")
  expect_error(coupling(d, c("p", "q"), panel, weights = 1), class = "ccdpanel_error_weights")
  expect_error(
    coupling(d, c("p", "q"), panel, weights = c(-.5, 1.5)), class = "ccdpanel_error_weights"
  )
})

test_that("an index brings systems, panel and scale", {
  one <- composite_index(toy_panel(), toy_sheet(), panel, keep = "zone")
  cc <- coupling(one)
  expect_named(cc, c("unit", "year", "zone", "one", "two", "C", "T", "D", "level", "stage"))
  expect_equal(cc$C, 2 * sqrt(one$one * one$two) / (one$one + one$two))
  hundred <- coupling(composite_index(toy_panel(), toy_sheet(), panel, keep = "zone", scale = 100))
  expect_equal(as.data.frame(hundred), as.data.frame(cc))
})

test_that("missing in, missing out, counted", {
  cc <- coupling(transform(d, p = c(NA, 0, .5)), c("p", "q"), panel)
  expect_identical(is.na(cc$D), c(TRUE, FALSE, FALSE))
  expect_identical(is.na(cc$T), is.na(cc$D))
  expect_true(is.na(cc$stage[1]))
  expect_identical(attr(cc, "recipe")$omitted, 1L)
  expect_output(print(cc), "1 of 3")
  s <- summary(cc, by = "zone")
  expect_identical(s$rows, c(1L, 1L))
  expect_identical(s$omitted, c(1L, 0L))
})

test_that("rescaled scores are stretched over the sample, and said", {
  expect_message(
    cc <- coupling(d, c("p", "q"), panel, rescale = c(.01, .99)), "relative",
    class = "ccdpanel_message_rescaled"
  )
  expect_equal(cc$p, .01 + .98 * d$p / .9)
  expect_equal(cc$q, .01 + .98 * (d$q - .3) / .2)
  expect_equal(cc$C, 2 * sqrt(cc$p * cc$q) / (cc$p + cc$q))
  expect_output(print(cc), "RESCALED to 0.01-0.99")
  wild <- suppressMessages(coupling(
    transform(d, p = p * 500 - 7), c("p", "q"), panel, rescale = c(.01, .99)
  ))
  expect_equal(wild$D, cc$D)
  expect_error(
    coupling(d, c("p", "q"), panel, rescale = c(.99, .01)), class = "ccdpanel_error_range"
  )
  expect_error(coupling(d, c("p", "q"), panel, rescale = TRUE), class = "ccdpanel_error_range")
  expect_error(
    coupling(transform(d, p = .5), c("p", "q"), panel, rescale = c(0, 1)), "\"p\"",
    class = "ccdpanel_error_scores"
  )
})

test_that("other schemes", {
  cc <- coupling(d, c("p", "q"), panel, scheme = "four")
  expect_identical(cc$level, c(3L, 1L, 3L))
  expect_identical(levels(summary(cc, by = "zone")$stage), levels(cc$stage))
})

test_that("levels closed on the left", {
  edge <- data.frame(unit = "a", year = 1, p = .25, q = .25)
  expect_identical(coupling(edge, c("p", "q"), panel)$level, 5L)
  expect_identical(coupling(edge, c("p", "q"), panel, closed = "left")$level, 6L)
})

test_that("misuse is named", {
  expect_error(coupling(d, c("p", "q")), class = "ccdpanel_error_panel")
  expect_error(coupling(d, panel = panel), class = "ccdpanel_error_systems")
  expect_error(coupling(d, "p", panel), class = "ccdpanel_error_systems")
  expect_error(coupling(d, c("p", "p"), panel), class = "ccdpanel_error_systems")
  expect_error(coupling(d, c("p", "r"), panel), class = "ccdpanel_error_column")
  expect_error(
    coupling(transform(d, p = p * 100), c("p", "q"), panel), "p \\(2\\)",
    class = "ccdpanel_error_scores"
  )
  expect_error(coupling(rbind(d, d), c("p", "q"), panel), class = "ccdpanel_error_duplicate")
  expect_error(coupling(cbind(d, D = 1), c("p", "q"), panel), class = "ccdpanel_error_name")
  expect_error(coupling(d, c("p", "q"), panel, model = "guess"), class = "ccdpanel_error_choice")
  expect_error(coupling(d, c("p", "q"), panel, scheme = "guess"), class = "ccdpanel_error_choice")
  expect_error(coupling(as.list(d)), class = "ccdpanel_error_type")
})

test_that("it prints within 80 columns", {
  cc <- coupling(composite_index(state_capital, state_sheet(), c("state", "year"), keep = "region"))
  expect_snapshot(cc)
  expect_snapshot(summary(cc, by = "region"))
})

test_that("a recipe is trusted only while its object is a composite index", {
  idx <- composite_index(toy_panel(), toy_sheet(), panel)
  expect_identical(attr(coupling(idx), "recipe")$index$values, c("one", "two"))
  carried <- structure(as.data.frame(idx), recipe = attr(idx, "recipe"))
  carried$one <- carried$one * .5
  expect_null(attr(coupling(carried, c("one", "two"), panel), "recipe")$index)
  expect_error(coupling(carried), class = "ccdpanel_error_panel")
  skip_if_not_installed("tibble")
  skip_if_not_installed("dplyr")
  half <- dplyr::mutate(tibble::as_tibble(idx), one = one * .5)
  expect_null(attr(coupling(half, systems = c("one", "two"), panel = panel), "recipe")$index)
  skip_if_not_installed("data.table")
  expect_null(recipe_of(data.table::as.data.table(idx)))
})
