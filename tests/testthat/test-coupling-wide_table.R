panel <- c("unit", "year")
d <- data.frame(
  unit = c("b", "a", "b", "c"), year = c(2002, 2001, 2001, 2001), p = c(.8, .5, .4, .5),
  q = c(.8, .5, .4, .5)
)
cc <- coupling(d, c("p", "q"), panel)

test_that("by hand: units in order of appearance, times sorted, gaps stay gaps", {
  w <- wide_table(cc, "T")
  expect_s3_class(w, "data.frame")
  expect_identical(class(w[1:2]), "data.frame")
  expect_named(w, c("unit", "2001", "2002", "average", "rank"))
  expect_identical(w$unit, c("b", "a", "c"))
  expect_equal(w$`2001`, c(.4, .5, .5))
  expect_equal(w$`2002`, c(.8, NA, NA))
  expect_equal(w$average, c(.6, .5, .5))
  expect_identical(w$rank, c(1L, 2L, 2L))
  expect_named(wide_table(cc, "T", average = FALSE, rank = FALSE), c("unit", "2001", "2002"))
})

test_that("an index has one too", {
  idx <- composite_index(toy_panel(), toy_sheet(), panel)
  expect_equal(wide_table(idx, "one")$`2001`, idx$one[idx$year == 2001])
})

test_that("misuse is named", {
  expect_error(wide_table(cc, "nothing"), class = "ccdpanel_error_column")
  expect_error(wide_table(cc, c("C", "D")), class = "ccdpanel_error_column")
  expect_error(wide_table(cc, "stage"), class = "ccdpanel_error_numeric")
  expect_error(wide_table(d, "p"), class = "ccdpanel_error_recipe")
  expect_error(wide_table(cc, "D", rank = NA), class = "ccdpanel_error_type")
})

regional <- function() {
  data <- data.frame(
    unit = rep(c("a", "b", "c"), each = 2), year = rep(2001:2002, 3),
    zone = rep(c("n", "n", "s"), each = 2),
    u = c(.2, .4, .6, .8, .5, .1), v = c(.2, .4, .6, .8, .5, .1)
  )
  # Equal scores: C = 1, T = u, D = sqrt(u).
  coupling(data, c("u", "v"), c("unit", "year"))
}

test_that("a summary by region and year has the whole beside the regions", {
  cc <- regional()
  table <- wide_table(summary(cc, by = c("zone", "year")), "D", whole = "Nation")
  expect_identical(table$zone, c("n", "s", "Nation"))
  expect_equal(table[["2001"]], c(
    (sqrt(.2) + sqrt(.6)) / 2, sqrt(.5), (sqrt(.2) + sqrt(.6) + sqrt(.5)) / 3
  ))
  expect_equal(table[["2002"]], c(
    (sqrt(.4) + sqrt(.8)) / 2, sqrt(.1), (sqrt(.4) + sqrt(.8) + sqrt(.1)) / 3
  ))
  expect_identical(table$rank, c(1L, 2L, NA))
  turned <- wide_table(summary(cc, by = c("year", "zone")), "D", whole = "Nation", turn = TRUE)
  expect_identical(names(turned), c("year", "n", "s", "Nation"))
  expect_identical(turned$year, c("2001", "2002", "average", "rank"))
  expect_equal(turned$Nation, c(table[["2001"]][3], table[["2002"]][3], table$average[3], NA))
  expect_error(wide_table(summary(cc), "D"), class = "ccdpanel_error_by")
  expect_error(wide_table(cc, "D", whole = "Nation"), class = "ccdpanel_error_type")
})

test_that("of a coupling and its summary by group and time D is the value unless named", {
  cc <- suppressMessages(coupling(composite_index(
    state_capital, state_sheet(), c("state", "year"), keep = "region"
  )))
  expect_identical(wide_table(cc), wide_table(cc, "D"))
  table <- wide_table(summary(cc, by = c("region", "year")))
  means <- tapply(cc$D, list(cc$region, cc$year), mean)
  expect_equal(table[["1975"]], unname(means[as.character(table$region), "1975"]))
})

test_that("the name of the whole is one string", {
  idx <- composite_index(state_capital, state_sheet(), c("state", "year"), keep = "region")
  cc <- summary(coupling(idx), by = c("region", "year"))
  for (whole in list(3, c("a", "b"), NA_character_)) {
    expect_error(wide_table(cc, "D", whole = whole), "whole", class = "ccdpanel_error_type")
  }
})
