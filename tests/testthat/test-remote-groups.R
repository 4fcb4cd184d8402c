expect_same_groups <- function(a, b, by, queries, same = expect_same_fit) {
  asked <- 0
  old <- options(ccdpanel.remote_log = function(sql) asked <<- asked + 1)
  on.exit(options(old))
  remote <- suppressMessages(by_group(a, by))
  expect_equal(asked, queries)
  local <- suppressMessages(by_group(b, by))
  expect_named(remote, names(local))
  columns <- c("group", "rows", "used")
  expect_equal(attr(remote, "groups")[columns], attr(local, "groups")[columns])
  for (name in names(local)) same(remote[[name]], local[[name]])
  invisible(list(remote = remote, local = local))
}

# PostgreSQL tells that cells are few, and has their products with them.
products_too <- function(con) inherits(con, "PqConnection")

expect_same_firm_groups <- function(con) {
  d <- uneven_firms()
  d$kind[7] <- NA
  d$z <- d$digital + cos(seq_along(d$kind))
  # Groups that are far from each other.
  d$output <- d$output + 1e3 * (d$kind %in% "private")
  table <- stored(con, d)
  local <- as.data.frame(dplyr::collect(table))
  for (case in list(
    list(output ~ size + digital | year + industry, vcov = ~ city + year, weights = ~w),
    list(output ~ digital + factor(industry) | year, vcov = "iid"),
    list(output ~ size | year | digital ~ z + w, vcov = ~city, estimator = "liml")
  )) {
    refit <- function(data, ...) {
      suppressMessages(do.call(fe_reg, c(unname(case[1]), list(data = data), case[-1], list(...),
        subset = quote(~ year > 1900))))
    }
    a <- refit(table, remote = "cells")
    b <- refit(local)
    # Rows that are there, those that are used, cells, products within them, and deviations from the
    # cells' means, since sums of squares within cells are too small a share.
    queries <- if (products_too(con)) 4 else 5
    expect_same_groups(a, b, ~kind, queries)
    expect_same_groups(a, b, ~ kind + (year > 2004), queries)
  }
}

test_that("groups are the fits of their rows, in the queries of one", {
  con <- sqlite()
  expect_same_firm_groups(con)
  table <- stored(con, state_capital)
  local <- as.data.frame(dplyr::collect(table))
  f <- log(output) ~ log(highways) + unemployment | state + year
  panel <- c("state", "year")
  a <- fe_reg(f, table, vcov = ~state, panel = panel, remote = "cells")
  b <- fe_reg(f, local, vcov = ~state, panel = panel)
  # Cells are rows here: no cross-products within them.
  groups <- expect_same_groups(a, b, ~region, queries = 2)
  expect_equal(attr(groups$remote, "groups"), attr(groups$local, "groups"))
  expect_equal(
    group_difference(groups$remote, method = "wald"),
    group_difference(groups$local, method = "wald"), tolerance = 1e-9
  )
  expect_error(by_group(a, ~ (year > 1900)), class = "ccdpanel_error_group")
  expect_output(print(groups$remote), "Midwest: 204 rows, 12 units", fixed = TRUE)
  # Another covariance of a group's fit asks for its own rows.
  expect_lt(relative(
    vcov(groups$remote$West, "HC1"), vcov(groups$local$West, "HC1")
  ), 1e-10)
})

test_that("groups of a system are its fits to their rows", {
  con <- sqlite()
  equations <- list(
    output = log(output) ~ log(employment) + log(highways),
    capital = log(private_capital) ~ log(output) + unemployment
  )
  refit <- function(data, ...) system_reg(equations, data, fe = ~year, vcov = ~state, ...)
  a <- refit(stored(con, state_capital), remote = "cells")
  expect_same_groups(
    a, refit(as.data.frame(state_capital)), ~region, queries = 2, same = function(a, b) {
    expect_lt(relative(coef(a), coef(b)), 1e-10)
    expect_lt(relative(sqrt(diag(vcov(a))), sqrt(diag(vcov(b)))), 1e-10)
    expect_equal(a$dof, b$dof)
  })
})

test_that("groups by dates and times, and rows before one", {
  con <- postgres()
  DBI::dbExecute(con, paste(
    "CREATE TABLE firms AS SELECT i % 7 AS firm, ('2020-01-01'::date + i % 4) AS day,",
    "'2020-03-01 10:00'::timestamp + (i % 3) * interval '0.000001 seconds' AS at,",
    "'2020-03-01 10:00+02'::timestamptz + (i % 3) * interval '1.5 hours' AS zoned,",
    "sin(i * i) AS x, (cos(i) + i % 7)::float8 AS y FROM generate_series(1, 280) AS i"
  ))
  table <- dplyr::tbl(con, "firms")
  expect_dated_groups <- function(table) {
    local <- as.data.frame(dplyr::collect(table))
    a <- fe_reg(y ~ x | firm, table, vcov = ~firm, remote = "cells")
    b <- fe_reg(y ~ x | firm, local, vcov = ~firm)
    for (by in list(~day, ~at, ~zoned, ~ (day > as.Date("2020-01-02")))) {
      groups <- expect_same_groups(a, b, by, queries = if (products_too(table$src$con)) 2 else 3)
      expect_length(groups$local, switch(deparse1(by[[2]]), day = 4, at = 3, zoned = 3, 2))
    }
    for (subset in list(
      ~ day < "2020-01-03", ~ day %in% as.Date(c("2020-01-03", "2020-01-01")),
      ~ zoned >= as.POSIXct("2020-03-01 09:00", tz = "UTC")
    )) {
      expect_same_fit(
        fe_reg(y ~ x | firm, table, subset = subset, remote = "cells"),
        fe_reg(y ~ x | firm, local, subset = subset)
      )
    }
    expect_error(
      fe_reg(y ~ x, table, subset = ~ day < x, remote = "cells"),
      class = "ccdpanel_error_remote_term"
    )
  }
  expect_dated_groups(table)
  other <- DBI::dbConnect(RSQLite::SQLite(), ":memory:", extended_types = TRUE)
  on.exit(DBI::dbDisconnect(other), add = TRUE)
  expect_dated_groups(stored(other, dplyr::collect(table)))
})

test_that("groups on PostgreSQL are too, by truth values as well", {
  con <- postgres()
  expect_same_firm_groups(con)
  d <- data.frame(g = rep(c(TRUE, FALSE, NA), 40), year = rep(1:6, 20), x = sin(1:120))
  d$y <- cos(1:120) + d$x * d$g %in% TRUE
  table <- stored(con, d)
  local <- as.data.frame(dplyr::collect(table))
  a <- fe_reg(y ~ x | year, table, vcov = ~year, remote = "cells")
  expect_message(by_group(a, ~g), class = "ccdpanel_message_no_group")
  expect_same_groups(a, fe_reg(y ~ x | year, local, vcov = ~year), ~g, queries = 1)
})

test_that("the group of an empty string is that group, and no later fit of the whole table", {
  con <- sqlite()
  set.seed(1)
  d <- data.frame(x = rnorm(60), y = rnorm(60), kind = rep(c("", "a", "b"), c(30, 20, 10)))
  fit <- fe_reg(y ~ x, stored(con, d), remote = "cells")
  groups <- by_group(fit, ~kind)
  expect_named(groups, names(by_group(fe_reg(y ~ x, d), ~kind)))
  expect_equal(coef(groups[[1]]), coef(lm(y ~ x, d, subset = kind == "")), tolerance = 1e-10)
  again <- fe_reg(y ~ x, dplyr::tbl(con, "firms"), vcov = ~kind, remote = "cells")
  expect_same_fit(again, fe_reg(y ~ x, d, vcov = ~kind))
})

test_that("an instrument that has one value in a group is none there, as in memory", {
  con <- sqlite()
  d <- data.frame(g = rep(0:1, each = 60), year = 1:6, z1 = sin(1:120), z2 = cos((1:120)^2))
  d$e <- d$z1 + d$z2 / 2 + sin((1:120)^2)
  d$y <- d$e + cos(1:120) + .1 * d$year
  table <- stored(con, d)
  for (estimator in c("2sls", "gmm")) {
    refit <- function(data, ...) {
      fe_reg(
        y ~ 1 | year | e ~ z1 + z2 + z1:g, data, vcov = "HC1", estimator = estimator, ...
      )
    }
    remote <- suppressMessages(by_group(refit(table, remote = "cells"), ~g))
    local <- suppressMessages(by_group(refit(d), ~g))
    for (name in names(local)) {
      expect_same_fit(remote[[name]], local[[name]])
      own <- iv_tests(local[[name]])
      expect_equal(iv_tests(remote[[name]])$df, own$df)
      expect_lt(relative(iv_tests(remote[[name]])$statistic, own$statistic), 1e-9)
    }
    expect_identical(remote[[1]]$collinear, "z1:g")
  }
  # A column that is zero in a group, without effects and without a constant.
  d$x <- d$z1 * (1 - d$g)
  table <- stored(con, d)
  for (f in list(y ~ x + z2, y ~ 0 + x + z2)) {
    remote <- suppressMessages(by_group(fe_reg(f, table, remote = "cells"), ~g))
    local <- suppressMessages(by_group(fe_reg(f, d), ~g))
    for (name in names(local)) expect_same_fit(remote[[name]], local[[name]])
    expect_identical(remote[[2]]$collinear, "x")
  }
})

test_that("what only rows alone in their levels have is no group, as in memory", {
  con <- sqlite()
  d <- data.frame(
    p = rep(c("a", "b", "c"), c(8, 40, 40)), id = c(1:8, rep(1:8, 10)), x = sin(1:88),
    y = cos((1:88)^2)
  )
  fits <- suppressMessages(list(
    fe_reg(y ~ x | p^id, stored(con, d), remote = "cells"), fe_reg(y ~ x | p^id, d)
  ))
  groups <- lapply(fits, by_group, by = ~p)
  expect_identical(names(groups[[1]]), c("b", "c"))
  expect_equal(lapply(groups[[1]], coef), lapply(groups[[2]], coef), tolerance = 1e-10)
  d <- d[d$p != "c", ]
  fit <- suppressMessages(fe_reg(y ~ x | p^id, stored(con, d), remote = "cells"))
  expect_error(by_group(fit, by = ~p), "`p` makes 1", class = "ccdpanel_error_group")
})
