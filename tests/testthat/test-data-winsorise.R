test_that("by hand: 1 to 100 at 5 and 95 percent", {
  # 100 p is whole: the limits are 5.5 and 95.5
  expect_message(
    x <- winsorise(100:1, c(0.05, 0.95)), "10 of 100 values: 5 at the lower end, 5 at the upper",
    class = "ccdpanel_message_winsorised"
  )
  expect_identical(x, c(rep(95.5, 5), 95:6, rep(5.5, 5)))
  trimmed <- suppressMessages(winsorise(100:1, c(0.05, 0.95), trim = TRUE))
  expect_identical(trimmed, as.double(c(rep(NA, 5), 95:6, rep(NA, 5))))
})

test_that("missing values stay and do not count; short vectors do not change", {
  x <- suppressMessages(winsorise(c(NA, 1:10, NA), c(0.1, 0.9)))
  expect_identical(x, c(NA, 1.5, 2:9, 9.5, NA))
  expect_identical(suppressMessages(winsorise(c(5, 1, 9))), c(5, 1, 9))
  expect_identical(suppressMessages(winsorise(c(NA_real_, NA_real_))), c(NA_real_, NA_real_))
  expect_identical(suppressMessages(winsorise(numeric())), numeric())
})

test_that("one end only", {
  expect_identical(suppressMessages(winsorise(1:10, c(0, 0.8))), c(1:8, 8.5, 8.5))
})

test_that("within groups", {
  x <- c(1:10, 101:110)
  g <- rep(c("a", "b"), each = 10)
  mixed <- c(11:20, 1:10)
  wanted <- c(1.5, 2:9, 9.5, 101.5, 102:109, 109.5)
  expect_identical(suppressMessages(winsorise(x, c(0.1, 0.9), by = g)), wanted)
  expect_identical(
    suppressMessages(winsorise(x[mixed], c(0.1, 0.9), by = factor(g)[mixed])), wanted[mixed]
  )
})

test_that("wrong arguments", {
  expect_error(winsorise("a"), class = "ccdpanel_error_type")
  expect_error(winsorise(data.frame(x = 1)), "one column", class = "ccdpanel_error_type")
  expect_error(winsorise(1:3, 0.01), class = "ccdpanel_error_probs")
  expect_error(winsorise(1:3, c(0.9, 0.1)), class = "ccdpanel_error_probs")
  expect_error(winsorise(1:3, c(1, 99)), class = "ccdpanel_error_probs")
  expect_error(winsorise(1:3, trim = NA), class = "ccdpanel_error_type")
  expect_error(winsorise(1:3, by = 1:2), class = "ccdpanel_error_group")
  expect_error(winsorise(1:3, by = c(1, NA, 2)), class = "ccdpanel_error_group")
})

test_that("missing values are none of those counted", {
  expect_message(
    x <- winsorise(c(NA, 1:9), c(0.2, 0.8)), "Winsorised 2 of 9 values",
    class = "ccdpanel_message_winsorised"
  )
  expect_identical(is.na(x), c(TRUE, rep(FALSE, 9)))
  expect_message(winsorise(c(NA, 1:9), c(0.2, 0.8), trim = TRUE), "Trimmed 2 of 9 values")
})
