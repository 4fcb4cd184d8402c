expect_same_coupling <- function(con) {
  set.seed(5)
  u <- data.frame(
    city = 1:60, year = 2001, u1 = runif(60), u2 = runif(60), u3 = runif(60), note = "x"
  )
  u$u1[1] <- 0
  u[2, 3:5] <- 0
  u$u2[3] <- 1
  # On the edge of a level, a product too small for a double, and a missing score.
  u[4, 3:5] <- 0.09
  u[5, 3:5] <- 1e-120
  u$u3[6] <- NA
  u[7, 3:5] <- 1
  table <- stored(con, u)
  both <- function(...) {
    arguments <- list(systems = c("u1", "u2", "u3"), panel = c("city", "year"), ...)
    got <- suppressMessages(dplyr::collect(do.call(coupling, c(list(table), arguments))))
    own <- suppressMessages(do.call(coupling, c(list(u), arguments)))
    expect_equal(got, own, tolerance = 1e-12)
    expect_identical(got$level, own$level)
  }
  for (model in c("standard", "wang", "fan")) both(model = model, language = "zh")
  both(model = "power", k = 2, scheme = "five", closed = "left")
  both(weights = "entropy", scheme = "four")
  both(weights = c(u3 = .5, u1 = .2, u2 = .3), rescale = c(0.01, 0.99), closed = "left")
  both(scheme = "five", labels = c("one", "two", "three", "it's", "five"))
}

expect_same_summaries <- function(con) {
  panel <- c("state", "year")
  lazy <- coupling(composite_index(
    stored(con, state_capital), state_sheet(), panel, keep = "region"
  ))
  own <- coupling(composite_index(state_capital, state_sheet(), panel, keep = "region"))
  expect_equal(summary(lazy), summary(own), tolerance = 1e-12)
  expect_equal(summary(lazy, growth = TRUE), summary(own, growth = TRUE), tolerance = 1e-10)
  expect_error(summary(lazy, above = TRUE), class = "ccdpanel_error_needs_rows")
  expect_equal(
    summary(lazy, by = "region", how = "D_of_means"),
    summary(own, by = "region", how = "D_of_means"), tolerance = 1e-12
  )
  expect_output(print(lazy), "A lazy table")
  lazy
}

expect_same_way <- function(con) {
  states <- stored(con, state_capital)
  panel <- c("state", "year")
  cc <- coupling(composite_index(states, state_sheet(), panel, keep = c("region", "unemployment")))
  fit <- fe_reg(D ~ unemployment | region + year, cc, vcov = ~region, remote = "cells")
  # Cells of region and year, and clusters: no query gives more.
  expect_lte(max(fit$remote$queries$rows), 4 * 17)
  own <- coupling(composite_index(
    state_capital, state_sheet(), panel, keep = c("region", "unemployment")
  ))
  expect_same_fit(fit, fe_reg(D ~ unemployment | region + year, own, vcov = ~region))
}

test_that("degrees and levels are those of the rows, by every model, in two languages", {
  con <- sqlite()
  expect_same_coupling(con)
})

test_that("summaries are those of the rows", {
  con <- sqlite()
  lazy <- expect_same_summaries(con)
  skip_if_not(l10n_info()[["UTF-8"]], "the session cannot print Chinese letters")
  expect_output(print(lazy, language = "zh"), "\u60f0\u6027")
})

test_that("from the sheet to the model no row leaves the database", {
  con <- sqlite()
  expect_same_way(con)
})

test_that("degrees, summaries and the whole way are those of the rows on PostgreSQL", {
  con <- postgres()
  expect_same_coupling(con)
  expect_same_summaries(con)
  expect_same_way(con)
})

test_that("scores that are none are refused as in memory", {
  con <- sqlite()
  u <- data.frame(city = 1:3, year = 1, a = c(.1, 2, .3), b = c(.2, .3, .4))
  table <- stored(con, u)
  of <- function(x) tryCatch(coupling(x, c("a", "b"), c("city", "year")), error = identity)
  expect_s3_class(of(table), "ccdpanel_error_scores")
  expect_identical(conditionMessage(of(table)), conditionMessage(of(u)))
  expect_error(coupling(table, "a", c("city", "year")), class = "ccdpanel_error_systems")
  expect_error(coupling(table, c("a", "b")), class = "ccdpanel_error_panel")
  same <- dplyr::mutate(table, d = 1)
  expect_error(coupling(same, c("a", "b"), c("city", "year")), class = "ccdpanel_error_name")
  none <- dplyr::filter(table, a > 9)
  expect_error(coupling(none, c("a", "b"), c("city", "year")), class = "ccdpanel_error_empty")
  expect_error(lead_lag(coupling(dplyr::filter(table, a < 1), c("a", "b"), c("city", "year"))),
    class = "ccdpanel_error_needs_rows")
})

test_that("means of what is computed in many steps are those in memory, by other verbs too", {
  set.seed(5)
  d <- expand.grid(u = paste0("u", 1:12), yr = as.character(8:12), stringsAsFactors = FALSE)
  d[c("x", "y", "z")] <- stats::runif(180)
  sheet <- data.frame(
    indicator = c("x", "y", "z"), system = c("P", "P", "Q"), direction = c("+", "-", "+")
  )
  coupled <- function(data) {
    coupling(composite_index(data, sheet, c("u", "yr"), scope = "period", aggregate = "topsis"))
  }
  here <- coupled(d)
  there <- coupled(stored(sqlite(), d))
  # A query whose steps SQLite wrote into one another stopped here.
  expect_equal(
    as.data.frame(summary(there)), as.data.frame(summary(here)), tolerance = 1e-12,
    ignore_attr = TRUE
  )
  means <- dplyr::collect(dplyr::summarise(
    dplyr::group_by(there, yr), D = mean(D, na.rm = TRUE), s = mean(P * Q, na.rm = TRUE)
  ))
  by <- function(v) tapply(v, here$yr, mean, na.rm = TRUE)[means$yr]
  expect_equal(means$D, as.vector(by(here$D)), tolerance = 1e-12)
  expect_equal(means$s, as.vector(by(here$P * here$Q)), tolerance = 1e-12)
})
