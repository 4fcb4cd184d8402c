panel <- c("unit", "year")
gappy <- data.frame(
  year = c(2015, 2011, 2012, 2013, 2014, 2011, 2012, 2015), unit = rep(c("a", "b"), c(5, 3)),
  x = c(NA, NA, 2, NA, 6, 1, NA, 5), y = 1:8
)

test_that("by hand: straight lines over time inside, nearest at the ends, input order kept", {
  expect_message(
    filled <- impute_gaps(gappy, panel), "4 missing values in 1 of 2",
    class = "ccdpanel_message_imputed"
  )
  # a: 2011 takes 2012's 2, 2013 lies midway between 2 and 6, 2015 takes 2014's 6; b: 2012 is a
  # quarter of the way from 1 to 5
  expect_equal(filled$x, c(6, 2, 2, 4, 6, 1, 2, 5))
  expect_identical(filled$y, gappy$y)
  expect_identical(filled$unit, gappy$unit)
})

test_that("every method by hand", {
  d <- data.frame(unit = "a", year = 1:7, x = c(NA, 2, NA, 8, NA, NA, NA))
  fill <- function(method) suppressMessages(impute_gaps(d, panel, method = method))$x
  expect_equal(fill("linear"), c(2, 2, 5, 8, 8, 8, 8))
  expect_equal(fill("trend"), c(-1, 2, 5, 8, 11, 14, 17))
  expect_equal(fill("growth"), c(1, 2, 4, 8, 16, 32, 64))
  expect_equal(fill("locf"), c(NA, 2, 2, 8, 8, 8, 8))
  expect_equal(fill("nocb"), c(2, 2, 8, 8, NA, NA, NA))
  expect_equal(fill("spline"), c(2, 2, 5, 8, 8, 8, 8))
  # The natural cubic through (1, 0), (2, 1), (4, 0), (5, 1): second derivatives 0, m, n, 0 with
  # 6m + 2n = -9, 2m + 6n = 9
  d <- data.frame(unit = "a", year = 1:5, x = c(0, 1, NA, 0, 1))
  m <- -9 / 4
  n <- 9 / 4
  expect_equal(fill("spline")[3], (1 + 0) / 2 - (m + n) * 4 / 16)
})

test_that("one observed value is carried both ways, but has no growth", {
  d <- data.frame(unit = "a", year = 1:3, x = c(NA, 2, NA))
  for (method in c("linear", "trend", "spline")) {
    expect_equal(suppressMessages(impute_gaps(d, panel, method = method))$x, c(2, 2, 2))
  }
  expect_error(impute_gaps(d, panel, method = "growth"), "\"a\"", class = "ccdpanel_error_growth")
  d$x <- c(-1, NA, 2)
  expect_error(impute_gaps(d, panel, method = "growth"), class = "ccdpanel_error_growth")
})

test_that("another table fills first", {
  other <- data.frame(
    unit = c("a", "b", "c"), year = c(2013, 2012, 2012), x = c(100, NA, 7), z = "text"
  )
  filled <- suppressMessages(impute_gaps(gappy, panel, from = other))
  expect_equal(filled$x, c(6, 2, 2, 100, 6, 1, 2, 5))
  expect_identical(imputed(filled)$method, c("nearest", "nearest", "from", "linear"))
  only <- suppressMessages(impute_gaps(gappy, panel, method = "none", from = other))
  expect_equal(only$x, c(NA, NA, 2, 100, 6, 1, NA, 5))
  expect_error(impute_gaps(gappy, panel, from = 1), class = "ccdpanel_error_type")
  expect_error(
    impute_gaps(gappy, panel, from = rbind(other, other)), class = "ccdpanel_error_duplicate"
  )
  expect_error(impute_gaps(gappy, panel, from = other["x"]), class = "ccdpanel_error_column")
  gappy$x[6:8] <- NA
  expect_equal(
    suppressMessages(impute_gaps(gappy, panel, from = transform(other, x = 9)))$x[6:8], c(9, 9, 9)
  )
})

test_that("never across units, and row order does not matter", {
  set.seed(1)
  d <- data.frame(unit = rep(1:20, each = 10), year = rep(1:10, 20), x = rnorm(200))
  d$x[sample(200, 60)] <- NA
  d <- d[!d$unit %in% d$unit[ave(is.na(d$x) + 0, d$unit) == 1], ]
  filled <- suppressMessages(impute_gaps(d, panel))
  scrambled <- d[sample(nrow(d)), ]
  again <- suppressMessages(impute_gaps(scrambled, panel))
  expect_equal(again$x[match(rownames(d), rownames(scrambled))], filled$x)
  for (u in unique(d$unit)) {
    own <- d[d$unit == u, ]
    seen <- !is.na(own$x)
    expected <- if (sum(seen) == 1) {
      rep(own$x[seen], 10)
    } else {
      approx(own$year[seen], own$x[seen], own$year, rule = 2)$y
    }
    expect_equal(filled$x[filled$unit == u], expected)
  }
})

test_that("dates and ordered factors are times; other keys may be factors", {
  d <- data.frame(
    unit = factor("a"), year = as.Date(c("2020-01-01", "2020-01-11", "2020-01-31")),
    x = c(0, NA, 30)
  )
  expect_equal(suppressMessages(impute_gaps(d, panel))$x, c(0, 10, 30))
  d$year <- factor(c("2011", "2012", "2014"))
  expect_equal(suppressMessages(impute_gaps(d, panel))$x, c(0, 10, 30))
  d$year <- factor(c("q1", "q2", "q3"), ordered = TRUE)
  expect_equal(suppressMessages(impute_gaps(d, panel))$x, c(0, 15, 30))
})

test_that("a series without a value names unit and variable", {
  gappy$x[6:8] <- NA
  expect_error(
    impute_gaps(gappy, panel), "\"x\" has no value at all in unit \"b\"",
    class = "ccdpanel_error_all_missing"
  )
})

test_that("misuse is named", {
  expect_error(impute_gaps(1, panel), class = "ccdpanel_error_type")
  expect_error(impute_gaps(gappy, "unit"), class = "ccdpanel_error_panel")
  expect_error(impute_gaps(rbind(gappy, gappy), panel), class = "ccdpanel_error_duplicate")
  expect_error(impute_gaps(gappy, panel, vars = "z"), class = "ccdpanel_error_column")
  expect_error(
    impute_gaps(transform(gappy, x = "a"), panel, vars = "x"), class = "ccdpanel_error_numeric"
  )
  expect_error(impute_gaps(gappy, panel, method = "guess"), class = "ccdpanel_error_choice")
  expect_error(
    impute_gaps(transform(gappy, year = paste("year", year)), panel), class = "ccdpanel_error_time"
  )
  expect_error(imputed(gappy), class = "ccdpanel_error_imputed")
})

test_that("a spline with nothing inside to fill leaves the ends to the nearest value", {
  d <- data.frame(unit = "a", year = 1:5, x = c(NA, 1, 4, 9, NA))
  out <- suppressMessages(impute_gaps(d, c("unit", "year"), method = "spline"))
  expect_identical(out$x, c(1, 1, 4, 9, 9))
  expect_identical(imputed(out)$method, c("nearest", "nearest"))
})

test_that("growth between times that are no whole numbers: the root of the product halfway", {
  d <- data.frame(
    unit = rep(c("a", "b"), each = 4), time = rep(1:4 + .5, 2), x = c(1, NA, 3, 4, 5:8)
  )
  fill <- function(d) suppressMessages(impute_gaps(d, c("unit", "time"), method = "growth"))
  x <- fill(d)
  expect_equal(x$x[2], sqrt(3), tolerance = 1e-14)
  expect_identical(imputed(x)$time, 2.5)
  expect_error(
    fill(transform(d, x = replace(x, 3, -3))), "all positive", class = "ccdpanel_error_growth"
  )
})

# The straight line from 1 to 5 over 2001 to 2005 is 1, 2, ..., 5, and 3 is a code for "refused".
test_that("a filled value is never a code that counts as missing", {
  skip_if_not_installed("haven")
  values <- c(1, 3, 3, 3, 5)
  made <- list(
    haven::labelled_spss(values, c(refused = 3), na_values = 3, label = "Income"),
    haven::labelled_spss(values, c(refused = 3), na_range = c(3, 4), label = "Income"),
    haven::labelled_spss(as.integer(values), c(refused = 3L), na_values = 3L, label = "Income")
  )
  for (x in made) {
    d <- data.frame(unit = "a", year = 2001:2005)
    d$x <- x
    expect_message(
      expect_message(out <- impute_gaps(d, c("unit", "year")), class = "ccdpanel_message_codes"),
      "Filled 3", class = "ccdpanel_message_imputed"
    )
    expect_identical(as.vector(out$x), c(1, 2, 3, 4, 5))
    expect_false(anyNA(out$x))
    expect_false(is.object(out$x))
    expect_identical(attr(out$x, "label"), "Income")
    expect_identical(imputed(out)$value, c(2, 3, 4))
  }
})

test_that("labels of integer codes stay a class that its package reads, and plain labels stay", {
  skip_if_not_installed("haven")
  d <- data.frame(unit = "a", year = 2001:2003)
  d$x <- haven::labelled(c(1L, NA, 2L), c(low = 1L, high = 9L), label = "Level")
  d$y <- structure(c(1, NA, 2), label = "GDP", unit = "yuan")
  out <- suppressMessages(impute_gaps(d, c("unit", "year")))
  expect_identical(
    out$x, haven::labelled(c(1, 1.5, 2), c(low = 1, high = 9), label = "Level")
  )
  expect_identical(out$y, structure(c(1, 1.5, 2), label = "GDP", unit = "yuan"))
})

test_that("values of other classes are filled in their class, and dates are refused", {
  d <- data.frame(unit = "a", year = 2001:2003)
  filled <- function(x) {
    d$x <- x
    suppressMessages(impute_gaps(d, c("unit", "year"), "x"))$x
  }
  expect_identical(filled(c(1L, NA, 2L)), c(1, 1.5, 2))
  expect_identical(
    filled(as.difftime(c(1, NA, 3), units = "hours")), as.difftime(1:3 + 0, units = "hours")
  )
  if (requireNamespace("bit64", quietly = TRUE)) {
    expect_identical(filled(bit64::as.integer64(c(1, NA, 2))), c(1, 1.5, 2))
  }
  if (requireNamespace("units", quietly = TRUE)) {
    expect_equal(filled(units::set_units(c(1, NA, 2), "km")), units::set_units(c(1, 1.5, 2), "km"))
  }
  for (x in list(as.Date("2001-01-01") + c(0, NA, 2), factor(c("a", NA, "b")), list(1, NA, 2),
    c(1i, NA, 2), numeric_version(c("1", "2", "3")))) {
    d$x <- NULL
    d[["x"]] <- x
    expect_error(impute_gaps(d, c("unit", "year"), "x"), "x", class = "ccdpanel_error_numeric")
  }
})

test_that("infinite values are no ends of a line, and are named", {
  d <- data.frame(unit = "a", year = 1:6, x = c(1, NA, -Inf, NA, 5, 6), whole = c(1:5, Inf))
  expect_error(
    impute_gaps(d, c("unit", "year")), "infinite values are in x (1)", fixed = TRUE,
    class = "ccdpanel_error_infinite"
  )
  d$x[3] <- 3
  filled <- suppressMessages(impute_gaps(d, c("unit", "year")))
  expect_equal(filled$x, as.double(1:6)[c(1, 2, 3, 4, 5, 6)])
  expect_equal(filled$whole, d$whole)
})
