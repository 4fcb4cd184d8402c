# A table with conditions of all kinds, and the columns that R has of them.
conditional_rows <- function() {
  set.seed(4)
  n <- 90
  d <- data.frame(
    g = sample(c("a", "b", "", "a "), n, TRUE), i = sample(-3:4, n, TRUE), x = round(rnorm(n), 1),
    m = round(runif(n), 1), b = sample(c(TRUE, FALSE), n, TRUE), day = "2019-12-31"
  )
  d$day[1:40] <- "2020-01-02"
  d$m[1:9] <- NA
  d$b[10:13] <- NA
  d$y <- d$x + d$i / 3 + rnorm(n)
  d
}

# Terms that are or have conditions, as regressors: estimates, names of coefficients and counts.
expect_same_conditions <- function(con, d, terms) {
  table <- stored(con, d)
  for (some in split(terms, (seq_along(terms) - 1) %/% 5)) {
    f <- as.formula(paste("y ~", paste0("(", some, ")", collapse = " + ")))
    remote <- suppressMessages(fe_reg(f, table, remote = "cells", vcov = "HC1"))
    expect_same_fit(remote, suppressMessages(fe_reg(f, d, vcov = "HC1")))
  }
  table
}

any_engine_terms <- c(
  "I(x > 0)", "(x > 0) * m", "I((x > 0) * m)", "I((x > 0) + (i > 1))", "I((x > 0) == (i > 0))",
  "(i > 0) - (i < 0)", "I(i %in% c(2, 3))", "I(m %in% c(.3, NA))", "I(i %in% c(0, NA))",
  "ifelse(x > 0, TRUE, FALSE)", "ifelse(m > .5, 1, 0)", "I(is.na(m))", "is.na(m):x", "!i",
  "I(i & x)", "I(i | x > 0)", "factor(x > 0)", "factor(x > 0):x", "I(g == 'a')", "g != ''",
  "I(day > '2020-01-01')", "I(abs(x) > 1)", "I(sqrt((x > 0) + 1))"
)

test_that("conditions are what R has of them wherever they stand", {
  con <- sqlite()
  d <- conditional_rows()
  d$b <- NULL
  table <- expect_same_conditions(con, d, any_engine_terms)
  # All digits of a number that is looked for.
  d$x[1:20] <- .1 + .2
  table <- stored(con, d)
  fit <- fe_reg(y ~ i, table, subset = ~ x %in% c(.1 + .2), remote = "cells") |> suppressMessages()
  expect_equal(fit$sample$n, 20)
  fit <- fe_reg(y ~ i, table, subset = ~ x %in% c(.3, .5), remote = "cells") |> suppressMessages()
  expect_equal(fit$sample$n, sum(d$x %in% c(.3, .5)))
})

test_that("on PostgreSQL conditions and columns of truth values are too", {
  con <- postgres()
  d <- conditional_rows()
  terms <- c(
    "b", "!b", "b & (x > 0)", "I(b | (x > 0))", "b == TRUE", "b == 1", "I(b != (x > 0))", "b * x",
    "I(b * x)", "I(b^2)", "exp(b)", "ifelse(b, x, m)", "ifelse(b, 1, 0)", "ifelse(b, TRUE, FALSE)",
    "is.na(b)", "ifelse(is.na(b), 0, b)", "factor(b)", "b:x", "b:g", "I(b %in% TRUE)",
    "as.numeric(b)"
  )
  table <- expect_same_conditions(con, d, c(any_engine_terms, terms))
  for (subset in list(
    ~b, ~ !b, ~ b | x > 0, ~ b == FALSE, ~ !is.na(b) & b, ~ ifelse(b, x > 0, i > 0)
  )) {
    remote <- suppressMessages(fe_reg(y ~ x, table, subset = subset, remote = "cells"))
    expect_same_fit(remote, suppressMessages(fe_reg(y ~ x, d, subset = subset)))
  }
  # As effects, clusters and what is to be explained.
  f <- ifelse(b, 1, 2) ~ x | (i > 0) + ifelse(b, g == "a", x > 0)
  remote <- suppressMessages(fe_reg(f, table, vcov = ~ (x > 1) + i, remote = "cells"))
  expect_same_fit(remote, suppressMessages(fe_reg(f, d, vcov = ~ (x > 1) + i)))
})

test_that("levels that are conditions have their predictions", {
  con <- postgres()
  d <- conditional_rows()
  for (f in list(y ~ factor(x > 0) + i, y ~ I(x > 0) * i + b, y ~ i + factor(b) | (x > 0))) {
    remote <- suppressMessages(fe_reg(f, stored(con, d), remote = "cells"))
    local <- suppressMessages(fe_reg(f, d))
    found <- dplyr::collect(predict(
      remote, newdata = stored(con, cbind(row = seq_len(nrow(d)), d))
    ))
    own <- suppressMessages(predict(local, newdata = d))
    expect_equal(found$.fitted[order(found$row)], as.vector(own), tolerance = 1e-10)
  }
})

test_that("what has one value for all rows, or another order in each system, is an error", {
  con <- sqlite()
  table <- stored(con, conditional_rows())
  refit <- function(f, ...) fe_reg(f, table, ..., remote = "cells")
  for (f in list(y ~ I(1), y ~ pi * x, 2 ~ x, y ~ x | 2)) {
    expect_error(refit(f), class = "ccdpanel_error_evaluate")
  }
  expect_error(refit(y ~ x, weights = ~2), class = "ccdpanel_error_evaluate")
  expect_error(refit(y ~ x, subset = ~TRUE), class = "ccdpanel_error_evaluate")
  for (f in list(
    y ~ I(g > "a"), y ~ I(g <= day), y ~ I(g == 1), y ~ I(i == "1"), y ~ ifelse(x > 0, "u", "v"),
    y ~ I(g %in% 1:2), y ~ I(i %in% "a"), y ~ I(i %in% x)
  )) {
    expect_error(refit(f), class = "ccdpanel_error_remote_term")
  }
})

test_that("conditions by functions have R's values, missing ones too", {
  d <- expand.grid(x = c(-1, 0, 0.5, NA, 2), y = c(1, 0, NA, -3))
  d <- cbind(row = seq_len(nrow(d)), d)
  exprs <- alist(
    xor(x > 0, y > 0), x > 1 | xor(x < 0, is.na(y)), is.finite(log(x)), is.finite(y / x),
    !is.finite(sqrt(y)), as.logical(x), ifelse(is.finite(log(x)), log(x), -9),
    ifelse(x == 0, 0, y / x), ifelse(is.na(y) | y <= 0, NA, ifelse(x > 0, log(x), 1 / y)),
    ifelse(xor(x > 0, y > 0), 1, 0), between(x, 0, 1), coalesce(x, y, 7)
  )
  con <- sqlite()
  expect_r_values(con, d, exprs)
  con <- postgres()
  expect_r_values(con, d, exprs)
})
