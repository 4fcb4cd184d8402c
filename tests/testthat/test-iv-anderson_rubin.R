test_that("mroz: Stata's ivreg2, robust", {
  m <- subset(data_of("PSID1976", "AER"), participation == "yes")
  fit <- fe_reg(
    log(wage) ~ experience + I(experience^2) | 0 | education ~ age + youngkids + oldkids, m,
    vcov = "HC1"
  )
  ar <- anderson_rubin(fit)
  expect_equal(ar$statistic, .5795624306621397, tolerance = 1e-5)
  expect_equal(ar$p_value, .6287022694083746, tolerance = 1e-5)
  expect_equal(c(ar$df1, ar$df2), c(3, 422))
  plain <- anderson_rubin(update(fit, ssc = "none"))
  expect_equal(plain$statistic * 3, 1.763407964384331, tolerance = 1e-5)
  expect_equal(plain$p_value, .6229299576640173, tolerance = 1e-5)
})

test_that(
  "the statistic is the F test of the instruments in the regression of y - x b0, every covariance",
  {
  d <- made_panel()
  for (vcov in list("iid", "HC0", "HC1", ~id, ~firm, ~ id + firm)) {
    fit <- fe_reg(y ~ x | id | a ~ z1 + z2, d, vcov = vcov)
    reduced <- fe_reg(I(y + 0.7 * a) ~ x + z1 + z2 | id, d, vcov = vcov)
    b <- coef(reduced)[c("z1", "z2")]
    f <- sum(b * solve(vcov(reduced)[c("z1", "z2"), c("z1", "z2")], b)) / 2
    expect_equal(anderson_rubin(fit, null = -0.7)$statistic, f, tolerance = 1e-9)
  }
})

test_that("iid errors: the ends of the set are the roots of the textbook quadratic", {
  d <- made_panel()
  fit <- fe_reg(y ~ x | 0 | a ~ z1 + z2, d)
  within <- function(v) qr.resid(qr(cbind(1, d$x)), v)
  z <- cbind(within(d$z1), within(d$z2))
  fitted <- function(v) qr.fitted(qr(z), within(v))
  df <- nrow(d) - 4
  k <- 1 + 2 * stats::qf(.9, 2, df) / df
  # (y - ab)'(I - k M)(y - ab) <= 0
  form <- function(u, v) sum(within(u) * within(v)) - k * sum(within(u) * (within(v) - fitted(v)))
  ends <- sort(Re(polyroot(c(form(d$y, d$y), -2 * form(d$y, d$a), form(d$a, d$a)))))
  ar <- anderson_rubin(fit, level = .9)
  expect_identical(ar$shape, "interval")
  expect_equal(c(ar$set$lower, ar$set$upper), ends, tolerance = 1e-9)
})

# A data set by strength of the first stage, validity of the instruments and seed.
drawn_iv <- function(strength, invalid = 0, seed = 1, n = 60, l = 2) {
  set.seed(seed)
  z <- matrix(stats::rnorm(n * l), n)
  u <- stats::rnorm(n) * (1 + abs(z[, 1]))
  a <- drop(z %*% rep(strength, l)) + u + stats::rnorm(n)
  data.frame(y = a + u + invalid * z[, 1], a = a, z = z, g = rep(1:12, length.out = n))
}

# Statistic and p-value of one fit under many hypotheses, without the set that comes with each.
tests_of <- function(fit) {
  d <- iv_data(fit, NULL)
  moments <- rubin_moments(d)
  function(null) {
    f <- small_sample_f(rubin_chi2(moments, null * d$unit), ncol(d$z), d)
    list(statistic = f, p_value = stats::pf(f, ncol(d$z), f_df2(d), lower.tail = FALSE))
  }
}

test_that("every shape is found, and a grid agrees with each", {
  f2 <- y ~ 1 | 0 | a ~ z.1 + z.2
  found <- character()
  for (seed in 1:12) {
    for (case in list(list(.01, 0), list(.35, 0), list(1, 0), list(.5, 3))) {
      d <- drawn_iv(case[[1]], case[[2]], seed)
      for (vcov in list("iid", "HC1", ~g)) {
        fit <- fe_reg(f2, d, vcov = vcov)
        ar <- anderson_rubin(fit)
        found <- union(found, ar$shape)
        grid <- tan(seq(-1.55, 1.55, length.out = 9))
        test <- tests_of(fit)
        if (seed == 1) {
          whole <- anderson_rubin(fit, null = grid[2])
          expect_identical(test(grid[2]), unclass(whole)[names(test(0))])
        }
        accepted <- vapply(grid, function(b) test(b)$p_value >= .05, NA)
        covered <- vapply(grid, function(b) any(b >= ar$set$lower & b <= ar$set$upper), NA)
        expect_identical(accepted, covered)
        ends <- unlist(ar$set)
        for (end in ends[is.finite(ends)]) {
          expect_equal(test(end)$p_value, .05, tolerance = 1e-6)
        }
      }
    }
  }
  expect_true(all(c("interval", "two half-lines", "empty", "everything") %in% found))
})

test_that(
  "many instruments: pieces by roots of a polynomial of degree 20, held against a fine grid", {
  for (seed in 1:2) {
    d <- drawn_iv(.05, .3, seed, n = 200, l = 10)
    fit <- fe_reg(
      stats::as.formula(paste("y ~ 1 | 0 | a ~", paste0("z.", 1:10, collapse = "+"))), d,
      vcov = "HC1"
    )
    test <- tests_of(fit)
    expect_identical(test(.3)$statistic, anderson_rubin(fit, null = .3)$statistic)
    grid <- tan(seq(-1.56, 1.56, length.out = 81))
    statistics <- vapply(grid, function(b) test(b)$statistic, 0)
    for (level in c(.5, .9, .99)) {
      ar <- anderson_rubin(fit, level = level)
      accepted <- statistics <= ar$critical
      expect_identical(accepted, vapply(grid, function(b) {
        any(b >= ar$set$lower & b <= ar$set$upper)
      }, NA))
    }
  }
})

test_that("units of measurement move the set as they must; the estimator does not", {
  d <- made_panel()
  one <- anderson_rubin(fe_reg(y ~ x | id | a ~ z1 + z2, d, vcov = ~firm))
  big <- anderson_rubin(fe_reg(
    y ~ x | id | a ~ z1 + z2, transform(d, a = a * 1e6), vcov = ~firm, estimator = "liml"
  ))
  expect_equal(unlist(big$set) * 1e6, unlist(one$set), tolerance = 1e-9)
})

test_that("several endogenous regressors: the joint test only", {
  d <- made_panel()
  fit <- fe_reg(y ~ x | 0 | a + w ~ z1 + z2 + u, d)
  ar <- anderson_rubin(fit, null = c(-1, 0))
  reduced <- stats::lm(I(y + a) ~ x + z1 + z2 + u, d)
  none <- stats::lm(I(y + a) ~ x, d)
  expect_equal(ar$statistic, stats::anova(none, reduced)$F[2], tolerance = 1e-9)
  expect_null(ar$set)
  expect_output(print(ar), "H0: a = -1, w = 0")
})

test_that("misuse, and print", {
  d <- made_panel()
  fit <- fe_reg(y ~ x | id | a ~ z1 + z2, d)
  expect_error(anderson_rubin(fe_reg(y ~ x, d)), class = "ccdpanel_error_not_instrumented")
  expect_error(anderson_rubin(fit, null = c(1, 2)), class = "ccdpanel_error_number")
  expect_error(anderson_rubin(fit, level = 2), class = "ccdpanel_error_number")
  expect_error(anderson_rubin(fit, vcov = ~ I(firm > 6)), class = "ccdpanel_error_singular")
  expect_snapshot({
    anderson_rubin(fit)
    anderson_rubin(fe_reg(
      y ~ 1 | 0 | a ~ z.1 + z.2, drawn_iv(.01, 0, 1), vcov = "HC1", ssc = "none"
    ), null = 1)
    anderson_rubin(fe_reg(y ~ 1 | 0 | a ~ z.1 + z.2, drawn_iv(.5, 3, 1)))
    anderson_rubin(fe_reg(y ~ 1 | 0 | a ~ z.1, drawn_iv(.8, 0, 3), vcov = ~g))
  })
})

test_that("a set is not told where the moments have no covariance at some value", {
  d <- few_both_ways()
  found <- FALSE
  for (z in c("z1", "z2", "z3", "z4")) {
    fit <- fe_reg(stats::as.formula(paste("y ~ 1 | 0 | e ~", z)), d, vcov = ~ id + t)
    ar <- tryCatch(anderson_rubin(fit), ccdpanel_error_singular = function(e) NULL)
    if (is.null(ar)) next
    # S(b) of one instrument, a quadratic in b, by its definition
    v <- d[[z]] - mean(d[[z]])
    scores <- v * stats::lm(cbind(y, e) ~ v, d)$residuals
    parts <- list(rowsum(scores, d$id), rowsum(scores, d$t), scores)
    s <- vapply(c(-1e6, seq(-20, 20, .05), 1e6), function(b) {
      squares <- vapply(parts, function(x) sum((x[, "y"] - b * x[, "e"])^2), 0)
      sum(squares * c(1, 1, -1))
    }, 0)
    expect_identical(ar$shape == "not computed", any(s <= 0))
    if (ar$shape != "not computed") next
    found <- TRUE
    expect_null(ar$set)
    expect_output(print(ar), "confidence set of e: not computed")
  }
  expect_true(found)
})

test_that("a hypothesis far out has the statistic's limit, and no level an empty set", {
  d <- made_panel()
  for (v in list("iid", ~firm)) {
    fit <- fe_reg(y ~ x | id | a ~ z1 + z2, d, vcov = v)
    far <- anderson_rubin(fit, null = 1e12)$statistic
    for (b in c(-1e300, 1e200)) {
      expect_equal(anderson_rubin(fit, null = b)$statistic, far, tolerance = 1e-9)
    }
    # Nothing is as small as nought: with one instrument too many the restrictions never hold.
    expect_identical(nrow(anderson_rubin(fit, level = 0)$set), 0L)
  }
})
