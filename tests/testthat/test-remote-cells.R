test_that("cells are counted, and rows alone in a level leave in turn", {
  con <- sqlite()
  # Row 4 is alone in unit c; without it row 3 is alone in year 2; without that, row 2 in unit b.
  d <- data.frame(
    unit = c("a", "b", "b", "c", "a", "a", "a"), year = c(1, 1, 2, 2, 1, 3, 3),
    x = c(1, 4, 2, 8, 3, 5, 7), y = c(2, 1, 5, 3, 4, 6, 9)
  )
  fits <- expect_same_reg(con, d, y ~ x | unit + year)
  expect_equal(fits$remote$sample$counts$singletons, 3)
  expect_equal(fits$remote$remote$cells, 2)
  expect_error(
    fe_reg(y ~ x | unit, stored(con, d[c(1, 2, 4), ]), remote = "cells"),
    class = "ccdpanel_error_empty_sample"
  )
})

# The error of a fit of a table that loses the rows of a year between its first two queries.
expect_changed <- function(con, d, year, text) {
  table <- stored(con, d)
  lost <- FALSE
  old <- options(ccdpanel.remote_log = function(sql) {
    if (lost || !grepl("total", sql)) return()
    lost <<- TRUE
    DBI::dbExecute(con, paste("DELETE FROM firms WHERE year =", year))
  })
  on.exit(options(old), add = TRUE)
  expect_error(
    fe_reg(output ~ unemployment | region, table, remote = "cells"), text,
    class = "ccdpanel_error_changed"
  )
}

test_that("a table that changes between two queries is an error, and not a fit", {
  expect_changed(sqlite(), state_capital, 1970, "816 rows were used, then 768")
})

test_that("of rows that change between those counted and those used nothing is fitted", {
  d <- state_capital
  d$unemployment[3] <- NA
  expect_changed(sqlite(), d, 1971, "816 rows were used, then 767|then 767|then 768")
})

test_that("cells with their products are those and the products of groups of cells", {
  con <- postgres()
  d <- uneven_firms()
  table <- stored(con, d)
  fit <- function() {
    suppressMessages(fe_reg(
      output ~ size + digital + factor(industry) | province + year, table, weights = ~w,
      vcov = ~city, remote = "cells"
    ))
  }
  old <- options(ccdpanel.remote_keep = FALSE)
  on.exit(options(old), add = TRUE, after = FALSE)
  one <- fit()
  few <- ccdpanel:::few_groups
  utils::assignInNamespace("few_groups", function(...) FALSE, "ccdpanel")
  on.exit(utils::assignInNamespace("few_groups", few, "ccdpanel"), add = TRUE, after = FALSE)
  two <- fit()
  expect_equal(nrow(two$remote$queries), nrow(one$remote$queries) + 1)
  expect_equal(coef(one), coef(two), tolerance = 1e-11)
  expect_equal(vcov(one), vcov(two), tolerance = 1e-11)
})
