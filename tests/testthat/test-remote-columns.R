test_that("factors are coded as R codes them in memory, whatever the coding", {
  con <- sqlite()
  d <- uneven_firms()
  expect_same_reg(con, d, output ~ digital * kind | year)
  expect_same_reg(con, d, output ~ kind:factor(province) + digital | year, vcov = ~city)
  expect_same_reg(con, d, output ~ 0 + kind + digital:kind)
  old <- options(contrasts = c("contr.sum", "contr.poly"))
  on.exit(options(old), add = TRUE)
  fits <- expect_same_reg(con, d, output ~ kind + digital | year, vcov = "HC1")
  options(old)
  # The coding is the fit's, not today's.
  expect_equal(vcov(fits$remote, ~city), vcov(fits$local, ~city), tolerance = 1e-10)
})

test_that("names of columns may be anything", {
  con <- sqlite()
  d <- data.frame(
    check.names = FALSE, `a "quoted" name` = rep(1:5, 4), `x y` = sin(1:20), y = cos(1:20),
    sum = 1:20 %% 3, `it's; DROP TABLE firms` = sqrt(1:20)
  )
  # R keeps the names in formulas in the session's letters.
  province <- if (l10n_info()$`UTF-8`) "\u7701\u4efd" else "the province"
  d[[province]] <- rep(letters[1:4], 5)
  effects <- call("+", as.name("a \"quoted\" name"), as.name(province))
  formula <- y ~ `x y` + `it's; DROP TABLE firms` + sum
  formula[[3]] <- call("|", formula[[3]], effects)
  expect_same_reg(con, d, formula, vcov = "HC1")
})

test_that("a level that the sample has not makes no column", {
  con <- sqlite()
  d <- uneven_firms()
  d$kind[d$industry == 3 & !is.na(d$output)][1] <- "rare"
  expect_same_reg(con, d, output ~ kind + digital | year, subset = ~ industry != 3)
})

test_that("a product that is zero wherever its factor is not is collinear, as in memory", {
  con <- sqlite()
  set.seed(3)
  n <- 300
  d <- data.frame(
    year = sample(2001:2006, n, TRUE), city = sample(20L, n, TRUE),
    kind = sample(letters[1:3], n, TRUE), x = rnorm(n), w = runif(n)
  )
  # Treated are some, and none of one kind.
  d$z <- ifelse(d$kind == "a", 0, round(rnorm(n, 1), 3))
  d$treated <- ifelse(d$kind == "a", 0, as.double(d$x + d$z > 1))
  d$y <- d$x + d$z + rnorm(n)
  for (formula in list(
    y ~ x + kind:z | city + year, y ~ x + treated:kind, y ~ factor(kind):treated | year,
    y ~ x + kind * z, y ~ 0 + kind:z + x, y ~ x | year | z ~ kind:treated
  )) {
    fits <- expect_same_reg(con, d, formula, weights = ~w)
    expect_length(fits$remote$collinear, 1)
  }
  equations <- list(one = y ~ kind:z + x, two = x ~ treated:kind)
  table <- stored(con, d)
  fits <- lapply(list(table, d), function(data) {
    suppressMessages(system_reg(equations, data, method = "sur"))
  })
  expect_equal(coef(fits[[1]]), coef(fits[[2]]), tolerance = 1e-9)
  # A number that is zero in a group has no product there.
  by <- lapply(list(table, d), function(data) {
    suppressMessages(by_group(fe_reg(y ~ x + treated:factor(city > 9) | year, data), ~treated))
  })
  for (g in seq_along(by[[2]])) {
    expect_equal(coef(by[[1]][[g]]), coef(by[[2]][[g]]), tolerance = 1e-9)
  }
})

test_that("a column whose mean is zero in a group is none that is zero", {
  con <- sqlite()
  d <- data.frame(
    kind = rep(c("a", "b"), each = 12), t = -2:3, x = c(-3:2, 3:-2) * 1:2, g = rep(1:3, 8)
  )
  d$x[d$kind == "a"] <- d$x[d$kind == "a"] - mean(d$x[d$kind == "a"])
  d$y <- d$x + sin((1:24)^2)
  for (formula in list(y ~ kind:x, y ~ x + t | kind, y ~ kind:x | g)) {
    for (vcov in list("iid", ~g)) {
      expect_length(expect_same_reg(con, d, formula, vcov = vcov)$remote$collinear, 0)
    }
  }
})

test_that("a lag of true and false is one, as in memory", {
  con <- sqlite()
  d <- expand.grid(year = 2001:2008, city = 1:6)
  d$x <- sin((1:48)^2)
  d$y <- d$x + cos((1:48)^3)
  d <- d[-c(5, 30), ]
  for (formula in list(y ~ x + l(x > 0) | city, y ~ l(x > 0, 2):x + x)) {
    expect_same_reg(con, d, formula, panel = c("city", "year"))
  }
})
