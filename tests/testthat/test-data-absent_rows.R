# Rows for times at which a unit has none.

panel <- c("unit", "year")
holed <- data.frame(
  unit = c("a", "a", "b", "b", "b"), region = c("N", "N", "S", "S", "S"),
  year = c(2011L, 2013L, 2012L, 2013L, 2015L), x = c(1, 3, 5, NA, 11),
  note = c(NA, "p", "q", "q", "p")
)
added <- function(data, rows, ...) suppressMessages(impute_gaps(data, panel, rows = rows, ...))

test_that("between first and last, by hand: in place, filled, and what is one value repeated", {
  expect_message(expect_message(
    out <- impute_gaps(holed, panel, rows = "span"),
    "Added 2 rows of 2 units for times that they lacked: year 2012, 2014; \"region\" repeated",
    class = "ccdpanel_message_rows"
  ), "Filled 3 missing values", class = "ccdpanel_message_imputed")
  expect_identical(out$unit, rep(c("a", "b"), c(3, 4)))
  expect_identical(out$year, c(2011:2013, 2012:2015))
  expect_identical(out$region, rep(c("N", "S"), c(3, 4)))
  # a: 2 midway; b: a third and two thirds of the way from 5 to 11
  expect_equal(out$x, c(1, 2, 3, 5, 7, 9, 11))
  expect_identical(out$note, c(NA, NA, "p", "q", "q", NA, "p"))
  expect_identical(imputed(out)$year, c(2012L, 2013L, 2014L))
})

test_that("every unit at every time, as a merge with all pairs gives", {
  set.seed(3)
  every <- expand.grid(year = 2001:2012, unit = letters[1:9], stringsAsFactors = FALSE)
  for (draw in 1:5) {
    data <- every[sort(sample(nrow(every), 60)), c("unit", "year")]
    data$x <- stats::rnorm(60)
    out <- added(data, "all", method = "none")
    merged <- merge(
      expand.grid(unit = unique(data$unit), year = min(data$year):max(data$year)), data,
      all.x = TRUE
    )
    merged <- merged[order(match(merged$unit, data$unit), merged$year), ]
    expect_identical(out$unit, as.character(merged$unit))
    expect_identical(out$year, merged$year)
    expect_identical(out$x, merged$x)
    within <- added(data, "span", method = "none")
    count <- tapply(data$year, data$unit, function(y) diff(range(y)) + 1)
    expect_identical(as.integer(table(within$unit)), as.integer(count))
  }
})

test_that("rows keep the order that they have", {
  data <- holed[c(5, 1, 3, 2, 4), ]
  out <- added(data, "given", method = "none")
  expect_identical(out$year, data$year)
  out <- added(data, "all", method = "none")
  expect_identical(out$x[!is.na(out$region) & paste(out$unit, out$year) %in%
    paste(data$unit, data$year)], data$x)
  expect_identical(nrow(out), 10L)
})

test_that("times of any kind that are whole numbers, in the steps that they have", {
  data <- data.frame(unit = "a", year = c("2000", "2010", "2025"), x = c(0, 10, 25))
  out <- added(data, "span")
  expect_identical(out$year, as.character(seq(2000, 2025, 5)))
  expect_equal(out$x, seq(0, 25, 5))
  data$year <- factor(data$year, seq(2000, 2025, 5))
  expect_identical(as.character(added(data, "span")$year), as.character(seq(2000, 2025, 5)))
  data$year <- droplevels(data$year)
  expect_error(
    impute_gaps(data, panel, rows = "span"), "no level for 2005", class = "ccdpanel_error_time"
  )
  for (year in list(c(1, 2.5, 3), as.Date("2001-12-31") + 0:2 + .5)) {
    data$year <- year
    expect_error(impute_gaps(data, panel, rows = "all"), class = "ccdpanel_error_panel")
  }
  data$year <- c(1, 2, 1e12)
  expect_error(impute_gaps(data, panel, rows = "all"), class = "ccdpanel_error_memory")
})

test_that("columns of all kinds are missing there, and keep their class", {
  data <- data.frame(unit = "a", year = c(1, 3, 4))
  data$date <- as.Date("2001-01-01") + 0:2
  data$factor <- factor(c("u", "v", "u"))
  data$list <- list(1:2, "x", NULL)
  data$matrix <- matrix(1:6, 3)
  data$labelled <- structure(c(1, 2, 4), label = "A label")
  data$same <- structure(rep("k", 3), label = "One value")
  out <- added(data, "span", method = "none")
  expect_identical(out$date, data$date[c(1, NA, 2, 3)])
  expect_identical(out$factor, data$factor[c(1, NA, 2, 3)])
  expect_identical(out$list, list(1:2, NULL, "x", NULL))
  expect_identical(out$matrix, data$matrix[c(1, NA, 2, 3), ])
  expect_identical(out$labelled, structure(c(1, NA, 2, 4), label = "A label"))
  expect_identical(out$same, structure(rep("k", 4), label = "One value"))
})

test_that("a data table has no key or index any more that told of other rows", {
  skip_if_not_installed("data.table")
  data <- data.table::data.table(unit = "a", year = c(1L, 3L, 4L), x = c(3, 2, 1))
  data.table::setkeyv(data, "x")
  data.table::setindexv(data, "year")
  out <- added(data, "span", method = "none")
  expect_identical(out$x, c(1, 2, 3, NA))
  expect_null(data.table::key(out))
  expect_null(data.table::indices(out))
  expect_identical(data.table::key(added(data, "given", method = "none")), "x")
})

test_that("nothing to add, groups of dplyr, another choice", {
  expect_silent(impute_gaps(holed[1, ], panel, rows = "all"))
  grouped <- structure(
    holed, groups = data.frame(), class = c("grouped_df", "tbl_df", "tbl", "data.frame")
  )
  expect_error(
    with_absent_rows(grouped, panel, "all", "x", NULL), "grouped", class = "ccdpanel_error_panel"
  )
  expect_error(impute_gaps(holed, panel, rows = "both"), class = "ccdpanel_error_choice")
})

test_that("the panel says which rows were added, those that are still there", {
  out <- added(holed, "all")
  expect_output(print(out), "Rows added: 5, of 2 units at year 2011, 2012, 2014, 2015")
  expect_output(print(out[out$unit == "a", ]), "Rows added: 3, of 1 unit at year 2012, 2014, 2015")
  again <- added(out, "all")
  expect_output(print(again), "Rows added: 5, of 2 units")
  left <- out[out$year == 2013, ]
  expect_false(any(grepl("Rows added", utils::capture.output(print(left)))))
})

test_that("what counts periods refuses a time that no unit has, and the way out fills it", {
  data <- as.data.frame(state_capital)
  gap <- data[data$year != 1975, ]
  keys <- c("state", "year")
  skip_if_not_installed("plm")
  expect_error(
    unit_root(gap, "output", keys, "hadri"), "1974.*1976.*rows = \"all\"",
    class = "ccdpanel_error_missing"
  )
  expect_error(
    grey_forecast(gap, "output", ahead = 1, panel = keys), "rows = \"all\"",
    class = "ccdpanel_error_periods"
  )
  filled <- suppressMessages(impute_gaps(gap, keys, "output", rows = "all"))
  expect_identical(unit_root(filled, "output", keys, "hadri")$times, 17L)
})

test_that("even steps of times that are numbers, whatever their step", {
  expect_null(uneven_step(c(2000, 2005, 2010)))
  expect_identical(uneven_step(c("2001", "2002", "2004", "2007")), c("2002", "2004"))
  expect_identical(uneven_step(factor(c(2001, 2002, 2004))), c("2002", "2004"))
  expect_null(uneven_step(as.Date("2001-01-31") + c(0, 28, 59)))
  expect_null(uneven_step(c("2001Q1", "2001Q3", "2001Q4")))
  expect_null(uneven_step(c(1, 5)))
})
