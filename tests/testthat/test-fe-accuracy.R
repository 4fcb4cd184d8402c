# NIST's Statistical Reference Datasets (helper-nist.R). Correct digits are counted as the base-10
# logarithm of the relative error, as NIST proposes. vignette("coming-from") prints the table.

powers <- function(k) stats::reformulate(c("x", if (k > 1) paste0("I(x^", 2:k, ")")), "y")

# Least digits of coefficients, standard errors, and standard deviation and R2.
least <- list(
  Norris = c(11, 11, 11), Pontius = c(11, 11, 11), NoInt1 = c(13, 13, 13), NoInt2 = c(13, 13, 13),
  Filip = c(6, 6, 6), Longley = c(10, 11, 11), Wampler3 = c(12, 9, 12), Wampler4 = c(12, 9, 12),
  Wampler5 = c(12, 9, 12)
)

for (set in names(least)) {
  test_that(paste0(set, ": certified coefficients, errors, deviation and R2"), {
    expect_message(fit <- fe_reg(nist_formula(set), nist_data(set)), NA)
    expect_length(fit$collinear, 0)
    certified <- nist_certified(set)
    expect_length(coef(fit), sum(startsWith(names(certified), "b")))
    digits <- nist_fit_digits(fit, certified)
    for (what in seq_along(digits)) expect_gte(digits[[what]], least[[set]][what])
  })
}

test_that("Wampler1, Wampler2: polynomials without an error have errors of zero", {
  for (set in c("Wampler1", "Wampler2")) {
    expect_warning(
      fit <- fe_reg(nist_formula(set), nist_data(set)), class = "ccdpanel_warning_perfect_fit"
    )
    digits <- nist_fit_digits(fit, nist_certified(set))
    expect_gte(digits[["coefficients"]], 12)
    expect_gte(digits[["errors"]], if (set == "Wampler1") 7 else 12)
  }
})

# Behind 13 digits that do not vary the tenths are gone once the file is in doubles: .4 has become
# .4000244. How many digits of the certified values the data can still give is found by taking the
# digits that do not vary off, which is exact. fe_reg() has as many in every set.
test_that("one-way analyses of variance have the digits that doubles can hold", {
  for (set in nist_anovas) {
    d <- nist_data(set)
    certified <- nist_certified(set)
    fit <- fe_reg(y ~ 1 | group, d)
    expect_identical(fit$r2[["within"]], 0)
    off <- d$y - trunc(d$y[1])
    mean <- stats::ave(off, d$group)
    within <- sum((off - mean)^2)
    exact <- 1 - within / sum((off - mean(off))^2)
    held <- min(
      nist_digits(exact, certified[["r2"]]),
      nist_digits(sqrt(within / fit$dof$residual), certified[["sigma"]]),
      nist_digits(nist_f(exact, d$group), certified[["f"]])
    )
    got <- min(
      nist_digits(fit$r2[["r2"]], certified[["r2"]]),
      nist_digits(sigma(fit), certified[["sigma"]]),
      nist_digits(nist_f(fit$r2[["r2"]], d$group), certified[["f"]])
    )
    expect_gte(got, min(held, 13) - .5)
    expect_gte(got, c(12, 9.5, 13, 13, 13, 10, 10, 10, 4, 4, 4)[match(set, nist_anovas)])
  }
})

test_that("the refinement serves weights and models without a constant", {
  x <- 1:20 + 0
  w <- rep(c(1, 4), 10)
  error <- rep(c(4, -1), 10) * 1000
  d <- data.frame(y = 1 + x + x^2 + x^3 + x^4 + error, x = x, w = w)
  twice <- d[rep(seq_len(20), w), ] # a weight of four is the row four times
  expect_equal(
    coef(fe_reg(powers(4), d, weights = ~w)), coef(fe_reg(powers(4), twice)), tolerance = 1e-12
  )
  through <- stats::update(powers(4), . ~ 0 + .)
  expect_equal(
    coef(fe_reg(through, d, weights = ~w)), coef(fe_reg(through, twice)), tolerance = 1e-12
  )
  expect_equal(coef(fe_reg(through, d)), coef(stats::lm(through, d)), tolerance = 1e-9)
})
