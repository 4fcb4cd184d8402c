# Tables in an embedded database, and fits that must be the same in memory.

skip_without_database <- function() {
  for (package in c("DBI", "dplyr", "dbplyr", "RSQLite")) skip_if_not_installed(package)
}

# A connection that the test closes.
sqlite <- function(env = parent.frame()) {
  skip_without_database()
  con <- DBI::dbConnect(RSQLite::SQLite(), ":memory:")
  do.call(on.exit, list(bquote(DBI::dbDisconnect(.(con))), add = TRUE), envir = env)
  con
}

stored <- function(con, data, name = "firms") {
  DBI::dbWriteTable(con, name, as.data.frame(data), overwrite = TRUE)
  dplyr::tbl(con, name)
}

# Uneven firms: three effects, clusters across them, missing values, rows of weight zero, a chain of
# rows alone in their levels, a column of mean 1e8 and spread 1, and one made of others.
uneven_firms <- function(n = 1500) {
  set.seed(7)
  d <- data.frame(
    province = sample(letters[1:12], n, TRUE), year = sample(2001:2008, n, TRUE),
    industry = sample(25L, n, TRUE), city = sample(60L, n, TRUE),
    kind = sample(c("state", "private", "foreign"), n, TRUE),
    size = 1e8 + rnorm(n), digital = runif(n), w = runif(n)
  )
  d$output <- 3 * d$digital + (d$size - 1e8) + d$year / 10 + rnorm(n)
  d$both <- d$digital + 2 * (d$kind == "state")
  d$digital[sample(n, 30)] <- NA
  d$province[sample(n, 10)] <- NA
  d$output[5:9] <- NA
  d$w[1:20] <- 0
  d$year[100] <- 1850L
  d$industry[100] <- 998L
  d$industry[200] <- 998L
  d$province[300] <- "alone"
  d
}

relative <- function(a, b) {
  a <- unlist(a)
  b <- unlist(b)
  if (length(a) != length(b)) return(Inf)
  if (!length(a)) 0 else max(abs(a - b) / pmax(abs(b), 1e-300))
}

# What every model has.
expect_same_estimates <- function(remote, local, tolerance) {
  expect_identical(names(coef(remote)), names(coef(local)))
  expect_lt(relative(coef(remote), coef(local)), tolerance)
  expect_lt(relative(sqrt(diag(vcov(remote))), sqrt(diag(vcov(local)))), tolerance)
  expect_equal(remote$covariance$df, local$covariance$df)
  expect_equal(remote$covariance$groups, local$covariance$groups)
  expect_equal(remote$sample$counts, local$sample$counts)
  expect_identical(remote$collinear, local$collinear)
}

# Everything that sums tell is the same as of the rows.
expect_same_fit <- function(remote, local, tolerance = 1e-10) {
  expect_same_estimates(remote, local, tolerance)
  expect_lt(relative(remote$r2[!is.na(remote$r2)], local$r2[!is.na(local$r2)]), tolerance)
  expect_lt(relative(c(remote$rss, remote$tss), c(local$rss, local$tss)), tolerance)
  expect_equal(logLik(remote), logLik(local), tolerance = tolerance)
  parts <- c("n", "k", "levels", "redundant", "absorbed", "exact", "residual")
  expect_equal(remote$dof[parts], local$dof[parts])
}

expect_same_reg <- function(con, data, formula, ..., tolerance = 1e-10) {
  table <- stored(con, data)
  remote <- suppressMessages(fe_reg(formula, table, ..., remote = "cells"))
  local <- suppressMessages(fe_reg(formula, as.data.frame(dplyr::collect(table)), ...))
  expect_same_fit(remote, local, tolerance)
  invisible(list(remote = remote, local = local))
}

# Other covariances of the same two fits.
expect_same_covariances <- function(fits, covariances) {
  for (v in covariances) {
    own <- vcov(fits$local, v)
    expect_lt(relative(diag(vcov(fits$remote, v)), diag(own)), 1e-10)
  }
}

# Weights do not depend on the unit of an indicator, where squares are beyond a double's range too.
expect_same_far_weights <- function(con, unit) {
  d <- data.frame(city = letters[1:8], year = 1, a = c(3, 1, 4, 1, 5, 9, 2, 6), b = sqrt(1:8))
  sheet <- data.frame(system = "s", dimension = "d", indicator = c("a", "b"), direction = "+")
  table <- stored(con, transform(d, a = a * 1e-200, b = b * unit))
  for (way in list(c("sd", "minmax"), c("critic", "vector"), c("pca", "zscore"))) {
    weigh <- function(x) indicator_weights(x, sheet, c("city", "year"), way[1], way[2])
    expect_lt(relative(weigh(table)$weight, weigh(d)$weight), 1e-12)
  }
}

# Effects, covariances, weights and subsets of uneven firms, in whatever engine.
expect_same_uneven <- function(con, d) {
  fits <- expect_same_reg(
    con, d, output ~ size + digital | province + year + industry, vcov = ~ city + year,
    subset = ~ year > 1900 & !is.na(province)
  )
  expect_same_covariances(fits, list("iid", "HC0", "HC1", ~province, ~city, ~province^year))
  fits <- expect_same_reg(
    con, d, output ~ size + both + kind | industry + year, vcov = "HC1", weights = ~w,
    subset = ~ !is.na(province)
  )
  expect_same_covariances(fits, list("iid", ~province, ~ city + year))
}
