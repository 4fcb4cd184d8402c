base_fit <- function(...) {
  fe_reg(
    log(output) ~ log(private_capital) + unemployment | state + year, state_capital,
    panel = c("state", "year"), vcov = ~state, ...
  )
}

test_that("variants that change nothing are marked, said and not counted", {
  fit <- base_fit()
  expect_message(
    x <- robustness(
      fit, Period = list(period = 1970:1986), All = ~ year > 1900, Same = list(vcov = ~state),
      Whole = list(winsorise = "output", probs = c(0, 1)), Twin = . ~ . + I(2 * unemployment),
      Fit = fit, Self = list(replace = c(output = "output")), Robust = list(vcov = "HC1")
    ),
    "7 variants are the baseline once more", class = "ccdpanel_message_unchanged"
  )
  same <- attr(x, "unchanged")
  expect_named(same, setdiff(x$variant, c("Baseline", "Robust")))
  expect_identical(same[["Period"]], "the sample has no other times")
  expect_identical(grepl("unchanged", x$changed), x$variant %in% names(same))
  expect_identical(summary(x)$variants, 1L)
  expect_true(any(grepl("1 of 1 variant has", capture.output(print(x)))))
  # A variant that rounds to the baseline is none of them
  expect_silent(robustness(fit, Less = ~ !(state == "Maine" & year == 1970)))
  expect_length(attr(robustness(fit, Robust = list(vcov = "HC1")), "unchanged"), 0)
})
