# Every choice is said, as it was made.

sheet <- state_sheet()
panel <- c("state", "year")

text_of <- function(index = list(), coupling = list(), fits = list(), language = "en", filled = list(filled = 0L, indicators = 0L, method = "linear")) {
  idx <- do.call(composite_index, c(list(state_capital, sheet, panel), index))
  cc <- suppressMessages(do.call("coupling", c(list(idx), coupling)))
  methods_text(filled, idx, cc, fits, NULL, language)
}

test_that("the defaults are said", {
  text <- text_of()
  for (what in c("816 rows", "48 values of state", "1970 to 1986", "6 indicators measure 2 systems", "infrastructure 3", "less for 1", "entropy weights", "0 ln 0 counts as 0", "weights 1/2", "10 levels", "the lower one")) {
    expect_match(text, what, fixed = TRUE)
  }
  expect_match(text, "No indicator has a missing value", fixed = TRUE)
})

test_that("other choices change the words", {
  text <- text_of(list(weights = "critic", aggregate = "geometric", scope = "pooled"), list(model = "wang", weights = c(0.3, 0.7), scheme = "five", closed = "left"))
  for (what in c("CRITIC", "geometric mean", "Wang et al. (2021)", "infrastructure 0.3, economy 0.7", "5 levels", "the upper one")) expect_match(text, what, fixed = TRUE)
  expect_no_match(text, "0 ln 0", fixed = TRUE)
  expect_match(text_of(coupling = list(rescale = c(0.01, 0.99))), "STRETCHED to 0.01-0.99", fixed = TRUE)
  expect_match(text_of(list(scope = "period")), "each time by itself", fixed = TRUE)
  gappy <- state_capital
  gappy$highways[c(1, 5)] <- NA
  filled <- list(data = suppressMessages(impute_gaps(gappy, panel)), filled = 2L, method = "linear")
  expect_match(text_of(filled = filled), "2 missing values of highways were filled within units: 1 by the straight line, 1 at the ends of a series by the nearest value.", fixed = TRUE)
})

test_that("models are said with effects, rows and errors", {
  fit <- suppressMessages(fe_reg(log(output) ~ l(log(highways), 1) | state + year, state_capital, vcov = ~state, panel = panel))
  text <- text_of(fits = list(FE = fit))
  expect_match(text, "Model FE: OLS with effects of state and year, 768 rows (left out: ", fixed = TRUE)
  expect_match(text, "standard errors clustered by state", fixed = TRUE)
})

test_that("both languages say as much", {
  expect_identical(names(method_words$zh), names(method_words$en))
  for (choice in names(Filter(is.list, method_words$en))) expect_identical(names(method_words$zh[[choice]]), names(method_words$en[[choice]]))
  expect_identical(names(report_words$zh), names(report_words$en))
  expect_identical(names(report_words$zh$tables), names(report_words$en$tables))
  expect_match(text_of(language = "zh"), "\u71b5\u503c\u6cd5")
})
