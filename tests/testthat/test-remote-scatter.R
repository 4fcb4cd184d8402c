test_that("roots of cross-products give them back, also where they are singular", {
  set.seed(1)
  x <- matrix(rnorm(40), 10)
  x[, 4] <- x[, 1] - 2 * x[, 2]
  s <- crossprod(x)
  pairs <- upper_pairs(4)
  scatter <- list(products = rbind(s[pairs], 0 * s[pairs]), total = rbind(diag(s), 1))
  root <- ccdpanel:::scatter_roots(scatter, 10)
  expect_equal(tcrossprod(root[1, , ]), s)
  expect_equal(sum(colSums(abs(root[1, , ])) == 0), 1)
  expect_identical(range(root[2, , ]), c(0, 0))
})

test_that("combinations of columns are combinations in each group, however few its rows", {
  set.seed(3)
  groups <- lapply(1:40, function(g) {
    x <- matrix(rnorm(9), 3)
    # Beside a large difference a small one, whose rounding is large.
    x[3, 1:2] <- x[2, 1:2] + 1e-3 * rnorm(2)
    sweep(cbind(x, x[, 2] + x[, 3]), 2, c(colMeans(x), mean(x[, 2] + x[, 3])))
  })
  pairs <- upper_pairs(4)
  products <- t(vapply(groups, function(x) crossprod(x)[pairs], numeric(10)))
  total <- t(vapply(groups, function(x) colSums((x + 1)^2), numeric(4)))
  root <- ccdpanel:::scatter_roots(list(products = products, total = total), 120)
  for (g in 1:40) expect_equal(tcrossprod(root[g, , ]), crossprod(groups[[g]]), tolerance = 1e-12)
  apart <- root[, 4, ] - root[, 2, ] - root[, 3, ]
  expect_lt(sqrt(sum(apart^2) / sum(root[, 4, ]^2)), 1e-13)
})

test_that("a collinear column is found under every covariance", {
  con <- sqlite()
  set.seed(100025)
  d <- data.frame(u = sample(40, 150, TRUE), x = rnorm(150), w = runif(150))
  d$y <- d$x + rnorm(150)
  for (s in 1:2) {
    d$k <- d$x + rnorm(150)
    fits <- expect_same_reg(con, d, y ~ x + k + I(x + k) | u, vcov = ~u, weights = ~w)
    expect_identical(fits$remote$collinear, "I(x + k)")
    expect_same_covariances(fits, list("iid", "HC1", ~ceiling(u / 2)))
  }
})

test_that("where cells take all but a trace of a column, its deviations are asked for", {
  con <- sqlite()
  set.seed(2)
  d <- data.frame(unit = rep(1:20, each = 10), g = rep(1:4, 50))
  d$x <- 1e4 * d$unit + rnorm(200)
  d$fixed <- d$unit^2
  d$y <- d$x - 1e4 * d$unit + rnorm(200)
  for (vcov in list("iid", "HC1", ~g)) {
    fits <- expect_same_reg(con, d, y ~ x | unit, vcov = vcov)
    expect_true(any(grepl("OVER", fits$remote$remote$queries$sql)))
    expect_same_reg(con, d, y ~ x + fixed | unit, vcov = vcov, weights = ~g)
  }
})

test_that("a column of one value in a group of many rows has no variance there", {
  # A server that adds up one number 10,000 times rounds more than the variance of other columns may
  # be.
  con <- postgres()
  DBI::dbExecute(con, paste(
    "CREATE TABLE firms AS SELECT (array['a', 'b', 'c'])[1 + i % 3] AS kind,",
    "sin(i::float8 * i * 0.1) AS x, CASE WHEN i % 3 = 0 THEN 5.1 ELSE sin(i * 0.7) + 1.3 END AS z,",
    "sin(i::float8 * i * 0.1) + sin(i * 1.7) AS y, i % 7 AS g FROM generate_series(1, 30000) AS i"
  ))
  table <- dplyr::tbl(con, "firms")
  d <- DBI::dbGetQuery(con, "SELECT * FROM firms")
  for (formula in list(y ~ x + kind * z, y ~ x + kind:z | kind, y ~ 0 + kind:z + kind + x)) {
    fit <- function(data, ...) suppressMessages(fe_reg(formula, data, vcov = ~g, ...))
    remote <- fit(table, remote = "cells")
    local <- fit(d)
    expect_length(remote$collinear, 1)
    expect_identical(remote$collinear, local$collinear)
    expect_equal(coef(remote), coef(local), tolerance = 1e-9)
    expect_equal(sqrt(diag(vcov(remote))), sqrt(diag(vcov(local))), tolerance = 1e-9)
  }
})
