# Units come in any order of the engine's: which of them have gaps is in brackets at the end.
without_names <- function(said) gsub(" [(][^()]*[)][.]$", ".", said)

holed <- function() {
  id <- c("Hebei", "Hebei Province", "Beijing", "Tianjin", "Utah")
  d <- expand.grid(year = 2001:2005, id = id, stringsAsFactors = FALSE)
  d <- transform(d, x = sin(1:25)^2, y = cos((1:25)^2)^2, z = sqrt(1:25) / 5)
  d$g <- rep(c("East", "east ", "West", "West", "North"), each = 5)
  d[-c(3, 10, 11, 18), ]
}

panel <- c("id", "year")

test_that("a table's panel and levels are said as those of its rows, once", {
  con <- sqlite()
  sheet <- data.frame(
    system = c("p", "q"), dimension = "d", indicator = c("y", "z"), direction = "+"
  )
  both <- list(a = y ~ x, b = z ~ x)
  calls <- list(
    quote(fe_reg(y ~ x | id, data, panel = panel)),
    quote(fe_reg(y ~ l(x) | year, data, panel = panel, vcov = ~g)),
    quote(fe_reg(y ~ x + g | id, data)), quote(fe_reg(y ~ x | id^g, data)),
    quote(fe_reg(y ~ x | g, data, subset = ~ g != "East")),
    quote(fe_reg(y ~ x | id, data, panel = panel, subset = ~ year > 2001)),
    quote(vcov(fe_reg(y ~ x | year, data), ~g)), quote(by_group(fe_reg(y ~ x, data), ~g)),
    quote(system_reg(both, data, fe = ~id, method = "ols", panel = panel)),
    quote(vcov(system_reg(both, data, method = "ols"), ~g)),
    quote(add_controls(fe_reg(y ~ x | id, data), ~g)),
    quote(composite_index(data, sheet, panel)), quote(coupling(data, c("y", "z"), panel))
  )
  d <- holed()
  table <- stored(con, d)
  in_cells <- function(code) {
    if (!is.call(code)) return(code)
    code[] <- lapply(as.list(code), in_cells)
    if (rlang::is_call(code, c("fe_reg", "system_reg"))) code$remote <- "cells"
    code
  }
  count <- 0
  for (code in calls) {
    for (class in c("unbalanced", "spellings")) {
      own <- without_names(said(eval(code, list(data = d)), class))
      count <- count + length(own)
      found <- said(eval(in_cells(code), list(data = table)), class)
      expect_identical(without_names(found), own, label = deparse1(code))
      found <- said(eval(code, list(data = table)), class)
      expect_identical(without_names(found), own, label = deparse1(code))
    }
  }
  expect_gt(count, 12)
  # An index has said it.
  index <- suppressMessages(composite_index(table, sheet, panel))
  expect_length(said(coupling(index)), 0)
})

test_that("gaps are counted and units that have them named, whatever times and units are", {
  con <- sqlite()
  shape <- function(d) {
    columns <- ccdpanel:::remote_columns(stored(con, d), "data", NULL)
    ccdpanel:::check_remote_panel(columns, panel, NULL, lags = FALSE)
  }
  parts <- c("rows", "units", "times", "lacking", "gaps")
  # By powers of two, and by pairs where times are more.
  for (times in c(4, 46, 47)) {
    for (word in c("", "t")) {
      d <- expand.grid(year = paste0(word, seq_len(times)), id = c(7L, 8L, 9L))
      d <- transform(d, year = if (nzchar(word)) as.character(year) else as.integer(year))
      expect_equal(shape(d)$lacking, 0)
      # A gap of 8, an end of 7, and the first and a gap of 9.
      gone <- d[-c(times + 2, times, 2 * times + c(1, 3)), ]
      found <- shape(gone)
      expect_equal(unlist(found[parts]), c(
        rows = 3 * times - 4, units = 3, times = times, lacking = 3, gaps = 2
      ))
      expect_equal(unlist(found[parts]), unlist(panel_shape(gone$id, gone$year)[parts]))
      expect_identical(found$first, "8, 9")
    }
  }
  # Of units with the same gap one is named.
  d <- expand.grid(year = 1:3, id = 1:9)
  expect_identical(shape(d[!(d$year == 2 & d$id > 2), ])$first, "3 and 6 more")
})

test_that("a panel that is declared must have each unit and time once, though no lag asks", {
  con <- sqlite()
  d <- holed()
  refit <- function(d) {
    suppressMessages(fe_reg(y ~ x, stored(con, d), panel = panel, remote = "cells"))
  }
  expect_error(
    refit(rbind(d, d[c(2, 2, 4), ])), "3 rows repeat", class = "ccdpanel_error_duplicate"
  )
  # Times that together are another's power of two, and a unit with one twice that lacks another.
  expect_error(
    refit(data.frame(id = 1, year = c(1, 1, 3, 4), x = 1:4, y = c(2, 1, 4, 1))), "1 row repeats",
    class = "ccdpanel_error_duplicate"
  )
  expect_error(refit(replace(d, "id", NA_character_)), class = "ccdpanel_error_panel")
  d$year[4] <- NA
  expect_error(refit(d), "in 1 row", class = "ccdpanel_error_panel")
})

test_that("the panel costs one query of times and one by units, and one of units that are text", {
  con <- sqlite()
  d <- holed()
  queries <- function(d, ...) {
    fit <- fe_reg(y ~ x | year, stored(con, d), ..., remote = "cells")
    nrow(suppressMessages(fit)$remote$queries)
  }
  old <- options(ccdpanel.remote_keep = FALSE)
  on.exit(options(old), add = TRUE)
  suppressMessages({
    plain <- queries(d)
    expect_equal(queries(d, panel = panel), plain + 3)
    numbered <- transform(d, id = as.integer(factor(id)))
    expect_equal(queries(numbered, panel = panel), plain + 2)
    lags <- fe_reg(y ~ l(x), stored(con, numbered), panel = panel, remote = "cells")
  })
  expect_equal(sum(grepl("GROUP BY `.ccd_u`", lags$remote$queries$sql, fixed = TRUE)), 1)
})

test_that("PostgreSQL has times and units of its own types", {
  con <- postgres()
  DBI::dbExecute(con, paste(
    "CREATE TABLE firms AS SELECT md5(i::text)::uuid AS id, d::date AS day, i::float8 AS x,",
    "sin(i + extract(doy FROM d)) AS y, d > '2020-03-01' AS late",
    "FROM generate_series(1, 5) AS i, generate_series(timestamp '2020-01-01', '2020-06-01',",
    "'1 month') AS d WHERE NOT (i = 2 AND d = '2020-03-01')"
  ))
  table <- dplyr::tbl(con, "firms")
  text <- paste0(
    "Unbalanced panel: 29 rows for 5 units (id) and 6 times (day), 30 if it were balanced; 1 unit ",
    "lacks times, between its first and last."
  )
  refit <- function(panel, formula = y ~ x, where = TRUE) {
    fe_reg(formula, dplyr::filter(table, !!where), panel = panel, remote = "cells")
  }
  expect_identical(said(refit(c("id", "day"))), text)
  expect_error(refit(c("id", "late")), class = "ccdpanel_error_duplicate")
  some <- quote(day == "2020-01-01" | day == "2020-06-01")
  expect_length(said(refit(c("x", "late"), where = some)), 0)
  d <- as.data.frame(dplyr::collect(dplyr::filter(table, !!some)))
  expect_same_fit(
    suppressMessages(refit(c("x", "late"), y ~ d(y) + l(x), some)),
    suppressMessages(fe_reg(y ~ d(y) + l(x), d, panel = c("x", "late")))
  )
})
