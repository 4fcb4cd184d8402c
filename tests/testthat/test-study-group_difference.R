two_groups <- function(..., vcov = ~state) {
  fit <- fe_reg(
    log(output) ~ log(highways) + unemployment | state + year, state_capital,
    panel = c("state", "year"), vcov = vcov
  )
  by_group(fit, ~unemployment, labels = c("low", "high"), ...)
}

low_states <- function() {
  means <- tapply(state_capital$unemployment, state_capital$state, mean)
  names(means)[means <= stats::median(means)]
}

test_that(
  "Chow: the interacted model by hand, whose coefficients are the differences of the separate fits",
  {
  skip_if_not_installed("fixest")
  groups <- two_groups(split = "median")
  d <- group_difference(groups)
  data <- transform(state_capital, high = as.numeric(!state %in% low_states()))
  hand <- fixest::feols(
    log(output) ~ log(highways) + unemployment + log(highways):high + unemployment:high |
      state + year^high,
    data,
    vcov = ~state, notes = FALSE, fixef.tol = 1e-11)
  expect_equal(d$difference, unname(coef(hand)[3:4]), tolerance = 1e-8)
  expect_equal(d$difference, unname(coef(groups$high) - coef(groups$low)), tolerance = 1e-8)
  # Degrees of freedom: 4 slopes, 2 times 17 years, of which one in each half is redundant beside
  # the states, which are nested and count once
  raw <- vcov(hand, ssc = fixest::ssc(K.adj = FALSE))
  se <- unname(sqrt(diag(raw) * 815 / (816 - 4 - (34 - 2) - 1)))[3:4]
  expect_equal(d$std.error, se, tolerance = 1e-7)
  expect_equal(d$p.value, 2 * stats::pt(-abs(d$difference / se), 47), tolerance = 1e-7)
})

test_that("Chow without effects, by lm: the constant and factors are interacted too", {
  fit <- fe_reg(log(output) ~ log(highways) + factor(year > 1980), state_capital, vcov = "HC1")
  groups <- by_group(fit, ~ region == "South", unit = ~state)
  d <- group_difference(groups, "log(highways)")
  skip_if_not_installed("sandwich")
  data <- transform(state_capital, south = region == "South")
  hand <- stats::lm(log(output) ~ (log(highways) + factor(year > 1980)) * south, data)
  expect_equal(d$difference, unname(coef(hand)["log(highways):southTRUE"]), tolerance = 1e-9)
  expect_equal(d$std.error, sqrt(
    sandwich::vcovHC(hand, "HC1")["log(highways):southTRUE", "log(highways):southTRUE"]
  ), tolerance = 1e-9)
})

test_that("Chow with the term alone interacted", {
  skip_if_not_installed("fixest")
  d <- group_difference(two_groups(split = "median"), "unemployment", interact = "term")
  data <- transform(state_capital, high = as.numeric(!state %in% low_states()))
  hand <- fixest::feols(
    log(output) ~ log(highways) + unemployment + unemployment:high | state + year, data,
    vcov = ~state, notes = FALSE, fixef.tol = 1e-11
  )
  expect_equal(d$difference, unname(coef(hand)[3]), tolerance = 1e-8)
  expect_equal(d$std.error, unname(sqrt(vcov(hand)[3, 3])), tolerance = 1e-7)
  expect_true(is.na(d$first))
})

test_that("Chow with factors beside effects, an offset and no other regressor", {
  fit <- suppressMessages(fe_reg(
    log(output) ~ log(highways) + factor(year %/% 5) + offset(0.1 * unemployment) | state,
    state_capital, vcov = ~state
  ))
  groups <- suppressMessages(by_group(fit, ~ region == "South"))
  d <- group_difference(groups)
  expect_equal(
    d$difference, unname(coef(groups[[2]])[d$term] - coef(groups[[1]])[d$term]), tolerance = 1e-8
  )
  expect_false(anyNA(d$std.error))
  iv <- suppressMessages(fe_reg(
    log(output) ~ 1 | state | log(highways) ~ log(water), state_capital, vcov = ~state
  ))
  sides <- by_group(iv, ~ region == "South")
  expect_equal(
    group_difference(sides)$difference, unname(coef(sides[[2]]) - coef(sides[[1]])),
    tolerance = 1e-8
  )
  expect_error(
    group_difference(groups, "factor(year%/%5)395", interact = "term"),
    class = "ccdpanel_error_term"
  )
})

test_that("Chow for several groups: every pair, and all at once by F", {
  fit <- fe_reg(log(output) ~ log(highways) | state, state_capital, vcov = ~state)
  d <- group_difference(by_group(fit, ~region))
  expect_identical(nrow(d), 7L)
  hand <- fe_reg(
    log(output) ~ log(highways) + log(highways):region | state, state_capital, vcov = ~state
  ) |> suppressMessages()
  at <- 2:4
  f <- sum(coef(hand)[at] * solve(vcov(hand)[at, at], coef(hand)[at])) / 3
  expect_equal(d$statistic[7], f, tolerance = 1e-8)
  expect_equal(d$p.value[7], stats::pf(f, 3, 47, lower.tail = FALSE), tolerance = 1e-7)
  expect_identical(d$groups[7], "all equal")
})

test_that("Chow with instruments is the difference of the separate 2SLS fits", {
  fit <- suppressMessages(fe_reg(
    log(output) ~ unemployment | state | log(private_capital) ~ l(log(private_capital), 1),
    state_capital, panel = c("state", "year"), vcov = ~state
  ))
  groups <- by_group(fit, ~ region == "South")
  d <- group_difference(groups, method = c("chow", "stacked"))
  term <- d$term == "log(private_capital)"
  expect_equal(d$difference[term], rep(unname(
    coef(groups[[2]])["log(private_capital)"] - coef(groups[[1]])["log(private_capital)"]
  ), 2), tolerance = 1e-8)
  # Without a common cluster or effect, both are the two fits' own variances up to their factors.
  own <- sqrt(sum(vapply(groups, function(g) {
    vcov(g)["log(private_capital)", "log(private_capital)"]
  }, 0)))
  expect_equal(d$std.error[term][2], own, tolerance = 0.05)
  plain <- lapply(groups, function(g) {
    vcov(fe_reg(
      formula(g), g$spec$data, subset = rlang::new_formula(NULL, g$spec$subset),
      panel = c("state", "year"), vcov = ~state, ssc = "none"
    ) |> suppressMessages())
  })
  expect_equal(d$std.error[term][2], sqrt(48 / 47 * sum(vapply(
    plain, function(v) v["log(private_capital)", "log(private_capital)"], 0
  ))), tolerance = 1e-8)
})

test_that("printing and plain tables", {
  d <- group_difference(
    two_groups(split = "median"), method = c("chow", "permutation"), R = 19, seed = 1
  )
  text <- capture.output(print(d))
  expect_true(any(grepl("19 draws, two-sided, seed 1", text)))
  expect_true(any(grepl("high less low:", text)))
  expect_lt(max(nchar(text)), 120)
  expect_identical(class(as.data.frame(d)), "data.frame")
  expect_identical(generics::tidy(d)$p.value, d$p.value)
  expect_output(print(d[, 1:3]), "chow")
})

test_that("wrong arguments", {
  groups <- two_groups(split = "median")
  expect_error(group_difference(groups[1:2]), class = "ccdpanel_error_fit")
  expect_error(group_difference(groups, "price"), class = "ccdpanel_error_term")
  expect_error(group_difference(groups, method = "t"), class = "ccdpanel_error_choice")
  expect_error(group_difference(groups, interact = "some"), class = "ccdpanel_error_choice")
  expect_error(
    group_difference(groups, method = "permutation", R = 0), class = "ccdpanel_error_number"
  )
  expect_error(
    group_difference(groups, method = "permutation", R = 10.5), "whole",
    class = "ccdpanel_error_number"
  )
  expect_error(
    group_difference(groups, method = "permutation", seed = -1), class = "ccdpanel_error_number"
  )
  plain <- by_group(fe_reg(log(output) ~ log(highways), state_capital), ~ region == "South")
  expect_error(group_difference(plain, method = "permutation"), class = "ccdpanel_error_unit")
  two <- suppressMessages(by_group(fe_reg(
    log(output) ~ 1 | 0 | log(highways) ~ log(water), state_capital
  ), ~ region == "South"))
  expect_error(
    group_difference(two, interact = "term"), "instruments", class = "ccdpanel_error_choice"
  )
})

test_that("chow under CR2 has the difference's own degrees of freedom: clubSandwich's", {
  skip_if_not_installed("clubSandwich")
  d <- state_capital
  d$late <- d$year > 1978
  fit <- fe_reg(
    log(output) ~ log(private_capital) + unemployment | state, d, vcov = cov_cr2(~state)
  )
  test <- group_difference(by_group(fit, ~late), method = "chow")
  full <- lm(
    log(output) ~ 0 + (log(private_capital) + unemployment) * late + interaction(state, late), d
  )
  at <- !is.na(coef(full))
  tested <- c("log(private_capital):lateTRUE", "unemployment:lateTRUE")
  weights <- outer(tested, names(coef(full))[at], "==") + 0
  peer <- clubSandwich::linear_contrast(
    full, clubSandwich::vcovCR(full, d$state, "CR2"), weights, p_values = TRUE
  )
  expect_equal(test$difference, peer$Est, tolerance = 1e-8)
  expect_equal(test$std.error, peer$SE, tolerance = 1e-6)
  expect_equal(test$df, peer$df, tolerance = 1e-5)
  expect_equal(test$p.value, peer$p_val, tolerance = 1e-5)
})

test_that("what one method reads is not taken by another", {
  fit <- fe_reg(log(output) ~ log(highways) | state, state_capital, vcov = ~state)
  groups <- by_group(fit, ~ region == "South", unit = ~state)
  expect_error(
    group_difference(groups, method = "wald", interact = "term"), "interact.*method = \"chow\"",
    class = "ccdpanel_error_argument"
  )
  expect_error(
    group_difference(groups, method = c("wald", "stacked"), interact = "all"), "interact",
    class = "ccdpanel_error_argument"
  )
  expect_error(
    group_difference(groups, R = 99, seed = 1), "R.*seed.*method = \"permutation\"",
    class = "ccdpanel_error_argument"
  )
  expect_error(
    group_difference(groups, cluster = ~state), "by_group(update(fit, vcov = ~state), ...)",
    fixed = TRUE, class = "ccdpanel_error_argument"
  )
})

test_that("all groups at once: F by lm with weights, gaps and a product", {
  skip_if_not_installed("sandwich")
  d <- gappy_panel()
  fit <- suppressMessages(fe_reg(y ~ x * q | state, d, weights = ~w, vcov = "HC1"))
  test <- suppressMessages(group_difference(by_group(fit, ~region)))
  joint <- test[!grepl(" less ", test$groups), ]
  used <- d[!is.na(d$x) & d$w > 0, ]
  model <- stats::lm(y ~ x * q * region + factor(state), used, weights = w)
  v <- sandwich::vcovHC(model, "HC1")
  for (term in c("x", "q", "x:q")) {
    at <- grep(paste0("^", term, ":region"), rownames(v), value = TRUE)
    f <- drop(stats::coef(model)[at] %*% solve(v[at, at], stats::coef(model)[at])) / 3
    row <- joint[joint$term == term, ]
    expect_equal(row$statistic, f, tolerance = 1e-7)
    expect_equal(row$df, 3)
    expect_equal(
      row$p.value, stats::pf(f, 3, stats::df.residual(model), lower.tail = FALSE), tolerance = 1e-6
    )
  }
})
