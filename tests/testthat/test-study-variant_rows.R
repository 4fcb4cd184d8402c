base_fit <- function(...) {
  fe_reg(
    log(output) ~ log(private_capital) + unemployment | state + year, state_capital,
    panel = c("state", "year"), vcov = ~state, ...
  )
}

test_that("one variant that is refused does not lose the others", {
  expect_warning(
    x <- robustness(base_fit(), Good = ~ year > 1974, Bad = ~ year > 3000),
    "Bad", class = "ccdpanel_warning_variant"
  )
  expect_identical(x$variant, c("Baseline", "Good", "Bad"))
  expect_identical(is.na(x$estimate), c(FALSE, FALSE, TRUE))
  expect_identical(names(as.list(x)), c("Baseline", "Good"))
  expect_identical(names(attr(x, "refused")), "Bad")
  expect_identical(summary(x)$variants, 1L)
  expect_output(print(x), "refused")
  expect_error(robustness(base_fit(), Bad = ~ year > 3000), class = "ccdpanel_error")
})
