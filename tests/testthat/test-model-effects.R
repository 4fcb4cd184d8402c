test_that("codes of every kind of variable tell the same values apart", {
  same <- function(x) {
    for (rows in list(NULL, 3:2)) {
      made <- make_factors(list(v = list(x)), rows)
      on_rows <- if (is.null(rows)) x else x[rows]
      code <- made$factors$v$code
      expect_identical(match(code, unique(code)), match(on_rows, unique(on_rows)))
      expect_identical(sort(unique(code)), seq_len(made$factors$v$levels) - 1L)
      expect_identical(made$first$v, (rows %||% seq_along(x))[match(sort(unique(code)), code)])
    }
  }
  same(c(3L, 1L, 3L))
  same(c(3L, 3L, 3L))
  same(c(2001, 1999, 2001))
  same(c(1e9, -4, 1e9))
  same(c(0, 0.5, -0))
  same(c(-2147483647L, 2147483647L, 5L))
  same(c("b", "a", "b"))
  same(factor(c("b", "a", "b"), levels = c("z", "a", "b")))
  same(c(TRUE, FALSE, TRUE))
  same(as.Date(c("2020-01-01", "2019-01-01", "2020-01-01")))
  same(as.POSIXct(c("2020-01-01", "2019-01-01", "2020-01-01"), tz = "UTC"))
  same(list("b", 1, "b"))
})

test_that("a string is the same in every encoding", {
  latin <- "caf\xe9"
  Encoding(latin) <- "latin1"
  coded <- make_factors(list(list(c(latin, "tea", enc2utf8(latin), "tea"))), NULL)$factors[[1]]
  expect_identical(coded$code[c(1, 2)], coded$code[c(3, 4)])
  expect_identical(coded$levels, 2L)
})

test_that("many values are told apart by the hash", {
  set.seed(1)
  x <- stats::rnorm(5000)[sample(5000, 20000, TRUE)]
  expect_identical(make_factors(list(list(x)), NULL)$factors[[1]]$code, match(x, unique(x)) - 1L)
  x <- paste0("unit", x)
  expect_identical(make_factors(list(list(x)), NULL)$factors[[1]]$code, match(x, unique(x)) - 1L)
})

test_that("rows alone in a level leave in turn, and the levels that stay are numbered anew", {
  # Row 4 is alone in "c"; then row 3 is alone in 8; rows 1, 2 and 5, 6 hold each other.
  id <- c("a", "a", "b", "c", "b", "b", "d")
  year <- c(7, 7, 8, 8, 9, 9, 7)
  made <- make_factors(list(id = list(id), year = list(year)), NULL, singletons = TRUE)
  expect_identical(made$rows, c(1L, 2L, 5L, 6L))
  expect_identical(made$factors, list(
    id = list(code = c(0L, 0L, 1L, 1L), levels = 2L),
    year = list(code = c(0L, 0L, 1L, 1L), levels = 2L)
  ))
  expect_identical(made$first, list(id = c(1L, 5L), year = c(1L, 5L)))
  expect_null(make_factors(list(id = list(id[-c(4, 7)])), NULL, singletons = TRUE)$rows)
  expect_identical(
    make_factors(list(id = list(letters[1:3])), NULL, singletons = TRUE)$rows, integer()
  )
  some <- make_factors(
    list(id = list(id), year = list(year)), c(1L, 2L, 4L, 5L, 6L), singletons = TRUE
  )
  expect_identical(some[c("rows", "first")], made[c("rows", "first")])
})

test_that("the model is the same for every kind of effect variable", {
  d <- made_panel()
  b <- coef(fe_reg(y ~ x | id + year, d))
  for (as in list(
    as.character, factor, as.integer, function(v) v + 0.5, function(v) v * 1e12,
    function(v) as.Date(v, origin = "1970-01-01")
  )) {
    expect_equal(coef(fe_reg(y ~ x | id + year, transform(d, id = as(id)))), b, tolerance = 1e-12)
  }
})

test_that("intersections number the combinations that occur", {
  f <- list(
    list(code = c(0L, 0L, 1L, 1L), levels = 2L), list(code = c(0L, 1L, 0L, 0L), levels = 2L)
  )
  expect_identical(intersect_factors(f), list(code = c(0L, 1L, 2L, 2L), levels = 3L))
})

test_that("a level whose first row leaves has the next one", {
  # Row 2 is the first of the data to be used, and alone in 1; it was the first of year 10.
  id <- c(9L, 1L, 2L, 2L, 3L, 3L)
  year <- c(10L, 10L, 10L, 10L, 11L, 11L)
  for (kind in list(identity, as.double, as.character, function(x) x + 0.5)) {
    made <- make_factors(
      list(id = list(kind(id)), year = list(kind(year))), 2:6,
      singletons = TRUE
    )
    expect_identical(made$rows, 3:6)
    expect_identical(made$factors$year, list(code = c(0L, 0L, 1L, 1L), levels = 2L))
    expect_identical(made$first, list(id = c(3L, 5L), year = c(3L, 5L)))
  }
})

test_that("levels that differ have different names, which depend on no other level", {
  zone <- "Europe/Berlin"
  # Clocks go back at 1:00 UTC: 2:30 is shown twice.
  twice <- as.POSIXct("2001-10-28 00:30:00", tz = "UTC") + c(0, 3600)
  attr(twice, "tzone") <- zone
  values <- list(
    as.POSIXct("2001-01-01", tz = "UTC") + c(0, 0.25, 0.5, 60, 86400), twice,
    1 + (0:3) * .Machine$double.eps, c(0.3, 0.1 * 3), as.Date("2001-01-01") + c(0, 0.5, 1),
    as.difftime(c(1, 1 + 1e-15), units = "mins"), c(1234567890123456, 1234567890123457)
  )
  # Classes that show 15 digits, or what tells the values at hand apart.
  if (requireNamespace("haven", quietly = TRUE)) {
    values <- c(values, list(haven::labelled(c(1, 1 + 1e-15), c(one = 1))))
  }
  if (requireNamespace("hms", quietly = TRUE)) {
    values <- c(values, list(hms::hms(c(1, 1.25, 60, 60.5))))
  }
  for (v in values) {
    names <- level_names(list(v), seq_along(v))
    expect_identical(anyDuplicated(names), 0L)
    alone <- vapply(seq_along(v), function(i) level_names(list(v), i), "")
    expect_identical(names, alone)
  }
  expect_identical(
    level_names(values[1], c(1, 3, 4)), c("2001-01-01", "2001-01-01.5", "2001-01-01 00:01:00")
  )
  expect_identical(level_names(list(c(0.5, 1970, NA, 1e5)), 1:4), c("0.5", "1970", NA, "1e+05"))
})

test_that("predictions go by the levels that were fitted: times and numbers to the last digit", {
  d <- made_panel()
  d$moment <- as.POSIXct("2001-01-01", tz = "UTC") + d$year + (d$id %% 2) / 2
  d$close <- 1 + d$firm * .Machine$double.eps
  for (effect in c("moment", "close")) {
    d$code <- match(d[[effect]], unique(d[[effect]]))
    dummies <- lm(y ~ x + factor(code), d)
    fit <- fe_reg(stats::as.formula(paste("y ~ x |", effect)), d)
    for (rows in list(seq_len(nrow(d)), 5, 1:9)) {
      expect_equal(
        predict(fit, d[rows, ]), unname(predict(dummies, d[rows, ])), tolerance = 1e-9
      )
    }
  }
})

test_that("a row alone is said to be one", {
  d <- data.frame(y = c(2, 3, 7), x = c(1, 3, 2), g = 1:3)
  said <- function(rows) {
    tryCatch(fe_reg(y ~ x | g, d[rows, ]), ccdpanel_error_empty_sample = conditionMessage)
  }
  expect_match(said(1), "the one row is alone")
  expect_match(said(1:3), "each of the 3 rows is alone")
})
