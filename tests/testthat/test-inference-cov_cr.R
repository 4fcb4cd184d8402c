expect_close <- function(object, expected, tolerance) {
  expect_lt(max(abs(unname(object) - unname(expected))) / max(abs(expected)), tolerance)
}

expect_club <- function(fit, full, cluster, types = c("CR2", "CR3"), terms = names(coef(fit)),
                        tolerance = 1e-8) {
  for (type in types) {
    cov <- fit_covariance(fit, if (type == "CR2") cov_cr2(cluster) else cov_cr3(cluster))
    v <- clubSandwich::vcovCR(full, fit$spec$data[[all.vars(cluster)]], type)
    expect_close(cov$v, as.matrix(v)[terms, terms], tolerance)
    test <- clubSandwich::coef_test(full, v, test = "Satterthwaite")
    expect_close(cov$df, test$df_Satt[match(terms, rownames(test))], tolerance)
  }
}

test_that("CR2, CR3 and their degrees of freedom are clubSandwich's on the dummies", {
  skip_if_not_installed("clubSandwich")
  d <- made_panel()
  expect_club(fe_reg(y ~ x + a, d), stats::lm(y ~ x + a, d), ~firm)
  expect_club(fe_reg(y ~ x + a | id, d), stats::lm(y ~ x + a + factor(id), d), ~firm)
  expect_club(fe_reg(y ~ x + a | id, d), stats::lm(y ~ x + a + factor(id), d), ~id, "CR2")
  expect_club(fe_reg(y ~ x + a | id, d), stats::lm(y ~ x + a + factor(id), d), ~year)
  full <- stats::lm(y ~ x + a + factor(id) + factor(year), d)
  expect_club(fe_reg(y ~ x + a | id + year, d), full, ~id, "CR2")
  expect_club(fe_reg(y ~ x + a | id + year, d), full, ~year, "CR2")
  expect_club(fe_reg(y ~ x + a | id + year, d), full, ~firm)
})

test_that("clusters of many rows, with the effects nested in few of them, take the thin path", {
  skip_if_not_installed("clubSandwich")
  d <- made_panel()
  d$region <- d$id %% 5
  full <- stats::lm(y ~ x + a + factor(id) + factor(year), d)
  expect_club(fe_reg(y ~ x + a | id + year, d), full, ~region, "CR2")
  d$half <- d$year > 2004
  expect_club(fe_reg(y ~ x + a | firm, d), stats::lm(y ~ x + a + factor(firm), d), ~half, "CR2")
})

test_that("two stages: clubSandwich on ivreg", {
  skip_if_not_installed("clubSandwich")
  skip_if_not_installed("ivreg")
  d <- made_panel()
  full <- ivreg::ivreg(
    y ~ x + a + factor(id) + factor(year) | x + z1 + z2 + factor(id) + factor(year), data = d
  )
  expect_club(fe_reg(y ~ x | id + year | a ~ z1 + z2, d), full, ~firm)
  expect_club(fe_reg(y ~ x | id + year | a ~ z1 + z2, d), full, ~id, "CR2")
})

test_that("weights: the regression of the columns times their root", {
  skip_if_not_installed("clubSandwich")
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id + year, d, weights = ~w)
  columns <- stats::model.matrix(~ x + a + factor(id) + factor(year), d) * sqrt(d$w)
  colnames(columns) <- seq_len(ncol(columns))
  full <- stats::lm(I(y * sqrt(w)) ~ columns - 1, d)
  expect_club(fit, full, ~firm, terms = c("columns2", "columns3"))
})

test_that("Grunfeld, both effects: the full design's .131 and not the demeaned one's .104", {
  skip_if_not_installed("plm")
  d <- data_of("Grunfeld", "plm")
  fit <- fe_reg(inv ~ capital | firm + year, d)
  expect_identical(format(sqrt(vcov(fit, cov_cr2(~firm))[1, 1]), digits = 3), "0.131")
  demeaned <- function(v) stats::residuals(stats::lm(v ~ factor(firm) + factor(year), d))
  d$y <- demeaned(d$inv)
  d$x <- demeaned(d$capital)
  without <- fe_reg(y ~ x - 1, d, vcov = cov_cr2(~firm))
  expect_identical(format(sqrt(vcov(without)[1, 1]), digits = 3), "0.104")
})

test_that("CR3 is the jackknife by cluster, effects absorbed anew", {
  d <- made_panel()
  d$w[d$year == 2003] <- 1
  fit <- fe_reg(y ~ x + a | id + year, d, weights = ~w)
  changes <- function(cluster) {
    t(vapply(unique(cluster), function(g) {
      suppressMessages(coef(fe_reg(
        y ~ x + a | id + year, d[cluster != g, ], weights = ~w
      ))) - coef(fit)
    }, coef(fit)))
  }
  expect_close(vcov(fit, cov_cr3(~id)), crossprod(changes(d$id)), 1e-8)
  expect_close(vcov(fit, cov_cr3(~year)), crossprod(changes(d$year)), 1e-8)
})

test_that("what is said and how it is tested", {
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id + year, d, vcov = cov_cr2(~firm))
  df <- fit$covariance$df
  expect_length(df, 2)
  s <- summary(fit)$coefficients
  expect_equal(unname(s[, 4]), unname(2 * stats::pt(-abs(s[, 3]), df)), tolerance = 1e-12)
  expect_equal(
    unname(confint(fit)[, 2]), unname(coef(fit) + stats::qt(.975, df) * s[, 2]), tolerance = 1e-12
  )
  expect_identical(tidy(fit)$p.value, unname(s[, 4]))
  if (rlang::is_installed("lmtest")) {
    expect_equal(unname(lmtest::coeftest(fit)[, 4]), unname(s[, 4]), tolerance = 1e-12)
  }
  expect_match(
    utils::capture.output(print(fit))[3], "CR2, clustered by firm (12); t(9.", fixed = TRUE
  )
  expect_identical(glance(fit)$df, 2L)
  expect_identical(fe_reg(
    y ~ x + a | id + year, d, vcov = cov_cr2(~firm), ssc = "none"
  )$covariance$df, df)
  expect_identical(vcov(fe_reg(
    y ~ x + a | id + year, d, vcov = cov_cr2(~firm), threads = 1
  )), vcov(fit))
})

test_that("bad input is named", {
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id, d)
  d$one <- 1
  d$early <- d$x * (d$id == 3)
  expect_error(cov_cr2(~ id + year), class = "ccdpanel_error_vcov")
  expect_error(cov_cr3("id"), class = "ccdpanel_error_formula")
  expect_error(fe_reg(y ~ x, d, vcov = cov_cr2(~one)), class = "ccdpanel_error_cluster")
  error <- expect_error(
    fe_reg(y ~ x + early | year, d, vcov = cov_cr3(~id)), class = "ccdpanel_error_leverage"
  )
  expect_identical(error$clusters, "3")
  n <- 10100
  big <- data.frame(
    a = rep(seq_len(n / 2), 2), b = rep(seq_len(n / 2), each = 2), x = sin(seq_len(n)),
    y = cos(seq_len(n)^2)
  )
  expect_error(
    fe_reg(y ~ x | a + b, big, vcov = cov_cr2(~x)), class = "ccdpanel_error_too_many_levels"
  )
})

# Few rows beside many effects: I - H_gg is singular along nearly all of them, where what an
# absorption leaves would be magnified.
crowded <- function(seed = 4) {
  set.seed(seed)
  d <- data.frame(
    u = rep(1:8, each = 4), t = c(replicate(8, sample(7, 4))), g = sample(6, 32, TRUE),
    x = rnorm(32), z = rnorm(32), y = rnorm(32)
  )
  d$r <- d$u %% 2
  d
}

test_that("three effects that take most rows: clubSandwich on the dummies", {
  skip_if_not_installed("clubSandwich")
  d <- crowded()
  full <- stats::lm(y ~ x + z + factor(u) + factor(t) + factor(g), d)
  expect_club(fe_reg(y ~ x + z | u + t + g, d), full, ~r, "CR2", tolerance = 1e-7)
})

test_that("three effects that take most rows: CR3 finds the cluster that a coefficient needs", {
  d <- crowded(21)
  rest <- stats::lm(y ~ factor(u) + factor(t) + factor(g) + x + z, d[d$r == 0, ])
  expect_true(is.na(coef(rest)[["z"]]))
  fit <- fe_reg(y ~ x + z | u + t + g, d)
  expect_error(vcov(fit, cov_cr3(~r)), "\"1\"", class = "ccdpanel_error_leverage")
})

test_that("degrees of freedom are the same of coefficients of 1e-120 and 1e120", {
  set.seed(1)
  d <- expand.grid(u = 1:9, t = 1:6)
  d[c("w", "e", "z")] <- rnorm(162)
  d$z <- d$z + d$e
  d$y <- d$e + d$w + rnorm(54)
  of <- function(d, formula) {
    lapply(list(cov_cr2(~u), cov_cr3(~u)), function(v) {
      fit <- fe_reg(formula, d, vcov = v)
      list(tidy(fit)[c("statistic", "p.value")], glance(fit)$p.value)
    })
  }
  for (formula in list(y ~ w | 0 | e ~ z, y ~ w + e, y ~ w + e | t)) {
    expect_equal(of(transform(d, y = y * 1e-60, w = w * 1e60), formula), of(d, formula))
    expect_equal(of(transform(d, y = y * 1e60, w = w * 1e-60), formula), of(d, formula))
    small <- transform(d, w = w * 1e-140, e = e * 1e-60, z = z * 1e60, y = y * 1e-140)
    expect_equal(of(small, formula), of(d, formula))
  }
})

test_that("a coefficient that one cluster alone identifies is found in any unit of the others", {
  d <- crowded()
  d$own <- (d$u == 3) * d$z
  for (unit in c(1e-9, 1, 1e9)) {
    d$w <- d$x * unit
    expect_error(
      vcov(fe_reg(y ~ w + own, d), cov_cr3(~u)), "\"3\"", class = "ccdpanel_error_leverage"
    )
  }
})
