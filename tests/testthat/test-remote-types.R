test_that("whole numbers, decimals, truth values and dates are what R takes them for", {
  con <- postgres()
  skip_if_not_installed("bit64")
  DBI::dbExecute(con, paste(
    "CREATE TABLE firms AS SELECT (i % 7 + 9007199254740000)::bigint AS firm, i % 5 AS year,",
    "2000000000 + i AS large, (sin(i) * 1e8)::numeric(38,10) AS exact, (i % 3 = 0) AS state,",
    "('2020-01-01'::date + i % 4) AS day, (cos(i) + i % 7)::float8 AS y,",
    "('a' || i % 6)::char(4) AS code, (i % 4 / 2.0)::numeric(10,2) AS level, sin(i * i) AS x",
    "FROM generate_series(1, 140) AS i"
  ))
  table <- dplyr::tbl(con, "firms")
  local <- as.data.frame(dplyr::collect(table))
  for (case in list(
    list(y ~ exact + large | firm + day, "HC1"),
    list(y ~ I(large * 0.5 * large) + state | code, "HC1"),
    list(y ~ x + exact | level + state, ~ firm + day), list(y ~ x | firm[year], "HC1"),
    list(y ~ x | state^day, ~code)
  )) {
    expect_same_fit(
      suppressMessages(fe_reg(case[[1]], table, vcov = case[[2]], remote = "cells")),
      suppressMessages(fe_reg(case[[1]], local, vcov = case[[2]]))
    )
  }
})

test_that("columns that are no numbers are refused before a query is", {
  con <- postgres()
  DBI::dbExecute(con, paste(
    paste0(
      "CREATE TABLE firms AS SELECT i AS y, i::money AS paid, '\\\\x01'::bytea AS raw, ",
      "'2020-01-01'::date"
    ),
    "+ i AS day, '00:01'::time AS hour, '{}'::json AS other, now() AS at, i % 3 AS g, sin(i) AS x",
    "FROM generate_series(1, 30) AS i"
  ))
  table <- dplyr::tbl(con, "firms")
  refit <- function(..., remote = "cells") fe_reg(..., data = table, remote = remote)
  for (remote in c("cells", "rows")) {
    for (f in list(y ~ paid, y ~ x | paid, paid ~ x)) {
      expect_error(refit(f, remote = remote), "as.numeric", class = "ccdpanel_error_remote_term")
    }
  }
  expect_error(refit(as.numeric(paid) ~ x), class = "ccdpanel_error_remote_term")
  made <- dplyr::mutate(table, paid = as.numeric(paid))
  expect_equal(
    coef(fe_reg(paid ~ x, made, remote = "cells")), coef(refit(y ~ x)), tolerance = 1e-12
  )
  expect_error(refit(y ~ raw), class = "ccdpanel_error_regressor")
  expect_error(refit(y ~ x | raw), class = "ccdpanel_error_levels")
  expect_error(refit(y ~ log(day)), "a date", class = "ccdpanel_error_remote_term")
  expect_error(refit(y ~ hour), "type time", class = "ccdpanel_error_remote_term")
  expect_equal(DBI::dbGetQuery(con, "SELECT 1 AS one")$one, 1)
})

test_that("NaN is missing, and infinite values are counted, in columns of all kinds", {
  con <- postgres()
  d <- data.frame(g = rep(1:5, 8), x = sin(1:40), y = cos(1:40) + 1:40 / 10, f = rep(c(1, 2.5), 20))
  d$x[3] <- NaN
  d$f[7] <- NaN
  d$y[9] <- NA
  table <- stored(con, d)
  local <- as.data.frame(dplyr::collect(table))
  for (f in list(y ~ x | g, y ~ x | f, y ~ x + f | g, y ~ is.na(x) + f)) {
    expect_same_fit(
      suppressMessages(fe_reg(f, table, vcov = "HC1", remote = "cells")),
      suppressMessages(fe_reg(f, local, vcov = "HC1"))
    )
  }
  d$x[c(11, 12)] <- c(Inf, -Inf)
  table <- stored(con, d)
  expect_error(
    fe_reg(y ~ x | g, table, remote = "cells"), "`x` must be finite; 2 rows",
    class = "ccdpanel_error_infinite"
  )
  expect_error(
    fe_reg(x ~ y | g, table, remote = "cells"), "`x` must be finite; 2 rows",
    class = "ccdpanel_error_infinite"
  )
  expect_message(
    fe_reg(y ~ x | g, table, subset = ~ abs(x) < 9, remote = "cells"),
    class = "ccdpanel_message_dropped"
  )
})

test_that("times are levels to the microsecond, and are sent back as they are", {
  con <- postgres()
  DBI::dbExecute(con, paste(
    "CREATE TABLE firms AS SELECT i AS y, sin(i * i * 3) AS x, cos(i * i) AS z,",
    "'2024-03-10 01:59:59.999999'::timestamptz + (i % 4) * '1 microsecond'::interval AS at,",
    "'1969-12-31 23:59:59.999999'::timestamp + (i % 5) * '0.000001 s'::interval AS local",
    "FROM generate_series(1, 60) AS i"
  ))
  table <- dplyr::tbl(con, "firms")
  own <- as.data.frame(dplyr::collect(table))
  own[c("at", "local")] <- list(1:60 %% 4, 1:60 %% 5)
  for (v in list("HC1", ~local, ~ at + local)) {
    for (f in list(y ~ x | at, y ~ x + z | at + local)) {
      made <- suppressMessages(fe_reg(f, table, vcov = v, remote = "cells"))
      expect_same_fit(made, suppressMessages(fe_reg(f, own, vcov = v)))
    }
  }
})

# Text that the engine takes for the same: levels of R's, five of them.
expect_letters_apart <- function(con, type) {
  set.seed(5)
  d <- data.frame(
    s = sample(c("a", "A", "b", "b ", ""), 80, TRUE), time = 1:80, x = rnorm(80), y = rnorm(80)
  )
  DBI::dbExecute(con, paste("CREATE TABLE cased (s", type, ", time integer, x float, y float)"))
  DBI::dbAppendTable(con, "cased", d)
  table <- dplyr::tbl(con, "cased")
  both <- function(f, ...) {
    remote <- suppressMessages(fe_reg(f, table, ..., remote = "cells"))
    local <- suppressMessages(fe_reg(f, d, ...))
    expect_same_fit(remote, local)
    list(remote, local)
  }
  fits <- both(y ~ x | s, vcov = "HC1")
  found <- dplyr::collect(predict(fits[[1]], newdata = table))
  own <- predict(fits[[2]], newdata = d)
  expect_equal(found$.fitted[order(found$time)], as.vector(own), tolerance = 1e-10)
  both(y ~ x + s, vcov = ~s, subset = ~ s != "A")
  both(y ~ x + I(s %in% c("a", "b")) + l(x), panel = c("s", "time"))
  fits <- both(y ~ x)
  rows <- lapply(fits, function(fit) attr(by_group(fit, ~s), "groups")[c("group", "rows")])
  expect_equal(rows[[1]], rows[[2]])
  expect_equal(descriptives(table, "x", by = "s"), descriptives(d, "x", by = "s"),
    tolerance = 1e-12)
  expect_letters_apart_index(table, d)
}

# As periods of their own, and as groups of an index and a coupling.
expect_letters_apart_index <- function(table, d) {
  sheet <- data.frame(
    indicator = c("x", "y"), system = c("P", "Q"), dimension = c("p", "q"), direction = c("+", "-")
  )
  both <- lapply(list(table, d), function(data) {
    index <- suppressMessages(composite_index(data, sheet, c("time", "s"), scope = "period"))
    list(index = index, coupling = coupling(index))
  })
  for (name in c("index", "coupling")) {
    found <- as.data.frame(dplyr::collect(both[[1]][[name]]))
    own <- as.data.frame(both[[2]][[name]])
    expect_equal(
      found[order(found$time), ], own[order(own$time), ], tolerance = 1e-10,
      ignore_attr = TRUE
    )
    expect_equal(
      as.data.frame(summary(both[[1]][[name]], by = "s")),
      as.data.frame(summary(both[[2]][[name]], by = "s")), tolerance = 1e-10,
      ignore_attr = TRUE
    )
  }
}

test_that("text that only letters or blanks tell apart stays apart, whatever its collation", {
  expect_letters_apart(sqlite(), "TEXT COLLATE NOCASE")
  expect_letters_apart(sqlite(), "TEXT COLLATE RTRIM")
})

test_that("so it does in PostgreSQL", {
  con <- postgres()
  made <- tryCatch(DBI::dbExecute(con, paste(
    "CREATE COLLATION cased_letters (provider = icu, locale = 'und-u-ks-level2',",
    "deterministic = false)"
  )), error = function(e) NULL)
  skip_if(is.null(made), "PostgreSQL was built without ICU")
  on.exit(DBI::dbExecute(con, "DROP TABLE IF EXISTS cased"), add = TRUE, after = FALSE)
  expect_letters_apart(con, "text COLLATE cased_letters")
})
