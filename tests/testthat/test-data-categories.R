# Columns of codes that all bear labels: yes and no have nothing between them.

answers <- function() {
  d <- data.frame(unit = rep(c("a", "b"), each = 3), year = rep(2001:2003, 2))
  d$open <- structure(c(1, NA, 2, 2, 2, 1), labels = c(yes = 1, no = 2))
  d$rate <- structure(c(1, NA, 4, 2, 2, 3), labels = c(none = 0))
  d$x <- c(1, 2, NA, 4, 5, 6)
  d
}

test_that("by default categories are left out of numbers, and said", {
  d <- answers()
  suppressMessages(expect_message(
    out <- impute_gaps(d, c("unit", "year")), "\"open\"", class = "ccdpanel_message_category"
  ))
  expect_identical(out$open, d$open)
  # Codes of which some alone bear labels are numbers.
  expect_identical(as.vector(out$rate), c(1, 2.5, 4, 2, 2, 3))
  expect_message(
    out <- descriptives(d[-(1:2)]), "\"open\"", class = "ccdpanel_message_category"
  )
  expect_identical(out$variable, c("rate", "x"))
  expect_message(out <- correlations(d[-(1:2)]), class = "ccdpanel_message_category")
  expect_false("open" %in% c(out$first, out$second))
  expect_message(
    collinearity(transform(d, z = x^2)[c("open", "rate", "x", "z")]),
    class = "ccdpanel_message_category"
  )
  skip_if_not_installed("haven")
  d$open <- haven::labelled(as.vector(d$open), c(yes = 1, no = 2))
  suppressMessages(expect_message(
    out <- impute_gaps(d, c("unit", "year")), class = "ccdpanel_message_category"
  ))
  expect_identical(out$open, d$open)
})

test_that("categories that are named are filled by codes, and never between them", {
  d <- answers()
  fill <- function(method, vars = "open", ...) {
    suppressMessages(impute_gaps(d, c("unit", "year"), vars, method = method, ...))
  }
  for (method in c("linear", "trend", "spline", "growth")) {
    error <- expect_error(fill(method), "\"open\"", class = "ccdpanel_error_category")
    expect_match(gsub("\\s+", " ", conditionMessage(error)), "1 = yes and 2 = no")
  }
  expect_identical(as.vector(fill("locf")$open), c(1, 1, 2, 2, 2, 1))
  expect_identical(as.vector(fill("nocb")$open), c(1, 2, 2, 2, 2, 1))
  from <- transform(d[1:3, c("unit", "year")], open = c(2, 2, 1))
  expect_identical(as.vector(fill("none", from = from)$open), c(1, 2, 2, 2, 2, 1))
  # What is complete has nothing between.
  d$open[2] <- 1
  expect_silent(fill("linear", c("open", "x")))
  d <- answers()
  d$open <- as.numeric(d$open)
  expect_identical(fill("linear")$open, c(1, 1.5, 2, 2, 2, 1))
})

test_that("where their codes are taken for numbers it is said, once", {
  d <- answers()
  said <- function(code) {
    count <- 0
    withCallingHandlers(code, ccdpanel_message_category = function(m) {
      expect_match(conditionMessage(m), "taken for numbers")
      count <<- count + 1
      rlang::cnd_muffle(m)
    }, message = function(m) rlang::cnd_muffle(m))
    count
  }
  expect_identical(said(out <- descriptives(d, c("open", "x"))), 1)
  expect_identical(out$mean[1], mean(c(1, 2, 2, 2, 1)))
  expect_identical(said(correlations(d, c("open", "x"))), 1)
  expect_identical(said(winsorise(d$open, c(0.1, 0.9))), 1)
  d <- d[c(1, 3:6), ]
  d$open <- structure(c(1, 2, 2, 1, 1), labels = c(yes = 1, no = 2))
  d$x[2] <- 3
  sheet <- data.frame(
    system = c("A", "B"), dimension = "d", indicator = c("open", "x"), direction = "positive"
  )
  expect_identical(said(idx <- composite_index(d, sheet, c("unit", "year"))), 1)
  expect_identical(said(normalise(d, sheet, c("unit", "year"))), 1)
  plain <- d
  plain$open <- as.numeric(plain$open)
  expect_identical(said(same <- composite_index(plain, sheet, c("unit", "year"))), 0)
  expect_equal(as.data.frame(idx), as.data.frame(same), ignore_attr = TRUE)
})

test_that("columns of TRUE and FALSE are left out of numbers, and said", {
  d <- data.frame(
    unit = 1, year = 1:3, a = c(1, 2, 4), b = c(2, 1, 5), flag = c(TRUE, FALSE, TRUE), none = NA
  )
  for (call in expression(
    descriptives(d[-(1:2)]), correlations(d[-(1:2)]), collinearity(d[-(1:2)]),
    impute_gaps(d, c("unit", "year"))
  )) {
    said <- expect_message(out <- eval(call), "\"flag\"", class = "ccdpanel_message_category")
    expect_no_match(conditionMessage(said), "none")
  }
  expect_identical(descriptives(transform(d, flag = as.numeric(flag)), "flag")$mean, 2 / 3)
})
