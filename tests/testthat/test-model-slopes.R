slope_panel <- function() transform(made_panel(), t = year - 2004)

same <- function(object, expected, tolerance = 1e-8) {
  expect_equal(object, expected, tolerance = tolerance, ignore_attr = TRUE)
}

test_that(
  "the grammar: effects with slopes, slopes alone, combinations, and what comes to the same", {
  parse <- function(expr) parse_effects(rlang::enexpr(expr), NULL)
  one <- parse(id[t])$`id[t]`
  expect_identical(c(one), list(quote(id)))
  expect_identical(slopes_of(one), list(quote(t)))
  expect_true(has_intercept(one))
  alone <- parse(id[[t, log(z)]])[[1]]
  expect_identical(slopes_of(alone), list(quote(t), quote(log(z))))
  expect_false(has_intercept(alone))
  expect_identical(c(parse(a^b[t])[[1]]), list(quote(a), quote(b)))
  expect_identical(parse(a^b[t])[[1]], parse((a^b)[t])[[1]])
  expect_identical(names(parse(id + id[[t]] + year)), c("id[t]", "year"))
  expect_identical(names(parse(id[t] + year + id[z, t])), c("id[t, z]", "year"))
  expect_identical(names(parse(id[[t]] + id[[z]])), "id[[t, z]]")
  expect_identical(names(parse(id + id + year)), c("id", "year"))
  again <- parse(id + id[[t]])
  expect_identical(parse_effects(str2lang(names(again)), NULL), again)
})

test_that(
  paste0(
    "absorbed slopes equal dummies times the variable: estimates, errors, degrees of freedom, ",
    "leverages, predictions"
  ),
  {
  d <- slope_panel()
  pick <- c("x", "a")
  for (weights in list(NULL, ~w)) {
    fit <- suppressMessages(fe_reg(y ~ x + a | id[t] + firm, d, weights = weights))
    full <- stats::lm(
      y ~ x + a + factor(id) * t + factor(firm), d, weights = if (is.null(weights)) NULL else w
    )
    same(coef(fit), coef(full)[pick])
    same(vcov(fit), vcov(full)[pick, pick])
    same(residuals(fit), residuals(full))
    expect_equal(df.residual(fit), df.residual(full))
    same(predict(fit, d), fitted(full))
    same(hatvalues(fit), stats::hatvalues(full))
    same(fit$r2[["r2"]], summary(full)$r.squared)
    expect_true(fit$dof$exact)
    expect_lt(fit$certificate, 1e-9)
  }
  u <- residuals(stats::lm(y ~ x + a + factor(id) * t + factor(firm), d))
  x <- stats::model.matrix(~ x + a + factor(id) * t + factor(firm), d)
  x <- x[, qr(x)$pivot[seq_len(qr(x)$rank)]]
  fit <- fe_reg(y ~ x + a | id[t] + firm, d)
  n <- nrow(d)
  hc0 <- plain_sandwich(x, u)[pick, pick]
  same(vcov(fit, "HC0"), hc0)
  same(vcov(fit, "HC1"), hc0 * n / (n - ncol(x)))
  h <- stats::hat(x)
  same(vcov(fit, "HC2"), plain_sandwich(x, u / sqrt(1 - h))[pick, pick])
  same(vcov(fit, "HC3"), plain_sandwich(x, u / (1 - h))[pick, pick])
  # The units' intercepts are nested in the clusters, their slopes are paid for.
  g <- length(unique(d$id))
  k <- ncol(x) - g + 1
  same(
    vcov(fit, ~id),
    plain_sandwich(x, u, cluster = d$id)[pick, pick] * (n - 1) / (n - k) * g / (g - 1)
  )
  g <- length(unique(d$firm))
  same(
    vcov(fit, ~firm),
    plain_sandwich(
      x, u, cluster = d$firm
    )[pick, pick] * (n - 1) / (n - (ncol(x) - g + 1)) * g / (g - 1)
  )
})

test_that("fixest: the same estimates, errors and levels", {
  skip_if_not_installed("fixest")
  d <- slope_panel()
  tight <- function(f, ...) fixest::feols(f, d, fixef.tol = 1e-11, notes = FALSE, nthreads = 1, ...)
  for (f in list(
    y ~ x + a | id[t], y ~ x + a | id[t] + firm, y ~ x + a | id[t, z1] + year,
    y ~ x + a | firm[[z1]] + id, y ~ x + a | id + firm[z1] + year[z2]
  )) {
    fit <- suppressMessages(fe_reg(f, d))
    peer <- tight(f)
    same(coef(fit), coef(peer), 1e-7)
    same(residuals(fit), stats::residuals(peer), 1e-6)
  }
  fit <- fe_reg(y ~ x + a | id[t] + firm, d, vcov = ~id)
  peer <- tight(y ~ x + a | id[t] + firm, cluster = ~id, ssc = fixest::ssc(K.fixef = "nonnested"))
  same(unclass(vcov(fit)), unclass(stats::vcov(peer)), 1e-7)
  one <- tight(y ~ x + a | id[t])
  expect_identical(names(fixef(fe_reg(y ~ x + a | id[t], d))), names(fixest::fixef(one)))
  same(fixef(fe_reg(y ~ x + a | id[t], d))$`id[[t]]`, fixest::fixef(one)$`id[[t]]`, 1e-6)
})

test_that("slopes alone: the constant is a regressor, as in lm, unless the formula takes it out", {
  d <- slope_panel()
  fit <- fe_reg(y ~ x + a | id[[t]], d)
  full <- stats::lm(y ~ x + a + factor(id):t, d)
  same(coef(fit), coef(full)[1:3])
  same(vcov(fit), vcov(full)[1:3, 1:3])
  same(
    vcov(fit, "HC3"),
    plain_sandwich(
      stats::model.matrix(full), residuals(full) / (1 - stats::hatvalues(full))
    )[1:3, 1:3]
  )
  expect_equal(df.residual(fit), df.residual(full))
  same(fit$r2[["adjusted"]], summary(full)$adj.r.squared)
  same(predict(fit, d[1:9, ]), fitted(full)[1:9])
  same(fixef(fit)$`id[[t]]`, coef(full)[-(1:3)])
  bare <- fe_reg(y ~ 0 + x + a | id[[t]], d)
  without <- stats::lm(y ~ 0 + x + a + factor(id):t, d)
  same(coef(bare), coef(without)[1:2])
  same(bare$r2[c("r2", "adjusted")], unlist(summary(without)[c("r.squared", "adj.r.squared")]))
  expect_error(fe_constant(fit), class = "ccdpanel_error_no_effects")
  iv <- fe_reg(y ~ x | id[[t]] | a ~ z1 + z2, d)
  plain <- suppressMessages(fe_reg(y ~ x + factor(id):t | 0 | a ~ z1 + z2, d))
  same(coef(iv), coef(plain)[c("(Intercept)", "x", "a")])
  same(vcov(iv), vcov(plain)[c("(Intercept)", "x", "a"), c("(Intercept)", "x", "a")])
  same(weak_iv(iv)$statistic, weak_iv(plain)$statistic)
})

test_that("CR2 and CR3 are those of the full design", {
  skip_if_not_installed("clubSandwich")
  d <- slope_panel()
  fit <- fe_reg(y ~ x + a | id[t] + firm, d)
  full <- stats::lm(y ~ x + a + factor(id) * t + factor(firm), d)
  pick <- c("x", "a")
  for (by in c("id", "firm")) {
    cr2 <- clubSandwich::vcovCR(full, cluster = d[[by]], type = "CR2")
    same(vcov(fit, cov_cr2(stats::reformulate(by))), as.matrix(cr2)[pick, pick], 1e-7)
  }
  satterthwaite <- clubSandwich::coef_test(
    full, clubSandwich::vcovCR(full, cluster = d$firm, type = "CR2"), coefs = pick
  )
  same(summary(fit, vcov = cov_cr2(~firm))$covariance$df, satterthwaite$df_Satt, 1e-6)
  same(
    vcov(fe_reg(y ~ x + a | id[t], d), cov_cr3(~id)),
    Reduce(`+`, lapply(unique(d$id), function(i) {
      tcrossprod(
        coef(
          suppressMessages(fe_reg(y ~ x + a | id[t], d, subset = ~ id != i))
        ) - coef(fe_reg(y ~ x + a | id[t], d)),
        NULL
      )
    }))
  )
})

test_that(
  paste0(
    "what a level cannot tell is lost and counted: constant variables, few rows, ",
    "nothing but rounding"
  ),
  {
  d <- data.frame(id = rep(1:8, c(2, 3, 3, 6, 6, 6, 6, 6)))
  set.seed(5)
  d$t <- rnorm(38)
  d$t[d$id == 2] <- 0.1 + 0.2
  d$t[d$id == 3] <- 0
  d$x <- rnorm(38)
  d$y <- rnorm(38)
  full <- stats::lm(y ~ x + factor(id) + factor(id):t, d)
  fit <- fe_reg(y ~ x | id[t], d)
  expect_equal(fit$dof$absorbed, full$rank - 1)
  expect_equal(fit$dof$redundant[["id[t]"]], 2)
  same(coef(fit), coef(full)["x"])
  # Two rows and two parameters: fitted exactly, kept, and leverage one.
  expect_equal(fit$sample$n, 38)
  same(residuals(fit)[1:2], c(0, 0))
  expect_error(vcov(fit, "HC3"), class = "ccdpanel_error_leverage")
  expect_equal(unname(fixef(fit)$`id[[t]]`[2:3]), c(0, 0))
  two <- fe_reg(y ~ x | id[t, 2 * t + 1], d)
  same(coef(two), coef(fit))
  expect_equal(two$dof$absorbed, fit$dof$absorbed)
})

test_that(
  "neither a shift of the variable nor threads nor order nor weights all equal change anything", {
  d <- slope_panel()
  plain <- fe_reg(y ~ x + a | id[t] + year, d)
  for (shift in c(2004, 1e8, -1e12)) {
    moved <- fe_reg(y ~ x + a | id[s] + year, transform(d, s = t + shift))
    same(coef(moved), coef(plain), 1e-11)
    same(vcov(moved), vcov(plain), 1e-11)
    expect_equal(df.residual(moved), df.residual(plain))
    same(fixef(moved)$`id[[s]]`, fixef(plain)$`id[[t]]`, 1e-9)
  }
  same(coef(fe_reg(y ~ x + a | year + id[t], d)), coef(plain), 1e-11)
  same(coef(fe_reg(y ~ x + a | id + id[[t]] + year, d)), coef(plain), 1e-11)
  one <- fe_reg(y ~ x + a | id[t] + year, transform(d, w = 3), weights = ~w)
  same(vcov(one), vcov(plain), 1e-10)
  set.seed(1)
  big <- data.frame(
    id = sample(2000, 4e4, TRUE), g = sample(300, 4e4, TRUE), t = rnorm(4e4), x = rnorm(4e4),
    y = rnorm(4e4)
  )
  fits <- lapply(1:2, function(threads) fe_reg(y ~ x | id[t] + g[[t]], big, threads = threads))
  expect_identical(coef(fits[[1]]), coef(fits[[2]]))
  expect_identical(residuals(fits[[1]]), residuals(fits[[2]]))
  expect_identical(vcov(fits[[1]], ~g), vcov(fits[[2]], ~g))
})

test_that("regressors that slopes absorb are dropped and named; a trend of its own level too", {
  d <- slope_panel()
  expect_message(
    fit <- fe_reg(y ~ x + I(3 * t - 1) + a | id[t], d), class = "ccdpanel_message_collinear"
  )
  expect_identical(fit$collinear, "I(3 * t - 1)")
  expect_error(fe_reg(y ~ t | id[t], d), class = "ccdpanel_error_absorbed")
  expect_error(fe_reg(t ~ x | id[t], d), class = "ccdpanel_error_absorbed")
})

test_that("two-stage least squares with slopes equals that with dummies, and so do its tests", {
  skip_if_not_installed("ivreg")
  d <- slope_panel()
  fit <- fe_reg(y ~ x | id[t] + firm | a ~ z1 + z2, d)
  peer <- ivreg::ivreg(
    y ~ x + a + factor(id) * t + factor(firm) | x + z1 + z2 + factor(id) * t + factor(firm),
    data = d
  )
  same(coef(fit), coef(peer)[c("x", "a")])
  same(vcov(fit), vcov(peer)[c("x", "a"), c("x", "a")])
  dummies <- suppressMessages(fe_reg(y ~ x + factor(id):t | id + firm | a ~ z1 + z2, d))
  expect_equal(dummies$dof$residual, fit$dof$residual)
  for (test in list(weak_iv, iv_tests)) same(test(fit)$statistic, test(dummies)$statistic, 1e-7)
  for (estimator in c("liml", "fuller")) {
    own <- fe_reg(y ~ x | id[t] + firm | a ~ z1 + z2, d, estimator = estimator)
    written <- suppressMessages(fe_reg(
      y ~ x + factor(id):t | id + firm | a ~ z1 + z2, d, estimator = estimator
    ))
    same(coef(own), coef(written)[c("x", "a")])
    same(vcov(own), vcov(written)[c("x", "a"), c("x", "a")])
  }
})

test_that("everything a fit offers sees the slopes", {
  d <- slope_panel()
  fit <- fe_reg(y ~ x + a | id[t] + firm, d, panel = c("id", "year"))
  dummies <- suppressMessages(fe_reg(
    y ~ x + a + factor(id):t | id + firm, d, panel = c("id", "year")
  ))
  pick <- c("x", "a")
  for (vcov in list(cov_nw(lag = 2), cov_dk(lag = 2))) {
    same(vcov(fit, vcov), vcov(dummies, vcov)[pick, pick])
  }
  x <- model.matrix(fit, demeaned = TRUE)
  one_way <- function(by) plain_sandwich(x, residuals(fit), cluster = by)
  n <- nrow(d)
  both <- one_way(d$firm) + one_way(d$year) - one_way(paste(d$firm, d$year))
  same(vcov(fit, ~ firm + year), both * (n - 1) / (n - (93 - 12 + 1)) * 9 / 8)
  same(
    wild_bootstrap(fit, "x", cluster = ~firm, seed = 1)$p_value,
    wild_bootstrap(dummies, "x", cluster = ~firm, seed = 1)$p_value
  )
  same(fe_constant(fit)$estimate, mean(d$y) - sum(colMeans(d[pick]) * coef(fit)))
  expect_error(fe_constant(fit, "xtreg"), class = "ccdpanel_error_slopes")
  same(xtreg_within(fit), 1 - fit$rss / sum((d$y - stats::ave(d$y, d$id))^2))
  same(
    qr.resid(qr(stats::model.matrix(~ factor(id) * t + factor(firm), d)), as.matrix(d[pick])),
    model.matrix(fit, demeaned = TRUE)
  )
  expect_identical(
    formula(update(fit, . ~ . - a)), formula(fe_reg(y ~ x | id[t] + firm, d)),
    ignore_formula_env = TRUE
  )
  expect_identical(unit_count(fit), list(name = "id", n = length(unique(d$id))))
  expect_output(print(fit), "id[t] (40 levels, 1 slope each), firm (12), taking 91", fixed = TRUE)
  expect_equal(fit$slopes, c(`id[t]` = 1L, firm = 0L))
  groups <- suppressMessages(by_group(fe_reg(y ~ x + a | id[t], d), ~ firm > 6))
  same(coef(groups[[1]]), coef(suppressMessages(fe_reg(
    y ~ x + a | id[t], d, subset = ~ firm <= 6
  ))))
  expect_s3_class(suppressMessages(group_difference(groups, method = "stacked")), "data.frame")
  part <- replicate_model(fit)
  rows <- which(d$id <= 20)
  same(part(rows), coef(fe_reg(y ~ x + a | id[t] + firm, d[rows, ])))
  expect_error(hausman_test(fit), class = "ccdpanel_error")
})

test_that("predictions on new rows: unknown levels are missing, slopes are evaluated there", {
  d <- slope_panel()
  fit <- fe_reg(y ~ x + a | id[log(year), t^2] + firm, d)
  full <- stats::lm(y ~ x + a + factor(id) * (I(log(year) - log(2004)) + I(t^2)) + factor(firm), d)
  same(fitted(fit), fitted(full))
  same(predict(fit, d), fitted(full), 1e-6)
  new <- transform(d[1:3, ], id = c(id[1:2], 777))
  expect_message(out <- predict(fit, new), class = "ccdpanel_message_unseen")
  expect_identical(is.na(out), c(FALSE, FALSE, TRUE))
  expect_error(predict(fit, d[setdiff(names(d), "t")]), class = "ccdpanel_error_column")
})

test_that("missing and infinite slope variables, and what is no number", {
  d <- slope_panel()
  expect_message(fit <- fe_reg(y ~ x | id[s], transform(d, s = replace(t, 5:6, NA))), "s: 2")
  expect_equal(fit$sample$n, nrow(d) - 2)
  same(coef(fit), coef(fe_reg(y ~ x | id[t], d[-(5:6), ])))
  bad <- function(what, f, data = d) {
    expect_error(suppressMessages(fe_reg(f, data)), class = paste0("ccdpanel_error_", what))
  }
  bad("infinite", y ~ x | id[s], transform(d, s = replace(t, 5, Inf)))
  bad("slopes", y ~ x | id[factor(firm)])
  bad("slopes", y ~ x | id[s], transform(d, s = as.character(t)))
  bad("slopes", y ~ x | id[s], transform(d, s = as.Date("2020-01-01") + t))
  bad("slopes", y ~ x | id[poly(t, 2)])
  bad("column", y ~ x | id[absent])
  bad("formula", y ~ x | id[])
  bad("formula", y ~ x | id[[]])
  bad("evaluate", y ~ x | id[1:3])
  lagged <- suppressMessages(fe_reg(y ~ x | firm[l(x)], d, panel = c("id", "year")))
  expect_equal(
    lagged$sample$n,
    suppressMessages(fe_reg(y ~ x + l(x) | firm, d, panel = c("id", "year")))$sample$n
  )
})

test_that("a system with slopes equals one with dummies", {
  d <- slope_panel()
  d <- d[d$id <= 12, ]
  equations <- list(one = y ~ x + a, two = z2 ~ x + w)
  own <- system_reg(equations, d, fe = ~ id[t], method = "sur")
  written <- suppressMessages(system_reg(list(
    one = y ~ x + a + factor(id) * t, two = z2 ~ x + w + factor(id) * t
  ), d, method = "sur"))
  pick <- c("one_x", "one_a", "two_x", "two_w")
  same(coef(own)[pick], coef(written)[pick])
  same(vcov(own)[pick, pick], vcov(written)[pick, pick])
  alone <- system_reg(equations, d, fe = ~ id[[t]], method = "sur")
  written <- suppressMessages(system_reg(list(
    one = y ~ x + a + factor(id):t, two = z2 ~ x + w + factor(id):t
  ), d, method = "sur"))
  pick <- c("one_(Intercept)", pick)
  same(coef(alone)[pick], coef(written)[pick])
  same(vcov(alone)[pick, pick], vcov(written)[pick, pick])
  # Whole clusters are drawn, and slopes are the clusters' own: the same as on columns from which
  # they were taken beforehand.
  within <- d
  for (v in c("y", "x", "a", "z2", "w")) {
    within[[v]] <- unname(residuals(stats::lm(d[[v]] ~ factor(id) * t, d)))
  }
  before <- system_reg(list(one = y ~ 0 + x + a, two = z2 ~ 0 + x + w), within, method = "sur")
  draws <- function(fit) attr(system_bootstrap(fit, n = 5, cluster = ~id, seed = 1), "replicates")
  same(draws(own), draws(before))
})

test_that(
  paste0(
    "effects nested in others give lm's numbers in every order; so do two periods, whose ",
    "dummies the slopes span"
  ),
  {
  set.seed(2)
  n <- 600
  d <- data.frame(id = sample(60, n, TRUE), t = sample(9, n, TRUE), s = rnorm(n) + 3, x = rnorm(n))
  d$nest <- d$id %/% 3
  d$x <- d$x + d$t
  d$y <- d$x + rnorm(n) + 3 * d$t
  full <- stats::lm(y ~ x + factor(nest):s + factor(id) + factor(t), d)
  for (f in list(
    y ~ x | t + nest[s] + id, y ~ x | nest[s] + id + t, y ~ x | id + t + nest[s],
    y ~ x | nest[[s]] + id + t
  )) {
    fit <- expect_no_warning(fe_reg(f, d))
    same(coef(fit), coef(full)["x"])
    same(vcov(fit), vcov(full)["x", "x"])
    expect_equal(fit$dof$absorbed, full$rank - 1)
    same(predict(fit, d), fitted(full))
    expect_lt(fit$certificate, 1e-9)
  }
  set.seed(1)
  d <- data.frame(id = rep(1:5, 12), t = rep(2001:2002, 30), x = rnorm(60))
  d$y <- d$x + rnorm(60) + d$t - 2000
  full <- stats::lm(y ~ x + interaction(id, t), d)
  for (f in list(y ~ x | id[t] + t, y ~ x | t + id[t])) {
    fit <- fe_reg(f, d)
    same(coef(fit), coef(full)["x"])
    same(vcov(fit), vcov(full)["x", "x"])
    expect_equal(fit$dof$absorbed, 10)
    same(predict(fit, d), fitted(full))
    same(
      vcov(fit, "HC3"),
      plain_sandwich(
        stats::model.matrix(full), residuals(full) / (1 - stats::hatvalues(full))
      )["x", "x"]
    )
  }
})

test_that("beside slopes alone, regressors far from zero lose no digits of any covariance", {
  set.seed(5)
  n <- 600
  d <- data.frame(id = sample(60, n, TRUE), s = sample(-8:8, n, TRUE) / 8)
  d$x0 <- round(rnorm(n) * 64) / 64
  d$z0 <- round(rnorm(n) * 64) / 64
  d$v0 <- d$x0 + round(rnorm(n) * 64) / 64
  d$y0 <- d$x0 + d$z0 + round(64 * rnorm(n) * (1 + abs(d$x0))) / 64
  kinds <- list("iid", "HC1", "HC3", ~id, cov_cr2(~id))
  errors <- function(shift, f) {
    for (v in c("x", "z", "v", "y")) d[[v]] <- d[[paste0(v, 0)]] + shift
    fit <- fe_reg(f, d)
    sapply(
      if (length(fit$endogenous)) kinds[c(1, 2, 4)] else kinds,
      function(k) sqrt(diag(vcov(fit, k)))[c("x", "z")]
    )
  }
  for (f in list(y ~ x + z | id[[s]], y ~ z | id[[s]] | x ~ v)) {
    near <- errors(0, f)
    for (shift in c(1e4, 1e6, 1e8)) expect_equal(errors(shift, f), near, tolerance = 1e-8)
  }
  d[c("x", "z", "y")] <- d[c("x0", "z0", "y0")] + 100
  full <- stats::lm(y ~ x + z + factor(id):s, d)
  fit <- fe_reg(y ~ x + z | id[[s]], d)
  same(coef(fit), coef(full)[1:3])
  same(vcov(fit), vcov(full)[1:3, 1:3])
  same(vcov(fit, "HC0"), plain_sandwich(stats::model.matrix(full), residuals(full))[1:3, 1:3])
  same(predict(fit, d), fitted(full))
})

test_that("a slope variable may be one column of a matrix", {
  d <- made_panel()
  d$t <- as.matrix(d["year"])
  column <- fe_reg(y ~ x | id[t], d)
  expect_equal(coef(column), coef(fe_reg(y ~ x | id[year], d)))
  expect_equal(coef(fe_reg(y ~ x | id[scale(year)], d)), coef(column))
})

test_that("predictions keep the digits of a slope variable of large mean and small spread", {
  d <- made_panel()
  d$near <- round(d$z1 * 2^10) / 2^20
  d$far <- 1e8 + d$near # without rounding
  expect_identical(d$far - 1e8, d$near)
  formulas <- list(
    c("y ~ x | id[near]", "y ~ x | id[far]"), c("y ~ x | id[near] + year", "y ~ x | id[far] + year")
  )
  for (f in formulas) {
    one <- fe_reg(as.formula(f[1]), d)
    two <- fe_reg(as.formula(f[2]), d)
    new <- transform(d[1:20, ], near = near + 2^-12, far = far + 2^-12)
    expect_equal(predict(two, new), predict(one, new), tolerance = 1e-10)
    expect_equal(predict(two, d), fitted(two), tolerance = 1e-10)
  }
})
