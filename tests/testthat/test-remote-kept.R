test_that("what is known of a state is not asked again, and sums of less are sums of sums", {
  for (connect in list(sqlite, postgres)) {
    con <- connect()
    d <- uneven_firms()
    table <- stored(con, d)
    refit <- function(f, ...) suppressMessages(fe_reg(f, table, remote = "cells", ...))
    subset <- ~ !is.na(province) & !is.na(digital) & !is.na(output)
    first <- refit(
      output ~ size + digital + w | province + year + industry, subset = subset,
      vcov = ~ province + city
    )
    # PostgreSQL has cells and their products in one, SQLite cannot tell that cells are few.
    expect_equal(nrow(first$remote$queries), if (identical(connect, sqlite)) 5 else 4)
    known <- function(f, ...) {
      fit <- refit(f, subset = subset, ...)
      expect_equal(nrow(fit$remote$queries), 0)
      expect_same_fit(fit, suppressMessages(fe_reg(f, d, subset = subset, ...)))
    }
    known(output ~ digital | year, vcov = ~city)
    known(output ~ size + w | industry + year, vcov = ~province)
    known(output ~ size + digital)
    # The dependent variable of one is a regressor of another.
    known(digital ~ size | province + year + industry, vcov = ~ city + province)
    # HC1 asks for what depends on the coefficients, once.
    expect_equal(nrow(refit(output ~ w | year, subset = subset, vcov = "HC1")$remote$queries), 1)
    expect_equal(nrow(refit(output ~ w | year, subset = subset, vcov = "HC1")$remote$queries), 0)
    # Rows that were lost to another variable are asked for.
    more <- refit(output ~ w | year, subset = ~ !is.na(province))
    expect_gt(nrow(more$remote$queries), 0)
    expect_same_fit(more, suppressMessages(fe_reg(
      output ~ w | year, d, subset = ~ !is.na(province)
    )))
    again <- refit(output ~ digital | year, subset = ~ !is.na(province))
    less <- refit(output ~ w | year, subset = ~ !is.na(province))
    expect_equal(less$dof$n, more$dof$n)
  }
})

test_that("what is kept can be kept from being kept, or for good", {
  con <- sqlite()
  table <- stored(con, state_capital)
  refit <- function() fe_reg(output ~ unemployment | region, table, remote = "cells")
  old <- options(ccdpanel.remote_keep = FALSE)
  on.exit(options(old), add = TRUE)
  first <- refit()
  expect_equal(nrow(refit()$remote$queries), 4)
  options(ccdpanel.remote_keep = "always")
  refit()
  DBI::dbExecute(con, "DELETE FROM firms WHERE year = 1970")
  expect_equal(nrow(refit()$remote$queries), 0)
  expect_equal(coef(refit()), coef(first))
  options(ccdpanel.remote_keep = TRUE)
  expect_equal(nobs(refit()), 768)
})

test_that("a column is kept as a key and as what is summed", {
  con <- sqlite()
  set.seed(4)
  d <- data.frame(u = rep(1:12, each = 5), g = rep(1:5, 12), w = sample(3, 60, TRUE))
  d[c("x", "z")] <- rnorm(120)
  d$y <- d$x + d$u / 3 * d$z + rnorm(60)
  formula <- y ~ x + z | u[x]
  fits <- expect_same_reg(con, d, formula, weights = ~w, vcov = "iid")
  expect_identical(fits$remote$collinear, "x")
  expect_same_covariances(fits, list("HC1", ~g, ~ u + g))
  again <- suppressMessages(fe_reg(formula, fits$remote$spec$data, weights = ~w, vcov = ~g))
  expect_lt(relative(sqrt(diag(vcov(again))), sqrt(diag(vcov(fits$local, ~g)))), 1e-10)
})

test_that("of cells of one row each the products are known with the sums", {
  con <- sqlite()
  fits <- expect_same_reg(
    con, state_capital, log(output) ~ unemployment + log(water) | state + year, vcov = ~region
  )
  table <- dplyr::tbl(con, "firms")
  for (formula in list(log(output) ~ unemployment | state, log(output) ~ log(water) | year)) {
    fit <- fe_reg(formula, table, vcov = ~region, remote = "cells")
    expect_identical(nrow(fit$remote$queries), 0L)
    expect_same_fit(fit, fe_reg(formula, state_capital, vcov = ~region))
  }
})

test_that("what a transaction of SQLite took back is not known afterwards", {
  con <- sqlite()
  table <- stored(con, state_capital)
  refit <- function() fe_reg(log(output) ~ unemployment | region, table, remote = "cells")
  before <- coef(refit())
  for (how in list(c("BEGIN", "ROLLBACK"), c("SAVEPOINT a", "ROLLBACK TO a", "RELEASE a"))) {
    DBI::dbExecute(con, how[1])
    DBI::dbExecute(con, "UPDATE firms SET unemployment = year % 7")
    within <- coef(refit())
    expect_gt(relative(within, before), 0.1)
    for (sql in how[-1]) DBI::dbExecute(con, sql)
    expect_equal(coef(refit()), before, tolerance = 1e-12)
  }
  # A transaction is left open, and closed.
  DBI::dbBegin(con)
  refit()
  DBI::dbCommit(con)
  DBI::dbBegin(con)
  DBI::dbRollback(con)
})
