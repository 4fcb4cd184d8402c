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
  skip_if_not_installed("RSQLite")
  skip_if_not_installed("dbplyr")
  con <- DBI::dbConnect(RSQLite::SQLite(), ":memory:")
  on.exit(DBI::dbDisconnect(con))
  DBI::dbWriteTable(con, "near", near(1e-9))
  table <- dplyr::tbl(con, "near")
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
