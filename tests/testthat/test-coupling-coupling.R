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

test_that("means of degrees, and degrees of means", {
  cc <- coupling(d, c("p", "q"), panel)
  s <- summary(cc, by = "zone")
  expect_equal(s$D, c(mean(sqrt(c(.6, 0))), sqrt(.5)))
  expect_identical(s$level, c(4L, 8L))
  s <- summary(cc, by = "zone", how = "D_of_means")
  C <- 2 * sqrt(.45 * .35) / .8
  expect_equal(s$C, c(C, 1))
  expect_equal(s$D, c(sqrt(C * .4), sqrt(.5)))
  expect_identical(names(summary(cc))[1], "year")
  expect_identical(summary(cc)$year, c(1, 2))
  expect_identical(nrow(summary(cc, by = c("zone", "year"))), 3L)
  expect_error(summary(cc, by = "nowhere"), class = "ccdpanel_error_column")
  expect_error(summary(cc, how = "guess"), class = "ccdpanel_error_choice")
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

test_that("entropy coefficients of T", {
  cc <- coupling(d, c("p", "q"), panel, weights = "entropy")
  div <- 1 - c(plain_entropy(d$p), plain_entropy(d$q))
  expect_equal(unname(attr(cc, "recipe")$weights), div / sum(div), tolerance = 1e-13)
  expect_equal(cc$T, as.vector(as.matrix(d[c("p", "q")]) %*% div) / sum(div))
  expect_error(
    coupling(transform(d, p = .5, q = .4), c("p", "q"), panel, weights = "entropy"),
    class = "ccdpanel_error_weights"
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

test_that("named weights go by name, and other names are an error", {
  right <- coupling(d, c("p", "q"), panel, weights = c(.3, .7))
  expect_identical(coupling(d, c("p", "q"), panel, weights = c(q = .7, p = .3)), right)
  wrong <- list(
    c(foo = .3, q = .7), c(p = .3, .7), c(p = .3, p = .7), c(p = .3, q = .3, p = .4), c(p = 1)
  )
  for (w in wrong) {
    expect_error(
      coupling(d, c("p", "q"), panel, weights = w), "names", class = "ccdpanel_error_weights"
    )
  }
})

test_that("a summary keeps missing groups and groups without a result, and counts what it omits", {
  d <- data.frame(
    u = c("a", "b", "a", "b"), t = c(1, 1, 2, 2), zone = c("n", NA, "n", NA), p = c(.5, .2, NA, NA),
    q = c(.5, .8, .9, .9)
  )
  cc <- coupling(d, c("p", "q"), c("u", "t"))
  s <- summary(cc, by = "zone")
  expect_identical(s$zone, c("n", NA))
  expect_identical(s$rows, c(1L, 1L))
  expect_identical(s$omitted, c(1L, 1L))
  expect_equal(s$D, cc$D[1:2])
  expect_equal(s$q, c(.5, .8))
  s <- summary(cc)
  expect_equal(s$t, c(1, 2))
  expect_identical(s$rows, c(2L, 0L))
  expect_identical(s$omitted, c(0L, 2L))
  for (name in c("p", "q", "C", "T", "D", "level")) {
    expect_identical(is.na(s[[name]]), c(FALSE, TRUE))
  }
  expect_false(is.nan(s$D[2]))
  expect_identical(is.na(summary(cc, how = "D_of_means")$D), c(FALSE, TRUE))
  rlang::local_options(width = 40)
  expect_output(print(s), "omitted")
  expect_output(print(s), "Rows without a result (missing scores): 2 of 4", fixed = TRUE)
})

test_that("times of any class are summarised and printed", {
  times <- list(
    as.Date(c("2001-01-01", "2002-01-01")),
    as.POSIXct(c("2001-01-01 10:00", "2002-01-01 11:30"), tz = "UTC"), c("first", "second"),
    factor(c("late", "early"), c("late", "early")), ordered(c("low", "high"), c("low", "high")),
    c(1.5, 2.5)
  )
  for (time in times) {
    cc <- coupling(
      data.frame(u = c("a", "a"), t = time, p = c(.5, .6), q = .5), c("p", "q"), c("u", "t")
    )
    expect_identical(summary(cc)$t, time)
    expect_output(print(summary(cc)), format(time[2]), fixed = TRUE)
    expect_output(print(cc), "2 rows")
  }
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

test_that("a summary of the whole, growth, and how many are above the mean", {
  data <- data.frame(
    unit = rep(c("a", "b", "c"), each = 2), year = rep(2001:2002, 3),
    zone = rep(c("n", "n", "s"), each = 2),
    u = c(.16, .36, .64, .81, .49, .25)
  )
  data$v <- data$u
  # Equal scores: D is their root, .4 .6 .8 .9 .7 .5
  cc <- coupling(data, c("u", "v"), c("unit", "year"), labels = paste("class", 1:10))
  expect_identical(levels(cc$stage), paste("class", 1:10))
  whole <- summary(cc, by = NULL, above = TRUE)
  expect_identical(nrow(whole), 1L)
  expect_equal(whole$D, mean(c(.4, .6, .8, .9, .7, .5)))
  expect_identical(whole$above, 3L)
  years <- summary(cc, growth = TRUE, above = TRUE)
  expect_equal(years$growth, c(NA, (2 / 3) / (1.9 / 3) - 1))
  expect_identical(years$above, c(2L, 1L))
  zones <- summary(cc, by = c("zone", "year"), growth = TRUE)
  expect_equal(zones$growth, c(NA, .75 / .6 - 1, NA, .5 / .7 - 1))
  # A zone without rows at the time before has no growth from an earlier one.
  late <- data.frame(
    unit = c("a", "b", "a", "a", "b"), year = c(1, 1, 2, 3, 3), zone = c("x", "y", "x", "x", "y"),
    p = c(.2, .4, .3, .45, .8), q = c(.2, .4, .3, .45, .8)
  )
  late <- suppressMessages(coupling(late, c("p", "q"), c("unit", "year")))
  gap <- summary(late, by = c("zone", "year"), growth = TRUE)
  # D is the root of two equal scores
  expect_equal(gap$growth, c(NA, sqrt(1.5) - 1, sqrt(1.5) - 1, NA, NA))
  expect_error(summary(cc, by = "zone", growth = TRUE), class = "ccdpanel_error_argument")
  expect_error(
    coupling(data, c("u", "v"), c("unit", "year"), labels = "one"), class = "ccdpanel_error_labels"
  )
})
