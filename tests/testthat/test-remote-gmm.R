# Two-step GMM under moments of single rows is that of the rows: with effects, without, with slopes
# alone, weighted, over two engines; other covariances of the same fit too.
expect_same_gmm <- function(con, cases = 1:5) {
  d <- uneven_firms(500)
  set.seed(3)
  d$z <- d$digital + rnorm(nrow(d))
  d$size <- d$size - 1e8
  table <- stored(con, d)
  local <- as.data.frame(dplyr::collect(table))
  for (case in list(
    list(output ~ size | year + industry | digital ~ z + w, vcov = "HC1"),
    list(output ~ size + kind | industry | digital ~ z + w + I(z^2), vcov = "HC0", weights = ~w),
    list(output ~ size | 0 | digital ~ z + w + I(z * w), vcov = "HC1"),
    list(output ~ size | 0 | digital ~ z + I(z * w), vcov = "HC0", weights = ~w, ssc = "none"),
    list(output ~ size | industry[[z]] | digital ~ w + I(w^2) + factor(year), vcov = "HC1")
  )[cases]) {
    refit <- function(data, ...) {
      suppressMessages(do.call(fe_reg, c(
        unname(case[1]), list(data = data), case[-1], list(...), estimator = "gmm",
        subset = quote(~ year > 1900)
      )))
    }
    a <- refit(table, remote = "cells")
    b <- refit(local)
    expect_same_fit(a, b)
    expect_same_covariances(list(remote = a, local = b), list("iid", "HC1", ~ city + year))
    expect_equal(iv_tests(a), iv_tests(b), tolerance = 1e-10)
  }
}

test_that("GMM weighted for heteroskedasticity is that of the rows", {
  con <- sqlite()
  expect_same_gmm(con)
})

test_that("and on PostgreSQL", {
  con <- postgres()
  expect_same_gmm(con, c(1, 3))
})

test_that("GMM weighted by clusters or not at all has HC1 of its own residuals", {
  con <- sqlite()
  d <- na.omit(uneven_firms())
  set.seed(4)
  d$z <- d$digital + rnorm(nrow(d))
  table <- stored(con, d)
  for (f in list(
    output ~ kind | 0 | digital ~ z + w + I(z * w), output ~ kind | year | digital ~ z + w
  )) {
    for (v in list(~city, "iid")) {
      a <- fe_reg(f, table, vcov = v, estimator = "gmm", remote = "cells")
      b <- fe_reg(f, d, vcov = v, estimator = "gmm")
      expect_lt(relative(diag(vcov(a, "HC1")), diag(vcov(b, "HC1"))), 1e-10)
    }
  }
})

test_that("the response to moments is the formula, and none where they cannot be weighed", {
  set.seed(2)
  z <- matrix(rnorm(60), 20) %*% diag(c(1, 1e4, 1e-3))
  x <- z[, 1:2] + rnorm(40)
  s <- crossprod(z * rnorm(20))
  a <- t(crossprod(z, x)) %*% solve(s)
  expect_equal(
    gmm_response(crossprod(z, x), s), solve(a %*% crossprod(z, x)) %*% a, tolerance = 1e-10
  )
  s[3, ] <- s[, 3] <- s[, 1] / 2
  s[3, 3] <- s[1, 1] / 4
  expect_null(gmm_response(crossprod(z, x), s))
})

test_that("GMM of a table is refused where a moment is no more than rounding, as in memory", {
  con <- sqlite()
  d <- na.omit(uneven_firms())
  set.seed(4)
  d$z <- d$digital + rnorm(nrow(d))
  d$single <- as.numeric(seq_len(nrow(d)) == 9)
  d$rare <- (d$city == d$city[1]) * d$w
  table <- stored(con, d)
  for (data in list(table, d)) {
    expect_error(
      fe_reg(output ~ single | 0 | digital ~ z + w, data, vcov = "HC1", estimator = "gmm"),
      class = "ccdpanel_error_singular"
    )
    expect_error(
      fe_reg(output ~ rare | city | digital ~ z + w, data, vcov = ~city, estimator = "gmm"),
      class = "ccdpanel_error_singular"
    )
  }
})

test_that("GMM of years and their powers is that of centred powers", {
  skip_without_database()
  con <- sqlite()
  d <- with_seed(8, {
    n <- 400
    z <- matrix(rnorm(2 * n), n)
    v <- rnorm(n)
    e <- drop(z %*% c(0.4, 0.3)) + v
    t <- rep(-10:9, 20)
    data.frame(
      id = rep(1:20, each = 20), t, year = t + 2002, z1 = z[, 1], z2 = z[, 2], e,
      y = 0.5 * e + 0.01 * t^2 + 0.5 * v + rnorm(n) * (1 + abs(t) / 10)
    )
  })
  numbers <- function(time, data, vcov) {
    power <- paste0("I(", time, "^", 2:3, ")")
    rhs <- paste(c(time, power), collapse = " + ")
    fit <- fe_reg(
      as.formula(paste("y ~", rhs, "| id | e ~ z1 + z2")), data, vcov = vcov, estimator = "gmm"
    )
    kept <- c(power[2], "e")
    c(coef(fit)[kept], sqrt(diag(vcov(fit)))[kept])
  }
  for (vcov in list("HC1", ~id)) {
    expect_equal(
      numbers("year", stored(con, d), vcov), numbers("t", d, vcov), tolerance = 1e-8,
      ignore_attr = TRUE
    )
  }
})
