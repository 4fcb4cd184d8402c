test_that("edges belong where `closed` says, and 0 and 1 to the outer classes", {
  edges <- c(0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1)
  expect_identical(coordination_level(edges)$level, c(1L, 1:10))
  expect_identical(coordination_level(edges, closed = "left")$level, c(1:10, 10L))
  expect_identical(coordination_level(.3 + 1e-15)$level, 4L)
  expect_identical(coordination_level(c(NA, .95))$level, c(NA, 10L))
})

test_that("five classes of 0.2, four with edges .3 .5 .8", {
  expect_identical(coordination_level(c(0, .2, .21, .6, 1), "five")$level, c(1L, 1L, 2L, 3L, 5L))
  expect_identical(coordination_level(c(.3, .5, .8, .81), "four")$level, c(1L, 2L, 3L, 4L))
  expect_identical(
    coordination_level(c(.3, .5, .8, .81), "four", closed = "left")$level, c(2L, 3L, 4L, 4L)
  )
  for (scheme in c("ten", "five", "four")) {
    one <- coordination_level(numeric(), scheme)$stage
    expect_identical(nlevels(one), c(ten = 10L, five = 5L, four = 4L)[[scheme]])
    expect_identical(nlevels(
      coordination_level(numeric(), scheme, language = "zh")$stage
    ), nlevels(one))
  }
})

test_that("names in two languages, and a paper's own", {
  expect_identical(
    as.character(coordination_level(c(.05, .55, .95))$stage),
    c("extreme imbalance", "barely coordinated", "quality coordination")
  )
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

test_that("a degree on an edge belongs where `closed` says, whatever a root rounds to", {
  # equal scores b^2, and scores of geometric mean b^2, have D = b
  for (n in 2:6) for (b in (1:9) / 10) {
    u <- as.data.frame(matrix(b^2, 2, n))
    if (n == 2) u[2, ] <- c(b^2 / 1.2, min(b^2 * 1.2, 1))
    if (n == 2 && b^2 * 1.2 > 1) u[2, ] <- b^2
    u[c("unit", "year")] <- list("a", 1:2)
    level <- function(side) coupling(u, paste0("V", 1:n), c("unit", "year"), closed = side)$level
    expect_identical(level("right"), rep(as.integer(round(10 * b)), 2))
    expect_identical(level("left"), rep(as.integer(round(10 * b)) + 1L, 2))
  }
  expect_identical(coordination_level(.1 + .2)$level, 3L)
  expect_identical(coordination_level(1 - .9, closed = "left")$level, 2L)
  expect_identical(coordination_level(.3 + 1e-11)$level, 4L)
})
