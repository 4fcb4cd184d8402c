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
