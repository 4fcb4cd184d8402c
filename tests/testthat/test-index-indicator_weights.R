panel <- c("unit", "year")

test_that("entropy by hand: z = 0 1/2 1/2 1, so p = 0 1/4 1/4 1/2 and e = 1.5 ln 2 / ln 4", {
  d <- data.frame(
    unit = c("a", "a", "b", "b"), year = c(1, 2, 1, 2), x = c(3, 4, 4, 5), y = c(1, 0, 0, 0)
  )
  sheet <- indicator_sheet(data.frame(
    system = "s", dimension = "d", indicator = c("x", "y"), direction = "+"
  ))
  w <- indicator_weights(d, sheet, panel)
  expect_named(w, c(
    "system", "dimension", "indicator", "direction", "entropy", "divergence", "weight"
  ))
  expect_equal(w$entropy, c(.75, 0))
  expect_equal(w$divergence, c(.25, 1))
  expect_equal(w$weight, c(.2, .8))
})

test_that("agrees with the plain formula on both panels", {
  w <- indicator_weights(state_capital, state_sheet(), c("state", "year"))
  expect_equal(w$weight, plain_entropy_weights(state_capital, state_sheet()), tolerance = 1e-13)
  expect_equal(as.vector(tapply(w$weight, w$system, sum)), c(1, 1))
})

test_that("agrees with the plain formula on thirty provinces", {
  d <- subset(science_panel(), province != "Tibet")
  expect_equal(round(mean(d$patent_grants)), 72819)
  expect_equal(range(d$patent_grants), c(502, 872209))
  sheet <- indicator_sheet(data.frame(
    system = rep(c("innovation", "industry"), c(4, 2)), dimension = "d",
    indicator = c(
      "rd_personnel", "rd_expenditure", "rd_intensity", "patent_grants", "budget_total",
      "farm_machinery_power"
    ),
    direction = c("+", "+", "+", "+", "+", "-")
  ))
  d <- suppressMessages(impute_gaps(d, c("province", "year"), sheet$indicator))
  w <- indicator_weights(d, sheet, c("province", "year"))
  expect_equal(w$weight, plain_entropy_weights(d, sheet), tolerance = 1e-12)
})

test_that("nearly even indicators keep their weights' digits", {
  # d ln N = var / (2 mean^2) to leading order; the plain formula has four digits left here, and
  # none at 1e-8
  d <- data.frame(unit = 1:1000, year = 1, x = 1 + 1e-6 * sin(1:1000), y = 1 + 2e-6 * cos(1:1000))
  sheet <- indicator_sheet(data.frame(
    system = "s", dimension = "d", indicator = c("x", "y"), direction = "+"
  ))
  w <- indicator_weights(d, sheet, panel, normalise = "none")
  expected <- c(
    mean((d$x - mean(d$x))^2) / mean(d$x)^2, mean((d$y - mean(d$y))^2) / mean(d$y)^2
  ) / 2 / log(1000)
  expect_equal(w$divergence, expected, tolerance = 1e-5)
})

test_that("identities: rows, rescaling and the order of indicators do not matter", {
  w <- indicator_weights(state_capital, state_sheet(), c("state", "year"))
  set.seed(1)
  scrambled <- transform(state_capital[sample(816), ], highways = highways * 1e9 + 7)
  order <- c(4, 6, 1, 3, 2, 5)
  again <- indicator_weights(scrambled, state_sheet()[order, ], c("state", "year"))
  expect_equal(again$weight, w$weight[order], tolerance = 1e-12)
})

test_that("the same bits whatever the thread count", {
  set.seed(1)
  d <- data.frame(unit = 1:70000, year = 1, x = runif(70000), y = rexp(70000))
  sheet <- indicator_sheet(data.frame(
    system = "s", dimension = "d", indicator = c("x", "y"), direction = c("+", "-")
  ))
  on_threads <- function(n) {
    rlang::local_options(ccdpanel.threads = n)
    indicator_weights(d, sheet, panel)
  }
  expect_identical(on_threads(1), on_threads(3))
})

test_that("panels of any key and data frames of any kind", {
  w <- indicator_weights(toy_panel(), toy_sheet(), panel)
  d <- transform(toy_panel(), unit = factor(unit), year = as.Date(paste0(year, "-01-01")))
  expect_equal(indicator_weights(d, toy_sheet(), panel), w)
  skip_if_not_installed("tibble")
  expect_equal(indicator_weights(tibble::as_tibble(toy_panel()), toy_sheet(), panel), w)
})

test_that("an optimal range, and an indicator of two systems with two directions", {
  sheet <- suppressMessages(indicator_sheet(data.frame(
    system = c("s", "s", "t", "t"), dimension = "d", indicator = c("x", "y", "x", "w"),
    direction = c("interval", "+", "-", "+"), lower = 2, upper = 4
  )))
  w <- indicator_weights(toy_panel(), sheet, panel)
  z <- list(
    c(.8, 1, 1, 1, .8, 0), c(0, 3, 1, 2, 4, 5) / 5, 1 - c(0, 1, 2, 3, 4, 8) / 8,
    c(4, 2, 3, 0, 1, 5) / 5
  )
  expect_equal(w$entropy, vapply(z, plain_entropy, 0), tolerance = 1e-14)
})

test_that("equal weights have no entropy", {
  w <- indicator_weights(toy_panel(), toy_sheet(), panel, method = "equal")
  expect_equal(w$weight, rep(.5, 4))
  expect_true(all(is.na(w$entropy)) && all(is.na(w$divergence)))
})

test_that("a constant indicator warns and gets no weight; a constant system is an error", {
  d <- transform(toy_panel(), x = 1)
  expect_warning(
    w <- indicator_weights(d, toy_sheet(), panel), "\"x\"", class = "ccdpanel_warning_constant"
  )
  expect_equal(w$weight[1:2], c(0, 1))
  expect_equal(w$entropy[1], 1)
  expect_error(
    suppressWarnings(indicator_weights(transform(d, y = 2), toy_sheet(), panel)), "one",
    class = "ccdpanel_error_constant"
  )
})

test_that("misuse is named", {
  d <- toy_panel()
  expect_error(
    indicator_weights(transform(d, x = c(NA, x[-1])), toy_sheet(), panel), "x \\(1\\).*impute_gaps",
    class = "ccdpanel_error_missing"
  )
  expect_error(
    indicator_weights(transform(d, x = NA_real_), toy_sheet(), panel),
    class = "ccdpanel_error_all_missing"
  )
  expect_error(
    indicator_weights(transform(d, v = Inf), toy_sheet(), panel), class = "ccdpanel_error_infinite"
  )
  expect_error(
    indicator_weights(transform(d, v = -v), toy_sheet(), panel, normalise = "none"), "\"v\"",
    class = "ccdpanel_error_negative"
  )
  expect_error(indicator_weights(d[1, ], toy_sheet(), panel), class = "ccdpanel_error_rows")
  expect_error(
    indicator_weights(d[c(1, 1), ], toy_sheet(), panel), class = "ccdpanel_error_duplicate"
  )
  expect_error(
    indicator_weights(d, toy_sheet(), panel, method = "guess"), class = "ccdpanel_error_choice"
  )
  expect_error(
    indicator_weights(d, toy_sheet(), panel, zero = "guess"), class = "ccdpanel_error_choice"
  )
})

test_that("it prints", {
  expect_snapshot(indicator_weights(toy_panel(), toy_sheet(), panel))
})

test_that("the print says a sum of one only where it is", {
  path <- system.file("extdata", "state_capital_indicators.csv", package = "ccdpanel")
  sheet <- indicator_sheet(path)
  panel <- c("state", "year")
  head <- function(w) utils::capture.output(print(w))[1]
  w <- indicator_weights(state_capital, sheet, panel)
  expect_match(head(w), "summing to one in each of 2 systems")
  expect_match(head(w[1:2, ]), "of 1 system, whose sums are not one")
  expect_match(head(weights(pca_index(state_capital, sheet, panel))), "not one")
  yearly <- indicator_weights(state_capital, sheet, panel, scope = "period")
  expect_match(head(yearly), "summing to one in each of 2 systems and each year")
})
