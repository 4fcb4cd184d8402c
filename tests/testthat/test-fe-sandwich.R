expect_close <- function(object, expected, tolerance = 1e-9) {
  expect_lt(max(abs(unname(object) - unname(expected))) / max(abs(expected)), tolerance)
}

fits <- function(d) {
  list(
    fe_reg(y ~ x + a, d), fe_reg(y ~ x + a, d, weights = ~w),
    fe_reg(y ~ x + a | id + year, d, weights = ~w),
    fe_reg(y ~ x | id + year | a ~ z1 + z2, d), fe_reg(y ~ x | 0 | a ~ z1 + z2, d),
    fe_reg(y ~ x | id | a ~ z1 + z2, d, estimator = "liml"),
    fe_reg(y ~ x | id | a ~ z1 + z2, d, "HC1", estimator = "gmm")
  )
}

test_that("scores and bread make the fit's own covariance, by every estimator", {
  skip_if_not_installed("sandwich")
  d <- made_panel()
  for (fit in fits(d)) {
    expect_close(sandwich::sandwich(fit), vcov(fit, "HC0"))
    expect_identical(dimnames(sandwich::estfun(fit)), list(rownames(d), names(coef(fit))))
    # Limited information sets X'(I - kappa M_Z)u to zero, not the projected regressors' scores.
    if (fit$estimator != "LIML") {
      expect_lt(max(abs(colSums(sandwich::estfun(fit)))) / max(abs(sandwich::estfun(fit))), 1e-6)
    }
  }
})

test_that("without effects they are those of lm and ivreg", {
  skip_if_not_installed("sandwich")
  skip_if_not_installed("ivreg")
  d <- made_panel()
  full <- stats::lm(y ~ x + a, d, weights = w)
  fit <- fe_reg(y ~ x + a, d, weights = ~w)
  expect_close(sandwich::estfun(fit), sandwich::estfun(full))
  expect_close(sandwich::bread(fit), sandwich::bread(full))
  iv <- ivreg::ivreg(y ~ x + a | x + z1 + z2, data = d)
  expect_close(sandwich::estfun(fe_reg(y ~ x | 0 | a ~ z1 + z2, d)), sandwich::estfun(iv))
})

test_that("vcovHC and vcovCL agree with vcov, the latter up to its factor", {
  skip_if_not_installed("sandwich")
  d <- made_panel()
  d$word <- letters[d$firm]
  d$x[5] <- NA
  for (f in list(y ~ x + a | id + year, y ~ x | id + year | a ~ z1 + z2, log(y^2) ~ x + a)) {
    fit <- suppressMessages(fe_reg(f, d))
    for (type in c("HC0", "HC1", "HC2", "HC3")) {
      expect_identical(sandwich::vcovHC(fit, type = type), vcov(fit, type))
    }
    expect_identical(sandwich::vcovHC(fit), vcov(fit, "HC3"))
    used <- fit$sample$rows
    bare <- suppressMessages(fe_reg(f, d, ssc = "none"))
    for (cluster in list(~firm, ~word)) {
      groups <- length(unique(d[[all.vars(cluster)]][used]))
      expect_close(sandwich::vcovCL(fit, cluster), vcov(bare, cluster) * groups / (groups - 1))
    }
    two <- sandwich::vcovCL(fit, ~ firm + year, cadjust = FALSE)
    expect_close(two, vcov(bare, ~ firm + year))
    expect_close(sandwich::vcovCL(fit, d$firm[used], cadjust = FALSE), vcov(bare, ~firm))
  }
  full <- stats::lm(y ~ x + a + factor(id) + factor(year), d)
  fit <- suppressMessages(fe_reg(y ~ x + a | id + year, d))
  k <- c("x", "a")
  expect_close(
    sandwich::vcovCL(fit, ~firm, type = "HC0"), sandwich::vcovCL(full, ~firm, type = "HC0")[k, k],
    1e-8
  )
})

test_that("several ways of clustering are sandwich's and fixest's, with the stated factor", {
  skip_if_not_installed("sandwich")
  skip_if_not_installed("fixest")
  d <- made_panel()
  fit <- fe_reg(y ~ x + a | id, d)
  full <- stats::lm(y ~ x + a + factor(id), d)
  k <- c("x", "a")
  n <- nrow(d)
  three <- sandwich::vcovCL(full, ~ id + year + firm, type = "HC0", cadjust = FALSE)[k, k]
  expect_close(vcov(fit, ~ id + year + firm), three * (n - 1) / (n - 2 - 1) * 9 / 8, 1e-8)
  peer <- fixest::feols(
    y ~ x + a | id, d, notes = FALSE, vcov = ~ id + year,
    ssc = fixest::ssc(K.adj = FALSE, G.adj = FALSE)
  )
  expect_close(vcov(fit, ~ id + year), vcov(peer) * (n - 1) / (n - 2 - 1) * 9 / 8, 1e-8)
})

# It takes scores by columns for residuals: zero by zero where a dummy is, and with effects
# nonsense.
test_that("vcovPC() is that of lm(), and refused where scores are not columns times residuals", {
  skip_if_not_installed("sandwich")
  d <- expand.grid(t = 1:9, id = 1:5)
  d$x <- sin(seq_len(45)) + d$id
  d$f <- factor(d$t %% 3)
  d$z <- d$x + cos(seq_len(45)^2)
  d$y <- d$x + sin(seq_len(45)^3)
  d$w <- 1 + d$t %% 2
  pc <- function(fit) sandwich::vcovPC(fit, cluster = d$id, order.by = d$t)
  expect_close(pc(fe_reg(y ~ x + f, d)), pc(lm(y ~ x + f, d)))
  expect_close(
    sandwich::estfun(fe_reg(y ~ x + f, d, weights = ~w)),
    sandwich::estfun(lm(y ~ x + f, d, weights = w))
  )
  for (formula in list(y ~ x | id, y ~ f | 0 | x ~ z)) {
    fit <- fe_reg(formula, d)
    expect_error(pc(fit), class = "ccdpanel_error_fit")
    expect_error(
      suppressWarnings(sandwich::vcovCL(fit, d$id, type = "HC3")), class = "ccdpanel_error_fit"
    )
  }
  system <- system_reg(list(a = y ~ x, b = z ~ x + w), d, method = "sur")
  expect_error(sandwich::vcovHC(system), "equations", class = "ccdpanel_error_fit")
})

test_that("vcovBS() is refused with the way to a bootstrap of ours", {
  skip_if_not_installed("sandwich")
  fit <- fe_reg(log(output) ~ unemployment | state, state_capital)
  expect_error(
    sandwich::vcovBS(fit, cluster = ~state, R = 2), "wild_bootstrap", class = "ccdpanel_error"
  )
})
