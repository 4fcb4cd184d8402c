two_groups <- function(..., vcov = ~state) {
  fit <- fe_reg(
    log(output) ~ log(highways) + unemployment | state + year, state_capital,
    panel = c("state", "year"), vcov = vcov
  )
  by_group(fit, ~unemployment, labels = c("low", "high"), ...)
}

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

test_that("permutation of weighted and instrumented fits, by two stages in plain R", {
  d <- gappy_panel()
  fit <- suppressMessages(fe_reg(
    y ~ x | state | e ~ z, d, weights = ~w, subset = ~ year > 1972, panel = c("state", "year")
  ))
  groups <- suppressMessages(by_group(fit, ~unemployment, split = "median"))
  test <- group_difference(groups, "x", "permutation", R = 39, seed = 4)
  used <- d[!is.na(d$x) & d$w > 0 & d$year > 1972, ]
  means <- tapply(used$unemployment, used$state, mean)
  expect_equal(attr(groups, "grouping")$at, stats::median(means))
  states <- unique(used$state)
  low <- as.vector(means[as.character(states)] <= stats::median(means))
  b <- function(rows) {
    part <- droplevels(used[rows, ])
    dummies <- stats::model.matrix(~ 0 + factor(state), part)
    plain_stages(
      cbind(x = part$x, e = part$e, dummies), cbind(part$x, part$z, dummies), part$y, part$w
    )$b[["x"]]
  }
  gap <- function(low) {
    first <- low[match(used$state, states)]
    b(!first) - b(first)
  }
  expect_equal(test$difference, gap(low), tolerance = 1e-7)
  set.seed(4, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
  drawn <- replicate(39, gap(sample(low)))
  expect_equal(test$p.value, (1 + sum(abs(drawn) >= abs(gap(low)))) / 40)
})
