made_fit <- function() {
  fe_reg(log(output) ~ log(highways) | state, state_capital, panel = c("state", "year"))
}

test_that("a condition without its tilde is told with the formula that is meant", {
  fit <- made_fit()
  said <- function(code) {
    error <- tryCatch(code, ccdpanel_error_variant = identity)
    expect_identical(as.character(conditionCall(error)[[1]]), "robustness")
    gsub("\\s+", " ", conditionMessage(error))
  }
  expect_match(said(robustness(fit, A = year > 1975)), "`A = ~year > 1975`", fixed = TRUE)
  expect_match(
    said(robustness(fit, "after 1975" = year > 1975)), "`\"after 1975\" = ~year > 1975`",
    fixed = TRUE
  )
  expect_match(
    said(robustness(fit, A = list(subset = year > 1975, vcov = "HC1"))),
    "`A = list(subset = ~year > 1975, vcov = \"HC1\")`", fixed = TRUE
  )
  expect_match(
    said(robustness(fit, A = list(weights = employment, effects = ~year))),
    "`A = list(weights = ~employment, effects = ~year)`", fixed = TRUE
  )
  expect_match(
    said(robustness(fit, A = list(winsorise = output))), "`A = list(winsorise = \"output\")`",
    fixed = TRUE
  )
  expect_match(said(robustness(fit, A = nowhere(1))), "`\"Without 2020\" = ~ year != 2020`")
  # What is written is what works.
  as_told <- robustness(fit, A = ~ year > 1975)
  by_hand <- fe_reg(
    log(output) ~ log(highways) | state, state_capital[state_capital$year > 1975, ]
  )
  expect_equal(as_told$estimate[2], unname(coef(by_hand)))
})

test_that("a condition that was evaluated is no variant", {
  fit <- made_fit()
  late <- state_capital$year > 1975
  expect_error(robustness(fit, A = late), "one-sided formula", class = "ccdpanel_error_variant")
  expect_error(
    robustness(fit, A = list(subset = late)), "`subset` of variant \"A\" must be a one-sided",
    class = "ccdpanel_error_variant"
  )
})

test_that("errors of the calls within a variant are passed on as they are", {
  fit <- made_fit()
  error <- expect_error(
    robustness(fit, A = update(fit, . ~ nowhere)), class = "ccdpanel_error_column"
  )
  expect_false(inherits(error, "ccdpanel_error_variant"))
})

test_that("each change takes its own kind of value, and what is another is an error", {
  single <- made_fit()
  system <- system_reg(list(
    a = log(output) ~ log(highways), b = log(employment) ~ log(highways)
  ), state_capital, panel = c("state", "year"))
  refused <- function(fit, change, value) {
    changes <- stats::setNames(list(value), change)
    if (change %in% c("trim", "by_period")) changes$winsorise <- "highways"
    expect_error(robustness(fit, A = changes), class = "ccdpanel_error", label = change)
  }
  for (change in setdiff(variant_changes, c("fit", "probs"))) {
    for (value in list(2.5, "nonsense", quote(x), mean)) refused(single, change, value)
    refused(system, change, new.env())
  }
  expect_error(
    robustness(single, A = list(winsorise = "highways", trim = "no")),
    "`trim` of variant \"A\" must be", class = "ccdpanel_error_variant"
  )
  expect_error(
    robustness(single, A = list(formula = "y ~ x")), "must be a formula",
    class = "ccdpanel_error_variant"
  )
})
