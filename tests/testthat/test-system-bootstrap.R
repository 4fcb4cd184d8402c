test_that(
  "replicates are estimates on the drawn rows: weights that count the draws give them again", {
  d <- made_panel()
  fit <- system_reg(list(one = y ~ a + x, two = a ~ y + z1 + z2), d)
  b <- attr(system_bootstrap(fit, n = 400, cluster = ~id, seed = 3), "replicates")
  expect_equal(dim(b), c(400, 7))
  # Pairs of clusters: the mean of the replicates and their spread against resampling by R's own
  # sample()
  set.seed(9)
  rows <- split(seq_len(nrow(d)), d$id)
  own <- t(vapply(1:400, function(r) {
    coef(system_reg(
      list(one = y ~ a + x, two = a ~ y + z1 + z2),
      d[unlist(rows[sample(length(rows), replace = TRUE)]), ]
    ))
  }, numeric(7)))
  # Standard deviations from 400 draws each: relative error 1 / sqrt(2 * 400) = .035, of their ratio
  # .05; four of these
  expect_lt(max(abs(apply(b, 2, stats::sd) / apply(own, 2, stats::sd) - 1)), 0.2)
  expect_lt(max(abs(colMeans(b) - colMeans(own)) / apply(own, 2, stats::sd)), 4 * sqrt(2 / 400))
})

test_that(
  "one seed, the same bits for any threads; the first replicates do not depend on how many follow",
  {
  d <- made_panel()
  fit <- system_reg(list(one = y ~ a + x, two = a ~ y + z1 + z2), d, fe = ~ id + year, vcov = ~id)
  one <- system_bootstrap(fit, n = 120, seed = 1, threads = 1)
  two <- system_bootstrap(fit, n = 120, seed = 1, threads = 2)
  expect_identical(one, two)
  expect_identical(
    attr(system_bootstrap(fit, n = 60, seed = 1), "replicates"), attr(one, "replicates")[1:60, ]
  )
  expect_false(identical(
    attr(system_bootstrap(fit, n = 120, seed = 2), "replicates"), attr(one, "replicates")
  ))
  expect_match(attr(one, "clusters"), "id \\(40\\)")
})

test_that(
  "with effects of the clusters, their standard errors agree with the clustered covariance", {
  d <- made_panel(units = 150)
  fit <- system_reg(list(one = y ~ a + x, two = a ~ y + z1 + z2), d, fe = ~id, vcov = ~id)
  b <- system_bootstrap(fit, n = 400, seed = 5)
  expect_lt(max(abs(b$std.error / sqrt(diag(vcov(fit))) - 1)), 0.25)
})

test_that("functions of coefficients; intervals are percentiles of the replicates", {
  d <- made_panel()
  fit <- system_reg(list(one = y ~ a + x, two = a ~ y + z1 + z2), d)
  ratio <- system_bootstrap(fit, n = 99, seed = 1, statistic = function(f) {
    c(ratio = coef(f)[["one_x"]] / coef(f)[["two_z1"]])
  })
  b <- attr(ratio, "coefficients")
  r <- b[, "one_x"] / b[, "two_z1"]
  expect_equal(c(ratio$conf.low, ratio$conf.high), stats::quantile(r, c(.025, .975), names = FALSE))
  expect_equal(ratio$std.error, stats::sd(r))
  m <- system_bootstrap(fit, n = 20, seed = 1, statistic = function(f) {
    multipliers(f, horizon = 0, se = FALSE)$estimate
  })
  expect_equal(m$estimate, multipliers(fit, horizon = 0)$estimate)
  expect_output(print(m), "20 replicates")
})

test_that("misuse", {
  d <- made_panel()
  fit <- system_reg(list(one = y ~ a + x, two = a ~ y + z1), d)
  expect_error(system_bootstrap(fe_reg(y ~ x, d)), class = "ccdpanel_error_fit")
  expect_error(system_bootstrap(fit, n = 1), class = "ccdpanel_error_number")
  expect_error(
    system_bootstrap(fit, n = 9, cluster = ~ id + year), class = "ccdpanel_error_cluster"
  )
  expect_error(system_bootstrap(fit, n = 9, statistic = 3), class = "ccdpanel_error_statistic")
  expect_error(
    system_bootstrap(fit, n = 9, statistic = function(f) "a"), class = "ccdpanel_error_statistic"
  )
})

test_that("vcov() and confint() are of the replicates", {
  d <- made_panel()
  fit <- system_reg(list(one = y ~ x, two = a ~ z1), d, method = "sur")
  made <- system_bootstrap(fit, n = 40, cluster = ~id, seed = 1)
  replicates <- attr(made, "replicates")
  expect_equal(vcov(made), stats::cov(replicates))
  limits <- confint(made, "one_x", level = 0.5)
  expect_identical(dimnames(limits), list("one_x", c("25 %", "75 %")))
  expect_equal(
    unname(limits[1, ]), unname(stats::quantile(replicates[, "one_x"], c(.25, .75)))
  )
  expect_equal(unname(confint(made)[, 1]), made$conf.low)
  expect_error(confint(made, "no"), class = "ccdpanel_error_term")
  expect_error(confint(made, level = 95), class = "ccdpanel_error_number")
})

test_that("replicates in which a statistic is missing are counted", {
  d <- made_panel()
  fit <- system_reg(list(one = y ~ x, two = a ~ z1), d, method = "sur")
  middle <- stats::median(attr(system_bootstrap(fit, n = 20, seed = 1), "replicates")[, "one_x"])
  some <- function(f) {
    b <- coef(f)[["one_x"]]
    if (b > middle && b != coef(fit)[["one_x"]]) NA_real_ else b
  }
  expect_message(
    made <- system_bootstrap(fit, n = 20, seed = 1, statistic = some), "missing in 10 of 20",
    class = "ccdpanel_message_bootstrap"
  )
  expect_true(is.finite(made$std.error))
})
