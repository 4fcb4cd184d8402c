test_that("scope copies what is not in the data, and nothing else", {
  k <- 3
  f <- function(x) x
  expect_identical(model_scope(list(quote(log(x) + x^k)), list(x = 1), environment()), list(k = 3))
  expect_identical(model_scope(list(quote(f(x))), list(x = 1), environment()), list(f = f))
  expect_length(model_scope(
    list(quote(log(x) + poly(x, 2) + stats::lag(x))), list(x = 1), environment()
  ), 0)
})

test_that(
  paste0(
    "functions handed over by name, arguments of a function and what follows a $ are no ",
    "variables of the data"
  ),
  {
  d <- made_panel()
  other <- list(zz = rev(d$x))
  plain <- function(v) coef(stats::lm(d$y ~ v + factor(d$id)))[["v"]]
  first <- function(f, ...) unname(coef(fe_reg(f, d, ...)))[1]
  expect_equal(first(y ~ ave(x, year, FUN = median) | id), plain(ave(d$x, d$year, FUN = median)))
  expect_equal(first(y ~ sapply(x, function(v) v^3) | id), plain(d$x^3))
  expect_equal(first(y ~ sapply(x, \(v, p = 2) v^p) | id), plain(d$x^2))
  expect_equal(first(y ~ other$zz | id), plain(other$zz))
  expect_equal(first(y ~ d$w | id), plain(d$w))
  expect_equal(
    first(y ~ d$w + l(x, 1) | id, panel = c("id", "year")),
    first(y ~ w + l(x, 1) | id, panel = c("id", "year"))
  )
  expect_equal(first(y ~ Reduce(`+`, list(x, w)) | id), plain(d$x + d$w))
  keep <- ave(d$x, d$id, FUN = mean) > 0
  expect_equal(
    first(y ~ x | id, subset = ~ ave(x, id, FUN = mean) > 0),
    coef(stats::lm(y ~ x + factor(id), d[keep, ]))[["x"]]
  )
  # A name that nothing binds is said, be it a function elsewhere or within one.
  for (f in list(
    y ~ sd, y ~ log(sd), y ~ x + I(var^2), y ~ sapply(x, function(v) v + nowhere),
    y ~ ave(x, nowhere)
  )) {
    expect_error(fe_reg(f, d), class = "ccdpanel_error_column")
  }
})
