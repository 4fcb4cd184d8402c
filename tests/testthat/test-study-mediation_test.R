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

test_that("groups of whole units that the fit clusters by are drawn whole", {
  set.seed(3)
  d <- expand.grid(t = 1:4, id = 1:40)
  d$region <- (d$id - 1) %/% 4
  common <- stats::rnorm(10)[d$region + 1]
  d$x <- stats::rnorm(160) + 2 * stats::rnorm(10)[d$region + 1]
  d$m <- d$x + 2 * stats::rnorm(10)[d$region + 1] + stats::rnorm(160)
  d$y <- d$x + d$m + 2 * common + stats::rnorm(160)
  drawn <- function(vcov, panel = c("id", "t"), cluster = NULL) {
    fit <- fe_reg(y ~ x, d, vcov = vcov, panel = panel)
    mediation_test(fit, ~m, boot = 199, cluster = cluster, seed = 1)
  }
  by_region <- drawn(~region)
  expect_identical(by_region$settings$cluster, "region")
  expect_identical(by_region$settings$clusters, 10L)
  # Its spread is that of the clustered errors, and not the smaller one of single units
  se <- by_region$effects$std.error[by_region$effects$effect == "a"]
  expect_lt(abs(log(stats::sd(by_region$replicates[, "a"]) / se)), 0.3)
  expect_gt(se / stats::sd(drawn(~region, cluster = ~id)$replicates[, "a"]), 1.5)
  # Years hold no whole units, and two ways are no one set of clusters
  for (vcov in list("HC1", ~t, ~ region + t)) expect_identical(drawn(vcov)$settings$cluster, "id")
  expect_identical(drawn(~region, NULL)$settings$cluster, "region")
  expect_identical(drawn("HC1", NULL)$settings$cluster, "rows")
  expect_error(drawn(~ region + t, NULL), "fewest", class = "ccdpanel_error_cluster")
  expect_error(drawn(~ region^t, NULL), "fewest", class = "ccdpanel_error_cluster")
})
