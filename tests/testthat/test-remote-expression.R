test_that("functions have R's values, missing where R's are NaN", {
  con <- sqlite()
  d <- data.frame(row = 1:9, x = c(-2.5, -1, 0, NA, 1e-3, 1, 2, 3.7, 900), i = c(1:8, NA))
  exprs <- list(
    quote(x + 2 * i - 1), quote(-x), quote((x + 1)^2), quote(x^3), quote(sqrt(x)),
    quote(ifelse(x > limit, x, i)), quote(abs(x)), quote(floor(x)), quote(ceiling(x)),
    quote(sign(x)), quote(I(x * x)), quote(i^0.5), quote(log1p(i)), quote(log(i, 10)),
    quote(log2(i)), quote(log10(i)), quote(i / 3), quote(exp(-x)), quote(ifelse(i %in% 2:3, 1, 0)),
    quote(i^1.5), quote(i^-2), quote(x^9), quote(x^10), quote(i^-11), quote(log1p(x * 1e-9)),
    quote(ifelse(no = x, yes = i, x > limit)), quote(log(base = 10, x = i))
  )
  found <- both_values(con, d, exprs)
  for (j in seq_along(exprs)) {
    own <- suppressWarnings(eval(exprs[[j]], d, list2env(list(limit = 2))))
    own <- replace(unclass(own), is.nan(own), NA)
    if (identical(exprs[[j]], quote(exp(-x)))) own[is.infinite(own)] <- 0
    expect_equal(found[[j + 1]], own, tolerance = 1e-14, info = deparse1(exprs[[j]]))
  }
})

test_that("sums, products and conditions may be of hundreds of terms", {
  con <- sqlite()
  d <- data.frame(row = 1:4, x = c(1, 2, NA, 4), z = c(1.01, 0.99, 1, 1.02))
  long <- function(word, terms) str2lang(paste(terms, collapse = paste0(" ", word, " ")))
  exprs <- list(
    long("+", rep(c("x", "2 * z"), 200)), long("-", rep("x", 400)), long("*", rep("z", 200)),
    long("|", paste("x ==", 1000:1400)), str2lang(paste0("x", strrep(" - x + z", 150)))
  )
  found <- both_values(con, d, exprs)
  for (j in seq_along(exprs)) {
    expect_equal(found[[j + 1]], as.double(eval(exprs[[j]], d)), tolerance = 1e-13)
  }
  d <- uneven_firms(300)
  many <- str2lang(paste(rep("digital", 150), collapse = " + "))
  expect_same_reg(con, d, eval(bquote(output ~ I(.(many)) | year)))
})

test_that("integers are divided and multiplied as doubles", {
  con <- sqlite()
  d <- data.frame(row = 1:2, i = c(2000000000L, 7L), j = c(2000000000L, 2L))
  found <- both_values(con, d, list(quote(i * j), quote(i / j)))
  expect_identical(found$made1, c(4e18, 14))
  expect_identical(found$made2, c(1, 3.5))
})

test_that("a lag is the value of the time before, never of the row before", {
  con <- sqlite()
  d <- data.frame(
    row = 1:7, unit = c("a", "a", "a", "b", "b", "b", "b"), year = c(1, 2, 4, 7, 5, 6, 9),
    x = c(1, 2, 4, 7, 5, 6, 9)^2
  )
  exprs <- list(quote(l(x)), quote(l(x, 2)), quote(l(x, -1)), quote(d(l(x))), quote(l(x, 0)))
  found <- both_values(con, d, exprs, c("unit", "year"))
  found <- found[order(found$row), ]
  expect_identical(found$made1, c(NA, 1, NA, 36, NA, 25, NA))
  expect_identical(found$made2, c(NA, NA, 4, 25, NA, NA, 49))
  expect_identical(found$made3, c(4, NA, NA, NA, 36, 49, NA))
  expect_identical(found$made4, c(NA, NA, NA, 11, NA, NA, NA))
  expect_identical(found$made5, d$x)
})

test_that("what cannot be computed there is an error that names the term", {
  con <- sqlite()
  table <- stored(con, state_capital)
  refit <- function(formula, ...) fe_reg(formula, table, remote = "cells", ...)
  expect_error(
    refit(output ~ poly(year, 2) | state), "poly(year, 2)", fixed = TRUE,
    class = "ccdpanel_error_remote_term"
  )
  for (f in list(output ~ splines::ns(year, 3), output ~ round(year, 1), output ~ cut(year, 3))) {
    expect_error(refit(f), class = "ccdpanel_error_remote_term")
  }
  for (f in list(output ~ ifelse(year > 1980, yes = 1), output ~ log(year, base = 2, 3))) {
    expect_error(refit(f), class = "ccdpanel_error_remote_term")
  }
  expect_error(refit(output ~ state + log(state)), class = "ccdpanel_error_evaluate")
  expect_error(refit(output ~ l(year)), class = "ccdpanel_error_panel")
  expect_error(
    refit(output ~ l(unemployment), panel = c("region", "year")),
    class = "ccdpanel_error_duplicate"
  )
  expect_error(
    suppressMessages(refit(output ~ l(unemployment), panel = c("state", "highways"))),
    class = "ccdpanel_error_panel"
  )
  values <- c(1, 2)
  expect_error(refit(output ~ I(year * values)), class = "ccdpanel_error_column")
})

test_that("on PostgreSQL too functions have R's values, and none is refused", {
  con <- postgres()
  d <- data.frame(
    row = 1:10, x = c(-2.5, -1, 0, NA, NaN, 1, 2, 3.7, 900, -800), i = c(1:8, NA, 2000000000L)
  )
  exprs <- list(
    quote(x + 2 * i - 1), quote(-x), quote((x + 1)^2), quote(sqrt(x)), quote(log(x)),
    quote(ifelse(x > limit, x, i)), quote(abs(x)), quote(floor(x)), quote(ceiling(x)),
    quote(sign(x)), quote(i^0.5), quote(log1p(i)), quote(log(i, 10)), quote(log2(i)), quote(i / 3),
    quote(exp(-x)), quote(exp(x)), quote(ifelse(i %in% 2:3, 1, 0)), quote(i^1.5), quote(i^-2),
    quote(1 / x), quote(x^9), quote(x^10), quote(log1p(x * 1e-9)), quote(i * i),
    quote(ifelse(is.na(x), 1, x)), quote(x / 0.1)
  )
  found <- both_values(con, d, exprs)
  found <- found[order(found$row), ]
  # R has no product of whole numbers above 2^31.
  d$i <- as.double(d$i)
  for (j in seq_along(exprs)) {
    own <- suppressWarnings(eval(exprs[[j]], d, list2env(list(limit = 2))))
    own <- replace(unclass(own), is.nan(own), NA)
    own[is.infinite(own)] <- 0
    expect_equal(found[[j + 1]], own, tolerance = 1e-14, info = deparse1(exprs[[j]]))
  }
  panel <- data.frame(row = 1:5, unit = "a", year = c(1, 2, 4, 7, 5), x = 0.1 + 1e8 * (1:5))
  found <- both_values(con, panel, list(quote(l(x)), quote(d(l(x)))), c("unit", "year"))
  found <- found[order(found$row), ]
  expect_identical(found$made1, c(NA, panel$x[1], NA, NA, panel$x[3]))
})

test_that("what PostgreSQL will not compute is counted where R's value is infinite", {
  con <- postgres()
  d <- data.frame(
    g = rep(1:4, 5), x = sin(1:20), y = cos(1:20), big = c(1e200, 1e-200, rep(1, 18)),
    huge = c(.Machine$double.xmax, -.Machine$double.xmax, rep(2, 18))
  )
  table <- stored(con, d)
  refit <- function(f, ...) fe_reg(f, table, remote = "cells", ...)
  named <- function(f, words) expect_error(refit(f), words, class = "ccdpanel_error_infinite")
  named(y ~ I(big * big) | g, "1 row")
  named(y ~ big:huge | g, "1 row")
  named(y ~ I(huge + huge) | g, "2 rows")
  named(y ~ I(huge - 2 * x * huge), "row")
  named(y ~ I(huge / big), "1 row")
  named(y ~ I(big^3) | g, "1 row")
  named(y ~ I(big^2.5) | g, "1 row")
  named(y ~ exp(big) | g, "1 row")
  named(y ~ log(x - x) | g, "20 rows")
  expect_error(refit(y ~ huge | g), class = "ccdpanel_error_scale")
  # What R rounds to zero is zero.
  a <- suppressMessages(refit(y ~ I(big * big * x) | g, subset = ~ big < 2, vcov = "HC1"))
  b <- fe_reg(y ~ I(big * big * x) | g, d, "HC1", subset = ~ big < 2)
  expect_same_fit(a, b)
  a <- refit(y ~ exp(1000 * x - 1000) | g)
  b <- fe_reg(y ~ exp(1000 * x - 1000) | g, d)
  expect_same_fit(a, b)
})
