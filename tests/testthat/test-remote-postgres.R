test_that("fits of uneven firms on PostgreSQL are those of the rows", {
  con <- postgres()
  d <- uneven_firms()
  fits <- expect_same_reg(
    con, d, output ~ size + digital | province + year + industry, vcov = ~ city + year,
    subset = ~ year > 1900 & !is.na(province)
  )
  expect_same_covariances(fits, list("iid", "HC0", "HC1", ~province, ~city, ~province^year))
  fits <- expect_same_reg(
    con, d, output ~ size + both + kind | industry + year, vcov = "HC1", weights = ~w,
    subset = ~ !is.na(province)
  )
  expect_same_covariances(fits, list("iid", ~province, ~ city + year))
  expect_same_reg(con, d, output ~ digital * kind + factor(industry) | year, vcov = "HC1")
  d$small <- d$size - 1e8
  expect_same_reg(con, d, output ~ small + digital, vcov = "HC1")
  expect_same_reg(con, d, output ~ digital | province[year], vcov = ~city)
})

test_that("published panels on PostgreSQL give what they give in memory", {
  skip_if_not_installed("plm")
  con <- postgres()
  data("Grunfeld", "Cigar", package = "plm", envir = environment())
  fits <- expect_same_reg(
    con, state_capital, log(output) ~ log(highways) + unemployment | state + year, vcov = ~state
  )
  expect_same_covariances(fits, list("HC1", ~ region + year))
  expect_same_reg(
    con, state_capital, log(output) ~ l(unemployment, 0:2) + d(log(highways)) + (year > 1980) |
      state, panel = c("state", "year"), vcov = "HC1"
  )
  expect_same_reg(con, Grunfeld, inv ~ value + capital | firm + year, vcov = ~firm)
  expect_same_reg(con, Cigar, log(sales) ~ log(price) + log(ndi / cpi) | year, vcov = ~state)
  # A column that varies within units by a trace of what it varies in all.
  set.seed(2)
  d <- data.frame(unit = rep(1:20, each = 10), x = 1e4 * rep(1:20, each = 10) + rnorm(200))
  d$y <- d$x + rnorm(200)
  fits <- expect_same_reg(con, d, y ~ x | unit, vcov = "HC1")
  expect_true(any(grepl("OVER", fits$remote$remote$queries$sql)))
})

test_that("the real panel on PostgreSQL gives what it gives in memory", {
  con <- postgres()
  fits <- expect_same_reg(
    con, science_panel(), log(invention_grants) ~ log(rd_expenditure) + log(hightech_firms) |
      province_zh + year, vcov = ~province_zh
  )
  expect_same_covariances(fits, list("HC1", ~ region4 + year))
})

test_that("tests of instruments on PostgreSQL are those of the rows", {
  con <- postgres()
  model <- log(output) ~ unemployment | region + year |
    log(private_capital) + log(employment) ~ log(highways) + log(water) + l(unemployment)
  for (case in list(list("HC1", "2sls"), list(~state, "gmm"), list("iid", "liml"))) {
    fits <- expect_same_reg(
      con, state_capital, model, vcov = case[[1]], estimator = case[[2]],
      panel = c("state", "year")
    )
    expect_equal(weak_iv(fits$remote), weak_iv(fits$local), tolerance = 1e-9)
    expect_equal(iv_tests(fits$remote), iv_tests(fits$local), tolerance = 1e-9)
  }
})
