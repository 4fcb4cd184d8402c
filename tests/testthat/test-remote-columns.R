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
