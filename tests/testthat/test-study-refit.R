base_fit <- function() {
  fe_reg(log(output) ~ log(highways) + unemployment | state + year, state_capital, vcov = ~state)
}

test_that("nothing changed gives the fit again; each change is the fit made so", {
  fit <- base_fit()
  again <- refit(fit)
  expect_identical(coef(again), coef(fit))
  expect_identical(vcov(again), vcov(fit))
  expect_equal(
    coef(refit(fit, subset = quote(year > 1980))),
    coef(fe_reg(formula(fit), state_capital, subset = ~ year > 1980))
  )
  expect_equal(
    coef(refit(fit, weights = quote(employment))),
    coef(fe_reg(formula(fit), state_capital, weights = ~employment))
  )
  expect_equal(vcov(refit(fit, vcov = "HC1")), vcov(fit, "HC1"))
  half <- state_capital[state_capital$year < 1978, ]
  expect_equal(coef(refit(fit, data = half)), coef(fe_reg(formula(fit), half)))
})

test_that("subsets narrow each other, and the call says so", {
  fit <- fe_reg(log(output) ~ log(highways) | state, state_capital, subset = ~ year > 1972)
  narrow <- refit(fit, subset = quote(region == "South"))
  expect_identical(nobs(narrow), sum(state_capital$year > 1972 & state_capital$region == "South"))
  expect_equal(coef(update(narrow)), coef(narrow))
})

test_that("a column that is not in the data is named", {
  expect_error(
    refit(base_fit(), data = state_capital["year"]), "output", class = "ccdpanel_error_column"
  )
})

test_that("study messages repeat nothing", {
  d <- state_capital
  d$unemployment[1] <- NA
  expect_message(
    fit <- fe_reg(log(output) ~ unemployment | state, d), class = "ccdpanel_message_dropped"
  )
  expect_no_message(quietly(refit(fit)))
})

test_that("replays of an index go along, and are left out with a word where the column changes", {
  d <- state_capital
  d$D <- log(d$highways)
  set.seed(1)
  draws <- list(D = d$D + matrix(stats::rnorm(816 * 20, sd = 0.05), 816))
  fit <- fe_reg(log(output) ~ D + unemployment | state, d, replays = draws)
  part <- refit(fit, subset = quote(year > 1975))
  expect_equal(vcov(part), vcov(fe_reg(
    log(output) ~ D + unemployment | state, d[d$year > 1975, ],
    replays = list(D = draws$D[d$year > 1975, ])
  )), tolerance = 1e-10)
  expect_message(
    other <- refit(fit, data = transform(d, D = D + 1)), "left out",
    class = "ccdpanel_message_replays"
  )
  expect_null(other$spec$replays)
  expect_message(
    refit(fit, formula = log(output) ~ unemployment | state), class = "ccdpanel_message_replays"
  )
})

test_that("groups of a dynamic panel are fits of their rows", {
  d <- dynamic_toy(40, 6)
  d$half <- ifelse(d$id < 21, "a", "b")
  f <- y ~ l(y) + x + z | id + year
  fit <- suppressMessages(dynamic_panel(f, d, collapse = TRUE))
  groups <- suppressMessages(by_group(fit, ~half))
  hand <- suppressMessages(dynamic_panel(f, d[d$half == "b", ], collapse = TRUE))
  expect_equal(coef(groups[["b"]]), coef(hand))
  expect_equal(vcov(groups[["b"]]), vcov(hand))
  expect_identical(attr(groups, "groups")$used, attr(groups, "groups")$rows)
  wald <- as.data.frame(group_difference(groups, method = "wald"))
  expect_equal(
    wald$difference[wald$term == "x"], coef(hand)[["x"]] - coef(groups[["a"]])[["x"]]
  )
  expect_error(group_difference(groups), "dynamic panels", class = "ccdpanel_error_choice")
  expect_error(add_controls(fit, ~z), class = "ccdpanel_error_fit")
})
