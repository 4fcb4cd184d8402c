test_that("identities become coefficients by label", {
  d <- as.data.frame(as.list(c(a = 1, b = 1, c = 1, i = 1, g = 1, m = 1, k = 1)))
  parse <- function(...) parse_identities(list(...), list(), d, NULL)
  expect_equal(parse(gnp ~ c + i - 2 * (g - m / 4)), list(gnp = c(c = 1, i = 1, g = -2, m = 0.5)))
  expect_equal(parse(y ~ -a + log(b) * 3 + +a), list(y = c(a = 0, `log(b)` = 3)))
  # Numbers that are computed, or stand outside of the data; a column of that name comes first
  rate <- 0.25
  m <- 7
  expect_equal(parse(k ~ (1 - rate) * l(k, 1) + i), list(k = c(`l(k, 1)` = 0.75, i = 1)))
  expect_equal(parse(k ~ c + rate * sqrt(4) * (i - g / rate)), list(k = c(c = 1, i = 0.5, g = -2)))
  expect_equal(parse(k ~ 2 * m), list(k = c(m = 2)))
  # Lags written together are a sum
  expect_equal(parse(k ~ l(k, 1:2) + i), list(k = c(`l(k, 1)` = 1, `l(k, 2)` = 1, i = 1)))
  expect_equal(
    parse(k ~ i - 0.5 * l(g, c(0, 2))), list(k = c(i = 1, g = -0.5, `l(g, 2)` = -0.5))
  )
})

test_that("a rate outside of the data has the multipliers of its number", {
  d <- klein()
  d$capital <- d$capitalLag + d$invest
  d$one <- 1
  multipliers_of <- function(identity) {
    identities <- c(klein_identities[1:3], identity)
    equations <- klein_equations
    equations$investment <- invest ~ corpProf + corpProfLag + l(capital, 1)
    fit <- suppressWarnings(suppressMessages(system_reg(
      equations, d, panel = c("one", "year"), identities = identities
    )))
    suppressMessages(multipliers(fit, horizon = 3))$estimate
  }
  rate <- 0.05
  expect_equal(
    multipliers_of(capital ~ (1 - rate) * l(capital, 1) + invest),
    multipliers_of(capital ~ 0.95 * l(capital, 1) + invest), tolerance = 1e-12
  )
  expect_equal(
    multipliers_of(capital ~ l(capital, 1:2) + invest),
    multipliers_of(capital ~ l(capital, 1) + l(capital, 2) + invest), tolerance = 1e-12
  )
})

test_that("misuse is a classed error", {
  d <- made_panel()
  bad <- function(identities) {
    expect_error(
      system_reg(list(e1 = y ~ a + x, e2 = a ~ y + z1), d, identities = identities),
      class = "ccdpanel_error_identities"
    )
  }
  bad("y")
  bad(list(~y))
  bad(list(y ~ x))
  bad(list(w ~ x, w ~ z1))
  bad(list(w ~ x + 1))
  bad(list(w ~ x * z1))
  bad(list(w ~ x + sqrt(4)))
})

test_that("an identity that the data do not satisfy is said with its largest gap", {
  d <- made_panel()
  d$total <- d$y + d$z2
  d$total[7] <- d$total[7] + 3
  expect_warning(
    suppressMessages(system_reg(
      list(e1 = y ~ total + x, e2 = a ~ y + z1), d, identities = list(total ~ y + z2)
    )),
    "gap is 3, in row 7", class = "ccdpanel_warning_identities"
  )
})
