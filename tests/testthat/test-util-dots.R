test_that("the nearest argument is near, and not the object that has come", {
  known <- c("fit", "split", "labels", "of")
  expect_identical(argument_hint("lables", known), "labels = ")
  expect_identical(argument_hint("spl", known), "split = ")
  expect_identical(length(argument_hint("foo", known)), 0L)
  frame <- list2env(list(fit = 1))
  expect_identical(argument_hint("fits", known), "fit = ")
  expect_identical(length(argument_hint("fits", known, frame)), 0L)
})

test_that("an argument that is not read is named with the one that would have it read", {
  expect_null(check_unread(c(a = FALSE), "b = 1"))
  expect_error(
    check_unread(c(a = TRUE, b = FALSE, c = TRUE), "d = 1"), "`a` and `c` are read with `d = 1`",
    class = "ccdpanel_error_argument"
  )
})

test_that("the covariance that is offered in place of another's argument is one that is taken", {
  d <- made_panel()
  single <- fe_reg(y ~ x | id | a ~ z1 + z2, d)
  system <- system_reg(list(one = y ~ a + x, two = a ~ z1 + z2), d)
  for (fit in list(single, system, system[["one"]])) {
    for (asks in list(
      function() summary(fit, robust = TRUE), function() vcov(fit, type = "HC3"),
      function() confint(fit, cluster = ~firm), function() tidy(fit, se = "x")
    )) {
      said <- tryCatch(asks(), ccdpanel_error_argument = conditionMessage)
      advice <- regmatches(said, regexpr("vcov = [^`]*", said))
      advice <- sub("state", "firm", advice)
      expect_silent(eval(str2lang(sprintf("vcov(fit, %s)", advice)), list(fit = fit)))
    }
  }
})

test_that("what no covariance changes offers none", {
  d <- made_panel()
  fit <- fe_reg(y ~ x | id, d)
  system <- system_reg(list(one = y ~ x, two = u ~ x), d, method = "sur")
  for (asks in list(
    function() predict(fit, d, cluster = ~firm), function() collinearity(fit, cluster = ~firm),
    function() fitted(fit, vcov = "HC1"), function() nobs(system, robust = TRUE),
    function() generics::augment(system, se = "HC1"), function() predict(system, vcov = "HC1")
  )) {
    said <- conditionMessage(expect_error(asks(), class = "ccdpanel_error_argument"))
    expect_match(said, "under any covariance", fixed = TRUE)
    expect_no_match(said, "update", fixed = TRUE)
  }
})

test_that("the arguments are listed with the first where that is no object", {
  listed <- function(call, names) {
    said <- conditionMessage(expect_error(call, class = "ccdpanel_error_argument"))
    for (name in names) expect_match(said, paste0("`", name, "`"), fixed = TRUE)
  }
  listed(cov_nw(foo = 1), c("lag", "panel"))
  listed(cov_dk(lag = 2, foo = 1), c("lag", "panel"))
  listed(cov_conley(foo = 1), c("place", "cutoff", "kernel"))
  listed(cov_cr2(~state, foo = 1), "cluster")
})

test_that("R completes no argument from a letter or two, directly, by dots or by do.call()", {
  fit <- fe_reg(log(output) ~ unemployment | state, state_capital, vcov = ~state)
  through <- function(...) wild_bootstrap(fit, "unemployment", draws = 9, ...)
  # `n = 99` would be the null hypothesis that the coefficient is 99
  for (asked in list(
    quote(wild_bootstrap(fit, "unemployment", n = 99)), quote(through(n = 99)),
    quote(do.call(wild_bootstrap, list(fit, "unemployment", n = 99)))
  )) {
    expect_error(eval(asked), "`n`.*`null`", class = "ccdpanel_error_argument")
  }
  expect_error(print(fit, di = 3), "`di`.*`digits`", class = "ccdpanel_error_argument")
  expect_error(
    composite_index(state_capital, state_sheet(), panel = c("state", "year"), w = "equal"),
    "`w`.*`weights`", class = "ccdpanel_error_argument"
  )
})

test_that("what is most of a name is read as R reads it", {
  weighted <- fe_reg(log(output) ~ unemployment | state, state_capital, weights = ~employment)
  expect_identical(
    coef(fe_reg(log(output) ~ unemployment | state, state_capital, weight = ~employment)),
    coef(weighted)
  )
  expect_identical(
    formula(update(weighted, formula = . ~ . + log(highways))),
    formula(update(weighted, . ~ . + log(highways)))
  )
})
