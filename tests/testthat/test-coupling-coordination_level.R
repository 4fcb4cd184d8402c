test_that("edges belong where `closed` says, and 0 and 1 to the outer classes", {
  edges <- c(0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1)
  expect_identical(coordination_level(edges)$level, c(1L, 1:10))
  expect_identical(coordination_level(edges, closed = "left")$level, c(1:10, 10L))
  expect_identical(coordination_level(.3 + 1e-15)$level, 4L)
  expect_identical(coordination_level(c(NA, .95))$level, c(NA, 10L))
})

test_that("names in two languages, and a paper's own", {
  expect_identical(as.character(coordination_level(c(.05, .55, .95))$stage), c("extreme imbalance", "barely coordinated", "quality coordination"))
  zh <- coordination_level(.95, language = "zh")$stage
  expect_true(is.ordered(zh))
  expect_identical(as.character(zh), "\u4f18\u8d28\u534f\u8c03")
  expect_identical(as.character(coordination_level(.15, labels = letters[1:10])$stage), "b")
})

test_that("misuse is named", {
  expect_error(coordination_level(1.1), class = "ccdpanel_error_scores")
  expect_error(coordination_level("a"), class = "ccdpanel_error_scores")
  expect_error(coordination_level(.5, scheme = "eleven"), class = "ccdpanel_error_choice")
  expect_error(coordination_level(.5, closed = "both"), class = "ccdpanel_error_choice")
  expect_error(coordination_level(.5, language = "xx"), class = "ccdpanel_error_choice")
  expect_error(coordination_level(.5, labels = c("low", "high")), class = "ccdpanel_error_labels")
})
