test_that("Cigar: standard errors that Stata and FixedEffectModels.jl agree on", {
  cigar <- data_of("Cigar", "plm")
  se <- function(vcov) unname(sqrt(diag(vcov(fe_reg(sales ~ price | state, cigar, vcov = vcov)))))
  expect_equal(se("iid"), .0098003, tolerance = 5e-6)
  expect_equal(se("HC1"), .0110005, tolerance = 5e-6)
  expect_equal(se(~year), .0220563, tolerance = 5e-6)
  expect_equal(se(~state), .0357498, tolerance = 5e-6)
  expect_equal(se(~ state + year), .0405335, tolerance = 5e-6)
  expect_equal(
    coef(fe_reg(sales ~ price | state + year, cigar))[["price"]], -1.08471, tolerance = 5e-6
  )
  iv <- fe_reg(sales ~ ndi | state | price ~ pimin, cigar, vcov = ~state)
  expect_equal(sqrt(diag(vcov(iv))), c(ndi = .0019704, price = .1893396), tolerance = 2e-5)
})

test_that(
  paste0(
    "Grunfeld: the clustered standard error that fixest and Stata's xtreg agree on, in ",
    "either order of effects"
  ),
  {
  grunfeld <- data_of("Grunfeld", "plm")
  expect_equal(
    sqrt(vcov(fe_reg(inv ~ capital | firm + year, grunfeld, vcov = ~firm)))[1], .06328129,
    tolerance = 1e-7
  )
  expect_equal(
    sqrt(vcov(fe_reg(inv ~ capital | year + firm, grunfeld, vcov = ~firm)))[1], .06328129,
    tolerance = 1e-7
  )
})

test_that(
  paste0(
    "absorbed effects equal dummy variables: coefficients, iid covariance, residuals, ",
    "degrees of freedom"
  ),
  {
  d <- made_panel()
  for (weights in list(NULL, ~w)) {
    fit <- fe_reg(y ~ x + a | id + year + firm, d, weights = weights)
    dummies <- stats::lm(
      y ~ x + a + factor(id) + factor(year) + factor(firm), d,
      weights = if (is.null(weights)) NULL else w
    )
    expect_equal(coef(fit), coef(dummies)[c("x", "a")], tolerance = 1e-9)
    expect_equal(vcov(fit), vcov(dummies)[c("x", "a"), c("x", "a")], tolerance = 1e-9)
    expect_equal(residuals(fit), unname(residuals(dummies)), tolerance = 1e-8)
    expect_equal(df.residual(fit), df.residual(dummies))
    expect_equal(sigma(fit), sigma(dummies), tolerance = 1e-9)
    expect_equal(as.numeric(logLik(fit)), as.numeric(logLik(dummies)), tolerance = 1e-9)
    expect_equal(AIC(fit), AIC(dummies), tolerance = 1e-9)
  }
})

test_that("no effects: lm, with factors, interactions, poly and an offset", {
  d <- made_panel()
  for (f in list(
    y ~ x * a + factor(firm), y ~ poly(x, 3) + log(w) + offset(0.3 * z1), y ~ 0 + x + a,
    y ~ 0 + factor(firm), y ~ 1
  )) {
    fit <- fe_reg(f, d)
    peer <- stats::lm(f, d)
    expect_equal(coef(fit), coef(peer), tolerance = 1e-9)
    expect_equal(vcov(fit), vcov(peer), tolerance = 1e-9)
    # With an offset the peer's R2 is another before R 4.3.0.
    if (is.null(peer$offset)) {
      expect_equal(fit$r2[["r2"]], summary(peer)$r.squared, tolerance = 1e-9)
    }
    expect_equal(fitted(fit), unname(fitted(peer)), tolerance = 1e-9)
  }
})

test_that("robust and clustered covariances equal the sandwich written out on the full design", {
  d <- made_panel()
  full <- stats::model.matrix(~ x + a + factor(id) + factor(year), d)
  u <- stats::lm.fit(full, d$y)$residuals
  n <- nrow(d)
  k <- ncol(full)
  pick <- c("x", "a")
  fit <- fe_reg(y ~ x + a | id + year, d)
  hc0 <- plain_sandwich(full, u)[pick, pick]
  expect_equal(vcov(fit, "HC0"), hc0, tolerance = 1e-9)
  expect_equal(vcov(fit, "HC1"), hc0 * n / (n - k), tolerance = 1e-9)
  # firm: no effect is nested in it
  g <- length(unique(d$firm))
  cr <- plain_sandwich(full, u, cluster = d$firm)[pick, pick]
  expect_equal(vcov(fit, ~firm), cr * (n - 1) / (n - k) * g / (g - 1), tolerance = 1e-9)
  # id: its dummies are nested, years less one and the constant remain
  g <- length(unique(d$id))
  cr <- plain_sandwich(full, u, cluster = d$id)[pick, pick]
  expect_equal(
    vcov(fit, ~id), cr * (n - 1) / (n - 2 - length(unique(d$year))) * g / (g - 1), tolerance = 1e-9
  )
  plain <- fe_reg(y ~ x + a | id + year, d, ssc = "none")
  expect_equal(vcov(plain, ~id), cr, tolerance = 1e-9)
  # two ways
  both <- plain_sandwich(full, u, cluster = d$id)[pick, pick] + plain_sandwich(
    full, u, cluster = d$firm
  )[pick, pick] -
    plain_sandwich(full, u, cluster = paste(d$id, d$firm))[pick, pick]
  expect_equal(vcov(plain, ~ id + firm), both, tolerance = 1e-9)
  expect_equal(
    vcov(plain, ~ id^firm), plain_sandwich(full, u, cluster = paste(d$id, d$firm))[pick, pick],
    tolerance = 1e-9
  )
})

test_that("the constant has its covariance, weights and instruments included", {
  d <- made_panel()
  x <- cbind(1, d$x, d$a)
  z <- cbind(1, d$x, d$z1, d$z2)
  xhat <- z %*% solve(crossprod(z * d$w, z), crossprod(z * d$w, x))
  b <- solve(crossprod(xhat * d$w, x), crossprod(xhat * d$w, d$y))
  u <- drop(d$y - x %*% b)
  fit <- fe_reg(y ~ x | 0 | a ~ z1 + z2, d, weights = ~w, ssc = "none")
  expect_equal(unname(coef(fit)), drop(b), tolerance = 1e-9)
  expect_equal(names(coef(fit)), c("(Intercept)", "x", "a"))
  expect_equal(unname(vcov(fit, "HC0")), plain_sandwich(xhat, u, d$w), tolerance = 1e-9)
  expect_equal(unname(vcov(fit, ~firm)), plain_sandwich(xhat, u, d$w, d$firm), tolerance = 1e-9)
  expect_equal(
    unname(vcov(fit, "iid")), solve(crossprod(xhat * d$w, xhat)) * sum(d$w * u^2) / nrow(d),
    tolerance = 1e-9
  )
})

test_that("agrees with feols at 1e-9, coefficients and covariances, OLS and IV", {
  skip_if_not_installed("fixest")
  d <- made_panel(units = 60)
  same <- function(f, peer = f, fixest_vcov, vcov, ...) {
    ours <- suppressMessages(fe_reg(f, d, vcov = vcov))
    theirs <- fixest::feols(
      peer, d, vcov = fixest_vcov, notes = FALSE, fixef.rm = "singletons", ...
    )
    b <- stats::coef(theirs)
    names(b) <- sub("^fit_", "", names(b))
    expect_equal(coef(ours)[names(b)], b, tolerance = 1e-9)
    expect_equal(
      unname(sqrt(diag(vcov(ours)))[names(b)]), as.vector(fixest::se(theirs)), tolerance = 1e-9
    )
  }
  for (f in list(y ~ x + a | id, y ~ x + a | id + year, y ~ x | id + year | a ~ z1 + z2)) {
    same(f, f, "iid", "iid", fixef.tol = 1e-11)
    same(f, f, "hetero", "HC1", fixef.tol = 1e-11)
    same(f, f, ~firm, ~firm, fixef.tol = 1e-11)
    same(f, f, ~id, ~id, fixef.tol = 1e-11)
  }
})

test_that("2SLS with Z = X is least squares; a regressor's unit does not matter", {
  d <- made_panel()
  # Z = X to the letter is refused; an instrument as near as 1e-9 is not.
  expect_error(
    fe_reg(y ~ x | id | a ~ a2, transform(d, a2 = a)), class = "ccdpanel_error_identification"
  )
  near <- transform(d, a2 = a + 1e-9 * sin(seq_along(a)))
  expect_equal(
    coef(fe_reg(y ~ x | id | a ~ a2, near)), coef(fe_reg(y ~ x + a | id, d)), tolerance = 1e-10
  )
  big <- fe_reg(y ~ x + a | id + year, transform(d, x = 1e8 + x * 1e-3, a = a * 1e7), vcov = ~id)
  small <- fe_reg(y ~ x + a | id + year, d, vcov = ~id)
  # 1e8 + x/1000 keeps about five digits of x
  expect_equal(unname(coef(big) * c(1e-3, 1e7)), unname(coef(small)), tolerance = 1e-4)
  scaled <- fe_reg(y ~ x + a | id + year, transform(d, x = x * 1e-150, a = a * 1e150), vcov = ~id)
  expect_equal(unname(coef(scaled) * c(1e-150, 1e150)), unname(coef(small)), tolerance = 1e-10)
})

test_that("what leaves the sample is counted and said", {
  d <- made_panel()
  d$x[3:5] <- NA
  d$a[5:6] <- NA
  d$w[8] <- 0
  d$lonely <- c(999, rep(1:4, length.out = nrow(d) - 1))
  expect_message(
    fit <- fe_reg(y ~ x + a | lonely, d, weights = ~w, subset = ~ year > 2001),
    class = "ccdpanel_message_dropped"
  )
  counts <- fit$sample$counts
  inside <- d$year > 2001
  expect_equal(counts$total, nrow(d))
  expect_equal(counts$subset, sum(!inside))
  expect_equal(counts$missing, sum((is.na(d$x) | is.na(d$a)) & inside))
  expect_equal(counts$missing_by[["x"]], sum(is.na(d$x) & inside))
  expect_equal(
    nobs(fit),
    nrow(d) - counts$subset - counts$missing - (
      counts$zero_weight %||% 0
    ) - (counts$singletons %||% 0)
  )
  expect_silent(fe_reg(y ~ z1, d, subset = ~ year > 2001))
})

test_that("a fit is plain data: it survives saving, and answers in the same way", {
  d <- made_panel()
  local_power <- 2
  own <- function(v) v^2 / 10
  fit <- fe_reg(y ~ I(x^local_power) + own(a) | id, d)
  path <- withr_file()
  saveRDS(fit, path)
  rm(local_power, own)
  again <- readRDS(path)
  expect_identical(vcov(again, ~id), vcov(fit, ~id))
  expect_identical(names(fit$spec$scope), c("local_power", "own"))
  expect_identical(environment(fit$spec$formula), globalenv())
})

test_that("misuse is a classed error with a way out", {
  d <- made_panel()
  bad <- function(what, ...) {
    expect_error(suppressMessages(fe_reg(...)), class = paste0("ccdpanel_error_", what))
  }
  bad("type", y ~ x, as.matrix(d))
  bad("formula", ~x, d)
  bad("formula", y ~ x | id | a | z1, d)
  bad("formula", (y ~ x) ~ z1, d)
  bad("formula", y ~ x | id[], d)
  for (slip in list(
    y ~ x | id * firm, y ~ x | id:firm, y ~ x | id - 1, y ~ x | id | a ~ z1 | year,
    y ~ x | id | 0 ~ z1, y ~ x | id | y ~ z1, y ~ x + a | id | a ~ z1
  )) {
    bad("formula", slip, d)
  }
  bad("formula", y ~ x | id, d, vcov = ~ id * firm)
  expect_error(fe_reg(y ~ x | id:firm, d), "id^firm", fixed = TRUE)
  expect_error(fe_reg(y ~ x | id, d[0, ]), "none", class = "ccdpanel_error_empty_sample")
  bad("column", y ~ absent, d)
  bad("column", y ~ x | absent, d)
  bad("column", y ~ x, d, vcov = ~absent)
  bad("vcov", y ~ x, d, vcov = "robust")
  bad("vcov", y ~ x, d, vcov = 3)
  bad("choice", y ~ x, d, ssc = "sata")
  bad("choice", y ~ x, d, estimator = "gmm5")
  bad("formula", y ~ x, d, weights = "w")
  bad("weights", y ~ x, transform(d, w = -w), weights = ~w)
  bad("panel", y ~ l(x), d)
  bad("panel", y ~ l(x), d, panel = "id")
  bad("duplicate", y ~ l(x), rbind(d, d[1, ]), panel = c("id", "year"))
  bad("response", y ~ x, transform(d, y = as.character(y)))
  bad("infinite", y ~ x, transform(d, y = 1e160 * y))
  bad("infinite", y ~ log(x), transform(d, x = replace(abs(x) + 1, 7, 0)))
  bad("empty_sample", y ~ x, d, subset = ~ year > 3000)
  bad("empty_sample", y ~ x, d[0, ])
  bad("empty_sample", y ~ x, transform(d, x = NA_real_))
  bad("empty_sample", y ~ x | row, transform(d, row = seq_along(y)))
  bad("too_few_rows", y ~ x + a + z1, d[1:3, ])
  bad("too_few_rows", y ~ x + a | id + year, made_panel(units = 2, years = 3))
  bad("absorbed", y ~ x | id, transform(d, y = id * 2))
  bad("absorbed", y ~ id | id, d)
  bad("identification", y ~ x | id | a + w ~ z1, d)
  bad("identification", y ~ x | id | a ~ x, d)
  bad("identification", y ~ x | id | a + w ~ z1 + z3, transform(d, z3 = 2 * z1))
  bad("cluster", y ~ x, transform(d, firm = replace(firm, 2, NA)), vcov = ~firm)
  bad("cluster", y ~ x, transform(d, one = 1), vcov = ~one)
  bad("evaluate", y ~ x + own_error(x), transform(d, own_error = 1))
})

test_that("bad data: each case says what is wrong, and where", {
  d <- transform(made_panel(), fixed = id^2, copy = 2 * z1, row = seq_along(y))
  expect_warning(fe_reg(I(2 * x - a) ~ x + a | id, d), class = "ccdpanel_warning_perfect_fit")
  # What the kernel says of a solver that stopped early is a warning, and stays in the fit.
  spec <- fe_reg(y ~ x | id + year, d)$spec
  design <- model_design(spec)
  kernel <- run_kernel(design, list(), list(name = ""), 1L)
  expect_true(kernel$converged)
  kernel$converged <- FALSE
  expect_warning(
    check_kernel(kernel, design, NULL), "certificate", class = "ccdpanel_warning_not_converged"
  )
  expect_warning(
    fe_reg(I(2 * a) ~ x | id | a ~ z1 + z2, d, vcov = ~firm), class = "ccdpanel_warning_perfect_fit"
  )
  expect_warning(fe_reg(I(0 * y + 3) ~ x, d), "constant", class = "ccdpanel_warning_perfect_fit")
  expect_message(
    fe_reg(y ~ x | id | a ~ fixed + z1 + copy, d), "fixed.*copy",
    class = "ccdpanel_message_collinear"
  )
  expect_error(fe_reg(y ~ x | id | fixed ~ z1, d), "fixed", class = "ccdpanel_error_absorbed")
  halves <- transform(d, x = ifelse(row %% 2 == 0, NA, x), a = ifelse(row %% 2 == 1, NA, a))
  expect_error(
    fe_reg(y ~ x + a | id, halves), "x: 144, a: 144", class = "ccdpanel_error_empty_sample"
  )
  # an instrument that is almost the regressor itself: every statistic prints
  same <- fe_reg(y ~ x | id | a ~ I(a + 1e-8 * z1), d)
  expect_output(print(same), "Kleibergen-Paap")
  expect_snapshot_output(what_is_said({
    fe_reg(y ~ x | id | a + w ~ z1, d)
    fe_reg(y ~ x | id | a + w ~ z1 + fixed + copy, d)
    fe_reg(y ~ x | 0 | a ~ I(0 * z1 + 3), d)
    fe_reg(y ~ x | id + year | fixed ~ z1, d)
    fe_reg(y ~ fixed | id, d)
    fe_reg(y ~ x | id | a + I(2 * a) ~ z1 + z2, d)
    fe_reg(y ~ x | row, d)
    fe_reg(y ~ x + a | id, halves)
  }))
})

test_that("messages name the argument, what was expected, what came, and a way out", {
  d <- data.frame(y = c(1, 3, 2, 5), x = c(2, 1, 4, 3), g = c(1, 1, 2, 2))
  expect_snapshot_output(what_is_said({
    fe_reg(y ~ z, d)
    fe_reg(y ~ x, d, vcov = "robust")
    fe_reg(y ~ 1 | 0 | x ~ g + g2, transform(d, g2 = 1), vcov = ~g3)
    fe_reg(y ~ g | 0 | x ~ g, d)
    fe_reg(y ~ x | g, transform(d, y = g))
  }))
})
