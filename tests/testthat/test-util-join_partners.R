# Rows of a join that meet several, or none.

test_that("several rows that meet several are a warning with their number", {
  both <- states()
  expect_warning(
    out <- merge(both$data, both$index, by = "year"), "39,168", class = "ccdpanel_warning_many"
  )
  expect_equal(out, merge(
    both$data, as.data.frame(both$index), by = "year"
  ), ignore_attr = FALSE)
})

# Two cities a state and 17 years: 48 * 2 * 17 rows, as base::merge() of plain data frames has them.
test_that("several that meet several are what was asked for where there is no time", {
  both <- states()
  city <- data.frame(
    state = rep(unique(state_capital$state), each = 2), city = paste0("c", 1:96), people = 1:96
  )
  expect_silent(out <- merge(both$index, city, by = "state"))
  expect_identical(nrow(out), 1632L)
  expect_identical(out$people, city$people[match(out$city, city$city)])
  expect_silent(merge(city, both$index, by = "state"))
  # With a time of another name rows of one time stand beside those of another.
  other <- stats::setNames(both$data, c("state", "when", "output"))
  expect_warning(merge(both$index, other, by = "state"), class = "ccdpanel_warning_many")
  expect_warning(
    merge(both$data[c("year", "output")], both$index, by = "year"),
    class = "ccdpanel_warning_many"
  )
  skip_if_not_installed("dplyr")
  expect_silent(dplyr::nest_join(both$index, both$data, by = "state"))
  expect_silent(dplyr::nest_join(both$data, both$index, by = "state"))
  # From 1.1.0 on dplyr asks for `relationship` itself.
  skip_if(packageVersion("dplyr") >= "1.1.0")
  expect_silent(out <- dplyr::left_join(both$index, city, by = "state"))
  expect_identical(nrow(out), 1632L)
})

test_that("keys that never meet are an error with one of each, or a warning where rows stay", {
  both <- states()
  both$data$state <- paste0(both$data$state, "!")
  for (code in list(quote(merge(both$data, both$index)), quote(merge(both$index, both$data)))) {
    error <- expect_error(eval(code), class = "ccdpanel_error_panel")
    expect_match(conditionMessage(error), "Alabama! 1970")
  }
  expect_warning(
    out <- merge(both$data, both$index, all.x = TRUE), class = "ccdpanel_warning_unmet"
  )
  expect_identical(nrow(out), 816L)
  expect_message(out <- merge(both$data, both$index, all = TRUE), "816 of 816")
  expect_identical(nrow(out), 1632L)
  expect_identical(nrow(merge(both$index[0, ], both$data[0, ])), 0L)
})

test_that("keys that only blanks or capitals tell apart are shown with what differs", {
  both <- states()
  flat <- function(e) gsub("\\s+", " ", conditionMessage(e))
  changed <- list(
    "Alabama<space>" = function(x) paste0(x, " "), "<tab>Alabama" = function(x) paste0("\t", x),
    "Alabama<U+00A0>" = function(x) paste0(x, "\u00a0"),
    "<U+3000>Alabama" = function(x) paste0("\u3000", x), ALABAMA = toupper
  )
  for (seen in names(changed)) {
    data <- both$data
    data$state <- changed[[seen]](data$state)
    error <- expect_error(merge(data, both$index), class = "ccdpanel_error_panel")
    expect_match(flat(error), sprintf(
      "\"%s\" of the first and \"Alabama\" of the second differ in %s alone", seen,
      if (seen == "ALABAMA") "capitals" else "blanks"
    ), fixed = TRUE)
    # What is advised makes them meet.
    way <- regmatches(conditionMessage(error), regexpr("(trimws|tolower)[^`]*", conditionMessage(
      error
    )))
    way <- str2lang(gsub("\\s*\n\\s*", " ", way))
    index <- both$index
    index$state <- eval(way, list(data = index))
    data$state <- eval(way, list(data = data))
    expect_identical(nrow(merge(data, as.data.frame(index))), 816L)
  }
  some <- both$data
  some$state <- sub("^New ", "New  ", some$state)
  said <- expect_message(merge(some, both$index), class = "ccdpanel_message_unmatched")
  expect_match(
    flat(said), "\"New <space>Hampshire\" of the first and \"New Hampshire\" of the second differ"
  )
  # Keys that differ by more are not said to be alike.
  some$state <- sub("^New", "Old", both$data$state)
  said <- expect_message(merge(some, both$index), "Old", class = "ccdpanel_message_unmatched")
  expect_no_match(flat(said), "differ")
})
