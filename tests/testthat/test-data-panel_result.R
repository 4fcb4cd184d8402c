cells <- function(unit = NA_character_, file = "a") {
  data.frame(indicator = "x", label = "x", unit, file, stringsAsFactors = FALSE)
}

test_that("one row an indicator; a unit beside none is the unit, two are an error", {
  list <- panel_indicators(rbind(cells(NA, "a"), cells("km", "b")), NULL)
  expect_identical(list$unit, "km")
  expect_identical(list$file, "a; b")
  expect_error(
    panel_indicators(rbind(cells("m", "a"), cells("km", "b")), NULL), "m in a and km in b",
    class = "ccdpanel_error_conflict"
  )
})

test_that("an indicator is not called like a column of the panel", {
  expect_error(
    check_panel_names(c("a", "year"), "province", NULL), "rename", class = "ccdpanel_error_name"
  )
})

test_that("columns and years without any value are said", {
  empty <- empty_columns(data.frame(
    indicator = c("a", "a", "b"), year = c(1, 2, 1), value = c(1, NA, NA)
  ))
  expect_identical(empty, c("b", "a 2"))
})

test_that("counts and places are numbers where there are none", {
  none <- no_rows(NULL, c("file", "row", "column", "text", "cells"))
  expect_identical(vapply(none, typeof, ""), c(
    file = "character", row = "integer", column = "integer", text = "character", cells = "integer"
  ))
  expect_identical(summed_codes(NULL)$cells, integer())
})
