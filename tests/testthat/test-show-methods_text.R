panel <- c("state", "year")

# Every choice is said, as it was made.

test_that("the defaults are said", {
  text <- text_of()
  for (what in c(
    "816 rows", "48 values of state", "1970 to 1986", "6 indicators measure 2 systems",
    "infrastructure 3", "less for 1", "entropy weights", "0 ln 0 counts as 0", "weights 1/2",
    "10 levels", "the lower one"
  )) {
    expect_match(text, what, fixed = TRUE)
  }
  expect_match(text, "No indicator has a missing value", fixed = TRUE)
})

test_that("other choices change the words", {
  text <- text_of(
    list(weights = "critic", aggregate = "geometric", scope = "pooled"),
    list(model = "wang", weights = c(0.3, 0.7), scheme = "five", closed = "left")
  )
  for (
    what in c(
      "CRITIC", "geometric mean", "Wang et al. (2021)", "infrastructure 0.3, economy 0.7",
      "5 levels", "the upper one"
    )
  ) expect_match(text, what, fixed = TRUE)
  expect_no_match(text, "0 ln 0", fixed = TRUE)
  expect_match(
    text_of(coupling = list(rescale = c(0.01, 0.99))), "STRETCHED to 0.01-0.99", fixed = TRUE
  )
  expect_match(text_of(list(scope = "period")), "each time by itself", fixed = TRUE)
  gappy <- state_capital
  gappy$highways[c(1, 5)] <- NA
  filled <- list(data = suppressMessages(impute_gaps(gappy, panel)), filled = 2L, method = "linear")
  expect_match(
    text_of(filled = filled),
    paste0(
      "2 missing values of highways were filled within units: 1 by the straight line, 1 at the ",
      "ends of a series by the nearest value."
    ),
    fixed = TRUE
  )
})

test_that("obstacles are said where they are shown", {
  idx <- composite_index(state_capital, state_sheet(), panel)
  text <- function(...) methods_text(list(filled = 0L), idx, coupling(idx), list(), NULL, ...)
  expect_match(text("en", obstacles = TRUE), "O = 100 w (1 - z) / sum w (1 - z)", fixed = TRUE)
  expect_match(text("zh", obstacles = TRUE), "O = 100 w (1 - z) / sum w (1 - z)", fixed = TRUE)
  expect_no_match(text("en"), "obstacle")
})

test_that("in Chinese too", {
  expect_match(text_of(language = "zh"), "\u71b5\u503c\u6cd5")
})

test_that("a range, an exponent, a share and weights of each time are said as they were", {
  prepared <- normalise(state_capital, state_sheet(), panel, range = c(0.01, 0.99))
  text <- function(data, ..., coupled = list(), language = "en") {
    idx <- composite_index(data, state_sheet(), panel, ...)
    methods_text(
      list(filled = 0L), idx, do.call("coupling", c(list(idx), coupled)), list(), NULL, language
    )
  }
  expect_match(text(prepared), "brought to [0.01, 0.99] by the range", fixed = TRUE)
  expect_match(text(prepared, language = "zh"), "[0.01, 0.99]", fixed = TRUE)
  power <- text(state_capital, coupled = list(model = "power", k = 0.5))
  expect_match(power, "^k with k = 0.5.", fixed = TRUE)
  expect_match(text(state_capital, weights = c(pca = 0.85)), "explain 85% of", fixed = TRUE)
  yearly <- indicator_weights(state_capital, state_sheet(), panel, scope = "period")
  for (said in c(text(state_capital, weights = yearly), text(prepared, scope = "period"))) {
    expect_match(said, "Ranges are those of all units and times together.", fixed = TRUE)
    expect_match(said, "Weights are those of each time by itself", fixed = TRUE)
  }
  expect_no_match(text(state_capital, weights = "equal"), "Ranges and weights", fixed = TRUE)
})
