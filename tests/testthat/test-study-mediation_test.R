test_that("printing, plain tables and the three fits", {
  m <- mediation_test(total_fit(), ~ log(private_capital), boot = 20, seed = 1)
  text <- capture.output(print(m))
  expect_true(any(grepl("20 samples of 48 clusters (state), seed 1", text, fixed = TRUE)))
  expect_true(any(grepl("full mediation at 5%", text)))
  expect_lt(length(text), 24)
  table <- as.data.frame(m)
  expect_identical(table$effect, c("total", "a", "b", "direct", "indirect"))
  expect_equal(table$bca.low[5], m$intervals$conf.low[2])
  expect_s3_class(m$models, "ccd_models")
  expect_identical(generics::tidy(m), table)
  expect_true(any(grepl("^Share mediated", text)))
  set.seed(4)
  d <- data.frame(x = stats::rnorm(300))
  d$m <- d$x + stats::rnorm(300)
  d$y <- .5 * d$x - .5 * d$m + stats::rnorm(300)
  text <- paste(
    capture.output(print(mediation_test(fe_reg(y ~ x, d), ~m, boot = 0))), collapse = "\n"
  )
  b <- coef(stats::lm(y ~ x + m, d))
  ratio <- abs(coef(stats::lm(m ~ x, d))[["x"]] * b[["m"]] / b[["x"]])
  expect_match(
    gsub("\\s+", " ", text), paste("|a b / direct| =", format(ratio, digits = 4)), fixed = TRUE
  )
  expect_no_match(text, "Share mediated")
})

test_that("wrong arguments", {
  fit <- total_fit()
  expect_error(mediation_test(1, ~unemployment), class = "ccdpanel_error_fit")
  iv <- suppressMessages(fe_reg(
    log(output) ~ 1 | state | log(highways) ~ log(water), state_capital
  ))
  expect_error(mediation_test(iv, ~unemployment), "instruments", class = "ccdpanel_error_fit")
  expect_error(mediation_test(fit, "water"), class = "ccdpanel_error_formula")
  expect_error(mediation_test(fit, ~unemployment), "already", class = "ccdpanel_error_mediator")
  expect_error(mediation_test(fit, ~region), "numeric", class = "ccdpanel_error_mediator")
  expect_error(mediation_test(fit, ~ I(year^2)), "collinear", class = "ccdpanel_error_mediator")
  for (written in c(~ water^2, ~ (water^2), ~ water / year, ~ water * year, ~ -water)) {
    expect_error(
      mediation_test(fit, written, boot = 0), "I\\(.*water.*\\)", class = "ccdpanel_error_mediator"
    )
  }
  expect_error(mediation_test(fit, ~nothing), class = "ccdpanel_error_column")
  expect_error(mediation_test(fit, ~water, term = "price"), class = "ccdpanel_error_term")
  expect_error(mediation_test(fit, ~water, boot = -1), class = "ccdpanel_error_number")
  expect_error(mediation_test(fit, ~water, level = 2), class = "ccdpanel_error_number")
})

test_that("what only the bootstrap reads is not taken without it, nor two clusters for one", {
  fit <- fe_reg(log(output) ~ log(highways) | state, state_capital)
  expect_error(
    mediation_test(fit, ~water, boot = 0, cluster = ~state), "cluster.*`boot > 0`",
    class = "ccdpanel_error_argument"
  )
  expect_error(
    mediation_test(fit, ~water, boot = 0, seed = 1), "seed", class = "ccdpanel_error_argument"
  )
  expect_error(
    mediation_test(fit, ~water, boot = 9, cluster = ~ year + unemployment), "one variable",
    class = "ccdpanel_error_cluster"
  )
})
