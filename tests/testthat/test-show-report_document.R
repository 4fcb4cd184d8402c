test_that("tiles are those of provinces or states, or none", {
  expect_true(all(c("row", "column") %in% names(tiles_of(c("Beijing", "\u4e0a\u6d77")))))
  expect_identical(nrow(tiles_of(c("Ohio", "Texas"))), 51L)
  expect_null(tiles_of(c("Beijing", "Paris")))
})

test_that(
  "of a table longer than a page the first and the last stand, and a note says of how many", {
  wide <- data.frame(city = sprintf("c%03d", 1:100), D = 1, rank = 100:1)
  text <- paste(as.character(shown_table(wide, "x", "html", "en")), collapse = "")
  for (city in c("c100", "c081", "c020", "c001")) expect_match(text, city, fixed = TRUE)
  for (city in c("c080", "c021")) expect_no_match(text, city, fixed = TRUE)
  expect_match(text, "20 of 100 rows", fixed = TRUE)
  expect_null(long_table(wide[1:60, ])$of)
})
