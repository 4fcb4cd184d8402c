# Columns of the user's that are called like those of a result: refused by name, never overwritten.

# The data with one column under another name; the numbers under the usual names are known good.
states_named <- function(old, new) {
  names(state_capital)[names(state_capital) == old] <- new
  state_capital
}

coupled <- function(data, panel = c("state", "year"), keep = "region") {
  coupling(composite_index(data, state_sheet(), panel, keep = keep))
}

test_that("a column called like one of a result is an error that names it and the way out", {
  sheet <- state_sheet()
  refused <- function(code, name) {
    error <- expect_error(code, name, class = "ccdpanel_error_name")
    expect_match(gsub("\\s+", " ", conditionMessage(error)), "rename the column, or copy it under")
  }
  for (name in c("rows", "omitted", "growth", "above")) {
    cc <- coupled(states_named("region", name), keep = name)
    refused(summary(cc, by = c(name, "year"), growth = TRUE, above = TRUE), name)
  }
  for (name in c("C", "T", "D", "level", "stage")) {
    refused(coupled(states_named("region", name), keep = name), name)
  }
  cc <- coupled(state_capital)
  for (name in c("level", "stage", "infrastructure")) refused(summary(cc, by = name), name)
  refused(summary(composite_index(
    states_named("region", "rows"), sheet, c("state", "year"), keep = "rows"
  ), by = "rows"), "rows")
  for (name in c("average", "rank")) {
    refused(wide_table(coupled(states_named("state", name), c(name, "year"))), name)
  }
  refused(wide_table(coupled(states_named("state", "1970"), c("1970", "year"))), "1970")
  refused(wide_table(coupled(
    states_named("year", "Texas"), c("state", "Texas")
  ), turn = TRUE), "Texas")
  for (name in c("difference", "type")) {
    refused(lead_lag(coupled(states_named("region", name), keep = name)), name)
  }
  for (name in c("system", "dimension", "indicator", "obstacle", "rank")) {
    refused(obstacle_degree(
      states_named("region", name), sheet, c("state", "year"), keep = name
    ), name)
  }
  for (name in c("variable", "value", "method")) {
    refused(impute_gaps(states_named("state", name), c(name, "year")), name)
  }
  for (name in c("variable", "N", "missing", "mean", "sd", "p50")) {
    refused(descriptives(states_named("region", name), "output", by = name), name)
  }
  for (name in c("system", "dimension", "indicator", "direction", "weight", "entropy")) {
    refused(indicator_weights(
      states_named("year", name), sheet, c("state", name), scope = "period"
    ), name)
  }
})

test_that("the same names change nothing where the result has no such column", {
  cc <- coupled(states_named("region", "growth"), keep = "growth")
  expect_equal(
    unname(as.data.frame(summary(cc, by = "growth"))),
    unname(as.data.frame(summary(coupled(state_capital), by = "region"))), ignore_attr = TRUE
  )
  named <- wide_table(coupled(states_named("state", "rank"), c("rank", "year")), rank = FALSE)
  expect_equal(
    unname(as.list(named)), unname(as.list(wide_table(coupled(state_capital), rank = FALSE))),
    ignore_attr = TRUE
  )
  o <- obstacle_degree(
    states_named("region", "rows"), state_sheet(), c("state", "year"), keep = "rows"
  )
  usual <- obstacle_degree(state_capital, state_sheet(), c("state", "year"), keep = "region")
  expect_identical(o$obstacle, usual$obstacle)
})

test_that("dimensions called like the panel are refused where their scores are asked for", {
  sheet <- state_sheet()
  sheet$dimension[1] <- "year"
  idx <- composite_index(state_capital, sheet, c("state", "year"))
  expect_error(scores(idx), "year", class = "ccdpanel_error_name")
  expect_identical(scores(idx, by = "system")$economy, idx$economy)
})

test_that("a column without a name is refused", {
  data <- state_capital
  names(data)[3] <- ""
  expect_error(
    composite_index(data, state_sheet(), c("state", "year"), keep = ""), "empty string",
    class = "ccdpanel_error_column"
  )
})

test_that("a column to group by is named once, and numbers that are named go by their names", {
  cc <- coupled(state_capital)
  twice <- c("region", "region")
  idx <- composite_index(state_capital, state_sheet(), c("state", "year"), keep = "region")
  o <- obstacle_degree(state_capital, state_sheet(), c("state", "year"), keep = "region")
  for (code in list(
    quote(summary(cc, by = twice)), quote(summary(idx, by = twice)), quote(summary(o, by = twice)),
    quote(descriptives(state_capital, by = twice))
  )) {
    expect_error(eval(code), "region", class = "ccdpanel_error_column")
  }
  tables <- lapply(c(a = "entropy", b = "sd"), function(method) {
    indicator_weights(state_capital, state_sheet(), c("state", "year"), method = method)
  })
  mixed <- function(alpha) {
    combine_weights(a = tables$a, b = tables$b, method = "average", alpha = alpha)$weight
  }
  # 0.9 of the first and 0.1 of the second, whatever their order.
  expected <- 0.9 * tables$a$weight + 0.1 * tables$b$weight
  expect_equal(mixed(c(b = 0.1, a = 0.9)), expected, tolerance = 1e-14)
  expect_equal(mixed(c(0.9, 0.1)), expected, tolerance = 1e-14)
  expect_error(mixed(c(a = 0.9, c = 0.1)), "alpha", class = "ccdpanel_error_names")
})

test_that("who leads is asked of a coupling", {
  idx <- composite_index(state_capital, state_sheet(), c("state", "year"))
  expect_error(lead_lag(idx), "coupling", class = "ccdpanel_error_recipe")
})

test_that("a number of a class is not the number of its bits", {
  for (x in list(
    structure(1, class = "integer64"), structure(1, units = "m", class = "units"),
    structure(1, labels = c(one = 1), class = "haven_labelled"), structure(1, class = "strange")
  )) {
    expect_error(check_number(x, "x"), "object", class = "ccdpanel_error_number")
  }
  d <- made_panel()
  fit <- fe_reg(y ~ x, d)
  expect_error(
    confint(fit, level = structure(.9, class = "strange")), class = "ccdpanel_error_number"
  )
})

test_that("of two columns of one name none is taken", {
  d <- made_panel()
  twice <- cbind(d, x = rev(d$x))
  for (f in list(
    function() fe_reg(y ~ x, twice), function() fe_reg(y ~ z1 | x, twice),
    function() fe_reg(y ~ z1, twice, vcov = ~x), function() descriptives(twice, "x"),
    function() system_reg(list(a = y ~ x, b = u ~ z1), twice, method = "sur"),
    function() predict(fe_reg(y ~ x, d), twice),
    function() by_group(fe_reg(y ~ z1, twice), ~ x > 0),
    function() impute_gaps(cbind(d, id = d$firm), c("id", "year"), "x"),
    function() composite_index(twice, data.frame(
      indicator = c("w", "x"), direction = "+", system = "s", dimension = "s"
    ), c("id", "year")),
    function() composite_index(twice, data.frame(
      indicator = c("w", "z"), direction = "+", system = "s", dimension = "s",
      derive = c(NA, "exp(x)")
    ), c("id", "year"))
  )) {
    expect_error(suppressMessages(f()), "make.unique", class = "ccdpanel_error_name")
  }
  expect_equal(coef(fe_reg(y ~ x, cbind(d, x = d$x))), coef(fe_reg(y ~ x, d)))
  expect_equal(coef(fe_reg(y ~ z1, twice)), coef(fe_reg(y ~ z1, d)))
  for (name in list(NA, "")) {
    nameless <- d[c("y", "x", "z1")]
    names(nameless)[3] <- name
    expect_error(fe_reg(y ~ ., nameless), class = "ccdpanel_error_column")
    expect_equal(coef(fe_reg(y ~ x, nameless)), coef(fe_reg(y ~ x, d)))
  }
})

test_that("threads are a whole number", {
  fit <- function(threads) {
    old <- options(ccdpanel.threads = threads)
    on.exit(options(old))
    fe_reg(log(output) ~ log(highways) | state, state_capital)
  }
  for (threads in list(2.5, 0, NA, 1e10, "2")) {
    expect_error(fit(threads), "threads", class = "ccdpanel_error_number")
  }
  expect_identical(coef(fit(1)), coef(fit(2)))
})
