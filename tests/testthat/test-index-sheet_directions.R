test_that("every word of the table is understood, in the dresses of print", {
  known <- word_table("sheet_directions")
  expect_identical(read_directions(known$spelling), known$direction)
  dressed <- paste0("\uff08", known$spelling, "\uff09")
  plain <- grepl("[^+-]", known$spelling)
  expect_identical(read_directions(dressed)[plain], known$direction[plain])
})

test_that("signs, words with the word for indicator, numbers", {
  typed <- list(
    "+" = c(
      "\u6b63\u5411\u6307\u6807", "\u6b63\u6307\u6807", "\u6548\u76ca\u578b",
      "\u6548\u76ca\u578b\u6307\u6807", "\u6781\u5927\u578b", "\u8d8a\u5927\u8d8a\u597d", "1",
      "1.0", "+1", "(+)", "\uff08\uff0b\uff09", "benefit", "Positive indicator", "'+",
      "\u6b63 \u5411"
    ),
    "-" = c(
      "\u8d1f\u5411\u6307\u6807", "\u9006\u5411", "\u9006\u6307\u6807", "\u53cd\u5411",
      "\u6210\u672c\u578b", "\u6781\u5c0f\u578b\u6307\u6807", "-1", "(-)", "\uff0d", "\u2014",
      "cost", "Negative", "cost type"
    ),
    interval = c(
      "\u533a\u95f4\u578b", "\u9002\u5ea6\u6307\u6807", "\u9002\u5ea6", "\u4e2d\u95f4\u578b",
      "\u533a\u95f4\u578b[40,60]", "\u9002\u5ea6\uff080.3-0.5\uff09", "moderate"
    )
  )
  for (direction in names(typed)) {
    expect_identical(
      read_directions(typed[[direction]]), rep(direction, length(typed[[direction]]))
    )
  }
  expect_identical(read_directions(c("sideways", "", "\u6295\u5165", NA)), rep(NA_character_, 4))
})

test_that("a word with its sign in brackets, where they agree", {
  expect_identical(
    read_directions(c(
      "\u6210\u672c\u578b(-)", "\u6b63\u5411\uff08+\uff09", "\u6b63\u5411\uff08-\uff09",
      "\u6548\u76ca\u578b[+]", "x(+)"
    )),
    c("-", "+", NA, "+", NA)
  )
})

test_that("ranges", {
  range <- read_range(c(
    "[40,60]", "40-60", "0.4\uff5e0.6", "40%-60%", "\u533a\u95f4\u578b\uff081.5,2\uff09", "3 to 5",
    "x", ""
  ))
  expect_equal(range$lower, c(40, 40, .4, .4, 1.5, 3, NA, NA))
  expect_equal(range$upper, c(60, 60, .6, .6, 2, 5, NA, NA))
})
