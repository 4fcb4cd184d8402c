test_that("which instruments each equation has", {
  d <- dynamic_toy(20, 5, gaps = FALSE)
  p <- c("id", "year")
  fit <- function(...) suppressMessages(dynamic_panel(y ~ l(y) + x, d, p, ...))$instruments
  count <- function(i, equation, set) sum(i$equation == equation & grepl(set, i$set))
  # Changes of 2003 to 2005: y of 2001; of 2001 and 2002; of 2001 to 2003.
  expect_identical(count(fit(), "diff", "gmm"), 6L)
  expect_identical(count(fit(lags = c(1, 2)), "diff", "gmm"), 5L)
  expect_identical(count(fit(collapse = TRUE), "diff", "gmm"), 3L)
  s <- fit(system = TRUE)
  expect_identical(count(s, "level", "gmm"), 3L)
  expect_identical(s$instrument[s$equation == "both"], "x")
  expect_match(s$instrument[s$equation == "level"][2], "change of l(y) lag 0 2003", fixed = TRUE)
  alone <- fit(gmm = list(~ l(y), ~x), gmm_eq = c("diff", "level"), system = TRUE, lags = c(1, 2))
  # A set of the levels alone has all its lags.
  expect_identical(count(alone, "level", "^gmm.x"), 5L)
  expect_identical(count(alone, "diff", "^gmm.x"), 0L)
  expect_identical(count(fit(iv_eq = "diff", system = TRUE), "diff", "^iv"), 1L)
  collapsed <- fit(gmm = list(~ l(y), ~x), collapse = c(TRUE, FALSE), lags = c(1, 2))
  expect_identical(count(collapsed, "diff", "l.y"), 2L)
  expect_identical(count(collapsed, "diff", "gmm.x"), 6L)
})

test_that("the lag of the levels' changes follows xtabond2's rules", {
  expect_identical(level_lag(c(1, Inf)), 0)
  expect_identical(level_lag(c(3, 4)), 2)
  expect_identical(level_lag(c(0, 2)), 0)
  expect_identical(level_lag(c(-2, -1)), -2)
})

test_that("sets are named by what they are", {
  set <- list(expr = quote(a + l(b)), lags = c(2, 4), collapse = TRUE, eq = "level")
  expect_identical(
    set_label(set, "gmm"), "gmm(a, l(b), lags 2 to 4, collapsed, levels equation)"
  )
  expect_identical(set_label(list(expr = quote(x), eq = "both"), "iv"), "iv(x)")
})
