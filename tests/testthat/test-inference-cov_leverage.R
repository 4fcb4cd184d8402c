expect_close <- function(object, expected, tolerance) {
  expect_lt(max(abs(unname(object) - unname(expected))) / max(abs(expected)), tolerance)
}

test_that(
  "HC2, HC3 and leverages are sandwich's on the dummies: no, one, two, three effects, weights", {
  skip_if_not_installed("sandwich")
  d <- made_panel()
  k <- c("x", "a")
  cases <- list(
    list(fe_reg(y ~ x + a, d), stats::lm(y ~ x + a, d)),
    list(fe_reg(y ~ x + a, d, weights = ~w), stats::lm(y ~ x + a, d, weights = w)),
    list(fe_reg(y ~ x + a | id, d), stats::lm(y ~ x + a + factor(id), d)),
    list(fe_reg(y ~ x + a | id + year, d), stats::lm(y ~ x + a + factor(id) + factor(year), d)),
    list(
      fe_reg(y ~ x + a | id + year, d, weights = ~w),
      stats::lm(y ~ x + a + factor(id) + factor(year), d, weights = w)
    ),
    list(
      fe_reg(y ~ x + a | id + year + firm, d),
      stats::lm(y ~ x + a + factor(id) + factor(year) + factor(firm), d)
    )
  )
  for (case in cases) {
    expect_close(hatvalues(case[[1]]), stats::hatvalues(case[[2]]), 1e-9)
    for (type in c("HC2", "HC3")) {
      expect_close(
        vcov(case[[1]], type)[k, k], sandwich::vcovHC(case[[2]], type = type)[k, k], 1e-9
      )
    }
  }
})

test_that("HC2 and HC3 of two stages are sandwich's on ivreg", {
  skip_if_not_installed("ivreg")
  skip_if_not_installed("sandwich")
  d <- made_panel()
  fit <- fe_reg(y ~ x | id + year | a ~ z1 + z2, d)
  full <- ivreg::ivreg(
    y ~ x + a + factor(id) + factor(year) | x + z1 + z2 + factor(id) + factor(year), data = d
  )
  k <- c("x", "a")
  for (type in c("HC2", "HC3")) {
    expect_close(vcov(fit, type), sandwich::vcovHC(full, type = type)[k, k], 1e-9)
  }
})

test_that("effects in several components, and effects that repeat each other", {
  d <- made_panel()
  d$block <- d$id %% 2
  d$when <- paste(d$block, d$year)
  d$also <- d$when
  d <- d[stats::ave(d$year, d$id, FUN = length) > 1, ]
  by_hand <- function(full) {
    x <- stats::model.matrix(full)
    rowSums(qr.Q(qr(x, tol = 1e-9))[, seq_len(qr(x, tol = 1e-9)$rank)]^2)
  }
  expect_close(
    hatvalues(fe_reg(y ~ x | id + when, d)),
    by_hand(stats::lm(y ~ x + factor(id) + factor(when), d)), 1e-9
  )
  expect_close(
    hatvalues(fe_reg(y ~ x | id + when + also, d)),
    by_hand(stats::lm(y ~ x + factor(id) + factor(when), d)), 1e-9
  )
})

test_that("factor one and t(N - K)", {
  d <- made_panel()
  fit <- fe_reg(y ~ x | id, d, vcov = "HC3")
  expect_identical(fit$covariance$factor, 1)
  expect_identical(fit$covariance$df, stats::df.residual(fit))
  expect_identical(fe_reg(y ~ x | id, d, vcov = "HC3", ssc = "none")$covariance$df, Inf)
  expect_match(
    utils::capture.output(print(fit))[3], "heteroskedasticity-robust (HC3)", fixed = TRUE
  )
})

test_that("rows with leverage one are named", {
  d <- made_panel()
  d$own <- as.numeric(seq_len(nrow(d)) == 7)
  d$x[2] <- NA
  error <- expect_error(
    suppressMessages(fe_reg(y ~ x + own | year, d, vcov = "HC3")), class = "ccdpanel_error_leverage"
  )
  expect_identical(error$rows, 7L)
  expect_match(conditionMessage(error), "row of `data` has leverage one: 7", fixed = TRUE)
})

test_that("too many levels are refused with a way out", {
  n <- 20100
  d <- data.frame(
    a = rep(seq_len(n / 2), 2), b = rep(seq_len(n / 2), each = 2), x = sin(seq_len(n)),
    y = cos(seq_len(n)^2)
  )
  expect_error(
    fe_reg(y ~ x | a + b, d, vcov = "HC2"), "HC1", class = "ccdpanel_error_too_many_levels"
  )
})

test_that("same bits for one and two threads", {
  set.seed(5)
  n <- 30000
  d <- data.frame(a = sample(3000, n, TRUE), b = sample(50, n, TRUE), x = rnorm(n), y = rnorm(n))
  one <- vcov(fe_reg(y ~ x | a + b, d, vcov = "HC3", threads = 1))
  expect_identical(vcov(fe_reg(y ~ x | a + b, d, vcov = "HC3", threads = 2)), one)
})

test_that("estimators without a hat matrix say so; kernels serve them all", {
  d <- made_panel()
  f <- y ~ x | id | a ~ z1 + z2
  for (estimator in c("liml", "fuller", "gmm")) {
    fit <- fe_reg(f, d, estimator = estimator, panel = c("id", "year"), ssc = "none")
    expect_error(vcov(fit, "HC3"), class = "ccdpanel_error_vcov")
    expect_error(vcov(fit, cov_cr2(~firm)), class = "ccdpanel_error_vcov")
    expect_equal(vcov(fit, cov_nw(0)), vcov(fit, "HC0"), tolerance = 1e-12)
  }
  expect_error(
    fe_reg(f, d, cov_dk(), estimator = "gmm", panel = c("id", "year")), "GMM weighs",
    class = "ccdpanel_error_vcov"
  )
  robust <- fe_reg(f, d, cov_cr2(~firm), estimator = "2sls")
  expect_equal(coef(fe_reg(f, d, ~firm)), coef(robust))
})
