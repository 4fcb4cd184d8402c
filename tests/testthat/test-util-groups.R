# Groups of rows against base R's split(), order() and match().

test_that("numbers of values are those of match(), in either order", {
  columns <- list(
    c(3L, 1L, NA, 3L), c(2.5, -1, NA, 2.5), c(3, 1, 7, 3), c("b", "a", NA, "b"),
    factor(c("b", "a", "c", "b"), c("c", "b", "a")),
    as.Date(c("2020-01-02", "2019-05-01", NA, "2020-01-02")),
    c(TRUE, FALSE, NA, TRUE), c(1e9, -1e9, 5, 1e9)
  )
  for (x in columns) {
    first <- numbered(x)
    expect_identical(first$code, match(x, unique(x)))
    expect_identical(first$first, match(unique(x), x))
    sorted <- numbered(x, sorted = TRUE)
    values <- c(sort(unique(x)), if (anyNA(x)) x[is.na(x)][1])
    expect_identical(sorted$code, match(x, values))
    expect_identical(x[sorted$first], values)
  }
})

test_that("means are R's to the last bit, and groups of two columns sorted by the first", {
  set.seed(1)
  data <- data.frame(
    g = sample(letters[1:3], 500, TRUE), h = sample(5L, 500, TRUE), x = 1e6 + rnorm(500)
  )
  data$x[1:50] <- NA
  out <- group_means(data, "x", c("g", "h"))
  expect_identical(out$x, as.vector(t(tapply(data$x, data[c("g", "h")], mean, na.rm = TRUE))))
  expect_identical(out$rows, as.vector(t(table(data[c("g", "h")]))))
  expect_identical(out$g, rep(letters[1:3], each = 5))
  data$x[data$g == "a"] <- NA
  expect_identical(group_means(data, "x", "g")$x[1], NA_real_)
})

test_that("repeated values are what rep() gives", {
  columns <- list(
    1:3, c(1.5, NA), factor(c("b", "a")), as.Date("2020-01-01") + 0:1, c("a", "b"), c(TRUE, NA)
  )
  for (x in columns) expect_identical(repeat_each(x, 3L), rep(x, each = 3))
})

test_that("text that repeats is text like any other", {
  x <- bind_repeat_text(c("a", NA, "\u7701"), 4L)
  y <- rep(c("a", NA, "\u7701"), 4)
  expect_identical(x, y)
  expect_identical(x[c(2, 12, 1)], y[c(2, 12, 1)])
  expect_identical(unserialize(serialize(x, NULL)), y)
  expect_identical(as.vector(table(x)), as.vector(table(y)))
  expect_identical(paste0(x, "!"), paste0(y, "!"))
  expect_identical(order(x), order(y))
  z <- x
  z[2] <- "b"
  expect_identical(z, replace(y, 2, "b"))
  expect_identical(x, y)
  expect_true(anyNA(x))
  expect_identical(bind_repeat_text(character(), 3L), character())
})

test_that("rows of matrices and data frames are repeated as rows", {
  m <- matrix(1:6, 3)
  expect_identical(repeat_each(m, 2), m[c(1, 1, 2, 2, 3, 3), ])
  d <- data.frame(a = 1:2, b = c("x", "y"))
  expect_identical(dim(repeat_each(d, 3)), c(6L, 2L))
  o <- obstacle_degree(
    transform(toy_panel(), zone = I(cbind(1:6, 7:12))), toy_sheet(), c("unit", "year"),
    keep = "zone"
  )
  expect_identical(nrow(o$zone), nrow(o))
})

test_that("values that have a class are matched by value, as text of 15 digits does not", {
  near <- c(1, 1 + 1e-15, 2.5, NA)
  classed <- list(
    as.difftime(near, units = "mins"), structure(near, class = "other"),
    as.Date("2001-01-01") + c(0, 0.25, 1, NA),
    as.POSIXct("2001-01-01", tz = "UTC") + c(0, 0.25, 1, NA)
  )
  for (x in classed) {
    expect_identical(match_values(x[c(4, 2, 1, 3)], x), c(4L, 2L, 1L, 3L))
    expect_identical(numbered(x)$code, 1:4)
    expect_identical(key_codes(x), 1:4)
  }
  skip_if_not_installed("hms")
  # As text one of these is 00:00:01, among the others 00:00:01.00.
  x <- hms::hms(c(1, 1.25, 60))
  expect_identical(match_values(x[1], x), 1L)
  expect_identical(common_codes(x[1], x)$x, 1L)
})
