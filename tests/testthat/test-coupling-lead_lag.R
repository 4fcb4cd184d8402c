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

test_that("scores of print with the difference of the tolerance are synchronised", {
  at <- expand.grid(p = seq(0.05, 1, 0.01), away = c(-0.05, 0.05))
  at$q <- round(at$p + at$away, 2)
  at <- at[at$q >= 0 & at$q <= 1, ]
  printed <- data.frame(unit = seq_len(nrow(at)), year = 1, p = round(at$p, 2), q = at$q)
  types <- lead_lag(coupling(printed, c("p", "q"), panel))$type
  expect_identical(unique(as.character(types)), "synchronised")
  beyond <- transform(printed, q = q + ifelse(q > p, 1e-6, -1e-6))
  beyond <- beyond[beyond$q >= 0 & beyond$q <= 1, ]
  types <- lead_lag(coupling(beyond, c("p", "q"), panel))$type
  expect_false("synchronised" %in% types)
})
