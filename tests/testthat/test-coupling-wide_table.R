panel <- c("unit", "year")
d <- data.frame(unit = c("b", "a", "b", "c"), year = c(2002, 2001, 2001, 2001), p = c(.8, .5, .4, .5), q = c(.8, .5, .4, .5))
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
