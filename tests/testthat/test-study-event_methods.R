stagg <- function() {
  d <- state_capital
  d$first <- ifelse(d$region == "West", 1976, ifelse(d$region == "South", 1979, NA))
  fe_reg(
    log(output) ~ unemployment | state + year, d, panel = c("state", "year"), vcov = ~state
  )
}

test_that("the print has effects, average and test", {
  x <- event_study(stagg(), ~first, window = c(-3, 3))
  expect_snapshot(print(x))
})

test_that("what is not identified or not tested is said in the print", {
  x <- event_study(stagg(), ~first, window = c(-3, 3))
  x$att[] <- NA
  x["pretrend"] <- list(NULL)
  x$settings$early <- 2L
  x$settings$comparison <- 1979
  text <- paste(utils::capture.output(print(x)), collapse = " ")
  expect_match(text, "Average since the event: not identified")
  expect_match(text, "no joint test")
  expect_match(text, "2 left out without a row before +the event; the others are the last cohort, ")
})

test_that("the result is data for others", {
  x <- event_study(stagg(), ~first)
  expect_identical(tidy(x), x$effects)
  expect_identical(as.data.frame(x), x$effects)
  expect_equal(glance(x), data.frame(
    x$att, pretrend.statistic = x$pretrend$statistic, pretrend.df = x$pretrend$df,
    pretrend.p.value = x$pretrend$p_value, nobs = 816L
  ))
  expect_error(save_table(x, "x.csv"), "as.data.frame", class = "ccdpanel_error_type")
})
