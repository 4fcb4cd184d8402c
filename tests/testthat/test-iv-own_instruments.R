own_data <- function(n = 120) {
  set.seed(1)
  d <- data.frame(id = rep(seq_len(n / 10), each = 10), e = rnorm(n), q = rnorm(n), z = rnorm(n))
  d$y <- d$e + rnorm(n)
  d$rest <- d$e - d$z
  d$shifted <- d$e + d$id
  d
}

test_that("an endogenous regressor that its instruments give exactly is refused", {
  d <- own_data()
  refused <- function(formula) {
    expect_error(fe_reg(formula, d), class = "ccdpanel_error_identification")
  }
  refused(y ~ q | id | e ~ e)
  refused(y ~ q | id | e ~ z + rest)
  refused(y ~ q | 0 | e ~ z + rest)
  refused(y ~ q + rest | id | e ~ z)
  # The same but for a constant of each unit: the same within the effects, and only there.
  refused(y ~ q | id | e ~ shifted)
  expect_s3_class(fe_reg(y ~ q | 0 | e ~ shifted, d), "fe_reg")
  expect_s3_class(fe_reg(y ~ q | id | e ~ z, d), "fe_reg")
})

test_that("it is seen in other units, and in samples that are looked at in part first", {
  d <- own_data(6000)
  d$money <- 1e9 * d$rest
  d$share <- 1e-6 * d$z
  expect_error(fe_reg(y ~ q | id | e ~ share + money, d), class = "ccdpanel_error_identification")
  # Exact in the first rows alone: an instrument like any other.
  d$partly <- ifelse(seq_len(nrow(d)) <= 5000, d$e, d$z)
  expect_s3_class(fe_reg(y ~ q | id | e ~ partly, d), "fe_reg")
})

test_that("a sum of endogenous regressors among the instruments is refused", {
  d <- own_data()
  d$f <- d$q + rnorm(120)
  d$sum <- d$e - 2 * d$f + d$id
  expect_error(
    fe_reg(y ~ 1 | id | e + f ~ sum + z, d), "linear combination",
    class = "ccdpanel_error_identification"
  )
  # Its effects apart it is another variable.
  expect_s3_class(fe_reg(y ~ 1 | 0 | e + f ~ sum + z + q, d), "fe_reg")
  expect_error(fe_reg(y ~ q | id | e ~ y + z, d), "among its own", class = "ccdpanel_error_formula")
})

test_that("systems refuse the same, equation by equation", {
  d <- own_data()
  d$double <- 2 * d$e
  equations <- list(a = y ~ e + q, b = e ~ y + z)
  for (method in c("2sls", "3sls", "liml")) {
    expect_error(
      system_reg(equations, d, ~ q + z + double, method = method), "\"e\".*equation \"a\"",
      class = "ccdpanel_error_identification"
    )
    expect_error(
      system_reg(equations, d, list(a = ~ q + z + rest, b = ~ q + z), method = method),
      class = "ccdpanel_error_identification"
    )
    expect_error(
      system_reg(equations, d, ~ q + z + e, method = method), "dependent variable",
      class = "ccdpanel_error_identification"
    )
    expect_s3_class(system_reg(equations, d, method = method), "system_reg")
  }
})

test_that("instruments that give the dependent variable are refused, whatever it is called there", {
  d <- own_data()
  for (formula in list(
    y ~ q | id | e ~ I(2 * y), y ~ q | id | e ~ I(y), y ~ q | 0 | e ~ I(y + 3) + z,
    y ~ q | id | e ~ I(y - q), y ~ q | id | e ~ I(y + id) + z, exp(y) ~ q | id | e ~ I(exp(y) / 7),
    y ~ q + rest | id | e ~ I(y - q + 4 * rest), y ~ q | id | e + rest ~ I(y * 1e9) + q + I(z^2),
    y ~ q + offset(z) | id | e ~ I(y - z)
  )) {
    expect_error(
      fe_reg(formula, d), "dependent variable", class = "ccdpanel_error_identification",
      label = deparse1(formula)
    )
  }
  # Beyond the effects it is another variable; with weights it is the same one.
  expect_s3_class(fe_reg(y ~ q | 0 | e ~ I(y + id), d), "fe_reg")
  d$w <- runif(120)
  expect_error(
    fe_reg(y ~ q | id | e ~ I(y - q), d, weights = ~w), class = "ccdpanel_error_identification"
  )
})

test_that("Haavelmo's consumption function has income less consumption as its instrument", {
  set.seed(2)
  d <- data.frame(investment = rnorm(50))
  d$consumption <- (0.6 * d$investment + rnorm(50)) / 0.4
  d$income <- d$consumption + d$investment
  fit <- fe_reg(consumption ~ 1 | 0 | income ~ I(income - consumption), d)
  expect_equal(
    coef(fit)[["income"]], cov(d$consumption, d$investment) / cov(d$income, d$investment)
  )
})

test_that("a perfect fit is said as one, not as a fault of the instruments", {
  d <- own_data()
  d$y <- 2 * d$q
  expect_warning(fe_reg(y ~ q | id | e ~ z, d), class = "ccdpanel_warning_perfect_fit")
})

test_that("systems refuse instruments that give a dependent variable", {
  d <- own_data()
  equations <- list(a = y ~ e + q, b = e ~ y + z)
  for (method in c("2sls", "3sls", "liml")) {
    expect_error(
      system_reg(equations, d, ~ q + z + I(y - q), method = method), "equation \"a\"",
      class = "ccdpanel_error_identification"
    )
  }
})
