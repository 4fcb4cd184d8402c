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

# The value of each expression in the database beside R's own, `made1` and on; `infinite1`: where a
# test says that R's is infinite.
both_values <- function(con, data, exprs, panel = NULL, infinite = FALSE) {
  table <- stored(con, data)
  columns <- ccdpanel:::remote_columns(table, "data", NULL)
  spec <- list(data = columns, scope = list(limit = 2), panel = panel)
  t <- ccdpanel:::remote_translator(spec, ccdpanel:::remote_source(columns), NULL)
  made <- list()
  for (j in seq_along(exprs)) {
    t$gathered$tests <- list()
    made[[paste0("made", j)]] <- ccdpanel:::translated(exprs[[j]], t)
    tests <- lapply(t$gathered$tests, function(found) call("(", found$test))
    any <- Reduce(function(a, b) call("|", a, b), tests, quote((1 == 0)))
    if (infinite) made[[paste0("infinite", j)]] <- bquote(case_when(.(any) ~ 1, TRUE ~ 0))
  }
  made <- lapply(made, function(e) dbplyr::sql(ccdpanel:::sql_of(e, t$source)))
  dplyr::collect(dplyr::transmute(ccdpanel:::with_made(t), row, !!!made))
}

# R's values, missing where R's are NaN, and a test that is true where R's are infinite.
expect_r_values <- function(con, data, exprs, tolerance = 4e-15) {
  found <- both_values(con, data, exprs, infinite = TRUE)
  found <- found[order(found$row), ]
  for (j in seq_along(exprs)) {
    said <- deparse1(exprs[[j]])
    own <- suppressWarnings(as.double(eval(exprs[[j]], data, asNamespace("dplyr"))))
    there <- as.double(found[[paste0("made", j)]])
    expect_identical(found[[paste0("infinite", j)]] == 1, is.infinite(own), info = said)
    there[is.infinite(own)] <- own[is.infinite(own)]
    expect_identical(is.na(there), is.na(own), info = said)
    known <- is.finite(own)
    expect_true(all(abs(there[known] - own[known]) <= tolerance * abs(own[known])), info = said)
  }
}

# Rows and expressions of which engines have values of their own.
power_rows <- function() {
  d <- expand.grid(
    x = c(-2.5, -1, 0, NA, 1e-9, 0.5, 1, 2, 900, -800), y = c(-3, -0.5, 0, NA, 1 / 3, 2, 3, -1000)
  )
  cbind(row = seq_len(nrow(d)), d)
}

powers <- alist(
  2^x, 0.5^x, 0^y, (-2)^y, x^y, x^-y, 1^x, x^(1 / 3), abs(x)^y, x^NA, x^-2, x^-0.5, -x^2, exp(x),
  expm1(x), expm1(x / 1e12), exp(-y), sin(x), cos(2 * pi * x / 12), tan(y), atan(x)
)

whole_rows <- function() {
  x <- c(
    -2.5, -1.5, -1, -0.5, 0, NA, 1e-9, -1e-9, 0.5, 1, 1.5, 2.5, 3.7, -3.7, 7, -7, 1e6 + 0.25,
    0.49999999999999994, -0.49999999999999994, -2.4999999999999996, 1e15 + 0.5, 3e9
  )
  y <- c(1, NA, -2, 0, 3.5)
  data.frame(row = seq_along(x), x = x, y = rep_len(y, length(x)), i = c(-10:10, NA))
}

wholes <- alist(
  x %% 2, x %% 1, x %% -3, x %/% 2, x %/% -3, i %% 4L, i %/% 4L, x %% 0.25, round(x), round(x, 0),
  round(x * y), trunc(x), as.integer(x), pmin(x, y), pmax(x, y, 0), pmin(x, y, na.rm = TRUE),
  pmax(x, 1, na.rm = TRUE), findInterval(x, c(-1, 0, 2.5)), x - trunc(x), (x %% 2 == 0) * 1
)

coded_rows <- function() {
  set.seed(4)
  d <- data.frame(
    row = 1:240, x = round(stats::rexp(240), 1), z = stats::rnorm(240),
    code = sample(c("1101", "1102", "3201", "3205", "\u5317\u4eac", NA), 240, TRUE),
    year = sample(2001:2012, 240, TRUE)
  )
  d$y <- d$x + d$z + stats::rnorm(240)
  d
}

# Parts of text as effects, factors, clusters and conditions, beside other functions.
expect_same_parts <- function(con) {
  d <- coded_rows()
  table <- stored(con, d)
  same <- function(f, subset = NULL, vcov = "iid") {
    remote <- suppressMessages(fe_reg(f, table, subset = subset, vcov = vcov, remote = "cells"))
    local <- suppressMessages(fe_reg(f, d, subset = subset, vcov = vcov))
    expect_same_fit(remote, local)
    p <- as.data.frame(dplyr::collect(suppressMessages(predict(remote, newdata = table))))
    own <- suppressMessages(predict(local, d))
    expect_equal(p$.fitted[order(p$row)], as.vector(own), tolerance = 1e-12)
  }
  same(y ~ z | substr(code, 1, 2), ~ is.finite(log(x)), ~ substring(code, 3))
  same(y ~ substr(code, 1, 1) * z | year %/% 3, ~ xor(z > 0, x > 0.5))
  same(y ~ startsWith(code, "11") + findInterval(z, c(-1, 0, 1)) | year %% 4, ~ round(x) > 0)
  same(y ~ ifelse(is.finite(log(x)), log(x), -3) + I(2^z), ~ substr(code, 1, 2) %in% c("11", "32"))
  same(y ~ z, ~ substring(code, 1, 1) == "\u5317" | startsWith(code, "3"))
}
