expect_same_descriptives <- function(con) {
  set.seed(2)
  d <- data.frame(
    g = sample(c("b", "a", "\u5b89"), 101, TRUE), h = sample(3L, 101, TRUE), x = rnorm(101),
    y = 1e8 + rnorm(101), k = sample(5L, 101, TRUE)
  )
  d$x[c(4, 50)] <- NA
  d <- rbind(d, data.frame(g = "one", h = 9L, x = NA, y = 1, k = 1L))
  table <- stored(con, d)
  expect_equal(descriptives(table, c("x", "y", "k")), descriptives(d, c("x", "y", "k")),
    tolerance = 1e-13)
  expect_equal(
    descriptives(table, c("x", "y"), by = c("g", "h")),
    descriptives(d, c("x", "y"), by = c("g", "h")), tolerance = 1e-13
  )
  expect_equal(descriptives(table)$variable, descriptives(d)$variable)
  expect_error(descriptives(table, "g"), class = "ccdpanel_error_type")
  expect_error(descriptives(table, "none"), class = "ccdpanel_error_column")
  d$g[3] <- NA
  d$x[1] <- Inf
  table <- stored(con, d)
  expect_error(descriptives(table, "y", by = "g"), class = "ccdpanel_error_group")
  expect_error(descriptives(table, "x"), "x (1)", fixed = TRUE, class = "ccdpanel_error_infinite")
}

test_that("descriptive statistics are those of the rows, percentiles included", {
  con <- sqlite()
  expect_same_descriptives(con)
})

test_that("they are on PostgreSQL", {
  con <- postgres()
  expect_same_descriptives(con)
})
