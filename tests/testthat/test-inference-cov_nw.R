expect_close <- function(object, expected, tolerance) {
  expect_lt(max(abs(unname(object) - unname(expected))) / max(abs(expected)), tolerance)
}

# Scores of the regression with dummies, and the sandwich of any meat made of them, in plain R.
plain_parts <- function(d, weights = rep(1, nrow(d))) {
  full <- stats::lm(y ~ x + a + factor(id) + factor(year), d, weights = weights)
  x <- stats::model.matrix(full)
  root <- sqrt(weights)
  partial <- qr.resid(qr(x[, -(2:3)] * root), x[, 2:3] * root) / root
  list(
    scores = partial * (stats::residuals(full) * weights), bread = solve(crossprod(partial * root)),
    n = nrow(x), k = ncol(x)
  )
}

# Every pair of rows, weighted by a function of their positions.
pair_meat <- function(scores, weight) crossprod(scores, weight %*% scores)

test_that("Newey-West and Driscoll-Kraay: every pair written out, gaps in time counted, weights", {
  d <- made_panel()
  d <- d[d$year != 2004 & d$year != 2005, ]
  p <- plain_parts(d, d$w)
  fit <- fe_reg(y ~ x + a | id + year, d, weights = ~w, panel = c("id", "year"))
  bartlett <- pmax(1 - abs(outer(d$year, d$year, "-")) / 4, 0)
  nw <- p$bread %*% pair_meat(p$scores, bartlett * outer(d$id, d$id, "==")) %*% p$bread
  expect_close(vcov(fit, cov_nw(3)), nw * p$n / (p$n - p$k), 1e-8)
  dk <- p$bread %*% pair_meat(p$scores, bartlett) %*% p$bread
  periods <- length(unique(d$year))
  expect_close(vcov(fit, cov_dk(3)), dk * (p$n - 1) / (p$n - p$k) * periods / (periods - 1), 1e-8)
  bare <- fe_reg(
    y ~ x + a | id + year, d, weights = ~w, panel = c("id", "year"), ssc = "none", vcov = cov_dk(3)
  )
  expect_close(vcov(bare), dk, 1e-8)
  expect_identical(bare$covariance$df, Inf)
})

test_that("lag zero: by row, and by period", {
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id + year, d, panel = c("id", "year"), ssc = "none")
  expect_close(vcov(fit, cov_nw(0)), vcov(fit, "HC0"), 1e-13)
  expect_close(vcov(fit, cov_dk(0)), vcov(fit, ~year), 1e-13)
})

test_that("times and lags beyond integers are what they are in smaller steps", {
  d <- made_panel()
  p <- plain_parts(d)
  d$at <- d$year * 3e10 # years in milliseconds, roughly
  fit <- fe_reg(y ~ x + a | id + year, d, panel = c("id", "at"), ssc = "none")
  apart <- abs(outer(d$at, d$at, "-"))
  same <- outer(d$id, d$id, "==")
  for (lag in c(0, 9e10, 2^33, 4e15)) {
    bartlett <- (1 - apart / (lag + 1)) * (apart <= lag)
    nw <- p$bread %*% pair_meat(p$scores, bartlett * same) %*% p$bread
    dk <- p$bread %*% pair_meat(p$scores, bartlett) %*% p$bread
    expect_silent(made <- list(vcov(fit, cov_nw(lag)), vcov(fit, cov_dk(lag))))
    expect_lt(max(abs(made[[1]] - nw)), 1e-8 * max(abs(nw)))
    if (lag < 1e15) expect_lt(max(abs(made[[2]] - dk)), 1e-8 * max(abs(dk)))
  }
  # All periods are one sum, which is zero with effects of periods.
  years <- fe_reg(y ~ x + a | id, d, panel = c("id", "year"), ssc = "none")
  expect_equal(vcov(years, cov_nw(3e9)), vcov(years, ~id), tolerance = 1e-6)
})

test_that("parity with plm's vcovSCC and vcovNW up to the stated factor", {
  skip_if_not_installed("plm")
  produc <- data_of("Produc", "plm")
  f <- log(gsp) ~ log(pcap) + log(pc) + log(emp) + unemp
  fit <- fe_reg(
    log(gsp) ~ log(pcap) + log(pc) + log(emp) + unemp | state + year, produc,
    panel = c("state", "year")
  )
  full <- plm::plm(f, produc, index = c("state", "year"), effect = "twoways")
  factor <- (816 - 1) / stats::df.residual(fit) * 17 / 16
  expect_close(vcov(fit, cov_dk()), plm::vcovSCC(full, type = "HC0", maxlag = 2) * factor, 1e-8)
  expect_close(vcov(fit, cov_dk(4)), plm::vcovSCC(full, type = "HC0", maxlag = 4) * factor, 1e-8)
  expect_close(
    vcov(fit, cov_nw(3)),
    plm::vcovNW(full, type = "HC0", maxlag = 3) * 816 / stats::df.residual(fit), 1e-8
  )
})

test_that("parity with fixest's NW, DK and Conley up to the stated factor", {
  skip_if_not_installed("fixest")
  d <- made_panel()
  d$lat <- 20 + (d$id %% 7) * 3.3
  d$lon <- 100 + (d$id %% 5) * 2.1
  fit <- fe_reg(y ~ x + a | id + year, d, panel = c("id", "year"))
  peer <- fixest::feols(
    y ~ x + a | id + year, d, panel.id = ~ id + year, notes = FALSE, fixef.tol = 1e-11
  )
  bare <- fixest::ssc(K.adj = FALSE, G.adj = FALSE)
  n <- nobs(fit)
  left <- stats::df.residual(fit)
  expect_close(
    vcov(fit, cov_nw(2)), vcov(peer, fixest::vcov_NW(lag = 2), ssc = bare) * n / left, 1e-7
  )
  expect_close(
    vcov(fit, cov_dk(2)), vcov(peer, fixest::vcov_DK(lag = 2), ssc = bare) * (n - 1) / left * 9 / 8,
    1e-7
  )
  conley <- vcov(
    peer, fixest::vcov_conley(lat = "lat", lon = "lon", cutoff = 500, distance = "spherical"),
    ssc = bare
  )
  expect_close(vcov(fit, cov_conley(~ lat + lon, 500)), conley * n / left, 1e-6)
})

test_that("Conley as fixest's at pairs near the cutoff, on its sphere of 6376 km", {
  skip_if_not_installed("fixest")
  set.seed(1)
  d <- data.frame(x = rnorm(800), lat = runif(800, 20, 50), lon = runif(800, 75, 130))
  d$y <- d$x + rnorm(800)
  peer <- vcov(
    fixest::feols(y ~ x, d, notes = FALSE),
    fixest::vcov_conley(lat = "lat", lon = "lon", cutoff = 500, distance = "spherical"),
    ssc = fixest::ssc(K.adj = FALSE, G.adj = FALSE)
  )
  at <- function(cutoff) vcov(fe_reg(y ~ x, d), cov_conley(~ lat + lon, cutoff)) * 798 / 800
  expect_close(at(500 * 6371.01 / 6376), peer, 1e-9)
  expect_gt(max(abs(at(500) / peer - 1)), 1e-3)
})

test_that("Conley: every pair written out, both kernels", {
  d <- made_panel()
  d$lat <- -10 + (d$id %% 7) * 3.3
  d$lon <- 170 + (d$id %% 5) * 4
  p <- plain_parts(d)
  radian <- pi / 180
  # The law of cosines, another formula than the package's.
  cosine <- outer(sin(d$lat * radian), sin(d$lat * radian)) +
    outer(cos(d$lat * radian), cos(d$lat * radian)) * cos(outer(d$lon, d$lon, "-") * radian)
  cosine[cosine > 1] <- 1
  distance <- 6371.01 * acos(cosine)
  fit <- fe_reg(y ~ x + a | id + year, d, ssc = "none")
  for (kernel in c("uniform", "bartlett")) {
    weight <- (distance <= 600) * if (kernel == "uniform") 1 else 1 - distance / 600
    expected <- p$bread %*% pair_meat(p$scores, weight) %*% p$bread
    expect_close(vcov(fit, cov_conley(~ lat + lon, 600, kernel)), expected, 1e-6)
  }
  expect_close(vcov(fit, cov_conley(~ lat + lon, 0)), vcov(fit, ~ lat^lon), 1e-12)
  # Of all rows together the scores add up to zero.
  expect_warning(vcov(fit, cov_conley(~ lat + lon, 25000)), class = "ccdpanel_warning_rounding")
})

test_that("one degree of latitude is 111.2 km, and the date line is no border", {
  d <- data.frame(lat = c(0, 1, 0, 0), lon = c(0, 0, 179.5, -179.5), x = 1:4, y = c(1, 3, 2, 5))
  near <- function(cutoff) {
    fe_reg(y ~ x, d, vcov = cov_conley(~ lat + lon, cutoff), ssc = "none")$covariance$v
  }
  expect_identical(near(111.1), near(1))
  expect_false(isTRUE(all.equal(near(111.3), near(1))))
})

test_that("default lag, what is printed, t(T - 1)", {
  d <- made_panel()
  fit <- fe_reg(y ~ x | id + year, d, panel = c("id", "year"), vcov = cov_dk())
  expect_identical(fit$covariance$lag, floor(4 * (9 / 100)^(2 / 9)))
  expect_identical(fit$covariance$df, 8)
  expect_match(
    paste(utils::capture.output(print(fit))[3:4], collapse = " "),
    "Driscoll-Kraay, lag 2, 9 periods, .*t\\(8\\)"
  )
  expect_identical(vcov(fe_reg(y ~ x | id + year, d), cov_dk(panel = c("id", "year"))), vcov(fit))
  expect_output(print(cov_dk(2)), "Covariance DK (lag: 2)", fixed = TRUE)
  expect_output(
    print(cov_conley(~ lat + lon, 50)), "place: lat, lon; cutoff: 50; kernel: uniform", fixed = TRUE
  )
})

test_that("bad input is named", {
  d <- made_panel()
  fit <- fe_reg(y ~ x | id, d)
  expect_error(vcov(fit, cov_nw()), class = "ccdpanel_error_panel")
  d$when <- as.Date(paste0(d$year, "-01-01"))
  expect_error(
    vcov(fe_reg(y ~ x | id, d, panel = c("id", "when")), cov_dk()), "whole numbers",
    class = "ccdpanel_error_panel"
  )
  expect_error(cov_nw(-1), class = "ccdpanel_error_number")
  expect_error(cov_dk(1.5), class = "ccdpanel_error_number")
  expect_error(cov_conley(~lat, 10), class = "ccdpanel_error_formula")
  expect_error(vcov(fit, cov_conley(~ year + id, 10)), class = "ccdpanel_error_coordinates")
  expect_error(vcov(fit, cov_conley(~ nowhere + id, 10)), class = "ccdpanel_error_column")
  expect_error(system_reg(list(y ~ x, x ~ a), d, vcov = cov_dk()), class = "ccdpanel_error_vcov")
})

test_that("instruments' tests take the same kernel; adjusted residuals leave them as they were", {
  d <- made_panel()
  fit <- fe_reg(y ~ x | id | a ~ z1 + z2, d, panel = c("id", "year"), ssc = "none")
  same <- function(one, other) expect_equal(one$statistic, other$statistic, tolerance = 1e-9)
  same(weak_iv(fit, cov_nw(0)), weak_iv(fit, "HC0"))
  same(iv_tests(fit, cov_dk(0)), iv_tests(fit, ~year))
  same(weak_iv(fit, "HC3"), weak_iv(fit, "HC1"))
  same(weak_iv(fit, cov_cr2(~firm)), weak_iv(fit, ~firm))
  expect_output(print(summary(fit, vcov = cov_dk())), "Kleibergen-Paap")
})

test_that("same bits for one and two threads", {
  set.seed(2)
  d <- data.frame(
    lat = round(stats::runif(3000, -60, 60), 2), lon = stats::runif(3000, -180, 180),
    x = rnorm(3000), y = rnorm(3000)
  )
  v <- function(threads) {
    vcov(fe_reg(y ~ x, d, vcov = cov_conley(~ lat + lon, 800, "bartlett"), threads = threads))
  }
  expect_identical(v(1), v(2))
})

test_that("Bartlett's weights leave nothing to cut: sandwich's and plm's to the last digits", {
  skip_if_not_installed("plm")
  produc <- data_of("Produc", "plm")
  produc$pc <- produc$pc * 1e-7
  fit <- fe_reg(log(gsp) ~ pc + unemp | state, produc, panel = c("state", "year"), ssc = "none")
  within <- plm::plm(log(gsp) ~ pc + unemp, produc, index = c("state", "year"))
  expect_equal(
    vcov(fit, cov_dk(3)), plm::vcovSCC(within, type = "HC0", maxlag = 3), ignore_attr = TRUE,
    tolerance = 1e-10
  )
  expect_equal(
    vcov(fit, cov_nw(3)), plm::vcovNW(within, type = "HC0", maxlag = 3), ignore_attr = TRUE,
    tolerance = 1e-10
  )
  skip_if_not_installed("sandwich")
  one <- produc[produc$state == "OHIO", ]
  series <- fe_reg(log(gsp) ~ pc + unemp, one, panel = c("state", "year"), ssc = "none")
  expect_equal(
    vcov(series, cov_nw(2)),
    sandwich::NeweyWest(lm(log(gsp) ~ pc + unemp, one), lag = 2, prewhite = FALSE),
    ignore_attr = TRUE, tolerance = 1e-8
  )
})

test_that("Conley's standard errors do not depend on units", {
  cut <- 0
  for (seed in 1:8) {
    set.seed(seed)
    d <- data.frame(
      lat = runif(60, 20, 50), lon = runif(60, 75, 130), x = rnorm(60), z = rnorm(60),
      w = rnorm(60)
    )
    d$y <- d$x + rnorm(60)
    for (kernel in c("uniform", "bartlett")) {
      v <- cov_conley(~ lat + lon, 2500, kernel)
      fit <- fe_reg(y ~ x + z + w, d, vcov = v)
      cut <- cut + fit$covariance$repaired
      scaled <- transform(d, x = x * 1e8, z = z * 1e-8, w = w * 1e3)
      expect_equal(
        sqrt(diag(vcov(fe_reg(y ~ x + z + w, scaled, vcov = v)))) * c(1, 1e8, 1e-8, 1e3),
        sqrt(diag(vcov(fit))), tolerance = 1e-8
      )
    }
  }
  expect_gt(cut, 3)
})
