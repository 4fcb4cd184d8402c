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

test_that("names that are not told apart are an error that names both", {
  d <- made_panel()
  d$region <- c("South", "North", "West")[1 + d$firm %% 3]
  d$regionSouth <- d$z2
  d$b_x <- d$z1
  refused <- function(equations, ..., says, data = d) {
    e <- expect_error(system_reg(equations, data, ...), class = "ccdpanel_error_name")
    expect_match(conditionMessage(e), says, fixed = TRUE)
  }
  # Two coefficients a_b_x.
  refused(list(a_b = y ~ x, a = u ~ b_x), method = "sur", says = "`b_x` of equation \"a\"")
  # One column of two variables: that of the first equation would serve in the second too.
  both <- "`regionSouth` and `region`"
  refused(list(y ~ regionSouth, u ~ region), method = "sur", says = both)
  refused(list(y ~ x, u ~ region, regionSouth ~ x), method = "ols", says = "`regionSouth`")
  refused(
    list(y ~ a + x, u ~ a), instruments = ~ regionSouth + region, method = "2sls", says = both
  )
  refused(
    list(y ~ a + regionSouth, u ~ a), instruments = list(~ z1 + regionSouth, ~ z1 + region),
    method = "2sls", says = both
  )
  # Contrasts of a factor in one equation, and its levels in another.
  d$g <- factor(1 + d$firm %% 3)
  contrasts(d$g) <- "contr.sum"
  refused(list(y ~ g, u ~ 0 + g), method = "sur", says = "\"g1\"", data = d)
  levels(d$g) <- c("a", "b", "c")
  fit <- system_reg(list(y = y ~ g, u = u ~ 0 + g), d, method = "ols")
  expect_equal(unname(coef(fit)), unname(c(coef(lm(y ~ g, d)), coef(lm(u ~ 0 + g, d)))))
})
