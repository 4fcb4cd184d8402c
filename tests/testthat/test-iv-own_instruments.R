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
