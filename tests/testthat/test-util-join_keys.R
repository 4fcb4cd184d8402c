# The keys of joins of results: both columns of their panel, and every row without a partner
# counted.

test_that("a key that is a matrix or a data frame is refused from either side", {
  idx <- composite_index(state_capital, state_sheet(), c("state", "year"))
  d <- state_capital
  for (key in list(cbind(d$year, d$year), data.frame(a = d$year), as.complex(d$year))) {
    d$year <- key
    expect_error(merge(d, idx), "year", class = "ccdpanel_error_panel")
    expect_error(merge(idx, d), "year", class = "ccdpanel_error_panel")
  }
})

test_that("keys of two kinds are refused with their types and a way out, from either side", {
  idx <- composite_index(state_capital, state_sheet(), c("state", "year"))
  d <- data.frame(state_capital[c("state", "year")], v = seq_len(nrow(state_capital)))
  year <- d$year
  first <- as.Date(paste0(year, "-01-01"))
  series <- list(ts(year), if (rlang::is_installed("zoo")) zoo::zoo(year))
  dates <- list(first, as.POSIXct(first), as.POSIXlt(first))
  for (key in c(dates, Filter(length, series), list(year > 1975))) {
    d$year <- NULL
    d[["year"]] <- key
    found <- class(key)[1]
    for (code in list(quote(merge(d, idx)), quote(merge(idx, d)))) {
      error <- expect_error(eval(code), class = "ccdpanel_error_panel")
      expect_match(conditionMessage(error), "year")
      expect_match(conditionMessage(error), paste0("class ", found))
    }
  }
  # Keys that are no keys of this join may be of any kind.
  d <- unique(d["state"])
  d$year <- as.Date("1970-01-01")
  expect_equal(nrow(merge(d, idx, by = "state")), 816)
  d <- data.frame(state_capital["state"], when = first)
  expect_error(
    merge(idx, d, by.x = c("state", "year"), by.y = c("state", "when")), "when|year",
    class = "ccdpanel_error_panel"
  )
  # Two of one kind meet by value, and so do numbers and their text.
  dated <- transform(state_capital, year = as.Date(paste0(year, "-01-01")))
  dated_index <- composite_index(dated, state_sheet(), c("state", "year"))
  expect_equal(nrow(merge(dated[c("state", "year")], dated_index)), 816)
  text <- transform(state_capital[c("state", "year")], year = as.character(year))
  expect_equal(nrow(merge(idx, text)), 816)
})

# base::merge() of plain data frames says what is right: 816 rows by both keys, 48 * 17 * 48 by the
# year alone.
test_that("a key that has another name is an error that names it, from either side", {
  both <- states()
  called <- stats::setNames(both$data, c("unit", "year", "output"))
  way <- "by.x = c\\(\"unit\", \"year\"\\), by.y = c\\(\"state\", \"year\"\\)"
  flat <- function(e) gsub("\\s+", " ", conditionMessage(e))
  error <- expect_error(merge(called, both$index), class = "ccdpanel_error_panel")
  expect_match(flat(error), "no column \"state\"")
  expect_match(flat(error), way)
  error <- expect_error(merge(both$index, called), class = "ccdpanel_error_panel")
  expect_match(flat(error), "by.x = c\\(\"state\", \"year\"\\), by.y = c\\(\"unit\", \"year\"\\)")
  # One row a year is a panel without units: never advice for a data frame of a panel.
  expect_no_match(flat(error), "by = \"year\"")
  expect_error(
    merge(stats::setNames(called, c("a", "b", "c")), both$index), "\"a\", \"b\"",
    class = "ccdpanel_error_panel"
  )
  out <- merge(called, both$index, by.x = c("unit", "year"), by.y = c("state", "year"))
  expect_identical(nrow(out), 816L)
  at <- match(paste(out$unit, out$year), paste(both$index$state, both$index$year))
  expect_identical(out$economy, both$index$economy[at])
})

test_that("the same holds of couplings, filled and normalised panels, and of dplyr's joins", {
  both <- states()
  called <- stats::setNames(both$data, c("unit", "year", "output"))
  filled <- suppressMessages(
    impute_gaps(replace(
      state_capital, 6, replace(state_capital$highways, 3, NA)
    ), c("state", "year"))
  )
  others <- list(
    coupling(both$index), filled, normalise(state_capital, state_sheet(), c("state", "year"))
  )
  for (one in others) {
    expect_error(merge(called["year"], one), "state", class = "ccdpanel_error_panel")
    expect_error(merge(one, called["year"]), "state", class = "ccdpanel_error_panel")
  }
  skip_if_not_installed("dplyr")
  for (join in list(dplyr::left_join, dplyr::inner_join, dplyr::semi_join)) {
    said <- expect_error(
      suppressMessages(join(called, both$index)), class = "ccdpanel_error_panel"
    )
    expect_match(gsub("\\s+", " ", conditionMessage(said)), "\"unit\" = \"state\"")
  }
  keys <- c(unit = "state", year = "year")
  expect_identical(nrow(dplyr::left_join(called, both$index, by = keys)), 816L)
  expect_message(
    dplyr::left_join(both$index[1:10, ], both$data[-1, ], by = c("state", "year")),
    "1 of 10 rows of the first \\(kept, with gaps\\)", class = "ccdpanel_message_unmatched"
  )
  # Joins that filter are there to find the rows without a partner.
  expect_silent(dplyr::anti_join(both$index, both$data[-1, ], by = c("state", "year")))
})

test_that("a table of one row a unit is joined by the unit when asked for", {
  both <- states()
  regions <- unique(state_capital[c("state", "region")])
  error <- expect_error(merge(both$index, regions), "year", class = "ccdpanel_error_panel")
  expect_match(gsub("\\s+", " ", conditionMessage(error)), "by = \"state\"")
  expect_silent(out <- merge(both$index, regions, by = "state"))
  expect_identical(nrow(out), 816L)
  expect_identical(out$region, regions$region[match(out$state, regions$state)])
})

test_that("a data.table that has a key of its own is joined by that", {
  skip_if_not_installed("data.table")
  both <- states()
  data <- data.table::as.data.table(both$data[1:34, ])
  expect_message(out <- merge(data, both$index), "782 of 816 rows of the second")
  expect_identical(nrow(out), 34L)
  data.table::setkeyv(data, "year")
  expect_warning(merge(data, both$index, allow.cartesian = TRUE), class = "ccdpanel_warning_many")
})

test_that("a table of one row a group of units is joined by the group, kept in the index", {
  kept <- composite_index(state_capital, state_sheet(), c("state", "year"), keep = "region")
  regions <- data.frame(region = unique(state_capital$region))
  regions$share <- seq_along(regions$region) / 10
  yearly <- unique(state_capital[c("region", "year")])
  yearly$share <- seq_along(yearly$region)
  for (other in list(regions, yearly)) {
    keys <- setdiff(names(other), "share")
    way <- if (length(keys) == 2) "by = c(\"region\", \"year\")" else "by = \"region\""
    for (code in list(quote(merge(kept, other)), quote(merge(other, kept)))) {
      error <- expect_error(eval(code), class = "ccdpanel_error_panel")
      expect_match(gsub("\\s+", " ", conditionMessage(error)), way, fixed = TRUE)
    }
    expect_silent(out <- merge(kept, other, by = keys))
    expect_identical(nrow(out), 816L)
    expect_identical(
      out$share,
      other$share[match(do.call(paste, out[keys]), do.call(paste, unclass(other)[keys]))]
    )
  }
})
