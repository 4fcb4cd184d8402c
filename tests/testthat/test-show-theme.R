test_that("sequences get darker step by step, on a grey printer too", {
  for (n in c(3, 4, 5, 10)) {
    grey <- colSums(grDevices::col2rgb(sequence_colours(n)) * c(.299, .587, .114))
    expect_true(all(diff(grey) < -5))
  }
})

test_that("names are black on light squares and white on dark ones", {
  expect_identical(text_colour(c("#FFFFFF", "#000000")), c("black", "white"))
  # On the teal of the middle levels black has 7 times its contrast, white 3.
  expect_identical(text_colour(c("#00B1B0", "#00407F")), c("black", "white"))
})

test_that("whole times get whole breaks within the limits", {
  expect_equal(whole_breaks(c(2011, 2014)), c(2011, 2012, 2013, 2014))
  expect_equal(whole_breaks(c(2010.5, 2022.5)), seq(2012, 2022, 2))
  expect_equal(whole_breaks(c(1970, 1986)), seq(1970, 1986, 4))
  expect_equal(whole_breaks(c(5, 5)), 5)
  expect_identical(some_of(letters), c("a", "f", "k", "p", "u", "z"))
})
