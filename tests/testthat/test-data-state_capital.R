test_that("state_capital is Munnell's panel as plm ships it, under the states' own names", {
  produc <- data_of("Produc", "plm")
  plain <- function(x) sub("tennesse$", "tennessee", tolower(gsub("[^A-Za-z]", "", x)))
  at <- match(
    paste(plain(state_capital$state), state_capital$year), paste(plain(produc$state), produc$year)
  )
  expect_false(anyNA(at))
  expect_identical(anyDuplicated(at), 0L)
  theirs <- c(
    highways = "hwy", water = "water", utilities = "util", private_capital = "pc", output = "gsp",
    employment = "emp", unemployment = "unemp"
  )
  for (name in names(theirs)) {
    expect_equal(state_capital[[name]], as.double(produc[[theirs[[name]]]][at]))
  }
})

test_that("48 states, 17 years, four regions, in order", {
  expect_equal(dim(state_capital), c(816, 12))
  expect_identical(unique(state_capital$year), 1970:1986)
  expect_false(is.unsorted(unique(state_capital$state)))
  expect_setequal(state_capital$region, c("Northeast", "Midwest", "South", "West"))
  expect_equal(length(unique(state_capital$division)), 9)
})
