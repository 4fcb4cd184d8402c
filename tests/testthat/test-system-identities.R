test_that("identities become coefficients by label", {
  parse <- function(...) parse_identities(list(...), list(), NULL)
  expect_equal(parse(gnp ~ c + i - 2 * (g - m / 4)), list(gnp = c(c = 1, i = 1, g = -2, m = 0.5)))
  expect_equal(parse(y ~ -a + log(b) * 3 + +a), list(y = c(a = 0, `log(b)` = 3)))
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
