test_that("a power outside I() is said to be none", {
  d <- made_panel()
  expect_message(
    fe_reg(y ~ x^2 + a | id, d), "reads `x\\^2` in a formula as `x`",
    class = "ccdpanel_message_power"
  )
  expect_message(
    fe_reg(y ~ log(w)^2 | id | a ~ z1, d), "I\\(log\\(w\\)\\^2\\)", class = "ccdpanel_message_power"
  )
  expect_message(
    system_reg(list(one = y ~ x^2, two = a ~ z1), d, method = "ols"),
    class = "ccdpanel_message_power"
  )
  expect_no_message(fe_reg(y ~ (x + a)^2 + I(x^2) | id, d), class = "ccdpanel_message_power")
  expect_no_message(
    fe_reg(y ~ x | id^firm, d, subset = ~ x^2 > 0.01), class = "ccdpanel_message_power"
  )
})

test_that("update() says what R reads in a power", {
  fit <- fe_reg(log(output) ~ unemployment, state_capital)
  expect_message(update(fit, . ~ . + water^2), "R reads", class = "ccdpanel_message_power")
  expect_message(
    robustness(fit, a = . ~ . + water^2), "R reads", class = "ccdpanel_message_power"
  )
})
