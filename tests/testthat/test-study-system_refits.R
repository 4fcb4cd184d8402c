eqs <- list(one = y ~ a + x + w, two = a ~ y + z1 + z2)

test_that("by_group refits a system on each group", {
  d <- made_panel(units = 60)
  d$region <- c("East", "West")[1 + d$id %% 2]
  fit <- system_reg(eqs, d, vcov = "HC0")
  groups <- by_group(fit, ~region)
  for (g in c("East", "West")) {
    own <- system_reg(eqs, d[d$region == g, ], vcov = "HC0")
    expect_equal(coef(groups[[g]]), coef(own), tolerance = 1e-10)
    expect_equal(vcov(groups[[g]]), vcov(own), tolerance = 1e-10)
  }
  expect_output(print(groups), "one: x")
})

test_that(
  "add_controls drops each in turn from the equations that have it, and from the instruments", {
  d <- made_panel(units = 60)
  fit <- system_reg(eqs, d)
  table <- add_controls(fit, ~ w + z2)
  expect_identical(attr(table, "steps")$controls, c("all", "without w", "without z2"))
  expect_equal(coef(table[["(2)"]]), coef(system_reg(list(
    one = y ~ a + x, two = a ~ y + z1 + z2
  ), d)))
  expect_equal(coef(table[["(3)"]]), coef(system_reg(list(
    one = y ~ a + x + w, two = a ~ y + z1
  ), d)))
  given <- system_reg(eqs, d, ~ x + w + z1 + z2)
  expect_equal(coef(add_controls(given, ~z2)[[2]]), coef(table[["(3)"]]))
  expect_error(add_controls(fit, ~firm), class = "ccdpanel_error_formula")
  expect_error(
    suppressMessages(add_controls(fit, ~ z1 + z2, steps = "add")), class = "ccdpanel_error_refit"
  )
})

test_that("a control inside a product leaves the equations of a system", {
  equations <- function(first) {
    list(output = first, jobs = log(employment) ~ log(highways) + unemployment)
  }
  fit <- system_reg(
    equations(log(output) ~ log(highways) * unemployment), state_capital, method = "sur",
    fe = ~state
  )
  models <- add_controls(fit, ~unemployment)
  skip_if_not_installed("systemfit")
  by_systemfit <- suppressWarnings(systemfit::systemfit(
    list(
      output = log(output) ~ log(highways) + log(highways):unemployment + state,
      jobs = log(employment) ~ log(highways) + state
    ),
    "SUR", data = state_capital, methodResidCov = "noDfCor"
  ))
  kept <- c(
    "output_log(highways)", "output_log(highways):unemployment", "jobs_log(highways)"
  )
  expect_equal(
    unname(coef(models[[2]])), unname(stats::coef(by_systemfit)[kept]), tolerance = 1e-6
  )
})
