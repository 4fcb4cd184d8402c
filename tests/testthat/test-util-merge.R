# merge() of a result with other data, against base R's merge() of plain data frames.

index_and_data <- function() {
  data <- toy_panel()
  list(data = data, index = composite_index(data, toy_sheet(), c("unit", "year")))
}

sorted <- function(x) {
  x <- x[do.call(order, unname(as.list(x)[c("unit", "year")])), ]
  rownames(x) <- NULL
  x
}

plain <- function(x) {
  class(x) <- "data.frame"
  attr(x, "recipe") <- NULL
  x
}

test_that("the rows of the first keep their order, whichever is the result", {
  both <- index_and_data()
  mixed <- both$data[c(4, 1, 6, 2, 5, 3), ]
  expected <- merge(both$data, plain(both$index))
  for (out in list(merge(mixed, both$index), merge(both$index, mixed))) {
    expect_identical(class(out), "data.frame")
    expect_equal(sorted(out)[names(expected)], sorted(expected))
  }
  out <- merge(mixed, both$index)
  expect_identical(out[c("unit", "year")], data.frame(
    unit = mixed$unit, year = mixed$year
  ))
  expect_identical(names(out), names(expected))
})

test_that("rows without a partner go, or stay with gaps", {
  both <- index_and_data()
  more <- rbind(both$data, transform(both$data[1, ], year = 2050))
  said <- "1 of 7 rows of the first \\((left out|kept, with gaps)\\), such as a"
  expect_message(
    out <- merge(more, both$index), said, class = "ccdpanel_message_unmatched"
  )
  expect_equal(sorted(out), sorted(merge(both$data, plain(both$index))))
  expect_message(all <- merge(more, both$index, all.x = TRUE), said)
  expect_identical(nrow(all), nrow(more))
  expect_equal(sorted(all), sorted(merge(more, plain(both$index), all.x = TRUE)))
  expect_message(
    all <- merge(both$index, more, all.y = TRUE), "1 of 7 rows of the second \\(kept, with gaps\\)"
  )
  expect_equal(sorted(all), sorted(merge(plain(both$index), more, all.y = TRUE)))
})

test_that("suffixes, keys as factors, and what merge() is asked for beyond", {
  both <- index_and_data()
  both$data$one <- -1
  out <- merge(both$data, both$index, by = c("unit", "year"), suffixes = c("", "_index"))
  expect_equal(sorted(out), sorted(merge(
    both$data, plain(both$index), by = c("unit", "year"), suffixes = c("", "_index")
  )))
  both$data$one <- NULL
  factors <- transform(both$data, unit = factor(unit, rev(unique(unit))))
  expect_equal(
    as.character(merge(factors, both$index)$unit), as.character(factors$unit)
  )
  expect_identical(
    merge(both$data, both$index, sort = TRUE), merge(both$data, plain(both$index), sort = TRUE)
  )
  # Positions name arguments as in merge() of data frames, and NULL crosses all rows.
  keys <- c("unit", "year")
  expect_equal(
    sorted(merge(both$index, both$data, keys)), sorted(merge(plain(both$index), both$data, keys))
  )
  expect_identical(
    merge(both$index, both$data, by = NULL), merge(plain(both$index), both$data, by = NULL)
  )
  twice <- rbind(both$data, both$data)
  expect_identical(nrow(merge(twice, both$index)), 2L * nrow(both$data))
  expect_identical(nrow(merge(both$index, twice)), 2L * nrow(both$data))
})

test_that("a data.table that has a column called like a system is told so", {
  skip_if_not_installed("data.table")
  sheet <- data.frame(
    system = c("A", "B"), dimension = "d", indicator = c("output", "highways"),
    direction = "positive"
  )
  idx <- composite_index(state_capital, sheet, c("state", "year"))
  data <- data.table::as.data.table(state_capital)
  merged <- merge(data, idx)
  expect_identical(nrow(merged), 816L)
  expect_identical(
    merged$A[order(merged$year, merged$state)], idx$A[order(idx$year, idx$state)]
  )
  data$A <- 1
  expect_error(merge(data, idx), class = "ccdpanel_error_name")
  named <- merge(data, idx, by = c("state", "year"), suffixes = c("", "_index"))
  expect_identical(nrow(named), 816L)
  expect_true(all(c("A", "A_index") %in% names(named)))
  expect_false(inherits(data.table::as.data.table(idx), "composite_index"))
})

test_that("merge() swallows no argument where one side is a result", {
  idx <- composite_index(state_capital, state_sheet(), c("state", "year"))
  expect_error(merge(state_capital, idx, foo = 1), "foo", class = "ccdpanel_error_argument")
  expect_error(merge(idx, state_capital, foo = 1), "foo", class = "ccdpanel_error_argument")
  expect_equal(nrow(merge(idx, state_capital, all = TRUE)), 816)
})

test_that("integer64 keys meet numbers by value from either side", {
  skip_if_not_installed("bit64")
  idx <- composite_index(state_capital, state_sheet(), c("state", "year"))
  d <- data.frame(state_capital["state"], v = state_capital$highways)
  d$year <- bit64::as.integer64(state_capital$year)
  for (made in list(merge(idx, d), merge(d, idx))) {
    at <- match(
      paste(made$state, as.character(made$year)), paste(state_capital$state, state_capital$year)
    )
    expect_identical(sort(at), seq_len(816L))
    expect_identical(made$v, state_capital$highways[at])
  }
})

test_that("joins of dplyr know what they were told from what they made of it", {
  skip_if_not_installed("dplyr")
  both <- index_and_data()
  both$data$one <- -1
  keys <- c("unit", "year")
  for (join in list(
    dplyr::left_join, dplyr::right_join, dplyr::inner_join, dplyr::full_join, dplyr::semi_join,
    dplyr::anti_join, dplyr::nest_join
  )) {
    expect_error(
      suppressMessages(join(both$data, both$index)), "\"one\"", class = "ccdpanel_error_name"
    )
    expect_error(
      suppressMessages(join(both$index, both$data)), "\"one\"", class = "ccdpanel_error_name"
    )
    expect_identical(nrow(join(both$data, both$index, by = keys)), if (
      identical(join, dplyr::anti_join)) 0L else nrow(both$data)
    )
  }
  # One join inside another, and columns that are keys because they were told.
  part <- dplyr::left_join(
    dplyr::left_join(both$data[keys], both$data[keys], by = keys), both$index
  ) |>
    suppressMessages()
  expect_identical(part$one, both$index$one[match(
    paste(part$unit, part$year), paste(both$index$unit, both$index$year)
  )])
  expect_error(
    dplyr::inner_join(both$data, both$index, by = c(keys, "one")), "No row of the first",
    class = "ccdpanel_error_panel"
  )
  expect_message(
    dplyr::left_join(both$data, both$index[-1, ], by = list(x = keys, y = keys)),
    "kept, with gaps", class = "ccdpanel_message_unmatched"
  )
  skip_if(packageVersion("dplyr") < "1.1.0")
  expect_error(
    dplyr::inner_join(both$data, both$index, by = dplyr::join_by(unit, year, one)),
    "No row of the first", class = "ccdpanel_error_panel"
  )
  expect_message(
    dplyr::left_join(both$data[-1, ], both$index, by = dplyr::join_by(unit, year)),
    "left out", class = "ccdpanel_message_unmatched"
  )
  expect_silent(dplyr::anti_join(both$data, both$index[-2, ], by = dplyr::join_by(unit, year)))
  expect_silent(dplyr::left_join(both$data, both$index, by = dplyr::join_by(unit, year > year)))
  expect_silent(all <- dplyr::cross_join(both$data, both$index))
  expect_equal(nrow(all), nrow(both$data)^2)
})
