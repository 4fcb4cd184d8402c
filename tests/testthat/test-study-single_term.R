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

# The slope of x alone is the derivative where x is nought, or the other variable of a product is.
test_that("terms beside that hold the term's variable are said, and kept", {
  d <- made_panel()
  d$v <- d$z2 + d$x / 3
  cases <- list(
    list(y ~ x + I(x^2) | id, "x", "I(x^2)"), list(y ~ x * a | id, "x", "x:a"),
    list(y ~ exp(x / 9) + x | id, "exp(x/9)", "x"),
    list(y ~ x + l(x, 1) + offset(x) | id, "x", character()),
    list(y ~ l(x, 1) + I(l(x, 1)^2) + x | id, "l(x, 1)", "I(l(x, 1)^2)"),
    list(y ~ x + a | id, "x", character())
  )
  told <- function(expr) {
    said <- character()
    value <- withCallingHandlers(expr, message = function(m) {
      said <<- c(said, class(m)[1])
      rlang::cnd_muffle(m)
    })
    list(value = value, said = "ccdpanel_message_terms_beside" %in% said)
  }
  for (case in cases) {
    fit <- suppressMessages(fe_reg(case[[1]], d, panel = c("id", "year")))
    made <- told(mediation_test(fit, ~v, term = case[[2]], boot = 0))
    expect_identical(made$value$settings$beside, case[[3]])
    expect_identical(made$said, length(case[[3]]) > 0)
    if (grepl(":", case[[3]][1])) next
    made <- told(moderation_test(fit, ~v, term = case[[2]]))
    expect_identical(made$value$settings$beside, case[[3]])
    expect_identical(made$said, length(case[[3]]) > 0)
  }
  fit <- fe_reg(y ~ x + I(x^2) | id, d)
  made <- suppressMessages(moderation_test(fit, ~v))
  expect_output(print(made), "Effects of x with I(x^2) held fixed", fixed = TRUE)
})
