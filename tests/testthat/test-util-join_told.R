# What a join is told: forms that are none are errors of ours, from either side.

test_that("keys that are told by place or are not there, and what is no data frame", {
  both <- states()
  expect_error(merge(both$data, both$index, by = c("state", "Year")), "Year",
    class = "ccdpanel_error_column"
  )
  expect_error(merge(both$index, both$data, by = c("state", "Year")), "Year",
    class = "ccdpanel_error_column"
  )
  expect_identical(
    merge(both$data, both$index, by = 1:2)[c("state", "year")], both$data[c("state", "year")]
  )
  expect_warning(merge(both$data, both$index, by = 2), class = "ccdpanel_warning_many")
  expect_error(merge(both$index, as.matrix(1:3)), "state", class = "ccdpanel_error_panel")
})

test_that("keys that are no columns are errors that name the argument", {
  both <- states()
  wrong <- list(
    NA, -1, TRUE, ~x, list(), NaN, 99, 1.5, NA_character_, quote(state), mean, c(TRUE, FALSE),
    c("state", "state"), c(2, NA)
  )
  for (by in wrong) {
    expect_error(merge(both$data, both$index, by = by), "`by`", class = "ccdpanel_error_column")
    expect_error(merge(both$index, both$data, by = by), "`by`", class = "ccdpanel_error_column")
  }
  expect_error(
    merge(both$index, both$data, by.x = "state", by.y = NaN), "by.y",
    class = "ccdpanel_error_column"
  )
  expect_error(
    merge(both$data, both$index, by.x = "state", by.y = c("state", "year")), "by.x",
    class = "ccdpanel_error_column"
  )
  # A truth value a column is a way of base R's to name keys.
  expect_identical(nrow(merge(both$data[1:2], both$index[1:2], by = c(TRUE, TRUE))), 816L)
})

test_that("suffixes and flags that are none are errors that name the argument", {
  both <- states()
  keys <- c("state", "year")
  for (suffixes in list("a", NA, 1:2, c("a", NA), NULL, character())) {
    expect_error(
      merge(both$data, both$index, suffixes = suffixes), "suffixes", class = "ccdpanel_error_type"
    )
    expect_error(
      merge(both$index, both$data, by = keys, suffixes = suffixes), "suffixes",
      class = "ccdpanel_error_type"
    )
  }
  both$data$economy <- 1
  expect_error(
    merge(both$data, both$index, by = keys, suffixes = c("a", "a")), "economy",
    class = "ccdpanel_error_name"
  )
  out <- merge(both$data, both$index, by = keys, suffixes = c("a", "b"))
  expect_true(all(c("economya", "economyb") %in% names(out)))
  for (flag in list(NA, "yes", c(TRUE, FALSE), 1)) {
    expect_error(merge(both$data, both$index, by = keys, all = flag), "`all`",
      class = "ccdpanel_error_type"
    )
    expect_error(merge(both$index, both$data, by = keys, all.y = flag), "all.y",
      class = "ccdpanel_error_type"
    )
    expect_error(merge(both$index, both$data, by = keys, sort = flag), "sort",
      class = "ccdpanel_error_type"
    )
  }
})

test_that("what comes first and is no data frame is looked at as one", {
  both <- states()
  error <- expect_error(
    merge(as.matrix(both$data[c("year", "output")]), both$index), class = "ccdpanel_error_panel"
  )
  expect_match(
    gsub("\\s+", " ", conditionMessage(error)), "first data frame has no column \"state\""
  )
  expect_error(merge(table(both$data$state), both$index), class = "ccdpanel_error_panel")
  listed <- as.list(both$data)
  expect_identical(merge(listed, both$index), merge(both$data, both$index))
  expect_error(merge(listed, both$index, foo = 1), "foo", class = "ccdpanel_error_argument")
})
