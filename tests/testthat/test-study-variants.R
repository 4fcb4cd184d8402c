baseline <- function() {
  fe_reg(
    log(output) ~ log(private_capital) + unemployment | state + year, state_capital,
    panel = c("state", "year"), vcov = ~state
  )
}

test_that("changes that say nothing by themselves are errors", {
  fit <- baseline()
  for (changes in list(
    list(probs = c(0.1, 0.9)), list(trim = TRUE), list(by_period = TRUE, vcov = "HC1")
  )) {
    expect_error(
      robustness(fit, a = changes), "no `winsorise`", class = "ccdpanel_error_variant"
    )
  }
  for (to in list(
    "employment", c("employment", output = "water"), c(output = "water", output = "employment"),
    list(output = 2), 3
  )) {
    expect_error(
      robustness(fit, a = list(replace = to)), "named by the variables",
      class = "ccdpanel_error_variant"
    )
  }
})

test_that("a change as the name of a variant is told from a variant of that name", {
  fit <- baseline()
  way <- function(...) {
    tryCatch(robustness(fit, ...), ccdpanel_error_variant = function(e) {
      gsub("[[:space:]]+", " ", cli::ansi_strip(conditionMessage(e)))
    })
  }
  expect_match(way(cluster = ~year), "list(vcov = ~year)", fixed = TRUE)
  expect_match(way(vcov = "HC1"), "list(vcov = \"HC1\")", fixed = TRUE)
  expect_match(way(robust = TRUE), "list(vcov = \"HC1\")", fixed = TRUE)
  expect_match(way(weights = ~employment), "list(weights = ~employment)", fixed = TRUE)
  expect_match(way(period = 1975:1980), "list(period = 1975:1980)", fixed = TRUE)
  # What is typed so is taken
  x <- robustness(fit, cluster = list(vcov = ~year), weights = ~ employment > 500)
  expect_identical(x$changed, c("", "covariance", "sample"))
})
