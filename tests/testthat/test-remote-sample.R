test_that("what is lost is counted by reason and variable, as in memory, and said once", {
  con <- sqlite()
  d <- uneven_firms()
  fits <- expect_same_reg(con, d, output ~ digital | province + year, weights = ~w,
    subset = ~ industry < 20)
  expect_named(
    fits$remote$sample$counts,
    c("total", "subset", "missing_by", "missing", "zero_weight", "singletons")
  )
  expect_message(
    fe_reg(output ~ digital | province, stored(con, d), remote = "cells"),
    class = "ccdpanel_message_dropped"
  )
  names(d)[match("digital", names(d))] <- "digi `tal"
  expect_same_reg(con, d, output ~ `digi \`tal` + kind | province + year)
  d$z <- d$w + 0 * d$`digi \`tal`
  expect_same_reg(con, d, output ~ z + I(z^2) | province[z])
})

test_that("values without a logarithm, text and negative weights are errors that count them", {
  con <- sqlite()
  d <- data.frame(id = rep(1:5, 4), x = c(0, 0, 1:18), y = sqrt(1:20), z = 1:20 - 3.5, t = "a")
  refit <- function(...) fe_reg(..., data = stored(con, d), remote = "cells")
  expect_error(refit(y ~ log(x) | id), "2 rows", class = "ccdpanel_error_infinite")
  expect_error(refit(y ~ I(1 / x) | id), "2 rows", class = "ccdpanel_error_infinite")
  expect_error(refit(y ~ x | id, weights = ~z), "3 of 20", class = "ccdpanel_error_weights")
  expect_error(refit(y ~ x, subset = ~ x > 99), class = "ccdpanel_error_empty_sample")
  none <- function(...) fe_reg(y ~ x, stored(con, d[0, ]), ..., remote = "cells")
  for (asked in list(list(), list(subset = ~ x > 1), list(weights = ~x))) {
    expect_error(
      do.call(none, asked), "must have rows to fit", class = "ccdpanel_error_empty_sample"
    )
  }
  expect_error(refit(y ~ x, subset = ~x), class = "ccdpanel_error_subset")
  expect_error(refit(t ~ x), class = "ccdpanel_error_response")
  # Of rows that are left out anyway nothing is asked.
  expect_same_reg(con, d, y ~ log(x) | id, subset = ~ x > 0)
  expect_message(refit(y ~ log(z) | id), class = "ccdpanel_message_dropped")
  DBI::dbExecute(con, "UPDATE firms SET x = 'many' WHERE z = 5.5")
  expect_error(
    fe_reg(y ~ x | id, dplyr::tbl(con, "firms"), remote = "cells"), "text in 1 row",
    class = "ccdpanel_error_evaluate"
  )
  d$x[3] <- Inf
  expect_error(refit(y ~ x | id), class = "ccdpanel_error_infinite")
})
