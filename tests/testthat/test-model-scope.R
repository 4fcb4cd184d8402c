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

test_that("every formula takes values from where it was written, not from where another was", {
  d <- made_panel()
  d$u <- d$x + d$a
  k <- 3
  five <- (function(k) {
    list(
      rows = ~ x > k - 5, weight = ~ abs(w)^k, group = ~ I(id %/% k), term = ~ I(a * (x > k - 5)),
      change = . ~ . + I((a + 3)^k), model = y ~ x + I((a + 3)^k) | id
    )
  })(5)
  rows <- ~ x > 5 - 5
  weight <- ~ abs(w)^5
  group <- ~ I(id %/% 5)
  term <- ~ I(a * (x > 5 - 5))
  base <- y ~ x | id
  fit <- fe_reg(base, d, vcov = ~id)
  kept <- fe_reg(five$model, d, vcov = ~id)
  numbers <- function(x) unname(unlist(x))
  pairs <- list(
    list(quote(coef(fe_reg(base, d, subset = A, weights = B))), five[1:2], list(rows, weight)),
    list(quote(vcov(fe_reg(base, d, vcov = A))), five["group"], list(group)),
    list(quote(vcov(fit, A)), five["group"], list(group)),
    list(quote(vcov(fit, cov_cr2(A))), five["group"], list(group)),
    list(quote(lapply(by_group(fit, A), coef)), five["rows"], list(rows)),
    list(quote(mediation_test(fit, A, boot = 0)$effects$estimate), five["term"], list(term)),
    list(quote(moderation_test(fit, A)$effects$estimate), five["term"], list(term)),
    list(quote(coef(add_controls(fit, A)[[2]])), five["term"], list(term)),
    list(
      quote(robustness(fit, V = list(subset = A, weights = B))[2, c("estimate", "std.error")]),
      five[1:2], list(rows, weight)
    ),
    list(quote(coef(update(fit, A))), five["change"], list(. ~ . + I((a + 3)^5))),
    list(quote(coef(update(fit, subset = A))), five["rows"], list(rows)),
    list(quote(coef(system_reg(
      list(y = y ~ x, u = u ~ w), d, method = "sur", fe = ~id, subset = A, weights = B
    ))), five[1:2], list(rows, weight))
  )
  for (pair in pairs) {
    values <- function(x) stats::setNames(unname(x), c("A", "B")[seq_along(x)])
    found <- suppressMessages(eval(pair[[1]], values(pair[[2]])))
    wanted <- suppressMessages(eval(pair[[1]], values(pair[[3]])))
    expect_equal(numbers(found), numbers(wanted), label = deparse1(pair[[1]]))
  }
  # A fit keeps its own values, whatever its names are where it is changed.
  expect_equal(
    numbers(coef(update(kept, . ~ . + w))), numbers(coef(fe_reg(y ~ x + I((a + 3)^5) + w | id, d)))
  )
})

test_that("a change that takes a term away takes the fit's", {
  d <- made_panel()
  fit <- (function(k) fe_reg(y ~ x + I(a * k) | id, d))(5)
  k <- 3
  expect_equal(coef(update(fit, . ~ . - I(a * k))), coef(fe_reg(y ~ x | id, d)))
  expect_error(update(fit, . ~ . - x + I(w * k)), class = "ccdpanel_error_conflict")
})

test_that("a word that is two values in the formulas of a fit is an error", {
  d <- made_panel()
  k <- 3
  others <- (function(k) list(rows = ~ x > k - 5, change = . ~ . + I(a * k)))(5)
  base <- y ~ I(x * k) | id
  fit <- fe_reg(base, d, vcov = ~id)
  calls <- list(
    quote(fe_reg(base, d, subset = others$rows)), quote(by_group(fit, others$rows)),
    quote(update(fit, others$change)), quote(robustness(fit, V = others$rows))
  )
  for (call in calls) {
    expect_error(
      eval(call), "`k` must be one value.* 3 in one and 5", class = "ccdpanel_error_conflict"
    )
  }
  expect_equal(coef(fe_reg(y ~ x | id, d, subset = others$rows)), coef(fe_reg(
    y ~ x | id, d[d$x > 0, ]
  )))
})
