panel <- c("unit", "year")
d <- data.frame(
  unit = c("a", "a", "b"), year = c(1, 2, 1), zone = c("n", "n", "s"), p = c(.9, 0, .5),
  q = c(.4, .3, .5)
)

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
