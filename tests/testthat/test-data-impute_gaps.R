panel <- c("unit", "year")
gappy <- data.frame(
  year = c(2015, 2011, 2012, 2013, 2014, 2011, 2012, 2015), unit = rep(c("a", "b"), c(5, 3)),
  x = c(NA, NA, 2, NA, 6, 1, NA, 5), y = 1:8
)

test_that("by hand: straight lines over time inside, nearest at the ends, input order kept", {
  expect_message(filled <- impute_gaps(gappy, panel), "4 missing values in 1 of 2", class = "ccdpanel_message_imputed")
  # a: 2011 takes 2012's 2, 2013 lies midway between 2 and 6, 2015 takes 2014's 6; b: 2012 is a quarter of the way from 1 to 5
  expect_equal(filled$x, c(6, 2, 2, 4, 6, 1, 2, 5))
  expect_identical(filled$y, gappy$y)
  expect_identical(filled$unit, gappy$unit)
})

test_that("every filled cell is listed", {
  filled <- suppressMessages(impute_gaps(gappy, panel))
  cells <- imputed(filled)
  expect_named(cells, c("unit", "year", "variable", "value", "method"))
  expect_identical(cells$unit, c("a", "a", "a", "b"))
  expect_equal(cells$year, c(2015, 2011, 2013, 2012))
  expect_equal(cells$value, c(6, 2, 4, 2))
  expect_identical(unique(cells$variable), "x")
})

test_that("nothing to fill: nothing said, an empty list", {
  whole <- gappy[!is.na(gappy$x), ]
  expect_no_message(filled <- impute_gaps(whole, panel))
  expect_identical(nrow(imputed(filled)), 0L)
  expect_equal(filled, whole, ignore_attr = "imputed")
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
    expected <- if (sum(seen) == 1) rep(own$x[seen], 10) else approx(own$year[seen], own$x[seen], own$year, rule = 2)$y
    expect_equal(filled$x[filled$unit == u], expected)
  }
})

test_that("dates and ordered factors are times; other keys may be factors", {
  d <- data.frame(unit = factor("a"), year = as.Date(c("2020-01-01", "2020-01-11", "2020-01-31")), x = c(0, NA, 30))
  expect_equal(suppressMessages(impute_gaps(d, panel))$x, c(0, 10, 30))
  d$year <- factor(c("q1", "q2", "q3"), ordered = TRUE)
  expect_equal(suppressMessages(impute_gaps(d, panel))$x, c(0, 15, 30))
})

test_that("a series without a value names unit and variable", {
  gappy$x[6:8] <- NA
  expect_error(impute_gaps(gappy, panel), "\"x\" has no value at all in unit \"b\"", class = "ccdpanel_error_all_missing")
})

test_that("misuse is named", {
  expect_error(impute_gaps(1, panel), class = "ccdpanel_error_type")
  expect_error(impute_gaps(gappy, "unit"), class = "ccdpanel_error_panel")
  expect_error(impute_gaps(rbind(gappy, gappy), panel), class = "ccdpanel_error_duplicate")
  expect_error(impute_gaps(gappy, panel, vars = "z"), class = "ccdpanel_error_column")
  expect_error(impute_gaps(transform(gappy, x = "a"), panel, vars = "x"), class = "ccdpanel_error_numeric")
  expect_error(impute_gaps(gappy, panel, method = "guess"), class = "ccdpanel_error_choice")
  expect_error(impute_gaps(transform(gappy, year = as.character(year)), panel), class = "ccdpanel_error_time")
  expect_error(imputed(gappy), class = "ccdpanel_error_imputed")
})
