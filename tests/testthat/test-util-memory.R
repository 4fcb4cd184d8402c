test_that("what would not fit is refused before it is begun, with its size", {
  expect_no_error(check_memory(2^30, "x", "y"))
  expect_error(check_memory(2^30 + 1, "One", "Take less."), "One would take 8 GiB; at most 8")
  withr_options(list(ccdpanel.memory = 1), environment())
  expect_error(check_memory(2^28, "x", "y"), class = "ccdpanel_error_memory")
  withr_options(list(ccdpanel.memory = "much"), environment())
  expect_error(check_memory(1, "x", "y"), class = "ccdpanel_error_memory")
})
