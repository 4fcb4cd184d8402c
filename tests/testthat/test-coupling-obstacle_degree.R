panel <- c("unit", "year")
w <- data.frame(
  system = c("one", "one", "two", "two"), indicator = c("x", "y", "v", "w"),
  weight = c(.25, .75, .5, .5)
)

test_that("by hand", {
  o <- obstacle_degree(toy_panel(), toy_sheet(), panel, weights = w, keep = "zone")
  expect_named(o, c("unit", "year", "zone", "system", "dimension", "indicator", "obstacle", "rank"))
  expect_identical(nrow(o), 24L)
  # Row 1: z of x is 0, of y 1; row 2: x 1/8, y 2/5
  expect_equal(o$obstacle[1:2], c(100, 0))
  expect_equal(o$obstacle[5:6], 100 * c(.25 * 7 / 8, .75 * 3 / 5) / (.25 * 7 / 8 + .75 * 3 / 5))
  expect_identical(o$rank[1:2], 1:2)
  expect_equal(as.vector(tapply(o$obstacle, paste(o$unit, o$year, o$system), sum)), rep(100, 12))
})

test_that("dimensions are sums of their indicators, and all systems share a hundred", {
  o <- obstacle_degree(toy_panel(), toy_sheet(), panel, weights = w)
  d <- obstacle_degree(toy_panel(), toy_sheet(), panel, weights = w, by = "dimension")
  expect_equal(d$obstacle[d$dimension == "d3"], rep(100, 6))
  expect_equal(d$obstacle[d$dimension == "d1"], o$obstacle[o$indicator == "x"])
  all <- obstacle_degree(toy_panel(), toy_sheet(), panel, weights = w, within = "all")
  expect_equal(as.vector(tapply(all$obstacle, paste(all$unit, all$year), sum)), rep(100, 6))
  z <- c(0, 1, 2 / 8, 1 / 5)
  lacking <- c(.25, .75, .5, .5) * (1 - z)
  expect_equal(all$obstacle[1:4], 100 * lacking / sum(lacking))
})

test_that("nothing lacking has no obstacle; weights by period are those of the period", {
  d <- toy_panel()
  d[1, c("x", "y")] <- c(10, 5)
  o <- obstacle_degree(d, toy_sheet(), panel, weights = w)
  expect_true(all(is.na(o$obstacle[1:2])) && all(is.na(o$rank[1:2])))
  by_year <- obstacle_degree(toy_panel(), toy_sheet(), panel, scope = "period")
  for (t in 2001:2002) {
    d <- toy_panel()[toy_panel()$year == t, ]
    expect_equal(
      by_year$obstacle[by_year$year == t], obstacle_degree(d, toy_sheet(), panel)$obstacle
    )
  }
  z <- normalise(toy_panel(), toy_sheet(), panel)
  expect_equal(
    obstacle_degree(z, toy_sheet(), panel)$obstacle,
    obstacle_degree(toy_panel(), toy_sheet(), panel)$obstacle
  )
})

test_that("summaries are means, the greatest first", {
  o <- obstacle_degree(toy_panel(), toy_sheet(), panel, keep = "zone")
  s <- summary(o)
  expect_equal(s$obstacle[s$indicator == "v"], mean(o$obstacle[o$indicator == "v"]))
  expect_true(s$obstacle[1] >= s$obstacle[2])
  expect_identical(unique(s$system), c("one", "two"))
  expect_identical(nrow(summary(o, by = "zone")), 8L)
  expect_output(print(o), "greatest first")
})

test_that("misuse is named", {
  expect_error(
    obstacle_degree(toy_panel(), toy_sheet(), panel, within = "guess"),
    class = "ccdpanel_error_choice"
  )
  expect_error(
    obstacle_degree(toy_panel(), toy_sheet(), panel, by = "guess"), class = "ccdpanel_error_choice"
  )
  expect_error(
    obstacle_degree(toy_panel(), toy_sheet(), panel, weights = w, normalise = "zscore"), "\"x\"",
    class = "ccdpanel_error_range"
  )
  expect_error(
    obstacle_degree(toy_panel()[-4], toy_sheet(), panel), class = "ccdpanel_error_indicator"
  )
})

test_that("labelled units show their labels; their codes stay", {
  d <- toy_panel()
  units <- unique(d$unit)
  d$unit <- structure(
    match(d$unit, units), labels = stats::setNames(seq_along(units), paste("Unit", units)),
    class = c("haven_labelled", "vctrs_vctr", "integer")
  )
  plain <- suppressMessages(obstacle_degree(toy_panel(), toy_sheet(), c("unit", "year")))
  o <- suppressMessages(obstacle_degree(d, toy_sheet(), c("unit", "year")))
  expect_identical(o$obstacle, plain$obstacle)
  expect_identical(units[as.vector(unclass(o$unit))], as.vector(plain$unit))
  expect_output(print(o), paste0("Unit ", units[1]), fixed = TRUE)
  means <- summary(o, by = "unit")
  expect_setequal(as.character(means$unit), paste("Unit", units))
  expect_equal(means$obstacle[means$unit == paste("Unit", units[2])],
    summary(plain, by = "unit")$obstacle[summary(plain, by = "unit")$unit == units[2]]
  )
})

test_that("a missing value points to what fills it, and to no argument of another function", {
  data <- toy_panel()
  data$x[2] <- NA
  for (code in list(
    quote(obstacle_degree(data, toy_sheet(), c("unit", "year"))),
    quote(compare_weights(data, toy_sheet(), c("unit", "year")))
  )) {
    error <- expect_error(eval(code), "x \\(1\\)", class = "ccdpanel_error_missing")
    expect_match(conditionMessage(error), "impute_gaps")
    expect_no_match(conditionMessage(error), "propagate")
    expect_identical(deparse(conditionCall(error)[[1]]), deparse(code[[1]]))
  }
})

test_that("shares of all systems together are listed the greatest first", {
  path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
  all <- obstacle_degree(
    state_capital, indicator_sheet(path), c("state", "year"), within = "all"
  )
  mean <- tapply(all$obstacle, all$indicator, mean)
  expect_identical(summary(all)$indicator, names(sort(mean, decreasing = TRUE)))
  by_year <- summary(all, by = "year")
  expect_true(all(tapply(by_year$obstacle, by_year$year, function(x) all(diff(x) <= 0))))
})
