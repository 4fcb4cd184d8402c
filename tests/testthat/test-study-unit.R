test_that("names of columns where a formula is meant are told in every argument of the room", {
  fit <- fe_reg(log(output) ~ unemployment | state, state_capital)
  for (call in expression(
    by_group(fit, ~year, split = "median", unit = state),
    add_controls(fit, ~water, effects = state),
    hausman_test(fit, unit = state), by_group(fit, region), add_controls(fit, water),
    mediation_test(fit, water), mediation_test(fit, ~water, cluster = state),
    moderation_test(fit, water)
  )) expect_error(eval(call), "= ~variable", class = "ccdpanel_error_formula")
})
