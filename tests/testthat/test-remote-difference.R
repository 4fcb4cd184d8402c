# Groups of a fit in a database are compared as those of the collected rows are.
expect_same_differences <- function(con, cases = 1:6) {
  d <- uneven_firms(800)
  set.seed(5)
  d$z <- d$digital + rnorm(nrow(d))
  table <- stored(con, d)
  local <- as.data.frame(dplyr::collect(table))
  all <- c("chow", "stacked", "wald")
  for (case in list(
    list(list(output ~ digital + w | year + industry, vcov = ~city), list(~kind), all),
    list(list(output ~ digital + w | year, vcov = "HC1"), list(~kind), all),
    list(list(output ~ w | year | digital ~ z, vcov = ~ city + year), list(~ (year > 2004)), all),
    list(
      list(output ~ w | year | digital ~ z + I(z^2), vcov = ~city, estimator = "gmm"), list(~kind),
      "stacked"
    ),
    list(
      list(output ~ w | industry | digital ~ z + I(z^2), vcov = "HC0", estimator = "gmm"),
      list(~w, split = "median", of = "observation"), "stacked"
    ),
    list(
      list(output ~ digital + w | year, vcov = ~city, weights = ~w, ssc = "none"),
      list(~digital, split = "median"), all
    )
  )[cases]) {
    refit <- function(data, ...) {
      fit <- suppressMessages(do.call(fe_reg, c(
        unname(case[[1]][1]), list(data = data), case[[1]][-1],
        subset = quote(~ year > 1900), ...)))
      suppressMessages(do.call(by_group, c(list(fit), case[[2]])))
    }
    a <- refit(table, remote = "cells")
    b <- refit(local)
    numbers <- c("first", "second", "difference", "std.error", "statistic", "df", "p.value")
    interactions <- if ("chow" %in% case[[3]] && is.null(b[[1]]$instruments)) {
      list(list(interact = "all"), list(interact = "term"))
    } else {
      list(list())
    }
    for (interact in interactions) {
      compared <- function(groups) {
        suppressMessages(do.call(
          group_difference, c(list(groups, method = case[[3]]), interact)
        ))
      }
      x <- compared(a)
      y <- compared(b)
      expect_identical(x[c("method", "groups", "term")], y[c("method", "groups", "term")])
      # A p value is as far from another as its statistic times it.
      for (name in numbers) expect_equal(x[[name]], y[[name]], tolerance = 1e-9, label = name)
      known <- is.finite(y$std.error) & is.finite(y$difference)
      expect_lt(relative(x$difference[known], y$difference[known]), 1e-10)
      expect_lt(relative(x$std.error[known], y$std.error[known]), 1e-10)
    }
  }
}

test_that("Chow's, stacked and Wald's differences are those of the rows", {
  con <- sqlite()
  expect_same_differences(con)
  table <- stored(con, state_capital)
  fit <- fe_reg(log(output) ~ unemployment | region, table, vcov = ~state, remote = "cells")
  groups <- by_group(fit, ~division)
  expect_error(
    group_difference(groups, method = "permutation"), "permutation",
    class = "ccdpanel_error_needs_rows"
  )
})

test_that("and on PostgreSQL", {
  con <- postgres()
  expect_same_differences(con, c(1, 3, 5))
})
