# Splits of a fit in a database are those of the collected rows: cuts, groups, counts and fits.
expect_same_splits <- function(con, cases) {
  d <- uneven_firms(800)
  d$step <- round(d$w, 1)
  d$w[d$city == 3] <- NA
  d$day <- as.numeric(d$city)
  table <- stored(con, d)
  local <- as.data.frame(dplyr::collect(table))
  f <- output ~ digital | year + industry
  a <- suppressMessages(fe_reg(f, table, vcov = ~city, remote = "cells"))
  b <- suppressMessages(fe_reg(f, local, vcov = ~city))
  for (case in cases) {
    said <- function(fit) {
      tryCatch(do.call(by_group, c(list(fit), case)), ccdpanel_message_no_group = conditionMessage)
    }
    if (is.character(said(b))) expect_identical(said(a), said(b))
    x <- suppressMessages(do.call(by_group, c(list(a), case)))
    y <- suppressMessages(do.call(by_group, c(list(b), case)))
    expect_named(x, names(y))
    expect_equal(attr(x, "grouping")$at, attr(y, "grouping")$at, tolerance = 1e-13)
    known <- setdiff(names(attr(y, "groups")), if (anyNA(attr(x, "groups")$units)) "units")
    expect_equal(attr(x, "groups")[known], attr(y, "groups")[known], tolerance = 1e-13)
    for (name in names(y)) {
      expect_equal(x[[name]]$sample$n, y[[name]]$sample$n)
      # Rows that the whole fit left out are in no group in memory, and in theirs in the database.
      own <- x[[name]]
      own$sample$counts <- y[[name]]$sample$counts
      expect_same_fit(own, y[[name]])
    }
  }
}

unit_splits <- list(
  list(~w, split = "median"), list(~w, split = "mean", unit = ~kind),
  list(~w, split = c(.45, .5, .55), labels = c("a", "b", "c", "d")),
  list(~ log(w + 1), split = "median", unit = ~province),
  list(~w, split = "median", unit = ~ (digital > .5)), list(~day, split = 30)
)
row_splits <- list(
  list(~w, split = "median", of = "observation"), list(~step, split = "median", of = "observation"),
  list(~step, split = c(.3, .6), of = "observation"),
  list(~ w * 2, split = "mean", of = "observation")
)

test_that("splits by unit and by observation are those of the rows", {
  con <- sqlite()
  expect_same_splits(con, c(unit_splits, row_splits))
})

test_that("and on PostgreSQL", {
  con <- postgres()
  expect_same_splits(con, c(unit_splits[c(1, 4, 5)], row_splits[1:2]))
})

test_that("splits of a system are those of its rows", {
  con <- sqlite()
  equations <- list(
    output = log(output) ~ log(employment) + log(highways),
    capital = log(private_capital) ~ log(output) + unemployment
  )
  refit <- function(data, ...) system_reg(equations, data, fe = ~year, vcov = ~state, ...)
  a <- refit(stored(con, state_capital), remote = "cells")
  b <- refit(as.data.frame(state_capital))
  for (case in list(
    list(~water, split = "median"), list(~unemployment, split = c(5, 7), of = "observation")
  )) {
    x <- do.call(by_group, c(list(a), case))
    y <- do.call(by_group, c(list(b), case))
    expect_equal(attr(x, "groups"), attr(y, "groups"))
    for (name in names(y)) {
      expect_lt(relative(coef(x[[name]]), coef(y[[name]])), 1e-10)
      expect_lt(relative(sqrt(diag(vcov(x[[name]]))), sqrt(diag(vcov(y[[name]])))), 1e-10)
    }
  }
})

test_that("a median leaves out rows that are alone, whatever is equal to them", {
  con <- sqlite()
  # Rows of levels of their own, among the values of others and beside them.
  d <- data.frame(
    g = c(rep(1:3, each = 5), 4:8),
    x = c(1, 2, 2, 3, 5, 2, 2, 4, 4, 6, 1, 3, 3, 5, 7, 2, 2, 3, 7, 9)
  )
  d$y <- sin(seq_along(d$g)) + d$x
  d$z <- cos(seq_along(d$g))
  for (drop in list(integer(), 16, 16:17, 16:20, c(1, 20), 2:4)) {
    e <- if (length(drop)) d[-drop, ] else d
    a <- suppressMessages(fe_reg(y ~ z | g, stored(con, e), remote = "cells"))
    x <- suppressMessages(by_group(a, ~x, split = "median", of = "observation"))
    stays <- e$g %in% e$g[duplicated(e$g)]
    expect_identical(attr(x, "grouping")$at, median(e$x[stays]))
    expect_identical(sum(attr(x, "groups")$rows), sum(stays))
  }
})

test_that("what cannot be split is an error with rows and without", {
  con <- sqlite()
  table <- stored(con, state_capital)
  fit <- fe_reg(log(output) ~ unemployment | region, table, remote = "cells")
  bad <- function(class, ...) {
    expect_error(by_group(fit, ...), class = paste0("ccdpanel_error_", class))
  }
  bad("unit", ~water, split = "median")
  bad("group", ~division, split = "median", of = "observation")
  bad("group", ~ (water > 3), split = "median", unit = ~state)
  bad("group", ~water, split = "third", unit = ~state)
  bad("group", ~water, split = 1e9, unit = ~state)
  bad("group", ~water, split = "median", unit = ~state, labels = "one")
  bad("column", ~nowhere, split = "median", unit = ~state)
})
