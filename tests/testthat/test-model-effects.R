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
