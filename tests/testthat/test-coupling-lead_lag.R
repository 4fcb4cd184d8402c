panel <- c("unit", "year")
d <- data.frame(
  unit = letters[1:4], year = 1, zone = "n", p = c(.5, .3, .4, NA), q = c(.25, .5, .375, .5)
)
cc <- coupling(d, c("p", "q"), panel)

test_that("by hand, the tolerance included", {
  x <- lead_lag(cc, tolerance = .125)
  expect_named(x, c("unit", "year", "zone", "difference", "type"))
  expect_equal(x$difference, c(.25, -.2, .025, NA))
  expect_identical(as.character(x$type), c("leading", "lagging", "synchronised", NA))
  expect_identical(as.character(lead_lag(cc, tolerance = .25)$type[1]), "synchronised")
  expect_identical(as.character(lead_lag(cc, c("q", "p"))$type[1]), "lagging")
  expect_true(is.ordered(x$type))
})

test_that("misuse is named", {
  three <- coupling(cbind(d, r = .5), c("p", "q", "r"), panel)
  expect_error(lead_lag(three), class = "ccdpanel_error_systems")
  expect_identical(nrow(lead_lag(three, c("p", "r"))), 4L)
  expect_error(lead_lag(cc, c("p", "z")), class = "ccdpanel_error_systems")
  expect_error(lead_lag(cc, tolerance = -1), class = "ccdpanel_error_number")
  expect_error(lead_lag(d), class = "ccdpanel_error_recipe")
})

test_that(
  "a difference that is the tolerance in decimals is synchronised, whatever its binary digits", {
  scores <- expand.grid(p = seq(0, 100, 5), q = seq(0, 100, 5)) / 100
  scores$unit <- seq_len(nrow(scores))
  x <- lead_lag(coupling(cbind(scores, year = 1), c("p", "q"), panel), tolerance = 0.05)
  steps <- round(100 * scores$p) - round(100 * scores$q)
  expect_identical(
    as.character(x$type),
    ifelse(abs(steps) <= 5, "synchronised", ifelse(steps > 0, "leading", "lagging"))
  )
  expect_identical(as.character(lead_lag(coupling(
    data.frame(unit = 1, year = 1, p = 0.55 + 1e-12, q = 0.5), c("p", "q"), panel
  ))$type), "leading")
})
