statistic <- function(fit, test, ...) {
  w <- weak_iv(fit, ...)
  w$statistic[w$test == test]
}

test_that("Kleibergen-Paap on Cigar: the published values", {
  cigar <- data_of("Cigar", "plm")
  expect_equal(
    statistic(fe_reg(sales ~ 1 | 0 | price ~ pimin, cigar, vcov = "HC1"), "kp_wald_f"), 23160.0635,
    tolerance = 1e-8
  )
  expect_equal(
    statistic(fe_reg(sales ~ 1 | state | price ~ pimin, cigar, vcov = "HC1"), "kp_wald_f"),
    37662.82808, tolerance = 1e-9
  )
  expect_equal(
    statistic(fe_reg(sales ~ cpi | 0 | price ~ pimin, cigar, vcov = "HC1"), "kp_wald_f"),
    2093.46609, tolerance = 1e-8
  )
  expect_equal(statistic(
    fe_reg(sales ~ 1 | 0 | price ~ pimin + cpi, cigar, vcov = "HC1"), "kp_wald_f"
  ), 16406.297, tolerance = 1e-7)
})

test_that(
  paste0(
    "one endogenous regressor: the rk F is the robust F of the excluded ",
    "instruments, every covariance"
  ),
  {
  d <- made_panel()
  for (vcov in list("iid", "HC0", "HC1", ~id, ~firm, ~ id + firm)) {
    fit <- fe_reg(y ~ x | id | a ~ z1 + z2, d, vcov = vcov)
    first <- fe_reg(a ~ x + z1 + z2 | id, d, vcov = vcov)
    v <- vcov(first)[c("z1", "z2"), c("z1", "z2")]
    b <- coef(first)[c("z1", "z2")]
    f <- sum(b * solve(v, b)) / 2
    expect_equal(statistic(fit, "kp_wald_f"), f, tolerance = 1e-9)
    expect_equal(statistic(fit, "first_stage_f"), f, tolerance = 1e-9)
  }
})

test_that("under iid errors the rk statistics are Cragg and Donald's and Anderson's", {
  d <- made_panel()
  set.seed(2)
  d$a2 <- d$z1 + d$z2 + d$u + stats::rnorm(nrow(d))
  d$z3 <- stats::rnorm(nrow(d))
  fit <- fe_reg(y ~ x | id | a + a2 ~ z1 + z2 + z3, d)
  w <- weak_iv(fit)
  expect_equal(statistic(fit, "kp_wald_f"), statistic(fit, "cragg_donald_f"), tolerance = 1e-9)
  within <- function(v) stats::residuals(stats::lm(v ~ d$x + factor(d$id)))
  r <- stats::cancor(
    cbind(within(d$a), within(d$a2)), cbind(within(d$z1), within(d$z2), within(d$z3)),
    xcenter = FALSE, ycenter = FALSE
  )$cor
  expect_equal(statistic(fit, "kp_lm"), nrow(d) * min(r)^2, tolerance = 1e-9)
  expect_equal(w$df1[w$test == "kp_lm"], 2)
  expect_equal(
    statistic(fit, "cragg_donald_f"),
    min(r)^2 / (1 - min(r)^2) * (nrow(d) - 4 - length(unique(d$id))) / 3, tolerance = 1e-9
  )
})

test_that("Sanderson and Windmeijer's F, by hand", {
  d <- made_panel()
  set.seed(2)
  d$a2 <- d$z1 + d$z2 + d$u + stats::rnorm(nrow(d))
  d$z3 <- stats::rnorm(nrow(d))
  fit <- fe_reg(y ~ x | 0 | a + a2 ~ z1 + z2 + z3, d)
  given <- fe_reg(a ~ x | 0 | a2 ~ z1 + z2 + z3, d)
  d$rest <- residuals(given)
  full <- stats::lm(rest ~ x + z1 + z2 + z3, d)
  none <- stats::lm(rest ~ x, d)
  f <- (
    sum(none$residuals^2) - sum(full$residuals^2)
  ) / 2 / (sum(full$residuals^2) / full$df.residual)
  w <- weak_iv(fit)
  expect_equal(w$statistic[w$test == "sw_f" & w$endogenous == "a"], f, tolerance = 1e-8)
})

test_that("LM form with one endogenous regressor: n times a score test, written out", {
  d <- made_panel()
  within <- function(v) stats::residuals(stats::lm(v ~ d$x + factor(d$id)))
  z <- cbind(within(d$z1), within(d$z2))
  a <- within(d$a)
  s <- crossprod(z * a)
  by_hand <- drop(crossprod(crossprod(z, a), solve(s, crossprod(z, a))))
  expect_equal(
    statistic(fe_reg(y ~ x | id | a ~ z1 + z2, d, vcov = "HC1"), "kp_lm"), by_hand, tolerance = 1e-9
  )
  s <- crossprod(rowsum(z * a, d$firm))
  by_hand <- drop(crossprod(crossprod(z, a), solve(s, crossprod(z, a))))
  expect_equal(
    statistic(fe_reg(y ~ x | id | a ~ z1 + z2, d, vcov = ~firm), "kp_lm"), by_hand, tolerance = 1e-9
  )
})

test_that(
  paste0(
    "effective F: just identified it is the robust F, with Montiel Olea and ",
    "Pflueger's critical values"
  ),
  {
  d <- made_panel()
  fit <- fe_reg(y ~ x | id | a ~ z1, d, vcov = "HC1")
  expect_equal(statistic(fit, "effective_f"), statistic(fit, "kp_wald_f"), tolerance = 1e-9)
  critical <- attr(weak_iv(fit), "critical")
  critical <- critical[critical$criterion == "effective F, TSLS bias", ]
  # weakivtest prints the first three for one instrument (at 30 percent 12.039, from 1 / tau rounded
  # to 3.33)
  expect_lt(max(abs(critical$critical[1:3] - c(37.418, 23.109, 15.062))), 6e-4)
  expect_equal(
    critical$critical, (sqrt(1 / critical$level) + stats::qnorm(.95))^2, tolerance = 1e-5
  )
  # iid: F times L1 over L1 = the ordinary F, and the bound is that of a scaled identity, |L - 2| /
  # L
  fit <- fe_reg(y ~ x | id | a ~ z1 + z2 + w, d)
  expect_equal(statistic(fit, "effective_f"), statistic(fit, "first_stage_f"), tolerance = 1e-9)
})

test_that("Stock and Yogo's values; Cui prints the first", {
  expect_equal(stock_yogo(1, 1)$critical, c(16.38, 8.96, 6.66, 5.53, rep(NA, 4)))
  expect_equal(stock_yogo(1, 3)$critical, c(22.30, 12.83, 9.54, 7.80, 13.91, 9.08, 6.46, 5.39))
  expect_equal(stock_yogo(2, 4)$critical[5], 11.04)
  expect_true(all(is.na(stock_yogo(3, 4)$critical)))
  expect_true(all(is.na(stock_yogo(1, 11)$critical)))
})

test_that("misuse, and print", {
  d <- made_panel()
  expect_error(weak_iv(fe_reg(y ~ x, d)), class = "ccdpanel_error_not_instrumented")
  expect_error(weak_iv(3), class = "ccdpanel_error_not_instrumented")
  expect_output(
    print(weak_iv(fe_reg(y ~ x | id | a ~ z1, d, vcov = ~id))), "maximal IV size: 10% 16.38"
  )
})

test_that(
  paste0(
    "tF: only for one regressor with one instrument; its p-value is that of the ",
    "enlarged standard error"
  ),
  {
  d <- made_panel()
  fit <- fe_reg(y ~ x | id | a ~ z1, d, vcov = ~firm)
  w <- weak_iv(fit)
  row <- w[w$test == "tf", ]
  expect_equal(row$statistic, abs(coef(fit)[["a"]]) / sqrt(vcov(fit)["a", "a"]))
  expect_equal(row$critical, tf_critical(w$statistic[w$test == "first_stage_f"]))
  expect_equal(row$p_value < .05, row$statistic > row$critical)
  expect_equal(
    w$statistic[w$test == "tf"],
    weak_iv(fit, "HC1")$statistic[w$test == "tf"] * sqrt(
      vcov(fit, "HC1")["a", "a"] / vcov(fit)["a", "a"]
    )
  )
  expect_false("tf" %in% weak_iv(fe_reg(y ~ x | id | a ~ z1 + z2, d))$test)
})

test_that(
  paste0(
    "the statistics of the first stage are the same under every estimator; critical values ",
    "are the estimator's"
  ),
  {
  d <- made_panel()
  fits <- lapply(c("2sls", "liml", "fuller", "gmm"), function(e) {
    weak_iv(fe_reg(y ~ x | id | a ~ z1 + z2, d, vcov = ~firm, estimator = e))
  })
  for (w in fits[-1]) expect_equal(w$statistic, fits[[1]]$statistic)
  expect_equal(
    vapply(fits, function(w) w$critical[w$test == "kp_wald_f"], 0), c(19.93, 8.68, 13.46, 19.93)
  )
})

test_that("mroz: Stata's ivreg2, iid and robust", {
  # ivreg2 lwage exper expersq (educ = age kidslt6 kidsge6), the help file's example
  m <- subset(data_of("PSID1976", "AER"), participation == "yes")
  fit <- fe_reg(
    log(wage) ~ experience + I(experience^2) | 0 | education ~ age + youngkids + oldkids, m,
    ssc = "stata"
  )
  expect_equal(statistic(fit, "cragg_donald_f"), 4.342070862428497, tolerance = 1e-6)
  expect_equal(statistic(fit, "kp_lm"), 12.81582310684222, tolerance = 1e-6)
  expect_equal(iv_tests(fit)$statistic[1], .7015124317084478, tolerance = 1e-5)
  robust <- fe_reg(
    log(wage) ~ experience + I(experience^2) | 0 | education ~ age + youngkids + oldkids, m,
    vcov = "HC0"
  )
  expect_equal(statistic(robust, "kp_lm"), 11.23055884485077, tolerance = 1e-6)
  expect_equal(statistic(robust, "kp_wald_f", vcov = "HC1"), 5.021219248782474, tolerance = 1e-6)
  tests <- iv_tests(robust)
  expect_equal(tests$statistic[tests$test == "hansen_j"], .5138487725388226, tolerance = 1e-5)
})

test_that("Driscoll and Kraay: the F of the first stage's own covariance, on periods less one", {
  d <- made_panel()
  panel <- c("id", "year")
  for (fe in c("0", "id")) {
    of <- function(...) {
      suppressMessages(fe_reg(stats::as.formula(paste0(...)), d, vcov = cov_dk(2), panel = panel))
    }
    fit <- of("y ~ x | ", fe, " | a ~ z1 + z2")
    first <- of("a ~ x + z1 + z2 | ", fe)
    z <- c("z1", "z2")
    f <- sum(coef(first)[z] * solve(vcov(first)[z, z], coef(first)[z])) / 2
    w <- weak_iv(fit)
    expect_equal(w$statistic[w$test == "first_stage_f"], f, tolerance = 1e-9)
    expect_equal(w$statistic[w$test == "kp_wald_f"], f, tolerance = 1e-9)
    expect_equal(unique(w$df2[w$test %in% c("first_stage_f", "kp_wald_f")]), 8)
    expect_equal(w$p_value[1], stats::pf(f, 2, 8, lower.tail = FALSE), tolerance = 1e-9)
    expect_equal(anderson_rubin(fit)$df2, 8)
  }
})

test_that("a covariance of moments that is not positive definite gives no statistic below zero", {
  d <- few_both_ways()
  fit <- fe_reg(y ~ 1 | 0 | e ~ z1 + z2 + z3 + z4, d, vcov = ~ id + t)
  z <- scale(as.matrix(d[paste0("z", 1:4)]), scale = FALSE)
  scores <- z * stats::lm(e ~ z, d)$residuals
  meat <- crossprod(rowsum(scores, d$id)) + crossprod(rowsum(scores, d$t)) - crossprod(scores)
  expect_lt(min(eigen(meat)$values), 0)
  w <- weak_iv(fit)
  weighed <- w$test %in% c("first_stage_f", "kp_lm", "kp_wald_f")
  expect_true(all(is.na(w$statistic[weighed]), is.na(w$p_value[weighed])))
  expect_false(anyNA(w$statistic[w$test %in% c("partial_r2", "cragg_donald_f")]))
  text <- utils::capture.output(print(w))
  for (test in unique(w$test[weighed])) {
    expect_match(text, paste0("^ ", test, " .*not computed"), all = FALSE)
  }
  expect_match(text, "^not computed: the moments' covariance", all = FALSE)
  # Two instruments' moments have one.
  two <- weak_iv(fe_reg(y ~ 1 | 0 | e ~ z1 + z2, d, vcov = ~ id + t))
  expect_false(anyNA(two$statistic))
  expect_false(any(grepl("not computed", utils::capture.output(print(two)))))
  said <- utils::capture.output(print(fit))
  expect_match(said, "F(4, 4) not computed", fixed = TRUE, all = FALSE)
  expect_match(said, "Anderson-Rubin not computed", all = FALSE)
  expect_match(said, "Hansen J not computed", all = FALSE)
  expect_false(any(grepl("p = NA|p = 1", said)))
})

test_that("tF is of two-stage least squares, not of Fuller's estimator", {
  d <- made_panel()
  expect_true("tf" %in% weak_iv(fe_reg(y ~ x | 0 | a ~ z1, d, estimator = "liml"))$test)
  expect_false("tf" %in% weak_iv(fe_reg(y ~ x | 0 | a ~ z1, d, estimator = "fuller"))$test)
})

test_that("endogenous regressors that nearly depend have the tests of what they span", {
  d <- made_panel()
  d$b <- d$z2 + d$u + d$w
  d$z3 <- d$w + d$firm
  d$near <- d$a + 1e-6 * d$b
  apart <- fe_reg(y ~ x | 0 | a + b ~ z1 + z2 + z3 + firm, d, vcov = "HC1")
  near <- fe_reg(y ~ x | 0 | a + near ~ z1 + z2 + z3 + firm, d, vcov = "HC1")
  joint <- c("cragg_donald_f", "kp_lm", "kp_wald_f")
  one <- weak_iv(apart)
  other <- weak_iv(near)
  expect_equal(
    other$statistic[other$test %in% joint], one$statistic[one$test %in% joint], tolerance = 1e-7
  )
  # What the instruments say of `near` given `a` is what they say of `b`.
  expect_equal(
    other$statistic[other$test == "sw_f" & other$endogenous == "near"],
    one$statistic[one$test == "sw_f" & one$endogenous == "b"], tolerance = 1e-7
  )
  expect_equal(iv_tests(near)$statistic, iv_tests(apart)$statistic, tolerance = 1e-7)
})

test_that("the print has all digits of statistics, and two decimals of critical values", {
  x <- weak_iv(fe_reg(y ~ x | id | a ~ z1 + z2, made_panel(), vcov = ~firm))
  x$statistic <- c(11.5, 0.25, 1234, 7, 20.125, 3)[seq_len(nrow(x))]
  text <- utils::capture.output(print(x))
  expect_match(text, "11.5000 ", fixed = TRUE, all = FALSE)
  expect_match(text, "0.250000 ", fixed = TRUE, all = FALSE)
  expect_match(text, "1234.00 ", fixed = TRUE, all = FALSE)
  critical <- x$critical[!is.na(x$critical)]
  expect_gt(length(critical), 0)
  for (value in critical) {
    expect_match(text, paste0(formatC(value, digits = 2, format = "f"), " *$"), all = FALSE)
  }
})

test_that("as many clusters as moments make no statistic: it would be their number", {
  # One regressor, as many instruments as clusters: moments under the null of no relation.
  moments_lm <- function(d) {
    scores <- rowsum(cbind(d$z1, d$z2) * (d$a - mean(d$a)), d$g)
    drop(colSums(scores) %*% solve(crossprod(scores), colSums(scores)))
  }
  for (seed in 1:2) {
    set.seed(seed)
    d <- data.frame(g = rep(1:2, each = 20), z1 = rnorm(40), z2 = rnorm(40))
    d[c("z1", "z2")] <- lapply(d[c("z1", "z2")], function(z) z - mean(z))
    d$a <- d$z1 + d$z2 + sin(seq_len(40))
    d$y <- d$a + cos(seq_len(40))
    expect_equal(moments_lm(d), 2)
    w <- weak_iv(fe_reg(y ~ 1 | 0 | a ~ z1 + z2, d, vcov = ~g))
    expect_equal(
      w$test[is.na(w$statistic)], c("first_stage_f", "kp_lm", "kp_wald_f")
    )
    expect_match(capture.output(print(w)), "not positive definite", all = FALSE)
    one <- weak_iv(fe_reg(y ~ 1 | 0 | a ~ z1, d, vcov = ~g))
    expect_false(anyNA(one$statistic))
  }
})
