test_that("a mediator of several columns, text or a factor is said to be that", {
  fit <- fe_reg(log(output) ~ log(highways) | state, state_capital)
  failed <- function(mediator) {
    tryCatch(mediation_test(fit, mediator, boot = 0), ccdpanel_error_mediator = conditionMessage)
  }
  expect_match(failed(~ poly(water, 2)), "one numeric variable.*of 2\\s+columns")
  expect_match(failed(~region), "character.*as.numeric\\(region == value\\)")
  expect_match(failed(~ factor(region)), "factor.*as.numeric\\(factor\\(region\\) == value\\)")
})

test_that("one column of a matrix and an array of one dimension are the vectors that they hold", {
  d <- state_capital
  d$m <- log(d$private_capital)
  d$matrix <- as.matrix(d["m"])
  d$array <- array(d$m)
  fit <- fe_reg(log(output) ~ log(highways) | state, d)
  plain <- mediation_test(fit, ~m, boot = 20, seed = 1)
  for (mediator in c(~matrix, ~array)) {
    test <- mediation_test(fit, mediator, boot = 20, seed = 1)
    expect_equal(test$effects[-2], plain$effects[-2])
    expect_identical(test$replicates, plain$replicates)
  }
  # In units of a standard deviation a is that much smaller, and b larger.
  scaled <- mediation_test(fit, ~ scale(m), boot = 20, seed = 1)
  at <- function(test, effect) test$effects$estimate[test$effects$effect == effect]
  expect_equal(at(scaled, "a") * stats::sd(d$m), at(plain, "a"))
  expect_equal(at(scaled, "b") / stats::sd(d$m), at(plain, "b"))
  expect_equal(scaled$replicates$direct, plain$replicates$direct)
  expect_error(
    mediation_test(fit, ~ cbind(m, water)), "2 columns", class = "ccdpanel_error_mediator"
  )
  expect_error(
    mediation_test(fit, ~ (year > 1980)), "`~ as.numeric(year > 1980)`", fixed = TRUE,
    class = "ccdpanel_error_mediator"
  )
})
