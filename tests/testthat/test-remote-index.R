# Cities with an indicator of each direction, one of mean 1e8, and one that a sheet derives.
cities_table <- function() {
  set.seed(3)
  n <- 160
  d <- data.frame(city = rep(sprintf("c%02d", 1:20), 8), year = rep(2001:2008, each = 20))
  d$income <- rlnorm(n)
  d$debt <- 100 + rnorm(n)
  d$trade <- d$income + rnorm(n)^2
  d$price <- round(runif(n, 0, 30))
  d$waste <- 30 + rnorm(n) + d$year / 1000
  d
}

cities_sheet <- function() {
  data.frame(
    system = c("money", "money", "money", "land", "land"), dimension = c("x", "x", "y", "u", "v"),
    indicator = c("income", "debt", "share", "price", "waste"),
    direction = c("+", "-", "+", "interval", "-"), lower = c(0, 0, 0, 8, 20),
    upper = c(50, 200, 9, 15, 40), weight = c(.2, .3, .5, .4, .6),
    derive = c(NA, NA, "trade / (1 + income)", NA, NA)
  )
}

same_numbers <- function(a, b, tolerance = 1e-10) {
  expect_identical(lapply(a, is.na), lapply(b, is.na))
  expect_lt(relative(lapply(a, function(x) x[!is.na(x)]), lapply(b, function(x) x[!is.na(x)])),
    tolerance)
}

expect_same_index <- function(table, data, ..., sheet = cities_sheet()) {
  panel <- c("city", "year")
  lazy <- composite_index(table, sheet, panel, ...)
  own <- composite_index(data, sheet, panel, ...)
  expect_s3_class(lazy, "tbl_lazy")
  got <- dplyr::collect(lazy)
  expect_s3_class(got, "composite_index")
  got <- got[order(got$year, got$city), ]
  values <- unique(sheet$system)
  same_numbers(as.list(got)[values], as.list(own)[values])
  same_numbers(as.list(weights(lazy)["weight"]), as.list(weights(own)["weight"]))
  expect_identical(attr(got, "recipe")$omitted, attr(own, "recipe")$omitted)
  parts <- setdiff(names(scores(own)), panel)
  same_numbers(as.list(scores(got))[parts], as.list(scores(own))[parts])
}

# Scopes, weights and aggregations, in whatever engine.
expect_same_ways <- function(table, d) {
  expect_same_index(table, d)
  expect_same_index(table, d, scope = "period", weights = "critic")
  expect_same_index(table, d, weights = "pca", aggregate = "topsis", scale = 100)
  expect_same_index(table, d, scope = "period", weights = "cv", aggregate = "geometric")
}

test_that("values equally far from an optimal range, or a base within it, weigh nothing", {
  con <- sqlite()
  d <- cities_table()
  sheet <- cities_sheet()
  plain <- sheet[-4, ]
  for (case in list("even", "inside", "end")) {
    d$price <- if (case == "even") rep_len(c(8 - .1, 15 + .1, 15 + .1), 160) else {
      ifelse(d$year == 2003, rep_len(c(9, if (case == "end") 15 else 12), 160), 3 * d$price)
    }
    table <- stored(con, d)
    for (scope in if (case == "even") list("pooled", "period") else list(c(base = 2003))) {
      for (weights in c("equal", "critic", "pca", "given")) {
        make <- function(data, sheet) {
          suppressWarnings(composite_index(
            data, sheet, c("city", "year"), weights = weights, scope = scope
          ))
        }
        lazy <- make(table, sheet)
        w <- weights(lazy)
        expect_identical(unique(w$weight[w$indicator == "price"]), 0)
        own <- make(d, plain)
        got <- dplyr::collect(lazy)
        got <- got[order(got$year, got$city), ]
        same_numbers(as.list(got)[c("money", "land")], as.list(own)[c("money", "land")])
        same_numbers(list(make(d, sheet)$land), list(own$land))
      }
    }
  }
})

test_that("weights and indices are those of the rows, by every way that sums tell", {
  con <- sqlite()
  d <- cities_table()
  table <- stored(con, d)
  expect_same_ways(table, d)
  plain <- cities_sheet()[-4, ]
  for (method in c("zscore", "vector", "sum")) {
    a <- indicator_weights(table, plain, c("city", "year"), "critic", normalise = method)
    b <- indicator_weights(d, plain, c("city", "year"), "critic", normalise = method)
    expect_equal(a, b, tolerance = 1e-10)
  }
  expect_same_index(table, d, normalise = "vector", weights = "given", sheet = plain)
  suppressWarnings(for (scope in list(c(base = 2003), "goalposts")) {
    expect_same_index(table, d, weights = "sd", scope = scope)
  })
  by_time <- indicator_weights(d, cities_sheet(), c("city", "year"), scope = "period")
  expect_same_index(table, d, weights = by_time, aggregate = "topsis")
  for (zero in list("shift", c(rescale = 0.05))) {
    a <- indicator_weights(table, cities_sheet(), c("city", "year"), zero = zero)
    b <- indicator_weights(d, cities_sheet(), c("city", "year"), zero = zero)
    expect_equal(a, b, tolerance = 1e-11)
  }
})

test_that("they are on PostgreSQL", {
  con <- postgres()
  d <- cities_table()
  table <- stored(con, d)
  expect_same_ways(table, d)
  expect_same_index(table, d, normalise = "vector", weights = "given", sheet = cities_sheet()[-4, ])
  suppressWarnings(expect_same_index(table, d, weights = "sd", scope = c(base = 2003)))
  d$income[5] <- NA
  d$waste[c(7, 99)] <- NA
  expect_same_index(stored(con, d), d, missing = "propagate")
  # A column of mean 1e8 and spread 1 has more than the fifteen digits of a `numeric`.
  far <- d <- cities_table()
  far$waste <- 1e8 + d$waste
  expect_same_index(stored(con, far), far)
  # Whole numbers, decimals and a time of 64 bits.
  table <- dplyr::mutate(
    stored(con, d), year = dbplyr::sql("year::bigint"), debt = dbplyr::sql("debt::numeric(20, 10)"),
    price = dbplyr::sql("price::smallint")
  )
  d$debt <- round(d$debt, 10)
  expect_same_index(table, d)
  panel <- c("state", "year")
  states <- stored(con, state_capital)
  idx <- composite_index(states, state_sheet(), panel, keep = "region")
  own <- composite_index(state_capital, state_sheet(), panel, keep = "region")
  got <- dplyr::collect(idx)
  got <- got[order(got$state, got$year), ]
  expect_equal(plain_frame(got), plain_frame(own[order(own$state, own$year), ]), tolerance = 1e-12,
    ignore_attr = "row.names")
  expect_equal(weights(idx), weights(own), tolerance = 1e-12)
  expect_equal(summary(idx, by = "region"), summary(own, by = "region"),
    tolerance = 1e-12, ignore_attr = TRUE)
  expect_output(print(idx), "A lazy table")
  # Its means are not asked of larger ones.
  expect_same_far_weights(con, 1e-180)
})

test_that("missing values are said or propagate, system by system", {
  con <- sqlite()
  d <- cities_table()
  d$income[5] <- NA
  d$waste[c(7, 99)] <- NA
  table <- stored(con, d)
  message <- function(data) {
    tryCatch(composite_index(data, cities_sheet(), c("city", "year")), error = identity)
  }
  expect_s3_class(message(table), "ccdpanel_error_missing")
  expect_identical(conditionMessage(message(table)), conditionMessage(message(d)))
  expect_same_index(table, d, missing = "propagate")
})

test_that(
  "a published panel's index, and what it answers to, without a row fetched but those asked", {
  con <- sqlite()
  states <- stored(con, state_capital)
  asked <- character()
  withr_options(list(ccdpanel.remote_log = function(sql) asked <<- c(asked, sql)), environment())
  panel <- c("state", "year")
  idx <- composite_index(states, state_sheet(), panel, keep = "region")
  # Columns, times, units by their times, ranges, entropies, names of units.
  expect_length(asked, 6)
  own <- composite_index(state_capital, state_sheet(), panel, keep = "region")
  expect_equal(plain_frame(dplyr::collect(idx)), plain_frame(own), tolerance = 1e-12)
  expect_equal(weights(idx), weights(own), tolerance = 1e-12)
  expect_equal(summary(idx, by = "region"), summary(own, by = "region"),
    tolerance = 1e-12, ignore_attr = TRUE)
  some <- dplyr::filter(idx, year > 1980)
  got <- dplyr::collect(some)
  expect_s3_class(got, "composite_index")
  expect_equal(scores(got), scores(own[own$year > 1980, ]), tolerance = 1e-12)
  expect_equal(colnames(scores(some)), names(scores(own)))
  expect_output(print(idx), "A lazy table")
})

test_that("values outside of a range are said once, and of one value in a base period weigh 0", {
  con <- sqlite()
  d <- cities_table()
  d$price[d$year == 2001] <- 7
  table <- stored(con, d)
  sheet <- cities_sheet()[c(1, 2, 4, 5), ]
  sheet$direction <- c("+", "-", "+", "+")
  sheet$derive <- NULL
  panel <- c("city", "year")
  said <- function(code) {
    all <- list()
    value <- withCallingHandlers(code, warning = function(w) {
      all[[length(all) + 1]] <<- class(w)[1]
      rlang::cnd_muffle(w)
    })
    list(value = value, said = sort(unlist(all)))
  }
  for (weights in c("critic", "sd", "equal", "given")) {
    asked <- function(f, data, ...) said(f(data, sheet, panel, ..., scope = c(base = 2001)))
    here <- asked(composite_index, d, weights = weights)
    there <- asked(composite_index, table, weights = weights)
    expect_identical(here$said, c("ccdpanel_warning_constant", "ccdpanel_warning_outside"))
    expect_identical(there$said, here$said)
    expect_identical(weights(here$value)$weight[3:4], c(0, 1))
    same_numbers(as.list(weights(there$value)["weight"]), as.list(weights(here$value)["weight"]))
    here <- asked(indicator_weights, d, method = weights)
    there <- asked(indicator_weights, table, method = weights)
    expect_identical(there$said, here$said)
    same_numbers(as.list(there$value["weight"]), as.list(here$value["weight"]))
  }
  # Weights that look at no normalised value are not stopped by one.
  d$debt <- -d$debt
  for (method in c("equal", "given")) {
    own <- indicator_weights(d, sheet, panel, method = method, normalise = "sum")
    lazy <- indicator_weights(stored(con, d), sheet, panel, method = method, normalise = "sum")
    expect_equal(lazy, own)
  }
})

test_that("an indicator without a weight in a period leaves the period its index", {
  con <- sqlite()
  d <- cities_table()
  d$income[d$year == 2002] <- 1
  sheet <- cities_sheet()[c(1, 2, 4, 5), ]
  sheet$derive <- NULL
  table <- stored(con, d)
  for (aggregate in c("geometric", "linear", "topsis")) {
    suppressWarnings(expect_same_index(
      table, d, scope = "period", aggregate = aggregate, weights = "sd", sheet = sheet
    ))
  }
  changing <- do.call(rbind, lapply(2001:2008, function(year) {
    data.frame(year = year, sheet[1:3], weight = c(year %% 2, 1, 2, year %% 3))
  }))
  expect_same_index(table, d, aggregate = "geometric", weights = changing, sheet = sheet)
})

test_that("a table whose values change between two queries is an error", {
  con <- sqlite()
  d <- cities_table()
  for (weights in c("entropy", "critic")) {
    table <- stored(con, d)
    asked <- 0
    old <- options(ccdpanel.remote_log = function(sql) {
      if (grepl("MIN(`.ccd_x1`", sql, fixed = TRUE)) asked <<- asked + 1
      if (asked == 1) DBI::dbExecute(con, "UPDATE firms SET debt = 100 WHERE city = 'c01'")
    })
    expect_error(
      composite_index(table, cities_sheet(), c("city", "year"), weights = weights),
      class = "ccdpanel_error_changed"
    )
    options(old)
  }
})

test_that("what needs rows, or is not there, is a classed error", {
  con <- sqlite()
  d <- cities_table()
  table <- stored(con, d)
  panel <- c("city", "year")
  index <- function(...) composite_index(table, cities_sheet(), panel, ...)
  expect_error(
    composite_index(table, cities_sheet()[1:2, ], panel, normalise = "rank"),
    class = "ccdpanel_error_needs_rows"
  )
  expect_error(normalise(table, cities_sheet(), panel), class = "ccdpanel_error_needs_rows")
  expect_error(pca_index(table, cities_sheet(), panel), class = "ccdpanel_error_needs_rows")
  expect_error(compare_weights(table, cities_sheet(), panel), class = "ccdpanel_error_needs_rows")
  expect_error(
    obstacle_degree(table, cities_sheet(), panel), class = "ccdpanel_error_needs_rows"
  )
  expect_error(wide_table(index(), "land"), class = "ccdpanel_error_needs_rows")
  expect_error(plot(index()), class = "ccdpanel_error_needs_rows")
  sheet <- cities_sheet()
  sheet$indicator[1] <- "nothing"
  expect_error(composite_index(table, sheet, panel), class = "ccdpanel_error_indicator")
  sheet <- cities_sheet()
  sheet$derive[3] <- "trade / 0"
  expect_error(composite_index(table, sheet, panel), class = "ccdpanel_error_infinite")
  sheet$derive[3] <- "cumsum(trade)"
  expect_error(composite_index(table, sheet, panel), class = "ccdpanel_error_remote_term")
  twice <- stored(con, rbind(d, d[1, ]), "twice")
  expect_error(composite_index(twice, cities_sheet(), panel), class = "ccdpanel_error_duplicate")
  expect_error(
    indicator_weights(table, cities_sheet(), panel, normalise = "none"), NA
  )
})

test_that("periods in text are in the order of their numbers, each with its own scale", {
  con <- sqlite()
  d <- cities_table()[1:100, ]
  d$year <- paste0("t", d$year - 1993)
  table <- stored(con, d)
  sheet <- cities_sheet()[-3, ]
  for (aggregate in c("linear", "topsis")) {
    choices <- list(sheet, c("city", "year"), scope = "period", aggregate = aggregate)
    lazy <- do.call(composite_index, c(list(table), choices))
    own <- do.call(composite_index, c(list(d), choices))
    got <- dplyr::collect(lazy)
    got <- got[match(paste(d$city, d$year), paste(got$city, got$year)), ]
    same_numbers(as.list(got)[c("money", "land")], as.list(own)[c("money", "land")])
    same_numbers(as.list(weights(lazy)["weight"]), as.list(weights(own)["weight"]))
    expect_identical(weights(lazy)$year, weights(own)$year)
    means <- summary(lazy)
    expect_identical(means$year, paste0("t", 8:12))
    expect_equal(means$money, as.vector(tapply(own$money, own$year, mean)[means$year]))
  }
})
