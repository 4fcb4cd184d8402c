# The user's interrupt ends every kernel that can take long. Those that draw values of regions are
# in test-regional-values.R.

test_that("an interrupt ends a long kernel of indices, models and systems", {
  skip_on_cran()
  skip_on_os("windows")
  set.seed(1)
  rows <- 4e4
  # Firms that move seldom: hard to take out.
  d <- data.frame(
    worker = rep(seq_len(rows / 4), each = 4), time = rep(1:4, rows / 4), x = rnorm(rows),
    z = rnorm(rows)
  )
  d$firm <- (d$worker %/% 40 + (d$time > 2 & d$worker %% 37 == 0)) %% 1200
  d$a <- d$x + d$z + rnorm(rows)
  d$y <- d$x + d$a + rnorm(rows)
  d$lat <- runif(rows, -80, 80)
  d$lon <- runif(rows, -180, 180)
  few <- d[d$worker <= 1500, ]
  d$block <- d$firm %% 16
  cc <- coupling(state_index())
  equations <- list(output = log(output) ~ log(highways), roads = log(highways) ~ unemployment)
  system <- system_reg(equations, state_capital, panel = c("state", "year"), method = "ols")
  ols <- fe_reg(y ~ x | worker, few, vcov = ~firm)
  iv <- fe_reg(y ~ x | worker | a ~ z, few, vcov = ~firm)
  blocks <- fe_reg(y ~ x | worker + time, d)
  groups <- by_group(fe_reg(y ~ x | worker, few), ~ z > 0, unit = ~worker)
  calls <- list(
    conley = function() vcov(fe_reg(y ~ x, d), vcov = cov_conley(~ lat + lon, cutoff = 20000)),
    lags = function() vcov(fe_reg(y ~ x, transform(d, all = 1, day = seq_len(rows)),
      panel = c("all", "day")), vcov = cov_nw(lag = 4e4)),
    cr2 = function() vcov(blocks, vcov = cov_cr2(~block)),
    wild = function() wild_bootstrap(ols, "x", draws = 2e6, seed = 1),
    wild_iv = function() wild_bootstrap(iv, "a", draws = 2e6, seed = 1),
    replays = function() {
      index_uncertainty(cc, state_capital, n = 2e4, seed = 1, progress = FALSE)
    },
    system = function() system_bootstrap(system, n = 1e6, seed = 1),
    permutation = function() {
      group_difference(groups, method = "permutation", R = 1e6, seed = 1, progress = FALSE)
    }
  )
  expect_interrupted(calls)
})
