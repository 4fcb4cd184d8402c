# Rows that lie as `order` says, so that the first thousand are what they are.
ordered_firms <- function(n = 1500) {
  set.seed(5)
  d <- data.frame(
    province = sample(letters[1:6], n, TRUE), year = sample(2001:2005, n, TRUE), x = rnorm(n),
    far = 1e8 + rnorm(n), flat = 0.1 + 0.2, none = 0, small = 1e-9 * rnorm(n), w = runif(n) + 0.1
  )
  d$z <- abs(d$x) + 0.5
  d$y <- d$x + (d$far - 1e8) + as.integer(factor(d$province)) + rnorm(n)
  d
}

scans <- function(fit) {
  sql <- fit$remote$queries$sql
  c(
    look = sum(grepl("\"first\"", sql)), counts = sum(grepl("\"total\"", sql)),
    sums = sum(grepl("\"q1_1\"", sql))
  )
}

expect_scans <- function(con, d, formula, looked, ...) {
  fits <- expect_same_reg(con, d, formula, ...)
  expect_equal(unname(scans(fits$remote)), looked)
  invisible(fits)
}

test_that("one scan has the sample and the cells, and says what it had wrong", {
  con <- postgres()
  d <- ordered_firms()
  formula <- y ~ x + far + small | province
  expect_scans(con, d, formula, c(1, 0, 1), vcov = ~year)
  expect_scans(con, d, y ~ x + small, c(1, 0, 1), vcov = "HC1")
  expect_scans(con, d, log(z) ~ far + I(x^2) | province, c(1, 0, 1), vcov = ~year)
  # Rows at the end are lost that the first ones do not tell of: counted, and summed without them.
  for (missing in c(NA, NaN)) {
    for (name in c("x", "y")) {
      gaps <- d
      gaps[[name]][c(1200, 1400)] <- missing
      fits <- expect_scans(con, gaps, formula, c(1, 1, 2), vcov = ~year)
      expect_equal(fits$remote$sample$counts$missing, 2)
    }
  }
  # Of a condition a missing value is no value, which a NaN must not pass for.
  gaps <- d
  gaps$x[c(1200, 1400)] <- NaN
  fits <- expect_scans(con, gaps, y ~ far + ifelse(x > 0, 1, 0) | province, c(1, 1, 2))
  expect_equal(nobs(fits$remote), 1498)
  gaps <- d
  gaps$province[1200] <- NA
  expect_scans(con, gaps, formula, c(1, 1, 2), vcov = ~year)
  # Seen at once, and with `subset` and weights: counted first, and summed once.
  gaps$x[5] <- NA
  expect_scans(con, gaps, formula, c(1, 1, 1), vcov = ~year)
  expect_scans(
    con, gaps, formula, c(1, 1, 1), weights = ~w, subset = ~ year > 2001, vcov = ~year
  )
})

test_that("centres of rows that are like no others are found and left", {
  con <- postgres()
  d <- ordered_firms()
  d$moved <- d$x + 1e4 * (seq_along(d$x) > 1000)
  d$apart <- c(rep(7, 1000), 1e5 + d$x[-(1:1000)])
  expect_scans(con, d, y ~ moved + far | province, c(1, 0, 1), vcov = ~year)
  expect_scans(con, d, y ~ apart + far | province, c(1, 0, 1), vcov = ~year)
  # Beside all others the first rows are few, and a hundred spreads away from nearly all.
  rows <- ccdpanel:::first_rows
  utils::assignInNamespace("first_rows", 10, "ccdpanel")
  on.exit(utils::assignInNamespace("first_rows", rows, "ccdpanel"), add = TRUE, after = FALSE)
  d$late <- d$x + 300 * (seq_along(d$x) <= 10)
  d$y <- d$y + d$late
  fits <- expect_scans(con, d, y ~ late | province, c(1, 0, 2), vcov = ~year)
  centre <- sub(".*v2\" - FLOAT8 '([0-9.]+)'.*", "\\1", fits$remote$remote$queries$sql[4])
  expect_equal(as.double(centre), mean(d$late), tolerance = 1e-14)
})

test_that("constant, infinite and enormous columns are what they are in memory", {
  con <- postgres()
  d <- ordered_firms()
  fits <- expect_same_reg(con, d, y ~ flat + x + none | province, vcov = ~year)
  expect_setequal(fits$remote$collinear, c("flat", "none"))
  suppressWarnings(expect_same_reg(con, d, flat ~ x | province))
  expect_same_reg(con, d, y ~ x + none)
  refit <- function(d, formula = y ~ x | province) {
    fe_reg(formula, stored(con, d), remote = "cells")
  }
  broken <- d
  broken$x[1200] <- Inf
  expect_error(refit(broken), "1 row", class = "ccdpanel_error_infinite")
  broken$x[1200:1201] <- 0
  expect_error(refit(broken, y ~ log(abs(x))), "2 rows", class = "ccdpanel_error_infinite")
  broken$x <- d$x * 1e150
  expect_error(refit(broken), class = "ccdpanel_error_scale")
  broken$x <- d$x * 1e-120
  large <- refit(broken)
  expect_lt(relative(coef(large)[["x"]] * 1e-120, coef(refit(d))[["x"]]), 1e-10)
  expect_error(refit(d[0, ]), "must have rows", class = "ccdpanel_error_empty_sample")
})

test_that("an expression that several sums name is computed once a row, by several processes", {
  con <- postgres()
  table <- stored(con, ordered_firms())
  fit <- fe_reg(y ~ log(z) + far | province, table, vcov = ~year, remote = "cells")
  DBI::dbExecute(con, "SET max_parallel_workers_per_gather = 2")
  for (set in c("parallel_setup_cost", "parallel_tuple_cost", "min_parallel_table_scan_size")) {
    DBI::dbExecute(con, paste("SET", set, "= 0"))
  }
  sql <- utils::tail(fit$remote$queries$sql, 1)
  expect_equal(lengths(regmatches(sql, gregexpr("LN(", sql, fixed = TRUE))), 1)
  plan <- paste(DBI::dbGetQuery(con, paste("EXPLAIN (VERBOSE)", sql))[[1]], collapse = "\n")
  expect_match(plan, "Partial")
})
