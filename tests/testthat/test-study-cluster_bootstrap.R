test_that("the bootstrap is the one that copies clusters, by lm", {
  d <- made_panel(units = 12, years = 5)
  d$m <- 0.5 * d$x + d$z1
  d$y <- d$y + d$m
  fit <- fe_reg(y ~ x | id + year, d, panel = c("id", "year"), vcov = ~id)
  out <- mediation_test(fit, ~m, boot = 5, seed = 2)
  ids <- sort(as.character(unique(d$id)), method = "radix")
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

test_that("with weights, gaps and a part of the rows: refits by lm, and the intervals of boot", {
  skip_if_not_installed("boot")
  d <- gappy_panel()
  fit <- suppressMessages(fe_reg(
    y ~ x + q | state, d, weights = ~w, subset = ~ year > 1972, panel = c("state", "year")
  ))
  test <- suppressMessages(mediation_test(fit, ~m, boot = 99, seed = 5, level = 0.8))
  used <- d[!is.na(d$m) & !is.na(d$x) & d$w > 0 & d$year > 1972, ]
  state <- match(used$state, unique(used$state))
  refit <- function(times) {
    drawn <- cbind(used, times = times[state] * used$w)[times[state] > 0, ]
    a <- stats::lm(m ~ x + q + factor(state), drawn, weights = times)
    b <- stats::lm(y ~ x + q + m + factor(state), drawn, weights = times)
    c(stats::coef(a)[["x"]], stats::coef(b)[["m"]], stats::coef(b)[["x"]])
  }
  set.seed(5, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")
  hand <- t(replicate(99, refit(tabulate(sample.int(48, 48, TRUE), 48))))
  expect_equal(unname(as.matrix(test$replicates)), hand, tolerance = 1e-7)
  without <- vapply(1:48, function(g) prod(refit(replace(rep(1, 48), g, 0))[1:2]), 0)
  made <- structure(list(
    t0 = prod(refit(rep(1, 48))[1:2]), t = matrix(hand[, 1] * hand[, 2]), R = 99, data = 1:48,
    sim = "ordinary", stype = "i"
  ), class = "boot")
  ci <- boot::boot.ci(made, 0.8, c("perc", "bca"), L = mean(without) - without)
  expect_equal(unlist(test$intervals[1, 2:3], use.names = FALSE), ci$percent[4:5], tolerance = 1e-7)
  expect_equal(unlist(test$intervals[2, 2:3], use.names = FALSE), ci$bca[4:5], tolerance = 1e-7)
  expect_equal(test$intervals$std.error, rep(stats::sd(made$t), 2), tolerance = 1e-7)
})
