# Instruments w = z + eps e span what z and e span: every estimate is that with e in the place of w,
# which has no rounding to lose.

near <- function(eps, n = 300) {
  set.seed(1)
  d <- data.frame(
    id = rep(1:30, n / 30), z1 = rnorm(n), z2 = rnorm(n), z3 = rnorm(n) + 5, e = rnorm(n),
    u = rnorm(n)
  )
  d$y1 <- d$z1 + d$z2 + d$u
  d$y2 <- d$z3 + 0.5 * d$y1 + rnorm(n) + 0.3 * d$u
  d$w <- d$z3 + eps * d$e
  # What is left of e in doubles
  d$e <- (d$w - d$z3) / eps
  d
}
equations <- list(a = y1 ~ y2 + z1, b = y2 ~ y1 + z3)

test_that("estimates with instruments that nearly depend are those of the space they span", {
  for (eps in c(1e-5, 1e-8)) {
    d <- near(eps)
    fit <- function(z, ...) suppressMessages(system_reg(equations, d, z, ...))
    for (arguments in list(
      list(method = "2sls"), list(method = "3sls", vcov = ~id), list(method = "liml"),
      list(method = "3sls", fe = ~id), list(method = "2sls", weights = ~ abs(z2) + 1, vcov = "HC0")
    )) {
      one <- do.call(fit, c(list(~ z1 + z3 + w + z2), arguments))
      two <- do.call(fit, c(list(~ z1 + z3 + e + z2), arguments))
      expect_equal(coef(one), coef(two), tolerance = 1e-6)
      expect_equal(vcov(one), vcov(two), tolerance = 1e-6)
      expect_identical(one$instruments, c("z1", "z3", "w", "z2"))
      expect_identical(one$nearly_collinear, "w")
    }
    own <- fit(list(a = ~ z1 + z3 + w + z2, b = ~ z1 + z2 + z3), vcov = ~id)
    expect_equal(
      vcov(own), vcov(fit(list(a = ~ z1 + z3 + e + z2, b = ~ z1 + z2 + z3), vcov = ~id)),
      tolerance = 1e-6
    )
  }
})

test_that("so are tests of the instruments and draws", {
  d <- near(1e-8)
  fit <- function(z, ...) suppressMessages(system_reg(equations, d, z, ...))
  one <- fit(~ z1 + z3 + w + z2)
  two <- fit(~ z1 + z3 + e + z2)
  expect_equal(system_tests(one)$statistic, system_tests(two)$statistic, tolerance = 1e-4)
  expect_equal(weak_iv(one)$statistic, weak_iv(two)$statistic, tolerance = 1e-5)
  expect_equal(
    system_bootstrap(one, n = 10, seed = 1)$std.error,
    system_bootstrap(two, n = 10, seed = 1)$std.error, tolerance = 1e-5
  )
  single <- suppressMessages(fe_reg(y1 ~ z1 | y2 ~ z3 + w + z2, d))
  expect_equal(
    weak_iv(single)$statistic,
    weak_iv(suppressMessages(fe_reg(y1 ~ z1 | y2 ~ z3 + e + z2, d)))$statistic, tolerance = 1e-5
  )
})

test_that("of sums by cell, which have lost them, they are refused by name and equation", {
  con <- sqlite()
  table <- stored(con, near(1e-9))
  expect_error(
    suppressMessages(system_reg(equations, table, ~ z1 + z3 + w + z2, remote = "cells")),
    "\"w\"", class = "ccdpanel_error_collinear"
  )
  expect_error(
    suppressMessages(system_reg(
      equations, table, list(a = ~ z1 + z3 + w + z2, b = ~ z1 + z2 + z3), remote = "cells"
    )),
    "equation \"a\"", class = "ccdpanel_error_collinear"
  )
})

# Of regressors too: y = b x + c v = (b - c / eps) x + (c / eps) w with w = x + eps v.
with_near <- function(eps) {
  d <- near(eps)
  d$x <- d$z3
  d$v <- d$e
  d
}

test_that("estimates with regressors that nearly depend are those of the model written apart", {
  for (eps in c(1e-3, 1e-5, 1e-7, 1e-9)) {
    d <- with_near(eps)
    for (arguments in list(
      list(method = "ols"), list(method = "sur", vcov = ~id), list(method = "sur", fe = ~id),
      list(method = "2sls", vcov = "HC0"), list(method = "3sls", weights = ~ abs(z2) + 1),
      list(method = "3sls", iterate = TRUE, vcov = ~id), list(method = "liml"),
      list(method = "3sls", fe = ~id, vcov = "HC0"), list(method = "w2sls", sigma = "geomean"),
      list(method = "sur", sigma = "theil"),
      list(method = "3sls", restrictions = "a_z1 = b_z2")
    )) {
      least <- arguments$method %in% c("ols", "sur")
      of <- function(second) {
        right <- paste(if (!least) "y2 +", "z1 + x +", second)
        suppressMessages(do.call(system_reg, c(list(
          list(a = stats::as.formula(paste("y1 ~", right)), b = y2 ~ y1 + z2), d
        ), arguments)))
      }
      one <- of("w")
      two <- of("v")
      rest <- setdiff(names(coef(one)), c("a_x", "a_w"))
      # An iteration stops at steps of 1e-13 of the largest t ratio, here of about 2e4.
      tolerance <- max(1e-13 / eps, if (!is.null(arguments$iterate)) 1e-8)
      # In standard errors: the coefficients themselves may be near zero.
      se <- sqrt(diag(vcov(two)))
      expect_lt(max(abs(coef(one)[rest] - coef(two)[rest]) / se[rest]), tolerance)
      expect_lt(abs(coef(one)[["a_w"]] * eps - coef(two)[["a_v"]]) / se[["a_v"]], tolerance)
      expect_lt(
        abs(coef(one)[["a_x"]] + coef(one)[["a_w"]] - coef(two)[["a_x"]]) / se[["a_x"]], tolerance
      )
      expect_equal(vcov(one)[rest, rest], vcov(two)[rest, rest], tolerance = 10 * tolerance)
      expect_equal(
        vcov(one)[["a_w", "a_w"]] * eps^2, vcov(two)[["a_v", "a_v"]], tolerance = 10 * tolerance
      )
      expect_equal(fitted(one), fitted(two), tolerance = tolerance)
      expect_identical(one$nearly_collinear, if (eps <= 1e-5) "w" else character())
    }
  }
})

test_that("an uncentred polynomial costs no more digits than lm, whose QR orders the columns", {
  d <- data.frame(year = rep(1970:1986, 12), id = rep(1:12, each = 17))
  set.seed(4)
  d$x <- stats::rnorm(nrow(d))
  d$y <- d$x + (d$year - 1978)^2 / 30 + stats::rnorm(nrow(d))
  d$m <- d$y + d$x^2 + stats::rnorm(nrow(d))
  d$x2 <- d$x^2
  # About 1978 the powers are far apart; the fit and the highest power are the same.
  d$t <- d$year - 1978
  raw <- list(a = y ~ x + year + I(year^2) + I(year^3), b = m ~ x2 + year + I(year^2))
  centred <- list(a = y ~ x + t + I(t^2) + I(t^3), b = m ~ x2 + t + I(t^2))
  for (fe in list(NULL, ~id)) for (method in c("ols", "sur")) {
    one <- system_reg(raw, d, fe = fe, method = method)
    two <- system_reg(centred, d, fe = fe, method = method)
    expect_equal(fitted(one), fitted(two), tolerance = 1e-10)
    pairs <- cbind(
      c("a_x", "a_I(year^3)", "b_x2", "b_I(year^2)"), c("a_x", "a_I(t^3)", "b_x2", "b_I(t^2)")
    )
    expect_equal(unname(coef(one)[pairs[, 1]]), unname(coef(two)[pairs[, 2]]), tolerance = 1e-7)
    for (vcov in list("iid", "HC0", ~id)) {
      expect_equal(
        unname(diag(vcov(one, vcov))[pairs[, 1]]), unname(diag(vcov(two, vcov))[pairs[, 2]]),
        tolerance = 1e-7
      )
    }
  }
  own <- stats::lm(m ~ x2 + year + I(year^2), d)
  both <- system_reg(raw, d, method = "ols")
  expect_equal(unname(coef(both)[6:9]), unname(coef(own)), tolerance = 1e-8)
})

test_that("so do draws, multipliers and tests with such regressors", {
  d <- with_near(1e-6)
  of <- function(second) suppressMessages(system_reg(list(
    a = stats::as.formula(paste("y1 ~ y2 + z1 + x +", second)), b = y2 ~ y1 + z2
  ), d, fe = ~id))
  one <- of("w")
  two <- of("v")
  kept <- c("a_y2", "a_z1", "b_y1", "b_z2")
  draws <- lapply(list(one, two), function(fit) {
    made <- system_bootstrap(fit, n = 20, cluster = ~id, seed = 1)
    made$std.error[match(kept, made$term)]
  })
  expect_equal(draws[[1]], draws[[2]], tolerance = 1e-6)
  impact <- lapply(list(one, two), function(fit) {
    made <- as.data.frame(multipliers(fit, horizon = 0))
    made[made$exogenous == "z1", c("estimate", "std.error")]
  })
  expect_equal(impact[[1]], impact[[2]], tolerance = 1e-6, ignore_attr = TRUE)
  of_system <- lapply(list(one, two), system_tests)
  expect_equal(of_system[[1]]$statistic, of_system[[2]]$statistic, tolerance = 1e-5)
  expect_identical(of_system[[1]]$df, of_system[[2]]$df)
})

test_that("of sums by cell near regressors are refused by name and equation", {
  con <- sqlite()
  table <- stored(con, with_near(1e-8))
  expect_error(
    suppressMessages(system_reg(
      list(a = y1 ~ z1 + x + w, b = y2 ~ z2), table, method = "sur", remote = "cells"
    )),
    "Regressor \"w\".*equation \"a\"", class = "ccdpanel_error_collinear"
  )
  DBI::dbWriteTable(con, "apart", with_near(1e-3))
  both <- lapply(c("cells", "rows"), function(remote) {
    suppressMessages(system_reg(
      list(a = y1 ~ z1 + x + w, b = y2 ~ z2), dplyr::tbl(con, "apart"), method = "sur",
      remote = remote, vcov = "HC0"
    ))
  })
  expect_equal(coef(both[[1]]), coef(both[[2]]), tolerance = 1e-6)
  expect_equal(vcov(both[[1]]), vcov(both[[2]]), tolerance = 1e-6)
})
