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

test_that("stacked: scores by hand, where states are in both groups", {
  skip_if_not_installed("sandwich")
  groups <- two_groups(split = "mean", of = "observation")
  d <- group_difference(groups, method = "stacked")
  high <- state_capital$unemployment > mean(state_capital$unemployment)
  # Each row's part in the coefficient, from the dummy-variable regressions on the rows that the
  # fits kept.
  part <- function(group) {
    data <- state_capital[groups[[group]]$sample$rows, ]
    hand <- stats::lm(
      log(output) ~ log(highways) + unemployment + factor(state) + factor(year), data
    )
    influence <- sandwich::estfun(hand) %*% (sandwich::bread(hand) / nrow(data))
    data.frame(state = data$state, influence[, 2:3], check.names = FALSE)
  }
  low <- part("low")
  up <- part("high")
  all <- union(low$state, up$state)
  summed <- function(p) {
    vapply(all, function(s) colSums(p[p$state == s, 2:3, drop = FALSE]), c(0, 0))
  }
  variance <- rowSums((summed(up) - summed(low))^2) * length(all) / (length(all) - 1)
  expect_equal(d$std.error, unname(sqrt(variance)), tolerance = 1e-7)
  expect_equal(
    d$p.value, unname(2 * stats::pnorm(-abs(d$difference) / sqrt(variance))), tolerance = 1e-6
  )
  # The clusters are shared, so that independence would be another number.
  expect_gt(abs(group_difference(groups, method = "wald")$std.error[1] / d$std.error[1] - 1), 0.02)
})

test_that("stacked for other estimators: groups without a common cluster are independent", {
  fit <- suppressMessages(fe_reg(
    log(output) ~ unemployment | state | log(private_capital) ~ l(log(private_capital), 1:2),
    state_capital,
    panel = c("state", "year"), vcov = ~state, estimator = "liml", ssc = "none"))
  groups <- by_group(fit, ~ region == "South")
  d <- group_difference(groups, "log(private_capital)", method = "stacked")
  own <- vapply(groups, function(g) vcov(g)["log(private_capital)", "log(private_capital)"], 0)
  expect_equal(d$std.error, sqrt(sum(own)), tolerance = 1e-8)
})

test_that("permutation: the p-value by lm refits under the same draws", {
  fit <- fe_reg(log(output) ~ log(highways) | state, state_capital, panel = c("state", "year"))
  groups <- by_group(fit, ~ region == "West")
  d <- group_difference(groups, method = "permutation", R = 39, seed = 11)
  within <- function(x) x - stats::ave(x, state_capital$state)
  y <- within(log(state_capital$output))
  x <- within(log(state_capital$highways))
  slope <- function(rows) sum(x[rows] * y[rows]) / sum(x[rows]^2)
  states <- unique(state_capital$state)
  first <- !states %in% state_capital$state[state_capital$region == "West"]
  gap <- function(first) {
    rows <- state_capital$state %in% states[first]
    slope(!rows) - slope(rows)
  }
  set.seed(11, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
  drawn <- replicate(39, gap(sample(first)))
  expect_equal(d$difference, gap(first), tolerance = 1e-9)
  expect_equal(d$p.value, (1 + sum(abs(drawn) >= abs(gap(first)))) / 40)
  expect_identical(d$replications, 39L)
})

test_that(
  paste0(
    "permutation: the seed alone decides, whatever the threads, and the session's draws go on as ",
    "if nothing had been"
  ),
  {
  groups <- two_groups(split = "median")
  set.seed(5)
  one <- group_difference(groups, method = "permutation", R = 60, seed = 3)
  after <- stats::runif(1)
  set.seed(5)
  expect_identical(stats::runif(1), after)
  withr_options(list(ccdpanel.threads = 1L), environment())
  single <- lapply(unclass(groups), identity)
  expect_identical(
    group_difference(
      two_groups(split = "median"), method = "permutation", R = 60, seed = 3
    )$p.value,
    one$p.value
  )
  set.seed(8)
  first <- group_difference(groups, method = "permutation", R = 20)
  set.seed(8)
  expect_identical(group_difference(groups, method = "permutation", R = 20), first)
})

test_that("permutation of rows where units are in both groups is said", {
  groups <- two_groups(split = "mean", of = "observation")
  expect_message(
    d <- group_difference(groups, "unemployment", method = "permutation", R = 20, seed = 1),
    "rows are permuted", class = "ccdpanel_message_permuted_rows"
  )
  expect_true(d$p.value > 0 && d$p.value <= 1)
})

test_that("permutation p-values are uniform where the groups are the same", {
  skip_if(Sys.getenv("CCDPANEL_TEST_EXTENDED") == "", "extended simulation")
  set.seed(1)
  p <- replicate(400, {
    d <- data.frame(id = rep(1:20, each = 5), g = rep(c(0, 1), each = 50), x = stats::rnorm(100))
    d$y <- d$x + rep(stats::rnorm(20), each = 5) + stats::rnorm(100)
    fit <- fe_reg(y ~ x | id, d, vcov = ~id)
    group_difference(by_group(fit, ~g), method = "permutation", R = 99)$p.value
  })
  # 5 percent of 400 with three binomial standard deviations
  expect_lt(abs(mean(p <= 0.05) - 0.05), 3 * sqrt(0.05 * 0.95 / 400))
  expect_lt(abs(mean(p <= 0.5) - 0.5), 3 * sqrt(0.25 / 400))
})

test_that("independent estimates", {
  groups <- two_groups(split = "median")
  d <- group_difference(groups, "log(highways)", method = "wald")
  expect_equal(d$std.error, sqrt(vcov(groups$low)[1, 1] + vcov(groups$high)[1, 1]))
  expect_equal(d$statistic, d$difference / d$std.error)
  fit <- fe_reg(
    log(output) ~ log(highways) | state + year, state_capital, panel = c("state", "year"),
    vcov = ~state
  )
  mixed <- by_group(fit, ~unemployment, split = "median", of = "observation")
  middle <- stats::median(state_capital$unemployment)
  both <- tapply(
    state_capital$unemployment, state_capital$state, function(u) any(u <= middle) && any(u > middle)
  )
  expect_message(
    group_difference(mixed, method = "wald"), paste(sum(both), "units have rows in both"),
    class = "ccdpanel_message_shared_units"
  )
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

test_that("stacked sums by the clusters of CR2 and CR3", {
  d <- state_capital
  d$late <- d$year > 1978
  fit <- fe_reg(log(output) ~ unemployment | state, d, vcov = ~state)
  known <- group_difference(by_group(fit, ~late), method = "stacked")
  for (vcov in list(cov_cr2(~state), cov_cr3(~state))) {
    other <- by_group(update(fit, vcov = vcov), ~late)
    expect_equal(
      as.data.frame(group_difference(other, method = "stacked")), as.data.frame(known),
      tolerance = 1e-12
    )
  }
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
