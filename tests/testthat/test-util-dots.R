test_that("the nearest argument is near, and not the object that has come", {
  known <- c("fit", "split", "labels", "of")
  expect_identical(argument_hint("lables", known), "labels = ")
  expect_identical(argument_hint("spl", known), "split = ")
  expect_identical(length(argument_hint("foo", known)), 0L)
  frame <- list2env(list(fit = 1))
  expect_identical(argument_hint("fits", known), "fit = ")
  expect_identical(length(argument_hint("fits", known, frame)), 0L)
})

test_that("an argument that is not read is named with the one that would have it read", {
  expect_null(check_unread(c(a = FALSE), "b = 1"))
  expect_error(
    check_unread(c(a = TRUE, b = FALSE, c = TRUE), "d = 1"), "`a` and `c` are read with `d = 1`",
    class = "ccdpanel_error_argument"
  )
})
