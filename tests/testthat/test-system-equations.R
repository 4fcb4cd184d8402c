test_that("equations are named, by their dependent variable if need be", {
  expect_named(check_equations(list(a = y ~ x, z ~ x), NULL), c("a", "z"))
  bad <- function(...) {
    expect_error(check_equations(..., call = NULL), class = "ccdpanel_error_equations")
  }
  bad(y ~ x)
  bad(list(y ~ x, ~z))
  bad(list(a = y ~ x | id))
  bad(list(y ~ x, y ~ z))
  bad(list())
})

test_that("what is made of a dependent variable is endogenous; its lags are predetermined", {
  responses <- list(quote(q), quote(log(p)))
  labels <- c(
    "p", "log(q)", "x", "l(q, 1)", "l(q)", "l(q, 0)", "l(q, 0:1)", "q:x", "d(p)", "l(log(p), k = 2)"
  )
  expect_identical(
    endogenous_terms(labels, responses), c("p", "log(q)", "l(q, 0)", "l(q, 0:1)", "q:x", "d(p)")
  )
})
