# The oracle names each product and dummy by a column of its own.
spelt_data <- function() {
  set.seed(4)
  d <- data.frame(x = rnorm(120), z = rnorm(120), w = rnorm(120), v = rnorm(120))
  d$g <- sample(1:3, 120, TRUE)
  u <- rnorm(120)
  d$p <- d$x * d$z + d$w + (d$g == 2) + u
  d$q <- d$p - d$x * d$z + d$v + (d$g == 3) + u + rnorm(120)
  transform(d, xz = x * z, g2 = +(g == 2), g3 = +(g == 3))
}

plain_system <- function(d) {
  system_reg(
    list(p = p ~ w + xz + g2 + g3, q = q ~ p + v + xz + g2 + g3), d,
    instruments = ~ w + v + xz + g2 + g3
  )
}

test_that("an interaction is one instrument, whatever its variables' order and neighbours", {
  d <- spelt_data()
  expected <- plain_system(d)
  for (instruments in list(
    ~ w + v + x:z + g2 + g3, ~ w + v + z:x + g2 + g3, ~ z:x + w + v + g2 + g3
  )) {
    fit <- system_reg(
      list(p = p ~ w + x:z + g2 + g3, q = q ~ p + v + z:x + g2 + g3), d, instruments = instruments
    )
    expect_identical(fit$endogenous, "p")
    at <- function(fit, name) sort(unname(coef(fit)[startsWith(names(coef(fit)), name)]))
    for (name in c("p", "q")) expect_equal(at(fit, name), at(expected, name), tolerance = 1e-10)
    expect_equal(fit$sigma, expected$sigma, tolerance = 1e-10)
  }
})

test_that("main effects in one place only change no label elsewhere", {
  d <- spelt_data()
  fit <- system_reg(
    list(p = p ~ w + x:z, q = q ~ z + p + v + x:z), d, instruments = ~ z + w + v + x:z
  )
  plain <- system_reg(
    list(p = p ~ w + xz, q = q ~ z + p + v + xz), d, instruments = ~ z + w + v + xz
  )
  expect_identical(fit$endogenous, "p")
  expect_equal(sort(unname(coef(fit))), sort(unname(coef(plain))), tolerance = 1e-10)
  equation <- equations(fit)$q
  expect_identical(equation$endogenous, "p")
  expect_equal(predict(equation, d[1:5, ]), fitted(equation)[1:5], tolerance = 1e-12)
})

test_that("as.factor(g) and factor(g) are one factor", {
  d <- spelt_data()
  fit <- system_reg(
    list(p = p ~ w + xz + factor(g), q = q ~ p + v + xz + as.factor(g)), d,
    instruments = ~ w + v + xz + as.factor(g)
  )
  expect_identical(fit$endogenous, "p")
  expect_equal(
    sort(unname(coef(fit))), sort(unname(coef(plain_system(d)))), tolerance = 1e-10
  )
})

test_that("g and factor(g), x and I(x) are one variable where the column says so", {
  d <- spelt_data()
  d$k <- letters[d$g]
  d$f <- factor(d$k)
  expected <- sort(unname(coef(plain_system(d))))
  same <- function(p, q, instruments) {
    fit <- system_reg(list(p = p, q = q), d, instruments = instruments)
    expect_identical(fit$endogenous, "p")
    expect_equal(sort(unname(coef(fit))), expected, tolerance = 1e-10)
  }
  same(p ~ w + xz + factor(k), q ~ p + v + xz + k, ~ w + v + xz + as.factor(k))
  same(p ~ w + xz + f, q ~ p + v + xz + factor(f), ~ w + v + xz + f)
  same(p ~ I(w) + xz + g2 + g3, q ~ p + v + I((xz)) + g2 + g3, ~ w + v + xz + g2 + g3)
  same(p ~ w + xz + g2 + g3, q ~ I(p) + v + xz + g2 + g3, ~ w + v + xz + g2 + g3)
  # numbers as they are and as categories stay two, and so do contrasts and their loss
  two <- system_reg(
    list(p = p ~ w + xz + g, q = q ~ p + v + xz + g), d, instruments = ~ w + v + xz + g + factor(g)
  )
  expect_true("factor(g)2" %in% two$instruments)
  contrasts(d$f) <- "contr.sum"
  expect_true(is_same_column(d$k, TRUE))
  expect_false(is_same_column(d$f, TRUE))
})
