total_fit <- function(data = state_capital, ...) {
  fe_reg(
    log(output) ~ log(highways) + unemployment | state + year, data, panel = c("state", "year"),
    vcov = ~state, ...
  )
}

effect <- function(m, name, column = "estimate") m$effects[[column]][m$effects$effect == name]

test_that("three regressions by hand, and total = direct + a b", {
  skip_if_not_installed("fixest")
  m <- mediation_test(total_fit(), ~ log(private_capital), boot = 0)
  by_fixest <- function(f) {
    fixest::feols(f, state_capital, vcov = ~state, notes = FALSE, fixef.tol = 1e-11)
  }
  total <- by_fixest(log(output) ~ log(highways) + unemployment | state + year)
  mediator <- by_fixest(log(private_capital) ~ log(highways) + unemployment | state + year)
  direct <- by_fixest(
    log(output) ~ log(highways) + unemployment + log(private_capital) | state + year
  )
  expect_equal(
    m$effects$estimate[1:4],
    unname(c(coef(total)[1], coef(mediator)[1], coef(direct)[3], coef(direct)[1])), tolerance = 1e-8
  )
  se <- function(fit, i) sqrt(vcov(fit)[i, i])
  expect_equal(
    m$effects$std.error[1:4], c(se(total, 1), se(mediator, 1), se(direct, 3), se(direct, 1)),
    tolerance = 1e-8
  )
  expect_equal(effect(m, "total"), effect(m, "direct") + effect(m, "indirect"), tolerance = 1e-10)
  expect_equal(m$share, effect(m, "indirect") / effect(m, "total"))
  expect_equal(effect(m, "indirect", "p.value"), m$tests$p.value[1])
  expect_null(m$intervals)
})

test_that("rows without the mediator leave all three models, and total = direct + a b still", {
  d <- state_capital
  d$private_capital[c(1, 20, 300)] <- NA
  expect_message(
    m <- mediation_test(total_fit(d), ~ log(private_capital), boot = 0), "3 rows",
    class = "ccdpanel_message_common_sample"
  )
  expect_identical(vapply(m$models, nobs, 0L, USE.NAMES = FALSE), rep(813L, 3))
  expect_equal(effect(m, "total"), effect(m, "direct") + effect(m, "indirect"), tolerance = 1e-10)
})

test_that("the bootstrap is the one that copies clusters, by lm", {
  d <- made_panel(units = 12, years = 5)
  d$m <- 0.5 * d$x + d$z1
  d$y <- d$y + d$m
  fit <- fe_reg(y ~ x | id + year, d, panel = c("id", "year"), vcov = ~id)
  out <- mediation_test(fit, ~m, boot = 5, seed = 2)
  ids <- unique(d$id)
  set.seed(2, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
  hand <- t(vapply(1:5, function(r) {
    times <- tabulate(sample.int(length(ids), length(ids), TRUE), length(ids))
    # Copies of a unit are told apart, as Stata's idcluster() does
    copies <- do.call(rbind, Map(
      function(i, k) transform(d[d$id == ids[i], ], copy = paste(i, k)), rep(seq_along(ids), times),
      sequence(times)
    ))
    m <- stats::lm(m ~ x + factor(copy) + factor(year), copies)
    y <- stats::lm(y ~ x + m + factor(copy) + factor(year), copies)
    c(coef(m)[["x"]], coef(y)[["m"]], coef(y)[["x"]])
  }, numeric(3)))
  expect_equal(unname(as.matrix(out$replicates)), hand, tolerance = 1e-8)
  expect_identical(out$settings$clusters, 12L)
})

test_that("percentile and BCa limits are those of the package boot", {
  # library(boot); b <- list(t0 = t0, t = matrix(t), R = 199, data = 1:12, sim = "ordinary", stype =
  # "i"); class(b) <- "boot" boot.ci(b, conf = 0.9, type = c("perc", "bca"), L = L), boot 1.3-28.1,
  # R 4.2.2
  set.seed(7)
  t0 <- 0.5
  t <- 0.5 + 0.2 * (stats::rchisq(199, 4) - 4) / sqrt(8)
  L <- stats::rexp(12) - 1
  out <- bootstrap_intervals(t, t0, -L, 0.9)
  expect_equal(out$conf.low, c(0.272051669714, 0.284881358407), tolerance = 1e-10)
  expect_equal(out$conf.high, c(0.889710373901, 1.05541407147), tolerance = 1e-10)
  # Ranks between neighbours: (9 + 1) .05 = 0.5 is below the first value
  expect_identical(normal_quantile(9:1, c(0.05, 0.5)), c(1, 5))
})

test_that("the seed alone decides", {
  one <- mediation_test(total_fit(), ~ log(private_capital), boot = 30, seed = 4)
  two <- mediation_test(total_fit(threads = 1), ~ log(private_capital), boot = 30, seed = 4)
  expect_identical(one$replicates, two$replicates)
  expect_identical(one$intervals, two$intervals)
  expect_false(identical(
    mediation_test(total_fit(), ~ log(private_capital), boot = 30, seed = 5)$replicates,
    one$replicates
  ))
})

test_that("clusters of another kind, and single rows where nothing names a unit", {
  other <- mediation_test(
    total_fit(), ~ log(private_capital), boot = 5, cluster = ~region, seed = 1
  )
  expect_identical(other$settings$clusters, 4L)
  plain <- fe_reg(log(output) ~ log(highways), state_capital)
  rows <- mediation_test(plain, ~ log(private_capital), boot = 5, seed = 1)
  expect_identical(rows$settings$clusters, 816L)
  expect_identical(rows$settings$cluster, "rows")
})

# Effects with given p-values, and an interval of a b.
verdict_of <- function(total = 0.01, a = 0.01, b = 0.01, direct = 0.01, direct_sign = 1, ab = 1,
                       interval = c(0.5, 1.5), p = 0.01) {
  effects <- data.frame(
    effect = c("total", "a", "b", "direct"), estimate = c(1, 1, 1, direct_sign),
    p.value = c(total, a, b, direct)
  )
  mediation_verdict(effects, list(
    estimate = ab, p = p, interval = data.frame(conf.low = interval[1], conf.high = interval[2])
  ), 0.05)
}

test_that("Wen and Ye's steps, branch by branch", {
  expect_identical(verdict_of()$verdict, "partial")
  expect_identical(verdict_of(direct = 0.3)$verdict, "full")
  expect_identical(verdict_of(direct_sign = -1)$verdict, "suppressed")
  expect_match(verdict_of(direct_sign = -2)$because[3], "direct\\| = 0.5")
  # One path is not significant: the interval decides
  expect_identical(verdict_of(a = 0.2)$verdict, "partial")
  expect_identical(verdict_of(a = 0.2, interval = c(-0.1, 1))$verdict, "none")
  # Both paths are: the interval is not asked
  expect_identical(verdict_of(interval = c(-0.1, 1))$verdict, "partial")
  # Without bootstrap Sobel decides
  without <- function(p) {
    effects <- data.frame(
      effect = c("total", "a", "b", "direct"), estimate = 1, p.value = c(0.01, 0.01, 0.2, 0.01)
    )
    mediation_verdict(effects, list(estimate = 1, p = p, interval = NULL), 0.05)$verdict
  }
  expect_identical(c(without(0.01), without(0.2)), c("partial", "none"))
  expect_match(verdict_of(total = 0.4)$because[1], "suppression")
})

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

test_that("bootstrap intervals cover the true product in 95 of 100 samples", {
  skip_if(Sys.getenv("CCDPANEL_TEST_EXTENDED") == "", "extended simulation")
  set.seed(20)
  covered <- replicate(500, {
    units <- 60
    d <- data.frame(id = rep(seq_len(units), each = 6), year = rep(1:6, units))
    shock <- function() rep(stats::rnorm(units), each = 6) + stats::rnorm(nrow(d))
    d$x <- shock()
    d$m <- 0.4 * d$x + shock() + d$year / 5
    d$y <- 0.3 * d$x + 0.5 * d$m + shock()
    fit <- fe_reg(y ~ x | id + year, d, panel = c("id", "year"), vcov = ~id)
    i <- mediation_test(fit, ~m, boot = 499)$intervals
    i$conf.low < 0.2 & i$conf.high > 0.2
  })
  # Three binomial standard deviations about .95
  expect_true(all(abs(rowMeans(covered) - 0.95) < 3 * sqrt(0.95 * 0.05 / 500)))
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
  expect_error(mediation_test(fit, ~nothing), class = "ccdpanel_error_column")
  expect_error(mediation_test(fit, ~water, term = "price"), class = "ccdpanel_error_term")
  expect_error(mediation_test(fit, ~water, boot = -1), class = "ccdpanel_error_number")
  expect_error(mediation_test(fit, ~water, level = 2), class = "ccdpanel_error_number")
})

test_that("an offset of the outcome stays out of the mediator's equation, weights do not", {
  d <- transform(state_capital, y = log(output), x = log(highways), m = log(private_capital),
    z = log(water))
  fit <- fe_reg(
    y ~ x + unemployment + offset(m) | state, d, panel = c("state", "year"), vcov = "HC1",
    weights = ~employment
  )
  out <- mediation_test(fit, ~z, boot = 20, seed = 3)
  by_lm <- function(formula) stats::lm(formula, d, weights = employment)
  a <- by_lm(z ~ x + unemployment + state)
  direct <- by_lm(y - m ~ x + unemployment + z + state)
  expect_equal(effect(out, "a"), stats::coef(a)[["x"]], tolerance = 1e-8)
  expect_equal(effect(out, "b"), stats::coef(direct)[["z"]], tolerance = 1e-8)
  expect_equal(effect(out, "direct"), stats::coef(direct)[["x"]], tolerance = 1e-8)
  expect_equal(
    effect(out, "total"), stats::coef(by_lm(y - m ~ x + unemployment + state))[["x"]],
    tolerance = 1e-8
  )
  # A bootstrap sample whose coefficients are those of the same two equations
  set.seed(3, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
  d$times <- tabulate(sample.int(48, 48, TRUE), 48)[match(d$state, unique(d$state))]
  drawn <- stats::lm(
    z ~ x + unemployment + state, d[d$times > 0, ], weights = employment * times
  )
  expect_equal(out$replicates$a[1], stats::coef(drawn)[["x"]], tolerance = 1e-8)
})

test_that("a mediator that the model holds anywhere is none, and a lag of it is another variable", {
  fit_of <- function(formula) fe_reg(formula, state_capital, panel = c("state", "year"))
  for (formula in c(
    output ~ highways * unemployment | state, output ~ highways + I(unemployment^2) | state,
    output ~ highways + log(unemployment) | state, log(unemployment) ~ highways | state
  )) {
    expect_error(
      mediation_test(fit_of(formula), ~unemployment, boot = 0), "in the model already, in",
      class = "ccdpanel_error_mediator"
    )
  }
  expect_error(
    mediation_test(fit_of(output ~ highways | state), ~ log(output), boot = 0), "in `output`",
    class = "ccdpanel_error_mediator"
  )
  lagged <- suppressMessages(fit_of(output ~ highways + l(unemployment, 1) | state))
  expect_s3_class(
    suppressMessages(mediation_test(lagged, ~unemployment, boot = 0)), "mediation_test"
  )
})

test_that("a mediator of several columns, text or a factor is said to be that", {
  fit <- fe_reg(log(output) ~ log(highways) | state, state_capital)
  failed <- function(mediator) {
    tryCatch(mediation_test(fit, mediator, boot = 0), ccdpanel_error_mediator = conditionMessage)
  }
  expect_match(failed(~ poly(water, 2)), "one numeric variable.*of 2\\s+columns")
  expect_match(failed(~region), "character.*as.numeric\\(region == value\\)")
  expect_match(failed(~ factor(region)), "factor.*as.numeric\\(factor\\(region\\) == value\\)")
})

test_that("what only the bootstrap reads is not taken without it, nor two clusters for one", {
  fit <- fe_reg(log(output) ~ log(highways) | state, state_capital)
  expect_error(
    mediation_test(fit, ~water, boot = 0, cluster = ~state), "cluster.*boot = 1000",
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
